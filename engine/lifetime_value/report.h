// Lifetime value of all customers as of an instant, in total and by segment: the five plain
// formulas (models/lifetime_value/formulas.h) and what the learned models expect
// (customer_value.h).
//
//   1 simple        average order value x orders a customer
//   2 repeat        average order value x orders a year x years of retention: from the first order
//                   to the last, and one usual interval
//   3 subscription  revenue a subscriber and month x 100 / churn in per cent a month: contracts
//                   lost in the last 365 days over contract-months in them. Without churn: 60
//                   months
//   4 contract      of those with a yearly plan or longer: yearly revenue x margin x years, which
//                   is 1 / yearly churn of these, at most 5
//   5 full          2 x margin - (acquisition + retention cost), costs where they are known
//
// All are means a customer (of 3 and 4: a subscriber). Money is in the store's currency.
//
// Thread safety: takes the index's read lock.
#ifndef TSUGI_ENGINE_LIFETIME_VALUE_REPORT_H_
#define TSUGI_ENGINE_LIFETIME_VALUE_REPORT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/history/order_history.h"
#include "engine/lifetime_value/customer_value.h"
#include "engine/policy/policy.h"
#include "engine/propensity/risk.h"
#include "engine/snapshot/behaviour.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct LifetimeRow {
  std::string segment;  // "": of no segment; of the total: "total"
  std::size_t customers = 0;
  std::size_t buyers = 0;       // with an order
  std::size_t subscribers = 0;  // with a running contract
  double orders = 0;            // days with an order
  double average_order_value = 0;
  double orders_a_year = 0;  // a buyer
  double years = 0;          // of retention, a buyer
  double margin = 0;         // share
  double churn_percent = 0;  // of contracts, a month
  double simple = 0;
  double repeat_purchase = 0;
  std::optional<double> subscription;  // none: no subscriber
  std::optional<double> contract;      // none: nobody on a yearly plan
  double full = 0;
  std::size_t costs_known = 0;  // customers whose costs entered `full`
  double expected_orders = 0;   // margin to come of orders, a customer
  double expected_contracts = 0;
  double expected_total = 0;  // of all customers of the row
};

struct LifetimeReport {
  absl::Time at;
  LifetimeRow total;
  std::vector<LifetimeRow> segments;  // by name
};

struct OneLifetime {
  std::string customer_id;
  std::string segment;
  OrderFigures figures;
  OrderValue orders;
  double contracts = 0;
  double total = 0;
  std::optional<double> full;
};

class LifetimeReporter {
 public:
  LifetimeReporter(const FactIndex* index, const Behaviour* behaviour, const ValueOptions& options,
                   absl::Time at)
      : index_(index), behaviour_(behaviour), options_(options), at_(at) {}

  // Customers without consent to profiling are left out.
  absl::StatusOr<LifetimeReport> Report(const OrderHistory& history) const;

  // Errors: NOT_FOUND; PERMISSION_DENIED without consent to profiling.
  absl::StatusOr<OneLifetime> Of(const std::string& customer_id) const;

 private:
  absl::StatusOr<OneLifetime> ValueOf(const Context& context) const;

  const FactIndex* const index_;
  const Behaviour* const behaviour_;
  const ValueOptions options_;
  const absl::Time at_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIFETIME_VALUE_REPORT_H_
