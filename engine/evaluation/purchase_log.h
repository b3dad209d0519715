// Who bought on which days, for the models of repeat purchase: from a file of orders, one row a
// line of an order. A customer's orders on one day are one purchase.
#ifndef TSUGI_ENGINE_EVALUATION_PURCHASE_LOG_H_
#define TSUGI_ENGINE_EVALUATION_PURCHASE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace tsugi {

struct PurchaseDay {
  std::uint32_t customer = 0;  // in PurchaseLog::customers
  absl::CivilDay day;
  double value = 0;  // of all that was sold to him that day
};

struct PurchaseLog {
  std::vector<std::string> customers;
  std::vector<PurchaseDay> purchases;  // by customer, then day
  std::size_t rows = 0;                // of the file
  std::size_t without_customer = 0;    // rows of unknown visitors, left out
  std::size_t returns = 0;             // rows with a quantity below 1, left out
};

// Columns as of `tsugi import orders`: order_id, customer_id, ordered_at, quantity (1), unit_price
// (0), discount_percent (0). Days are those of `zone`; an order is of the earliest of its lines.
// Errors: those of the file; INVALID_ARGUMENT for a value that cannot be read.
absl::StatusOr<PurchaseLog> ReadPurchases(const std::string& path, absl::TimeZone zone);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_PURCHASE_LOG_H_
