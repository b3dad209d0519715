#include "engine/scoring/complements.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

// A habit that the customer has is not begun.
bool MayBegin(const ScoredOffer& offer) {
  const Product* const facts = offer.candidate.product.facts;
  return facts != nullptr && facts->consumable && offer.habit_phase < 0;
}

// What is beside the offer, cart and viewed products.
class Beside {
 public:
  Beside(const BoundModel& model, const FactIndex& index, const Context& context)
      : model_(model), index_(index), context_(context), at_(base::ToMicros(context.at)) {}

  bool Holds(const ProductRef& product) const {
    if (!product.known()) return false;
    return Any([&](const ProductRef& other) { return other.index == product.index; });
  }

  // Chance that the offer's product completes one of them, as its beginnings have it.
  double CompletedByBeginning(const ScoredOffer& offer) const {
    double most = 0;
    (void)Any([&](const ProductRef& base) {
      most = std::max(most, AfterBeginnings(offer, base));
      return false;
    });
    return most;
  }

 private:
  template <typename Predicate>
  bool Any(const Predicate& holds) const {
    return std::any_of(context_.cart.begin(), context_.cart.end(),
                       [&](const CartItem& item) { return holds(item.product); }) ||
           std::any_of(context_.viewed.begin(), context_.viewed.end(), holds);
  }

  double AfterBeginnings(const ScoredOffer& offer, const ProductRef& base) const {
    const models::PopularityView& popularity = model_.models().popularity;
    const HabitBeginnings& beginnings = model_.models().behaviour.beginnings;
    const std::uint32_t item = model_.ItemOf(offer.candidate.product.index);
    const std::uint32_t other = base.known() ? model_.ItemOf(base.index) : kNoItem;
    if (item == kNoItem || other == kNoItem || beginnings.orders.empty()) return 0;
    const auto row = beginnings.bases.subspan(
        beginnings.offsets[item], beginnings.offsets[item + 1] - beginnings.offsets[item]);
    const auto found = std::lower_bound(row.begin(), row.end(), other);
    if (found == row.end() || *found != other) return 0;
    const auto place = beginnings.offsets[item] + static_cast<std::uint64_t>(found - row.begin());
    const double by_chance =
        static_cast<double>(beginnings.orders[item]) * double{popularity.overall[other]};
    return ComplementProbability(beginnings.together[place], by_chance, offer.list_price,
                                 index_.PriceOrZeroAsOf(base.index, at_));
  }

  const BoundModel& model_;
  const FactIndex& index_;
  const Context& context_;
  const base::Micros at_;
};

}  // namespace

double ComplementProbability(double together, double by_chance, base::Decimal price,
                             base::Decimal base_price) {
  if (!(together > 0)) return 0;
  if (price <= base::Decimal() || base_price <= base::Decimal()) return 0;
  constexpr double kMostEvidence = 10;  // no count is beyond doubt
  const double bayes_factor =
      together * std::log(kComplementLift) - (kComplementLift - 1) * by_chance;
  const double goes_together = models::Sigmoid(
      kComplementPriorLogit + std::clamp(bayes_factor, -kMostEvidence, kMostEvidence));
  const double dearer = std::log2(price.ToDouble() / base_price.ToDouble());
  return goes_together * models::Sigmoid(-(dearer + 0.5) / 0.25);
}

void FillCompletes(const BoundModel& model, const FactIndex& index, const Context& context,
                   ScoredOffer& offer) {
  const Beside beside(model, index, context);
  const Evidence& evidence = offer.candidate.evidence;
  offer.completes_cart = double{offer.candidate.scores.completes};
  if (evidence.because_of.known() && evidence.lift > 0) {
    const double together = evidence.orders_together;
    const double chance = ComplementProbability(
        together, together / evidence.lift, offer.list_price,
        index.PriceOrZeroAsOf(evidence.because_of.index, base::ToMicros(context.at)));
    double& completes =
        beside.Holds(evidence.because_of) ? offer.completes_cart : offer.completes_base;
    completes = std::max(completes, chance);
  }
  if (offer.completes_cart < 1 && MayBegin(offer)) {
    offer.completes_cart = std::max(offer.completes_cart, beside.CompletedByBeginning(offer));
  }
}

}  // namespace tsugi
