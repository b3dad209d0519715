#include <algorithm>
#include <compare>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "engine/policy/conditions.h"
#include "engine/policy/gates.h"
#include "engine/policy/policy.h"
#include "engine/policy/rests.h"
#include "engine/policy/selection.h"
#include "engine/policy/value.h"

namespace tsugi {
namespace {

// What is decided about one offer: by the rule that brings it furthest, and among those equally
// far, at the highest priority.
struct Verdict {
  Outcome outcome = Outcome::kNoMomentOpen;
  const Rule* rule = nullptr;
  std::optional<absl::Time> until;
  base::Decimal price;
  double value = 0;
  double priority = 0;
};

bool Contains(const std::vector<ProductIndex>& sorted, ProductIndex product) {
  return std::binary_search(sorted.begin(), sorted.end(), product);
}

// Products that some candidate would be an upgrade to; sorted.
std::vector<ProductIndex> UpgradeProducts(const std::vector<ScoredOffer>& offers) {
  std::vector<ProductIndex> products;
  for (const ScoredOffer& offer : offers) {
    if (offer.candidate.kind == OfferKind::kUpgrade) {
      products.push_back(offer.candidate.product.index);
    }
  }
  std::sort(products.begin(), products.end());
  return products;
}

template <typename T, typename U>
bool AnyOf(const std::vector<T>& accepted, const U& value) {
  return accepted.empty() || std::find(accepted.begin(), accepted.end(), value) != accepted.end();
}

class Decider {
 public:
  Decider(const Policy& policy, const Context& context, const std::vector<ScoredOffer>& offers)
      : policy_(policy),
        context_(context),
        gates_(OpenGates(policy, context)),
        used_(gates_.size(), 0),
        rests_(policy.contact_policy, context),
        detractor_until_(DetractorUntil(policy, context)),
        upgrades_(UpgradeProducts(offers)),
        decimals_(CurrencyDecimals(context.currency)) {}

  Verdict Judge(const ScoredOffer& offer) {
    const Candidate& candidate = offer.candidate;
    const Verdict product = JudgeProduct(candidate);
    Verdict best;
    best.price = offer.list_price;
    for (std::size_t g = 0; g < gates_.size(); ++g) {
      const RuleGate& gate = gates_[g];
      if ((gate.kinds & KindBit(candidate.kind)) == 0) continue;
      const std::optional<Gate> own = GateFor(gate, candidate, context_);
      if (!own.has_value()) continue;
      const Verdict verdict = own->open() && !IsBarredUpgrade(candidate.kind)
                                  ? JudgeOpen(offer, *gate.rule, *own, product)
                                  : Closed(offer, *gate.rule, *own);
      if (own->open()) used_[g] |= KindBit(candidate.kind);
      if (best.rule == nullptr || Better(verdict, best)) best = verdict;
    }
    return best;
  }

