// What decides whether an offer is taken that the probability of purchase does not know: the kind
// of offer, the channel, the occasion, and how much the customer has been asked of late. One row of
// numbers; the same code fills the rows learned from and those applied.
//
// All values are finite and mostly within [-1, 1.5]; a fact that is unknown is 0.
//
// Thread safety: free functions; AcceptanceRows is immutable.
#ifndef TSUGI_ENGINE_ACCEPTANCE_FEATURES_H_
#define TSUGI_ENGINE_ACCEPTANCE_FEATURES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/offers/offer.h"
#include "engine/state/context.h"

namespace tsugi {

// Raise it when a feature is added, dropped, moved or computed otherwise.
inline constexpr std::uint32_t kAcceptanceVersion = 5;

enum class AcceptanceFeature : std::uint8_t {
  kLogit,     // (logit of the probability of purchase + 3) / 3: how far it is believed
  kOutbound,  // we go to the customer
  kPlanUpgrade,
  kGoodsUpgrade,
  kTrialConversion,
  kBundle,
  kSubscribeAndSave,
  kPromotion,
  kAddOn,
  kConsumable,  // CROSS_SELL of a consumable, and ...
  kHabit,       // ... one that this customer has bought, as far as he probably still does
  kDurable,
  kCompletesCart,  // goes with something in the cart or viewed: 1 where the catalogue says so, else
                   // the chance of it by orders and prices (ScoredOffer::completes_cart); times 1
                   // - kBoughtLately, and 0.3 out of its months
  kCompletesOwned,  // ... with something bought, times 0.3 + 0.7 exp(-days since / 60)
  kInSeason,        // 1 in its months, -1 out of them
  kDue,         // a habit: 1 on the day it is due, 0 half an interval away; times kHabit's chance
  kOverdue,     // a habit: chance that it has become due, and that it still goes on
  kUsage,       // an offer about a plan: (usage share - 0.6) / 0.4, within [0, 1.5]
  kRenewal,     // ... exp(-days to renewal / 15)
  kTrialEnd,    // ... exp(-days to the trial's end / 3)
  kJustBought,  // exp(-days since the newest order / 4)
  kPraise,      // NPS 9 or 10, or CSAT 5: exp(-days since / 6)
  kSilence,     // (usual intervals since the newest order - 2) / 4, within [0, 1]
  kNps,         // (newest NPS of 180 days - 7) / 3
  kContacts,    // outbound contacts of 30 days / 2, within [0, 2]
  kShowings,    // of this product, unanswered, in 14 days / 4, within [0, 2]
  kPrice,       // log2 of what it costs more than what it replaces, to the usual line; in +-2
  kTakes,       // log2 of (1 + offers accepted) / (1 + declined) by this customer / 3, in +-1
  // What it is bought for, and kLogit again for each: a need that shows in orders shows in answers,
  // but for a good bought for itself by less than for what completes another.
  kLadder,      // goods of a family with tiers: bought for themselves
  kCompleting,  // goods that the catalogue says go with others
  kSeasonal,    // goods with months of their own
  kLogitLadder,
  kLogitCompleting,
  kLogitSeasonal,
  kLogitConsumable,
  kLogitPlan,  // an offer about a plan
  // What moves an upgrade, and offers we go to the customer with.
  kNearLimit,          // 1 / (1 + exp((0.85 - usage share) / 0.06)): the step that kUsage is not
  kNearLimitOutbound,  // the same, where we go to the customer
  kSkipsTier,          // tiers left out between what is replaced and what is offered, within [0, 2]
  kCall,               // a representative calls (placement `cs`)
  kOutboundPlan,       // we go to the customer with an offer about a plan
  kBoughtLately,  // goods that are no consumable: exp(-(days since this customer's last / 120)^2)
  kPriceStep,     // a better model of goods: log2 of its price to half as much again as what it
                  // replaces, within [-1, 1]
};
inline constexpr std::size_t kAcceptanceFeatureCount = 43;

// By AcceptanceFeature.
std::span<const std::string_view> AcceptanceFeatureNames();

// kLogit is (PurchaseLogit + kLogitScale) / kLogitScale: 0 for 5 %.
inline constexpr double kLogitScale = 3;

// Logit of a probability of purchase, cut to [1e-6, 1 - 1e-6]: what acceptance is fitted on and
// what it is applied to.
double PurchaseLogit(double probability);

// Rows of one request: what is the customer's is worked out once for all offers. Borrows the
// context.
class AcceptanceRows {
 public:
  explicit AcceptanceRows(const Context& context);

  // REQUIRES: row.size() == kAcceptanceFeatureCount; the offer scored and priced.
  void Fill(const ScoredOffer& offer, std::span<float> row) const;

 private:
  const Context& context_;
  std::array<float, kAcceptanceFeatureCount> customer_ = {};
  double usual_line_;  // revenue of the customer's usual order line; 0: unknown
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_ACCEPTANCE_FEATURES_H_
