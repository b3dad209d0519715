#include "engine/scoring/complements.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "engine/candidates/eligibility.h"
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
    const ProductIndex base = evidence.because_of.index;
    if (!InCart(context_, base) && !IsViewed(context_, base)) {
      offer.completes_base = Unstated(offer, evidence.because_of, together, by_chance);
    } else if (offer.completes_cart == 0) {
      offer.completes_cart = Unstated(offer, evidence.because_of, together, by_chance);
    } else if (!offer.candidate.product.facts->consumable && States(offer, evidence.because_of)) {
      offer.completes_cart = GoesTogether(kStatedPriorLogit, together, by_chance);
    }
  }

  // Chance that the offer's product completes one of them, as its beginnings have it.
  double CompletedByBeginning(const ScoredOffer& offer) const {
    const HabitBeginnings& beginnings = model_.models().behaviour.beginnings;
    const std::uint32_t item = model_.ItemOf(offer.candidate.product.index);
    if (item == kNoItem || beginnings.orders.empty()) return 0;
    const std::uint64_t from = beginnings.offsets[item];
    const std::uint64_t size = beginnings.offsets[item + 1] - from;
    const Row row = {.orders = beginnings.orders[item],
                     .bases = beginnings.bases.subspan(from, size),
                     .together = beginnings.together.subspan(from, size)};
    double most = 0;
    for (const CartItem& cart : context_.cart) {
      most = std::max(most, AfterBeginnings(offer, row, cart.product));
    }
    for (const ProductRef& viewed : context_.viewed) {
      most = std::max(most, AfterBeginnings(offer, row, viewed));
    }
    return most;
  }

 private:
  // HabitBeginnings of one consumable.
  struct Row {
    std::uint32_t orders;
    std::span<const std::uint32_t> bases;
    std::span<const std::uint32_t> together;
  };

  double AfterBeginnings(const ScoredOffer& offer, const Row& row, const ProductRef& base) const {
    const std::uint32_t item = base.known() ? model_.ItemOf(base.index) : kNoItem;
    const auto found = std::lower_bound(row.bases.begin(), row.bases.end(), item);
    if (found == row.bases.end() || *found != item) return 0;
    const auto place = static_cast<std::size_t>(found - row.bases.begin());
    const double share = double{model_.models().popularity.overall[item]};
    return Unstated(offer, base, row.together[place], row.orders * share);
  }

  double Unstated(const ScoredOffer& offer, const ProductRef& base, double together,
                  double by_chance) const {
    return GoesTogether(kUnstatedPriorLogit, together, by_chance) *
           IsTheCheaper(offer.list_price, index_.PriceOrZeroAsOf(base.index, at_));
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