  // The first stage, in the order of Outcome, after which nothing was left: the furthest that any
  // offer or any rule's kind came. A rule's kind that stood open without a candidate came to
  // kNoCandidate. Call after judging every offer.
  NoOffer Reason(const std::vector<Verdict>& verdicts) const {
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

 private:
  bool IsBarredUpgrade(OfferKind kind) const {
    return kind == OfferKind::kUpgrade && detractor_until_.has_value();
  }

  static bool Better(const Verdict& a, const Verdict& b) {
    if (a.outcome != b.outcome) return StageRank(a.outcome) > StageRank(b.outcome);
    if (a.priority != b.priority) return a.priority > b.priority;
    return a.outcome != Outcome::kOffered &&
           a.until.value_or(absl::InfiniteFuture()) < b.until.value_or(absl::InfiniteFuture());
  }

  Verdict Closed(const ScoredOffer& offer, const Rule& rule, const Gate& gate) const {
    Verdict verdict;
    verdict.rule = &rule;
    verdict.price = offer.list_price;
    verdict.outcome = gate.outcome;
    verdict.until = gate.until;
    if (IsBarredUpgrade(offer.candidate.kind)) {
      verdict.outcome = Outcome::kDetractor;
      verdict.until = detractor_until_;
    }
    return verdict;
  }

  // What does not depend on the rule: kOffered, or the stage at which the product itself falls.
  Verdict JudgeProduct(const Candidate& candidate) const {
    Verdict verdict;
    verdict.outcome = Outcome::kOffered;
    if (!IsCandidate(candidate)) {
      verdict.outcome = Outcome::kNoCandidate;
    } else if (const auto until = rests_.Until(candidate.product); until.has_value()) {
      verdict.outcome = Outcome::kCoolingDown;
      verdict.until = until;
    } else if (!PassesFilter(candidate)) {
      verdict.outcome = Outcome::kFiltered;
    }
    return verdict;
  }

  // Sources leave these out; what must never come back is checked here once more.
  bool IsCandidate(const Candidate& candidate) const {
    const ProductRef& product = candidate.product;
    if (!product.known()) return false;
    if (product.facts != nullptr && !(product.facts->active && product.facts->in_stock)) {
      return false;
    }
    const bool in_cart =
        std::any_of(context_.cart.begin(), context_.cart.end(),
                    [&](const CartItem& item) { return item.product.index == product.index; });
    if (in_cart) return false;
    if (candidate.kind == OfferKind::kCrossSell && Contains(upgrades_, product.index)) return false;
    return candidate.kind == OfferKind::kTrialConversion ||
           !Contains(context_.owned, product.index);
  }

  bool PassesFilter(const Candidate& candidate) const {
    if (Contains(context_.excluded, candidate.product.index)) return false;
    const OfferFilter& filter = context_.filter;
    if (!AnyOf(filter.kinds, candidate.kind)) return false;
    if (filter.categories.empty()) return true;
    const Product* const facts = candidate.product.facts;
    return facts != nullptr && AnyOf(filter.categories, facts->category);
  }

  bool PassesPriceFilter(base::Decimal price) const {
    const OfferFilter& filter = context_.filter;
    return !(filter.min_price.has_value() && price < *filter.min_price) &&
           !(filter.max_price.has_value() && price > *filter.max_price);
  }

  Verdict JudgeOpen(const ScoredOffer& offer, const Rule& rule, const Gate& gate,
                    const Verdict& product) const {
    Verdict verdict;
    verdict.rule = &rule;
    verdict.price = PriceAfterDiscount(offer.list_price, rule.discount_percent, decimals_);
    verdict.value = policy_.probability_only ? 1 : ValueOf(offer, verdict.price, policy_.value);
    verdict.priority = policy_.probability_only
                           ? offer.probability
                           : offer.probability * rule.weight * verdict.value * rule.lever;
    const double expected = offer.probability * verdict.value;
    if (!CategoryHolds(rule.when, offer.candidate.product)) {
      verdict.outcome = Outcome::kConditionsNotMet;
    } else if (product.outcome != Outcome::kOffered) {
      verdict.outcome = product.outcome;
      verdict.until = product.until;
    } else if (!PassesPriceFilter(verdict.price)) {
      verdict.outcome = Outcome::kFiltered;
    } else if (!(expected >= policy_.contact_policy.min_expected_value)) {  // NaN, too
      verdict.outcome = Outcome::kBelowMinimumValue;
    } else {
      verdict.outcome = Outcome::kOffered;
      verdict.until = gate.until;
    }
    return verdict;
  }

  const Policy& policy_;
  const Context& context_;
  RuleGates gates_;
  absl::InlinedVector<std::uint32_t, 8> used_;  // kinds that had a candidate at the open gate
  Rests rests_;
  std::optional<absl::Time> detractor_until_;
  std::vector<ProductIndex> upgrades_;
  int decimals_;
};

DecidedOffer Make(ScoredOffer&& offer, const Verdict& verdict, bool probability_only) {
  DecidedOffer decided;
  decided.offer = std::move(offer);
  decided.outcome = verdict.outcome;
  decided.until = verdict.until;
  decided.price = verdict.price;
  decided.value = verdict.value;
  decided.priority = verdict.priority;
  if (verdict.rule != nullptr) {
    decided.rule_id = verdict.rule->id;
    decided.moment = verdict.rule->moment;
    decided.discount_percent = verdict.rule->discount_percent;
    decided.coupon = verdict.rule->coupon;
    decided.context_weight = probability_only ? 1 : verdict.rule->weight;
    decided.lever = probability_only ? 1 : verdict.rule->lever;
  }
  return decided;
}

std::size_t Most(const Policy& policy, int asked) {
  const int most = std::max(0, policy.contact_policy.max_suggestions);
  return static_cast<std::size_t>(asked > 0 ? std::min(asked, most) : most);
}

// Moves the offers of `positions` out, by product id and kind.
void KeepDropped(std::vector<std::size_t> positions, const std::vector<Verdict>& verdicts,
                 bool probability_only, std::vector<ScoredOffer>* offers, Decision* decision) {
  std::sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
    const auto order = CompareOffers((*offers)[a], (*offers)[b]);
    return std::is_neq(order) ? std::is_lt(order) : verdicts[a].priority > verdicts[b].priority;
  });
  decision->dropped.reserve(positions.size());
  for (const std::size_t i : positions) {
    decision->dropped.push_back(Make(std::move((*offers)[i]), verdicts[i], probability_only));
  }
}

Decision DropAll(std::vector<ScoredOffer> offers, const Gate& gate, bool keep_dropped) {
  Decision decision;
  decision.no_offer = NoOffer{gate.outcome, gate.until};
  if (!keep_dropped) return decision;
  std::vector<Verdict> verdicts(offers.size());
  std::vector<std::size_t> positions(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    positions[i] = i;
    verdicts[i].outcome = gate.outcome;
    verdicts[i].until = gate.until;
    verdicts[i].price = offers[i].list_price;
  }
  KeepDropped(std::move(positions), verdicts, false, &offers, &decision);
  return decision;
}

}  // namespace

