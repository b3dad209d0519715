#include "engine/candidates/catalog_sources.h"

#include <algorithm>

#include "engine/candidates/eligibility.h"
#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

// Calls `visit` with each product of `base`'s family that stands on a higher tier, is of the same
// kind, and may be sold.
template <typename Visit>
void ForHigherTiers(const FactIndex& index, const Context& context, const CatalogEntry& base,
                    const Visit& visit) {
  if (base.family == kNoGroup || !base.facts.tier.has_value()) return;
  const base::Micros at = base::ToMicros(context.at);
  for (const ProductIndex product : index.OfFamily(base.family)) {
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    if (entry == nullptr || entry->family != base.family || entry->facts.kind != base.facts.kind ||
        !entry->facts.tier.has_value() || *entry->facts.tier <= *base.facts.tier) {
      continue;
    }
    if (!IsSellable(index, product, at) || InCart(context, product) || IsOwned(context, product)) {
      continue;
    }
    visit(ProductRef{product, &entry->facts, &entry->facts.id});
  }
}

// Does another subscription of the account hold a higher tier of the family? Then the account's
// next step is from there: what lies between is owned, and nothing above it may take its place.
bool HoldsHigherTier(const FactIndex& index, const Context& context, const CatalogEntry& plan) {
  if (plan.family == kNoGroup || !plan.facts.tier.has_value()) return false;
  const base::Micros at = base::ToMicros(context.at);
  return std::any_of(context.subscriptions.begin(), context.subscriptions.end(),
                     [&](const SubscriptionState& other) {
                       if (!IsInGoodStanding(other.facts->status)) return false;
                       const CatalogEntry* held = index.EntryAsOf(other.plan.index, at);
                       return held != nullptr && held->family == plan.family &&
                              held->facts.tier.value_or(0) > *plan.facts.tier;
                     });
}

void CollectAddOns(const FactIndex& index, const Context& context, std::vector<Candidate>& out) {
  const auto any = std::find_if(
      context.subscriptions.begin(), context.subscriptions.end(), [&](const SubscriptionState& s) {
        return IsInGoodStanding(s.facts->status) && IsAskedFor(context, s);
      });
  const base::Micros at = base::ToMicros(context.at);
  for (const ProductIndex product : index.AddOns()) {
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    if (entry == nullptr || entry->facts.kind != ProductKind::kAddOn) continue;
    if (KindBesideCart(index, context, product) != OfferKind::kAddOn) continue;
    Candidate candidate;
    if (!entry->goes_with.empty()) {
      candidate.subscription = SubscriptionTo(context, entry->goes_with);
    } else if (any != context.subscriptions.end()) {
      candidate.subscription = &*any;
    } else {
      continue;  // for anyone: left to the model's sources
    }
    candidate.product = {product, &entry->facts, &entry->facts.id};
    candidate.kind = OfferKind::kAddOn;
    if (candidate.subscription != nullptr) {
      candidate.evidence.because_of = candidate.subscription->plan;
    }
    out.push_back(std::move(candidate));
  }
}

}  // namespace

void FindHigherTiers(const FactIndex& index, const Context& context, ProductIndex base,
                     std::vector<ProductRef>& out) {
  out.clear();
  const CatalogEntry* entry = index.EntryAsOf(base, base::ToMicros(context.at));
  if (entry == nullptr) return;
  ForHigherTiers(index, context, *entry, [&](const ProductRef& higher) { out.push_back(higher); });
}

void CollectForSubscriptions(const FactIndex& index, const Context& context,
                             std::vector<Candidate>& out) {
  if (!context.profiled) return;
  const base::Micros at = base::ToMicros(context.at);
  for (const SubscriptionState& state : context.subscriptions) {
    if (!IsAskedFor(context, state)) continue;
    const CatalogEntry* plan = index.EntryAsOf(state.plan.index, at);
    if (plan == nullptr) continue;
    if (state.facts->status == SubscriptionStatus::kActive) {
      if (HoldsHigherTier(index, context, *plan)) continue;
      ForHigherTiers(index, context, *plan, [&](const ProductRef& higher) {
        Candidate candidate;
        candidate.product = higher;
        candidate.kind = OfferKind::kUpgrade;
        candidate.replaces = state.plan;
        candidate.subscription = &state;
        out.push_back(std::move(candidate));
      });
    } else if (state.facts->status == SubscriptionStatus::kTrialing &&
               IsSellable(index, state.plan.index, at) && !InCart(context, state.plan.index)) {
      Candidate candidate;
      candidate.product = state.plan;
      candidate.kind = OfferKind::kTrialConversion;
      candidate.subscription = &state;
      out.push_back(std::move(candidate));
    }
  }
  CollectAddOns(index, context, out);
}

void CollectBetterModels(const FactIndex& index, const Context& context,
                         std::vector<Candidate>& out) {
  const base::Micros at = base::ToMicros(context.at);
  const auto first = static_cast<std::ptrdiff_t>(out.size());
  const auto propose = [&](const ProductRef& base) {
    if (base.facts == nullptr) return;
    const CatalogEntry* entry = index.EntryAsOf(base.index, at);
    ForHigherTiers(index, context, *entry, [&](const ProductRef& higher) {
      const auto same = std::find_if(out.begin() + first, out.end(), [&](const Candidate& other) {
        return other.product.index == higher.index;
      });
      if (same == out.end()) {
        Candidate candidate;
        candidate.product = higher;
        candidate.kind = OfferKind::kUpgrade;
        candidate.replaces = base;
        out.push_back(std::move(candidate));
      } else if (*same->replaces.facts->tier < *base.facts->tier) {
        same->replaces = base;  // bases come by id: of equal tiers the first stays
      }
    });
  };
  for (const CartItem& item : context.cart) propose(item.product);
  for (const ProductRef& viewed : context.viewed) {
    if (!InCart(context, viewed.index)) propose(viewed);
  }
}

void FindComplements(const FactIndex& index, const Context& context,
                     std::vector<std::pair<ProductIndex, ProductRef>>& out) {
  out.clear();
  const base::Micros at = base::ToMicros(context.at);
  const auto add = [&](const ProductRef& seed) {
    if (!seed.known()) return;
    for (const ProductIndex product : index.product(seed.index).completed_by) {
      const CatalogEntry* entry = index.EntryAsOf(product, at);
      if (entry == nullptr || std::find(entry->goes_with.begin(), entry->goes_with.end(),
                                        seed.index) == entry->goes_with.end()) {
        continue;
      }
      out.emplace_back(product, seed);
    }
  };
  for (const CartItem& item : context.cart) add(item.product);
  for (const ProductRef& viewed : context.viewed) add(viewed);
  // Stable: of several completed products the first by id stays.
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const auto& a, const auto& b) { return a.first == b.first; }),
            out.end());
}

}  // namespace tsugi
