#include "engine/evaluation/next_basket_data.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/evaluation/csv_columns.h"

namespace tsugi {
namespace {

enum OrderColumn : std::size_t { kOrder, kCustomer, kTime, kProduct };

struct DatedBasket {
  std::uint32_t customer = 0;
  std::uint32_t number = 0;  // in the order of the file
  base::Micros at = 0;
  std::vector<std::uint32_t> products;
};

absl::StatusOr<absl::flat_hash_map<std::string, BasketPart>> ReadSplit(const std::string& path) {
  TSUGI_ASSIGN_OR_RETURN(const CsvColumns columns,
                         CsvColumns::Read(path, {{"customer_id"}, {"split"}}));
  absl::flat_hash_map<std::string, BasketPart> parts;
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const std::string& part = columns.Text(1, row);
    const bool known = part == "train" || part == "validate" || part == "test";
    if (!known) return columns.Bad(1, row, "is none of train, validate, test");
    const BasketPart value = part == "train"      ? BasketPart::kTrain
                             : part == "validate" ? BasketPart::kValidate
                                                  : BasketPart::kTest;
    if (!parts.try_emplace(columns.Text(0, row), value).second) {
      return columns.Bad(0, row, "stands in the split twice");
    }
  }
  return parts;
}

absl::StatusOr<std::vector<DatedBasket>> Group(const CsvColumns& columns, const Indexed& customers,
                                               const Indexed& products) {
  const Indexed ids = IndexColumn(columns, kOrder);
  std::vector<DatedBasket> orders(ids.names.size());
  std::vector<std::uint8_t> seen(orders.size(), 0);
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const std::uint32_t number = ids.numbers[row];
    DatedBasket& order = orders[number];
    const absl::StatusOr<absl::Time> at = base::ParseTime(columns.Text(kTime, row));
    if (!at.ok()) return columns.Bad(kTime, row, "is not a time");
    if (seen[number] == 0) {
      seen[number] = 1;
      order = {customers.numbers[row], number, base::ToMicros(*at), {}};
    }
    if (order.customer != customers.numbers[row]) {
      return columns.Bad(
          kCustomer, row,
          absl::StrCat("is not the customer of the other lines of \"", ids.names[number], "\""));
    }
    order.at = std::min(order.at, base::ToMicros(*at));
    order.products.push_back(products.numbers[row]);
  }
  for (DatedBasket& order : orders) {
    std::ranges::sort(order.products);
    order.products.erase(std::unique(order.products.begin(), order.products.end()),
                         order.products.end());
  }
  std::ranges::sort(orders, [](const DatedBasket& a, const DatedBasket& b) {
    if (a.customer != b.customer) return a.customer < b.customer;
    return a.at != b.at ? a.at < b.at : a.number < b.number;
  });
  return orders;
}

void AppendRow(models::SparseMatrix& matrix, const std::vector<std::uint32_t>& row) {
  matrix.columns.insert(matrix.columns.end(), row.begin(), row.end());
  matrix.offsets.push_back(matrix.columns.size());
}

}  // namespace

absl::StatusOr<NextBasketData> ReadNextBasketData(const std::string& orders_path,
                                                  const std::string& split_path) {
  TSUGI_ASSIGN_OR_RETURN(const auto parts, ReadSplit(split_path));
  TSUGI_ASSIGN_OR_RETURN(
      const CsvColumns columns,
      CsvColumns::Read(orders_path,
                       {{"order_id"}, {"customer_id"}, {"ordered_at"}, {"product_id"}}));
  const Indexed customers = IndexColumn(columns, kCustomer);
  const Indexed products = IndexColumn(columns, kProduct);
  TSUGI_ASSIGN_OR_RETURN(const std::vector<DatedBasket> orders,
                         Group(columns, customers, products));
  NextBasketData data;
  data.baskets.num_columns = data.targets.num_columns =
      static_cast<std::uint32_t>(products.names.size());
  data.baskets.offsets = data.targets.offsets = data.customer_offsets = {0};
  for (std::size_t begin = 0; begin < orders.size();) {
    std::size_t end = begin;
    while (end < orders.size() && orders[end].customer == orders[begin].customer) ++end;
    const auto part = parts.find(customers.names[orders[begin].customer]);
    if (part == parts.end() || end - begin < 2) {
      ++data.left_out;
    } else {
      for (std::size_t o = begin; o + 1 < end; ++o) AppendRow(data.baskets, orders[o].products);
      AppendRow(data.targets, orders[end - 1].products);
      data.customer_offsets.push_back(data.baskets.offsets.size() - 1);
      data.parts.push_back(part->second);
    }
    begin = end;
  }
  return data;
}

}  // namespace tsugi
