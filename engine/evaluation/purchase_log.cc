#include "engine/evaluation/purchase_log.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/status_macros.h"
#include "base/time.h"
#include "engine/evaluation/csv_columns.h"

namespace tsugi {
namespace {

enum Column : std::size_t { kOrder, kCustomer, kOrderedAt, kQuantity, kUnitPrice, kDiscount };

std::vector<CsvColumn> Columns() {
  return {{"order_id"},        {"customer_id"},       {"ordered_at"},
          {"quantity", false}, {"unit_price", false}, {"discount_percent", false}};
}

absl::StatusOr<double> NumberOr(const CsvColumns& file, Column column, std::size_t row,
                                double missing) {
  if (file.Text(column, row).empty()) return missing;
  return file.Number(column, row);
}

absl::StatusOr<double> LineValue(const CsvColumns& file, std::size_t row, double quantity) {
  TSUGI_ASSIGN_OR_RETURN(const double price, NumberOr(file, kUnitPrice, row, 0));
  TSUGI_ASSIGN_OR_RETURN(const double discount, NumberOr(file, kDiscount, row, 0));
  if (price < 0) return file.Bad(kUnitPrice, row, "must not be negative");
  if (discount < 0 || discount > 100) return file.Bad(kDiscount, row, "must be from 0 to 100");
  return quantity * price * (1 - discount / 100);
}

// The earliest line of each order.
absl::StatusOr<std::unordered_map<std::string, absl::Time>> OrderTimes(const CsvColumns& file) {
  std::unordered_map<std::string, absl::Time> times;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    const absl::StatusOr<absl::Time> time = base::ParseTime(file.Text(kOrderedAt, row));
    if (!time.ok()) {
      return file.Bad(kOrderedAt, row,
                      "is no time; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339");
    }
    const auto [found, is_new] = times.try_emplace(file.Text(kOrder, row), *time);
    if (!is_new) found->second = std::min(found->second, *time);
  }
  return times;
}

}  // namespace

absl::StatusOr<PurchaseLog> ReadPurchases(const std::string& path, absl::TimeZone zone) {
  TSUGI_ASSIGN_OR_RETURN(const CsvColumns file, CsvColumns::Read(path, Columns()));
  TSUGI_ASSIGN_OR_RETURN(const auto times, OrderTimes(file));
  const Indexed customers = IndexColumn(file, kCustomer);
  PurchaseLog log;
  log.customers = customers.names;
  log.rows = file.rows();
  std::map<std::pair<std::uint32_t, absl::CivilDay>, double> days;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    TSUGI_ASSIGN_OR_RETURN(const double quantity, NumberOr(file, kQuantity, row, 1));
    TSUGI_ASSIGN_OR_RETURN(const double value, LineValue(file, row, quantity));
    if (file.Text(kCustomer, row).empty()) {
      ++log.without_customer;
    } else if (quantity <= 0) {
      ++log.returns;
    } else {
      const absl::CivilDay day = absl::ToCivilDay(times.at(file.Text(kOrder, row)), zone);
      days[{customers.numbers[row], day}] += value;
    }
  }
  for (const auto& [key, value] : days) log.purchases.push_back({key.first, key.second, value});
  return log;
}

}  // namespace tsugi