Decision Decide(const Policy& policy, const Context& context, std::vector<ScoredOffer> offers,
                int max_suggestions, bool keep_dropped) {
  if (const std::optional<Gate> gate = Suppressed(policy, context); gate.has_value()) {
    return DropAll(std::move(offers), *gate, keep_dropped);
  }
  Decider decider(policy, context, offers);
  std::vector<Verdict> verdicts;
  verdicts.reserve(offers.size());
  std::vector<Ranked> ranked;
  ranked.reserve(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    verdicts.push_back(decider.Judge(offers[i]));
    if (verdicts[i].outcome == Outcome::kOffered) {
      ranked.push_back({&offers[i], verdicts[i].priority, i});
    }
  }
  for (const Ranked& offer : ranked) verdicts[offer.position].outcome = Outcome::kOutranked;
  const std::vector<Ranked> chosen =
      Select(std::move(ranked), Most(policy, max_suggestions), !policy.probability_only);

  Decision decision;
  if (chosen.empty()) decision.no_offer = decider.Reason(verdicts);
  for (const Ranked& offer : chosen) verdicts[offer.position].outcome = Outcome::kOffered;
  if (keep_dropped) {
    std::vector<std::size_t> dropped;
    dropped.reserve(offers.size() - chosen.size());
    for (std::size_t i = 0; i < offers.size(); ++i) {
      if (verdicts[i].outcome == Outcome::kOffered) continue;
      if (verdicts[i].outcome == Outcome::kOutranked) verdicts[i].until.reset();
      dropped.push_back(i);
    }
    KeepDropped(std::move(dropped), verdicts, policy.probability_only, &offers, &decision);
  }
  decision.offered.reserve(chosen.size());
  for (const Ranked& offer : chosen) {
    decision.offered.push_back(
        Make(std::move(offers[offer.position]), verdicts[offer.position], policy.probability_only));
  }
  return decision;
}

}  // namespace tsugi
