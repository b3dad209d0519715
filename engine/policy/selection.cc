#include "engine/policy/selection.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tsugi {
namespace {

std::string_view SubscriptionId(const Candidate& candidate) {
  if (candidate.subscription == nullptr || candidate.subscription->facts == nullptr) return {};
  return candidate.subscription->facts->id;
}

bool HasTier(const ScoredOffer& offer) {
  const Product* const facts = offer.candidate.product.facts;
  return offer.candidate.kind == OfferKind::kUpgrade && facts != nullptr &&
         facts->tier.has_value() && !facts->family.empty();
}

int TierOf(const ScoredOffer& offer) { return *offer.candidate.product.facts->tier; }

// Two steps of one ladder: upgrades of the same thing within one family.
bool SameLadder(const ScoredOffer& a, const ScoredOffer& b) {
  return a.candidate.replaces.index == b.candidate.replaces.index &&
         a.candidate.product.facts->family == b.candidate.product.facts->family &&
         SubscriptionId(a.candidate) == SubscriptionId(b.candidate);
}

// The offers that are the best of their product, in ranking order.
std::vector<std::size_t> BestOfEachProduct(const std::vector<Ranked>& ranked) {
  std::vector<std::pair<ProductIndex, std::size_t>> by_product;
  by_product.reserve(ranked.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    by_product.emplace_back(ranked[i].offer->candidate.product.index, i);
  }
  std::sort(by_product.begin(), by_product.end());
  std::vector<std::size_t> best;
  best.reserve(ranked.size());
  for (std::size_t i = 0; i < by_product.size(); ++i) {
    if (i == 0 || by_product[i].first != by_product[i - 1].first) {
      best.push_back(by_product[i].second);
    }
  }
  std::sort(best.begin(), best.end());
  return best;
}

// `waiting` are the positions not chosen. See Select.
void PutNextTiersIn(const std::vector<Ranked>& ranked, std::span<const std::size_t> waiting,
                    std::vector<std::size_t>* chosen) {
  for (const std::size_t position : waiting) {
    const ScoredOffer& next = *ranked[position].offer;
    if (!HasTier(next)) continue;
    std::size_t* last_higher = nullptr;
    bool lower_chosen = false;
    for (std::size_t& other : *chosen) {
      const ScoredOffer& offer = *ranked[other].offer;
      if (!HasTier(offer) || !SameLadder(offer, next)) continue;
      if (TierOf(offer) > TierOf(next)) {
        if (last_higher == nullptr || other > *last_higher) last_higher = &other;
      } else {
        lower_chosen = true;
      }
    }
    if (last_higher != nullptr && !lower_chosen) *last_higher = position;
  }
  std::sort(chosen->begin(), chosen->end());
}

}  // namespace

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

std::vector<std::size_t> Select(std::vector<Ranked>* ranked, std::size_t most,
                                bool keep_next_tier) {
  std::sort(ranked->begin(), ranked->end(), [](const Ranked& a, const Ranked& b) {
    if (a.priority != b.priority) return a.priority > b.priority;
    return std::is_lt(CompareOffers(*a.offer, *b.offer));
  });
  std::vector<std::size_t> chosen = BestOfEachProduct(*ranked);
  if (chosen.size() <= most) return chosen;
  const std::vector<std::size_t> waiting(chosen.begin() + static_cast<std::ptrdiff_t>(most),
                                         chosen.end());
  chosen.resize(most);
  if (keep_next_tier) PutNextTiersIn(*ranked, waiting, &chosen);
  return chosen;
}

}  // namespace tsugi
