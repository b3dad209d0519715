#include "engine/scoring/behaviour.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "engine/propensity/contract_life.h"
#include "engine/propensity/periods.h"
#include "engine/propensity/risk.h"
#include "engine/propensity/transitions.h"
#include "engine/scoring/habits.h"
#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

// Since when the contract an offer is about is paid for: from now on where it begins now.
absl::Time PaidSince(const Context& context, const Candidate& candidate) {
  if (candidate.kind != OfferKind::kUpgrade || candidate.subscription == nullptr) return context.at;
  return std::min(context.at, base::FromMicros(PaidFrom(*candidate.subscription->facts)));
}

// When what the offers' products go with was last bought: one pass over the purchases for all of
// them.
class LastBases {
 public:
  LastBases(const FactIndex& index, const Context& context, std::span<const ScoredOffer> offers)
      : index_(index), context_(context) {
    if (context.purchases.empty()) return;
    for (const ScoredOffer& offer : offers) {
      for (const ProductIndex base : BasesOf(offer.candidate)) last_.push_back({base, kNever});
    }
    std::sort(last_.begin(), last_.end());
    last_.erase(std::unique(last_.begin(), last_.end()), last_.end());
    if (last_.empty()) return;
    for (const Purchase& purchase : context.purchases) {  // oldest first
      if (purchase.quantity <= 0) continue;
      if (Entry* const entry = Find(purchase.product)) entry->second = purchase.at;
    }
  }

  // Days since the newest purchase of something that the product goes with; -1: none.
  double DaysSince(const Candidate& candidate) {
    if (last_.empty()) return -1;
    base::Micros newest = kNever;
    for (const ProductIndex base : BasesOf(candidate))
      newest = std::max(newest, Find(base)->second);
    if (newest == kNever) return -1;
    return absl::ToDoubleHours(context_.at - base::FromMicros(newest)) / 24;
  }

 private:
  using Entry = std::pair<ProductIndex, base::Micros>;
  static constexpr base::Micros kNever = std::numeric_limits<base::Micros>::min();

  std::span<const ProductIndex> BasesOf(const Candidate& candidate) const {
    const Product* const facts = candidate.product.facts;
    if (facts == nullptr || facts->goes_with.empty()) return {};
    const CatalogEntry* const entry =
        index_.EntryAsOf(candidate.product.index, base::ToMicros(context_.at));
    return entry == nullptr ? std::span<const ProductIndex>() : entry->goes_with;
  }

  Entry* Find(ProductIndex product) {
    const auto found = std::lower_bound(
        last_.begin(), last_.end(), product,
        [](const Entry& entry, ProductIndex other) { return entry.first < other; });
    return found == last_.end() || found->first != product ? nullptr : &*found;
  }

  const FactIndex& index_;
  const Context& context_;
  std::vector<Entry> last_;  // by product
};

bool IsConsumable(const ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  return candidate.product.facts != nullptr && candidate.product.facts->consumable;
}

bool SellsTheProduct(const ScoredOffer& offer) {
  return offer.candidate.kind == OfferKind::kCrossSell ||
         offer.candidate.kind == OfferKind::kPromotion;
}

void FillHabit(const Behaviour& behaviour, const FactIndex& index, const HabitStates& habits,
               base::Micros at, std::uint32_t item, ScoredOffer& offer) {
  const double repeats = double{behaviour.repeats_per_year[item]};
  const ProductIndex product = offer.candidate.product.index;
  const HabitState* const habit = habits.Find(product);
  if (habit != nullptr) {
    offer.habit_phase = habit->phase;
    offer.habit_due = habit->due;
    offer.habit_alive = habit->alive;
  }
  if (!SellsTheProduct(offer)) return;
  if (habit != nullptr) {
    // As many repeats follow a purchase on average as a chance of r / (1 + r) each time makes.
    offer.bought_anyway = offer.habit_alive * repeats / (1 + repeats);
    offer.repeats_per_year = (1 - offer.habit_alive) * repeats;
    return;
  }
  const CatalogEntry* const entry = index.EntryAsOf(product, at);
  const bool covered = entry != nullptr && habits.HoldsCategory(entry->category);
  offer.repeats_per_year = (1 - (covered ? behaviour.habit_replaced : 0)) * repeats;
}

// Orders a year: of the customer so far, seen for at least a season.
double OrdersPerYear(const Context& context) {
  constexpr double kDaysPerYear = 365;
  constexpr double kFewestDays = 90;
  if (context.purchases.empty()) return 0;
  const absl::Time first = base::FromMicros(context.purchases.front().at);
  const double days = absl::ToDoubleHours(context.at - first) / 24;
  return context.order_days * kDaysPerYear / std::max(kFewestDays, days);
}

// What is owned once is bought once: an offer of it brings forward a purchase that would perhaps
// have come.
void FillUnasked(double orders_per_year, ScoredOffer& offer) {
  const Product* const facts = offer.candidate.product.facts;
  if (facts == nullptr || !facts->durable || !SellsTheProduct(offer)) return;
  offer.unasked_per_year = orders_per_year * double{offer.candidate.scores.popularity};
}

}  // namespace

double SubscriptionProbability(const Behaviour& behaviour, const SubscriptionPrior& prior,
                               const FactIndex& index, const Context& context,
                               const ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  const double logit = PriorLogit(prior, context, offer);
  if (candidate.subscription == nullptr) return models::Sigmoid(logit);
  const SubscriptionState& state = *candidate.subscription;
  const double price = SeatPriceOrZero(index, state, base::ToMicros(context.at));
  if (candidate.kind == OfferKind::kTrialConversion &&
      state.facts->status == SubscriptionStatus::kTrialing &&
      UsableModel(behaviour, Transition::kConversion) != nullptr) {
    return 1 - RiskOf({}, behaviour, context, state, price).probability;
  }
  const TransitionModel* upgrade = UsableModel(behaviour, Transition::kUpgrade);
  if (candidate.kind != OfferKind::kUpgrade || upgrade == nullptr) return models::Sigmoid(logit);
  return models::Sigmoid(logit +
                         LearnedShift(*upgrade, FillPropensityFeatures(context, state, price)));
}

void FillBehaviour(const BoundModel& model, const FactIndex& index, const Context& context,
                   std::span<ScoredOffer> offers) {
  const Behaviour& behaviour = model.models().behaviour;
  const base::Micros at = base::ToMicros(context.at);
  const double orders_per_year = OrdersPerYear(context);
  std::optional<HabitStates> habits;
  LastBases bases(index, context, offers);
  for (ScoredOffer& offer : offers) {
    if (offer.billing_months > 0 && !behaviour.contracts.empty()) {
      offer.expected_life_days = ExpectedLifeDays(behaviour, offer.billing_months, context.segment,
                                                  PaidSince(context, offer.candidate), context.at);
    }
    if (offer.candidate.kind == OfferKind::kSubscribeAndSave) {
      offer.habit_goes_on = behaviour.habit_goes_on;
    }
    offer.days_since_base = bases.DaysSince(offer.candidate);
    FillUnasked(orders_per_year, offer);
    if (!behaviour.repeats_per_year.empty() && IsConsumable(offer)) {
      if (!habits.has_value()) habits.emplace(model, index, context);
      const std::uint32_t item = model.ItemOf(offer.candidate.product.index);
      if (item != kNoItem) FillHabit(behaviour, index, *habits, at, item, offer);
    }
  }
}

}  // namespace tsugi
