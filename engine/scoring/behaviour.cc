#include "engine/scoring/behaviour.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "engine/propensity/contract_life.h"
#include "engine/propensity/periods.h"
#include "engine/propensity/risk.h"
#include "engine/propensity/transitions.h"
#include "engine/state/rhythms.h"
#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

// Since when the contract an offer is about is paid for: from now on where it begins now.
absl::Time PaidSince(const Context& context, const Candidate& candidate) {
  if (candidate.kind != OfferKind::kUpgrade || candidate.subscription == nullptr) return context.at;
  return std::min(context.at, base::FromMicros(PaidFrom(*candidate.subscription->facts)));
}

// Categories of the consumables bought of late, and those without a category by themselves.
class KnownHabits {
 public:
  KnownHabits(const FactIndex& index, const Context& context)
      : index_(index), at_(base::ToMicros(context.at)) {
    const std::size_t lines = std::min(kHabitLines, context.purchases.size());
    for (const Purchase& purchase : context.purchases.last(lines)) {
      const CatalogEntry* entry = index.EntryAsOf(purchase.product, at_);
      if (entry == nullptr || !entry->facts.consumable) continue;
      products_.push_back(purchase.product);
      if (entry->category != kNoGroup) categories_.push_back(entry->category);
    }
  }

  bool Holds(ProductIndex product) const {
    return std::find(products_.begin(), products_.end(), product) != products_.end();
  }

  bool Covers(ProductIndex product) const {
    if (Holds(product)) return true;
    const CatalogEntry* entry = index_.EntryAsOf(product, at_);
    return entry != nullptr &&
           std::find(categories_.begin(), categories_.end(), entry->category) != categories_.end();
  }

 private:
  const FactIndex& index_;
  const base::Micros at_;
  std::vector<ProductIndex> products_;
  std::vector<std::uint32_t> categories_;
};

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

// In usual intervals: the customer's own, else that of everyone who buys it. Below 0: never bought.
double PhaseOf(const Context& context, const Candidate& candidate, double repeats) {
  const Rhythm* const rhythm = FindRhythm(context, candidate.product.index);
  if (rhythm != nullptr) return PhaseAt(*rhythm, context.at);
  constexpr double kDaysPerYear = 365;
  return double{candidate.scores.days_since_bought} * repeats / kDaysPerYear;
}

bool IsConsumable(const ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  return candidate.product.facts != nullptr && candidate.product.facts->consumable;
}

bool MayStartHabit(const ScoredOffer& offer) {
  return offer.candidate.kind == OfferKind::kCrossSell ||
         offer.candidate.kind == OfferKind::kPromotion;
}

void FillHabit(const Behaviour& behaviour, const Context& context, const KnownHabits& habits,
               std::uint32_t item, ScoredOffer& offer) {
  const double repeats = double{behaviour.repeats_per_year[item]};
  const ProductIndex product = offer.candidate.product.index;
  const bool known = habits.Holds(product);
  if (known) {
    offer.habit_alive =
        HabitAlive(PhaseOf(context, offer.candidate, repeats), behaviour.habit_goes_on);
  }
  if (!MayStartHabit(offer)) return;
  if (known) {
    // As many repeats follow a purchase on average as a chance of r / (1 + r) each time makes.
    offer.bought_anyway = offer.habit_alive * repeats / (1 + repeats);
    offer.repeats_per_year = (1 - offer.habit_alive) * repeats;
  } else {
    const double replaced = habits.Covers(product) ? behaviour.habit_replaced : 0;
    offer.repeats_per_year = (1 - replaced) * repeats;
  }
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

double HabitAlive(double phase, double goes_on) {
  if (phase <= 1) return 1;
  const double late = std::exp(-(phase - 1) / kOverdueScale);
  return late / (goes_on * late + 1 - goes_on);
}

void FillBehaviour(const BoundModel& model, const FactIndex& index, const Context& context,
                   std::span<ScoredOffer> offers) {
  const Behaviour& behaviour = model.models().behaviour;
  std::optional<KnownHabits> habits;
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
    if (behaviour.repeats_per_year.empty() || !IsConsumable(offer)) continue;
    if (!habits.has_value()) habits.emplace(index, context);
    const std::uint32_t item = model.ItemOf(offer.candidate.product.index);
    if (item != kNoItem) FillHabit(behaviour, context, *habits, item, offer);
  }
}

}  // namespace tsugi
