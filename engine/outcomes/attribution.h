// Which offer a purchase is credited to. Each purchase goes to one offer or to none, whatever
// channels the customer was approached over, so that no two departments count it.
//
// - An order line that carries a recommendation_id is credited to that answer: to its offer of the
//   product, else (a set, a plan bought through another product) to its first offer.
// - Any other goes to the offer of the product that was shown to the customer last, at most
// `window`
//   before the purchase; of offers of one instant, to the one placed highest, then by id.
// - A return takes the credit of the sale it takes back away again, at its own time.
//
// What was withheld from the control group earns no credit.
#ifndef TSUGI_ENGINE_OUTCOMES_ATTRIBUTION_H_
#define TSUGI_ENGINE_OUTCOMES_ATTRIBUTION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/time/time.h"
#include "engine/outcomes/facts.h"
#include "engine/outcomes/purchases.h"

namespace tsugi {

struct Credit {
  std::size_t exposure = 0;  // position in the exposures
  std::size_t purchase = 0;  // position in the purchases: a sale, or what takes one back
};

// In the order of the purchases.
std::vector<Credit> CreditPurchases(std::span<const Exposure> exposures,
                                    std::span<const PurchaseEvent> purchases,
                                    absl::Duration window);

// For each reaction the offer it speaks of, or exposures.size(): that of its recommendation, else
// the offer of the product shown to the customer last before it.
std::vector<std::size_t> OffersOfReactions(std::span<const Exposure> exposures,
                                           std::span<const ReactionEvent> reactions);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_ATTRIBUTION_H_
