#include "engine/outcomes/attribution.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace tsugi {
namespace {

using Key = std::pair<std::string, std::string>;

// What was shown, by recommendation and by customer and product.
class Shown {
 public:
  explicit Shown(std::span<const Exposure> exposures) : exposures_(exposures) {
    for (std::size_t i = 0; i < exposures.size(); ++i) {
      const Exposure& exposure = exposures[i];
      if (exposure.control) continue;
      by_answer_[exposure.recommendation_id].push_back(i);
      if (!exposure.customer_id.empty()) {
        by_customer_[{exposure.customer_id, exposure.product_id}].push_back(i);
      }
    }
    for (auto& [key, offers] : by_answer_) {
      std::sort(offers.begin(), offers.end(), [this](std::size_t a, std::size_t b) {
        return std::tie(exposures_[a].position, exposures_[a].product_id) <
               std::tie(exposures_[b].position, exposures_[b].product_id);
      });
    }
    // Last first by time; of one instant the highest placed comes last, and so is found first.
    for (auto& [key, offers] : by_customer_) {
      std::sort(offers.begin(), offers.end(), [this](std::size_t a, std::size_t b) {
        const Exposure& x = exposures_[a];
        const Exposure& y = exposures_[b];
        return std::tie(x.at, y.position, y.recommendation_id) <
               std::tie(y.at, x.position, x.recommendation_id);
      });
    }
  }

  std::optional<std::size_t> OfAnswer(const std::string& recommendation_id,
                                      const std::string& product_id, bool or_first) const {
    const auto found = by_answer_.find(recommendation_id);
    if (recommendation_id.empty() || found == by_answer_.end()) return std::nullopt;
    for (const std::size_t i : found->second) {
      if (exposures_[i].product_id == product_id) return i;
    }
    if (!or_first) return std::nullopt;
    return found->second.front();
  }

  std::optional<std::size_t> LastOf(const std::string& customer_id, const std::string& product_id,
                                    absl::Time at, absl::Duration window) const {
    const auto found = by_customer_.find(Key(customer_id, product_id));
    if (customer_id.empty() || found == by_customer_.end()) return std::nullopt;
    const std::vector<std::size_t>& offers = found->second;
    const auto after = std::upper_bound(
        offers.begin(), offers.end(), at,
        [this](absl::Time time, std::size_t i) { return time < exposures_[i].at; });
    if (after == offers.begin()) return std::nullopt;
    const std::size_t last = *std::prev(after);
    if (exposures_[last].at + window <= at) return std::nullopt;
    return last;
  }

 private:
  std::span<const Exposure> exposures_;
  absl::flat_hash_map<std::string, std::vector<std::size_t>> by_answer_;
  absl::flat_hash_map<Key, std::vector<std::size_t>> by_customer_;
};

}  // namespace

std::vector<Credit> CreditPurchases(std::span<const Exposure> exposures,
                                    std::span<const PurchaseEvent> purchases,
                                    absl::Duration window) {
  const Shown shown(exposures);
  std::vector<std::optional<std::size_t>> offer_of(purchases.size());
  std::vector<Credit> credits;
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    const PurchaseEvent& purchase = purchases[i];
    if (purchase.sale != i) {
      offer_of[i] = offer_of[purchase.sale];
    } else {
      offer_of[i] = shown.OfAnswer(purchase.recommendation_id, purchase.product_id, true);
      if (!offer_of[i].has_value()) {
        offer_of[i] = shown.LastOf(purchase.customer_id, purchase.product_id, purchase.at, window);
      }
    }
    if (offer_of[i].has_value()) credits.push_back({*offer_of[i], i});
  }
  return credits;
}

std::vector<std::size_t> OffersOfReactions(std::span<const Exposure> exposures,
                                           std::span<const ReactionEvent> reactions) {
  const Shown shown(exposures);
  std::vector<std::size_t> offers;
  offers.reserve(reactions.size());
  for (const ReactionEvent& reaction : reactions) {
    std::optional<std::size_t> offer =
        shown.OfAnswer(reaction.recommendation_id, reaction.product_id, false);
    if (!offer.has_value() && reaction.recommendation_id.empty()) {
      offer = shown.LastOf(reaction.customer_id, reaction.product_id, reaction.at,
                           absl::InfiniteDuration());
    }
    offers.push_back(offer.value_or(exposures.size()));
  }
  return offers;
}

}  // namespace tsugi
