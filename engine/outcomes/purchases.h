// Sales and returns in the order in which they happened, each with its money; a return knows the
// sales it takes back.
#ifndef TSUGI_ENGINE_OUTCOMES_PURCHASES_H_
#define TSUGI_ENGINE_OUTCOMES_PURCHASES_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/outcomes/facts.h"

namespace tsugi {

// A sale, or the part of a return that takes back one sale. Money in the store's currency, negative
// for a return; `margin` is revenue less cost, where no cost is known `default_margin` of revenue.
struct PurchaseEvent {
  absl::Time at;
  std::string customer_id;  // empty: an unknown visitor
  std::string product_id;
  std::string recommendation_id;  // of a sale: that its order line carries
  double quantity = 0;            // negative: taken back
  double revenue = 0;
  double margin = 0;
  std::size_t sale = 0;  // the sale it takes back; a sale's own position
};

// By time, then order id, then line. A return is matched with that customer's latest earlier sales
// of that product, as far as they go, at their money, so that what was taken back comes to nothing;
// the rest of it is left out, and so are returns of unknown visitors.
std::vector<PurchaseEvent> PurchaseEvents(const OutcomeFacts& facts, double default_margin);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_PURCHASES_H_
