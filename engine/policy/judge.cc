#include "engine/policy/judge.h"

#include <algorithm>
#include <cstddef>

#include "engine/policy/conditions.h"
#include "engine/policy/value.h"

namespace tsugi {
namespace {

bool Contains(const std::vector<ProductIndex>& sorted, ProductIndex product) {
  return std::binary_search(sorted.begin(), sorted.end(), product);
}

// Products that are upgrades of something in the cart, viewed or held; sorted. One of what is only
// bought regularly may be cross-sold all the same, until that is due.
std::vector<ProductIndex> UpgradeProducts(const Context& context,
                                          std::span<const ScoredOffer> offers) {
  std::vector<ProductIndex> products;
  for (const ScoredOffer& offer : offers) {
    const Candidate& candidate = offer.candidate;
    const auto replaces = [&](const ProductRef& product) {
      return product.known() && product.index == candidate.replaces.index;
    };
    if (candidate.kind == OfferKind::kUpgrade &&
        (candidate.subscription != nullptr ||
         std::any_of(context.cart.begin(), context.cart.end(),
                     [&](const CartItem& item) { return replaces(item.product); }) ||
         std::any_of(context.viewed.begin(), context.viewed.end(), replaces))) {
      products.push_back(candidate.product.index);
    }
  }
  std::sort(products.begin(), products.end());
  return products;
}

template <typename T, typename U>
bool AnyOf(const std::vector<T>& accepted, const U& value) {
  return accepted.empty() || std::find(accepted.begin(), accepted.end(), value) != accepted.end();
}

bool Better(const Verdict& a, const Verdict& b) {
  if (a.outcome != b.outcome) return StageRank(a.outcome) > StageRank(b.outcome);
  if (a.priority != b.priority) return a.priority > b.priority;
  return a.outcome != Outcome::kOffered &&
         a.until.value_or(absl::InfiniteFuture()) < b.until.value_or(absl::InfiniteFuture());
}

bool IsRunning(const Campaign& campaign, const Context& context) {
  return std::any_of(context.running_campaigns.begin(), context.running_campaigns.end(),
                     [&](const RunningCampaign& c) { return c.facts->id == campaign.id; });
}

// Below what it costs; where the cost is unknown, what the policy's margin leaves of the list
// price.
bool BelowCost(const ScoredOffer& offer, base::Decimal price, double default_margin) {
  if (offer.unit_cost.has_value()) return price < *offer.unit_cost;
  constexpr double kHalfAMicro = 5e-7;
  return price.ToDouble() < offer.list_price.ToDouble() * (1 - default_margin) - kHalfAMicro;
}

bool IsCheaper(const ScoredOffer& offer, const Verdict& verdict) {
  return verdict.discount_percent > 0 || (offer.candidate.kind == OfferKind::kBundle &&
                                          offer.candidate.contents_price > offer.list_price);
}

// `make` fills a verdict in: the first in its place, another beside it.
template <typename Make>
void Consider(Verdict* best, const Make& make) {
  if (best->rule == nullptr) return make(*best);
  Verdict other;
  make(other);
  if (Better(other, *best)) *best = other;
}

}  // namespace

Judge::Judge(const Policy& policy, const Context& context, std::span<const ScoredOffer> offers)
    : policy_(policy),
      context_(context),
      gates_(OpenGates(policy, context)),
      used_(gates_.size(), 0),
      rests_(policy.contact_policy, context),
      detractor_until_(DetractorUntil(policy, context)),
      upgrades_(UpgradeProducts(context, offers)),
      decimals_(CurrencyDecimals(context.currency)) {
  for (std::uint32_t g = 0; g < gates_.size(); ++g) {
    if (gates_[g].any.open()) open_.push_back(g);
  }
}

void Judge::Of(const ScoredOffer& offer, Verdict* best) {
  best->price = offer.list_price;
  // Open gates first: what passes one of them comes further than any closed gate lets it.
  OfOpenGates(offer, best);
  if (best->rule != nullptr && StageRank(best->outcome) > StageRank(Outcome::kContactLimit)) return;
  OfClosedGates(offer, best);
}

void Judge::OfOpenGates(const ScoredOffer& offer, Verdict* best) {
  const Candidate& candidate = offer.candidate;
  const std::uint32_t kind = KindBit(candidate.kind);
  ProductStage product;
  bool product_seen = false;
  for (const std::uint32_t g : open_) {
    const RuleGate& gate = gates_[g];
    if ((gate.kinds & kind) == 0) continue;
    const Gate* const own = GateFor(gate, candidate, context_);
    if (own == nullptr || !own->open()) continue;
    used_[g] |= kind;
    if (IsBarredUpgrade(candidate.kind)) {
      Consider(best, [&](Verdict& verdict) { Closed(offer, *gate.rule, *own, verdict); });
      continue;
    }
    if (!product_seen) OfProduct(candidate, product);
    product_seen = true;
    Consider(best,
             [&](Verdict& verdict) { Open(offer, *gate.rule, *own, product, *best, verdict); });
  }
}

void Judge::OfClosedGates(const ScoredOffer& offer, Verdict* best) const {
  const Candidate& candidate = offer.candidate;
  for (const RuleGate& gate : gates_) {
    if ((gate.kinds & KindBit(candidate.kind)) == 0) continue;
    const Gate* const own = GateFor(gate, candidate, context_);
    if (own == nullptr || own->open()) continue;
    Consider(best, [&](Verdict& verdict) { Closed(offer, *gate.rule, *own, verdict); });
  }
}

NoOffer Judge::Reason(const std::vector<Verdict>& verdicts) const {
  NoOffer reason{Outcome::kNoMomentOpen, std::nullopt};
  const auto note = [&](Outcome outcome, std::optional<absl::Time> until) {
    if (StageRank(outcome) > StageRank(reason.reason)) {
      reason = {outcome, until};
    } else if (outcome == reason.reason && until.has_value()) {
      reason.retry_at = std::min(reason.retry_at.value_or(absl::InfiniteFuture()), *until);
    }
  };
  // A rule of nothing but upgrades ends at a detractor.
  bool kinds_left = false;
  for (std::size_t g = 0; g < gates_.size(); ++g) {
    const std::uint32_t barred = detractor_until_.has_value() ? KindBit(OfferKind::kUpgrade) : 0;
    const std::uint32_t kinds = gates_[g].kinds & ~barred;
    kinds_left = kinds_left || kinds != 0;
    if (kinds == 0) continue;
    const Gate& gate = gates_[g].any;
    if (!gate.open()) {
      note(gate.outcome, gate.until);
    } else if ((kinds & ~used_[g]) != 0) {
      note(Outcome::kNoCandidate, std::nullopt);
    }
  }
  if (!kinds_left && !gates_.empty()) reason = {Outcome::kDetractor, detractor_until_};
  for (const Verdict& verdict : verdicts) {
    if (verdict.rule != nullptr) note(verdict.outcome, verdict.until);
  }
  return reason;
}

void Judge::Closed(const ScoredOffer& offer, const Rule& rule, const Gate& gate,
                   Verdict& verdict) const {
  verdict.rule = &rule;
  verdict.price = offer.list_price;
  verdict.outcome = gate.outcome;
  verdict.until = gate.until;
  if (IsBarredUpgrade(offer.candidate.kind)) {
    verdict.outcome = Outcome::kDetractor;
    verdict.until = detractor_until_;
  }
}

void Judge::OfProduct(const Candidate& candidate, ProductStage& stage) const {
  if (!IsCandidate(candidate)) {
    stage.outcome = Outcome::kNoCandidate;
  } else if (stage.until = rests_.Until(candidate.product); stage.until.has_value()) {
    stage.outcome = Outcome::kCoolingDown;
  } else {
    stage.outcome = PassesFilter(candidate) ? Outcome::kOffered : Outcome::kFiltered;
  }
}

// Sources leave these out; what must never come back is checked here once more.
bool Judge::IsCandidate(const Candidate& candidate) const {
  const ProductRef& product = candidate.product;
  if (!product.known()) return false;
  if (product.facts != nullptr && !(product.facts->active && product.facts->in_stock)) {
    return false;
  }
  const bool in_cart =
      std::any_of(context_.cart.begin(), context_.cart.end(),
                  [&](const CartItem& item) { return item.product.index == product.index; });
  if (in_cart) return false;
  if (candidate.kind == OfferKind::kPromotion &&
      (candidate.campaign == nullptr || !IsRunning(*candidate.campaign, context_))) {
    return false;
  }
  if (candidate.kind == OfferKind::kCrossSell && Contains(upgrades_, product.index)) return false;
  return candidate.kind == OfferKind::kTrialConversion || !Contains(context_.owned, product.index);
}

bool Judge::PassesFilter(const Candidate& candidate) const {
  if (Contains(context_.excluded, candidate.product.index)) return false;
  const OfferFilter& filter = context_.filter;
  if (!AnyOf(filter.kinds, candidate.kind)) return false;
  if (filter.categories.empty()) return true;
  const Product* const facts = candidate.product.facts;
  return facts != nullptr && AnyOf(filter.categories, facts->category);
}

bool Judge::PassesPriceFilter(base::Decimal price) const {
  const OfferFilter& filter = context_.filter;
  return !(filter.min_price.has_value() && price < *filter.min_price) &&
         !(filter.max_price.has_value() && price > *filter.max_price);
}

void Judge::SetDiscount(const ScoredOffer& offer, const Gate& gate, Verdict& verdict) {
  verdict.discount_percent = verdict.rule->discount_percent;
  if (offer.candidate.kind == OfferKind::kPromotion) {
    verdict.campaign = offer.candidate.campaign;
    verdict.discount_percent = verdict.campaign == nullptr ? 0 : verdict.campaign->discount_percent;
  } else if (gate.campaign != nullptr && gate.campaign->discount_percent > 0 &&
             gate.campaign->discount_percent >= verdict.discount_percent) {
    verdict.campaign = gate.campaign;
    verdict.discount_percent = gate.campaign->discount_percent;
  }
}

Outcome Judge::OfMoney(const ScoredOffer& offer, const Verdict& verdict) const {
  const double expected = offer.probability * verdict.value;
  if (!(expected >= policy_.contact_policy.min_expected_value)) {  // NaN, too
    return Outcome::kBelowMinimumValue;
  }
  if (policy_.probability_only) return Outcome::kOffered;
  // A customer who costs more than he brings is not called, and nothing is made cheaper for him.
  const bool costly = context_.lifetime_value.has_value() && *context_.lifetime_value < 0;
  if (costly && (context_.outbound || IsCheaper(offer, verdict))) {
    return Outcome::kBelowMinimumValue;
  }
  if (verdict.discount_percent > 0 && !policy_.value.allow_below_cost &&
      BelowCost(offer, verdict.price, policy_.value.default_margin)) {
    return Outcome::kBelowMinimumValue;
  }
  return Outcome::kOffered;
}

void Judge::Open(const ScoredOffer& offer, const Rule& rule, const Gate& gate,
                 const ProductStage& product, const Verdict& best, Verdict& verdict) const {
  const bool priced = best.rule != nullptr;
  verdict.rule = &rule;
  SetDiscount(offer, gate, verdict);
  if (priced && best.discount_percent == verdict.discount_percent) {
    verdict.price = best.price;
    verdict.value = best.value;
  } else {
    verdict.price = PriceAfterDiscount(offer.list_price, verdict.discount_percent, decimals_);
    verdict.value = policy_.probability_only ? 1 : ValueOf(offer, verdict.price, policy_.value);
  }
  verdict.priority = policy_.probability_only
                         ? offer.probability
                         : offer.probability * rule.weight * verdict.value * rule.lever;
  if (!CategoryHolds(rule.when, offer.candidate.product)) {
    verdict.outcome = Outcome::kConditionsNotMet;
  } else if (product.outcome != Outcome::kOffered) {
    verdict.outcome = product.outcome;
    verdict.until = product.until;
  } else if (!PassesPriceFilter(verdict.price)) {
    verdict.outcome = Outcome::kFiltered;
  } else {
    verdict.outcome = OfMoney(offer, verdict);
    if (verdict.outcome == Outcome::kOffered) verdict.until = gate.until;
  }
}

}  // namespace tsugi
