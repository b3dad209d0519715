#include "engine/policy/selection.h"

#include <algorithm>
#include <string_view>

namespace tsugi {
namespace {

std::string_view SubscriptionId(const Candidate& candidate) {
  if (candidate.subscription == nullptr || candidate.subscription->facts == nullptr) return {};
  return candidate.subscription->facts->id;
}

int TierOf(const ScoredOffer& offer) { return *offer.candidate.product.facts->tier; }

// Two steps of one ladder: upgrades of the same thing within one family.
bool SameLadder(const ScoredOffer& a, const ScoredOffer& b) {
  return a.candidate.replaces.index == b.candidate.replaces.index &&
         a.candidate.product.facts->family == b.candidate.product.facts->family &&
         SubscriptionId(a.candidate) == SubscriptionId(b.candidate);
}

bool HoldsProduct(const std::vector<Ranked>& chosen, const Ranked& ranked) {
  return std::any_of(chosen.begin(), chosen.end(), [&](const Ranked& other) {
    return other.offer->candidate.product.index == ranked.offer->candidate.product.index;
  });
}

// The higher step of the ladder of `next` that ranks last, null where there is none or a step as
// low as `next` is chosen.
Ranked* HigherStep(const ScoredOffer& next, std::vector<Ranked>* chosen) {
  Ranked* last = nullptr;
  for (Ranked& other : *chosen) {
    if (!IsLadderStep(*other.offer) || !SameLadder(*other.offer, next)) continue;
    if (TierOf(*other.offer) <= TierOf(next)) return nullptr;
    if (last == nullptr || RanksBefore(*last, other)) last = &other;
  }
  return last;
}

// See Select. `waiting` are the steps of ladders that are not chosen.
void PutNextTiersIn(std::vector<Ranked>* waiting, std::vector<Ranked>* chosen) {
  std::sort(waiting->begin(), waiting->end(), RanksBefore);
  for (const Ranked& next : *waiting) {
    if (HoldsProduct(*chosen, next)) continue;
    if (Ranked* const higher = HigherStep(*next.offer, chosen); higher != nullptr) *higher = next;
  }
  std::sort(chosen->begin(), chosen->end(), RanksBefore);
}

}  // namespace

bool IsLadderStep(const ScoredOffer& offer) {
  const Product* const facts = offer.candidate.product.facts;
  return offer.candidate.kind == OfferKind::kUpgrade && facts != nullptr &&
         facts->tier.has_value() && !facts->family.empty();
}

bool RanksBefore(const Ranked& a, const Ranked& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  return std::is_lt(CompareOffers(*a.offer, *b.offer));
}

std::strong_ordering CompareOffers(const ScoredOffer& a, const ScoredOffer& b) {
  const Candidate& first = a.candidate;
  const Candidate& second = b.candidate;
  if (first.product.index != second.product.index || !first.product.known()) {
    const auto by_id = first.product.id() <=> second.product.id();
    if (std::is_neq(by_id)) return by_id;
    if (first.product.index != second.product.index) {
      return first.product.index <=> second.product.index;
    }
  }
  if (first.kind != second.kind) return first.kind <=> second.kind;
  const auto by_subscription = SubscriptionId(first) <=> SubscriptionId(second);
  if (std::is_neq(by_subscription)) return by_subscription;
  return first.replaces.id() <=> second.replaces.id();
}

std::vector<Ranked> Select(std::vector<Ranked>& ranked, std::size_t most, bool keep_next_tier) {
  // Few of many are wanted: a heap gives them up best first.
  const auto worse = [](const Ranked& a, const Ranked& b) { return RanksBefore(b, a); };
  std::make_heap(ranked.begin(), ranked.end(), worse);
  std::vector<Ranked> chosen;
  std::vector<ProductIndex> products;
  chosen.reserve(std::min(most, ranked.size()));
  products.reserve(chosen.capacity());
  while (!ranked.empty() && chosen.size() < most) {
    std::pop_heap(ranked.begin(), ranked.end(), worse);
    const ProductIndex product = ranked.back().offer->candidate.product.index;
    if (std::find(products.begin(), products.end(), product) == products.end()) {
      chosen.push_back(ranked.back());
      products.push_back(product);
    }
    ranked.pop_back();
  }
  if (!keep_next_tier) return chosen;
  std::erase_if(ranked, [](const Ranked& rest) { return !IsLadderStep(*rest.offer); });
  if (!ranked.empty()) PutNextTiersIn(&ranked, &chosen);
  return chosen;
}

}  // namespace tsugi
