// What one customer is still worth, in money, from his own history and what was learned of all
// (engine/snapshot/behaviour.h): the margin of what he is expected to buy and to pay within the
// policy's horizon, discounted. What is past does not count.
//
//   orders     expected purchases (BG/NBD) x his expected order (Gamma-Gamma) x his margin; where
//              nothing is learned, his pace of the last year goes on
//   contracts  what is paid until the next renewal, and the chance that it comes x what contracts
//              of this kind are worth from then on (sBG)
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_LIFETIME_VALUE_CUSTOMER_VALUE_H_
#define TSUGI_ENGINE_LIFETIME_VALUE_CUSTOMER_VALUE_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "engine/policy/policy.h"
#include "engine/snapshot/behaviour.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// A customer's sales, returns apart; a day's orders are one purchase.
struct OrderFigures {
  double purchases = 0;
  double revenue = 0;
  double repeat_revenue = 0;  // without the first purchase's
  double margin = 0;          // share of revenue; unit costs as of now, else the default margin
  std::optional<absl::Time> first;
  std::optional<absl::Time> last;
};
OrderFigures FiguresOf(const FactIndex& index, const Context& context, const ValueOptions& options);

struct OrderValue {
  double value = 0;      // margin, discounted
  double purchases = 0;  // expected within the horizon, not discounted
  double alive = 1;      // probability that the customer has not stopped
  double order = 0;      // expected revenue of one
};
OrderValue ValueOfOrders(const Behaviour& behaviour, const ValueOptions& options,
                         std::string_view segment, const OrderFigures& figures, absl::Time at);

// Price and margin of a year, all seats; 0 where no price is known.
struct YearlyFigures {
  double price = 0;
  double margin = 0;
};
YearlyFigures YearlyOf(const FactIndex& index, const ValueOptions& options,
                       const SubscriptionState& subscription, absl::Time at);

// `risk`: that the running period (or the trial) is the last.
double ValueOfContract(const FactIndex& index, const Behaviour& behaviour,
                       const ValueOptions& options, std::string_view segment,
                       const SubscriptionState& subscription, double risk, absl::Time at);

// Orders and all running contracts together; none where the model has learned neither how customers
// go on buying nor how long contracts last, or without consent to profiling. Each contract's next
// renewal is taken to come at nine in ten.
std::optional<double> RemainingValueOf(const FactIndex& index, const Behaviour& behaviour,
                                       const ValueOptions& options, const Context& context);

// Formula 5 for one customer: average order value x margin x frequency x period, contracts' margin
// beside it, less the costs of winning and keeping him. The period is the time he has been a
// customer (a quarter of a year at least) and the policy's horizon, over which his pace so far goes
// on. None where neither cost is known, or without consent to profiling. A negative value asks for
// cheaper service or another offer, never for a discount.
std::optional<double> FullValueOf(const FactIndex& index, const ValueOptions& options,
                                  const Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIFETIME_VALUE_CUSTOMER_VALUE_H_
