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

  // By the orders that hold the product and what speaks most for it. REQUIRES: counted.
  void FillByCounts(ScoredOffer& offer) const {
    const Evidence& evidence = offer.candidate.evidence;
    const double together = evidence.orders_together;
    const double by_chance = together / evidence.lift;
    if (!Holds(evidence.because_of)) {
      offer.completes_base = Unstated(offer, evidence.because_of, together, by_chance);
    } else if (offer.completes_cart == 0) {
      offer.completes_cart = Unstated(offer, evidence.because_of, together, by_chance);
    } else if (!offer.candidate.product.facts->consumable && States(offer, evidence.because_of)) {
      offer.completes_cart = GoesTogether(kStatedPriorLogit, together, by_chance);
    }
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
    return Unstated(offer, base, beginnings.together[place], by_chance);
  }

  double Unstated(const ScoredOffer& offer, const ProductRef& base, double together,
                  double by_chance) const {
    return GoesTogether(kUnstatedPriorLogit, together, by_chance) *
           IsTheCheaper(offer.list_price, index_.PriceOrZeroAsOf(base.index, at_));
  }

  bool Holds(const ProductRef& product) const {
    return Any(
        [&](const ProductRef& other) { return other.known() && other.index == product.index; });
  }

  bool States(const ScoredOffer& offer, const ProductRef& base) const {
    const CatalogEntry* const entry = index_.EntryAsOf(offer.candidate.product.index, at_);
    return entry != nullptr && std::find(entry->goes_with.begin(), entry->goes_with.end(),
                                         base.index) != entry->goes_with.end();
  }

  const BoundModel& model_;
  const FactIndex& index_;
  const Context& context_;
  const base::Micros at_;
};

}  // namespace

double GoesTogether(double prior_logit, double together, double by_chance) {
  constexpr double kMostEvidence = 10;  // no count is beyond doubt
  const double bayes_factor =
      together * std::log(kComplementLift) - (kComplementLift - 1) * by_chance;
  return models::Sigmoid(prior_logit + std::clamp(bayes_factor, -kMostEvidence, kMostEvidence));
}

double IsTheCheaper(base::Decimal price, base::Decimal base_price) {
  if (price <= base::Decimal() || base_price <= base::Decimal()) return 0;
  const double dearer = std::log2(price.ToDouble() / base_price.ToDouble());
  return models::Sigmoid(-(dearer + 0.5) / 0.25);
}

void FillComplements(const BoundModel& model, const FactIndex& index, const Context& context,
                     std::span<ScoredOffer> offers) {
  const Beside beside(model, index, context);
  for (ScoredOffer& offer : offers) {
    offer.completes_cart = double{offer.candidate.scores.completes};
    if (offer.candidate.evidence.because_of.known() && offer.candidate.evidence.lift > 0) {
      beside.FillByCounts(offer);
    }
    if (offer.completes_cart < 1 && MayBegin(offer)) {
      offer.completes_cart = std::max(offer.completes_cart, beside.CompletedByBeginning(offer));
    }
  }
}

}  // namespace tsugi
