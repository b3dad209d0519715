#include "engine/candidates/eligibility.h"

#include <algorithm>

#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

template <typename T>
bool Holds(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Products of one family replace one another: beside a camera nobody needs its cheaper sister.
bool IsSubstitute(const FactIndex& index, const Context& context, const CatalogEntry& entry,
                  base::Micros at) {
  if (entry.family == kNoGroup) return false;
  const auto same_family = [&](const ProductRef& other) {
    if (other.facts == nullptr || other.facts->family.empty()) return false;
    const CatalogEntry* held = index.EntryAsOf(other.index, at);
    return held != nullptr && held->family == entry.family;
  };
  return std::any_of(context.cart.begin(), context.cart.end(),
                     [&](const CartItem& item) { return same_family(item.product); }) ||
         std::any_of(context.viewed.begin(), context.viewed.end(), same_family);
}

}  // namespace

bool InCart(const Context& context, ProductIndex product) {
  return std::any_of(context.cart.begin(), context.cart.end(),
                     [&](const CartItem& item) { return item.product.index == product; });
}

bool IsViewed(const Context& context, ProductIndex product) {
  return std::any_of(context.viewed.begin(), context.viewed.end(),
                     [&](const ProductRef& viewed) { return viewed.index == product; });
}

bool IsOwned(const Context& context, ProductIndex product) {
  return std::binary_search(context.owned.begin(), context.owned.end(), product);
}

bool IsSellable(const FactIndex& index, ProductIndex product, base::Micros at) {
  const CatalogEntry* entry = index.EntryAsOf(product, at);
  if (entry == nullptr) return index.product(product).first_sold <= at;
  return entry->facts.active && entry->facts.in_stock;
}

bool IsWanted(const FactIndex& index, const Context& context, ProductIndex product,
              OfferKind kind) {
  if (std::binary_search(context.excluded.begin(), context.excluded.end(), product)) return false;
  const OfferFilter& filter = context.filter;
  if (filter.categories.empty() && filter.kinds.empty() && !filter.min_price && !filter.max_price) {
    return true;
  }
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* entry = index.EntryAsOf(product, at);
  if (!filter.kinds.empty() && !Holds(filter.kinds, kind)) return false;
  if (!filter.categories.empty() &&
      (entry == nullptr || !Holds(filter.categories, entry->facts.category))) {
    return false;
  }
  if (!filter.min_price && !filter.max_price) return true;
  const std::optional<base::Decimal> price = index.PriceAsOf(product, at);
  if (!price) return false;
  return (!filter.min_price || *price >= *filter.min_price) &&
         (!filter.max_price || *price <= *filter.max_price);
}

bool IsAskedFor(const Context& context, const SubscriptionState& subscription) {
  return context.subscription_id.empty() || subscription.facts->id == context.subscription_id;
}

const SubscriptionState* SubscriptionTo(const Context& context,
                                        const std::vector<ProductIndex>& plans) {
  for (const SubscriptionState& state : context.subscriptions) {
    if (IsInGoodStanding(state.facts->status) && IsAskedFor(context, state) &&
        Holds(plans, state.plan.index)) {
      return &state;
    }
  }
  return nullptr;
}

std::optional<OfferKind> KindBesideCart(const FactIndex& index, const Context& context,
                                        ProductIndex product) {
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* entry = index.EntryAsOf(product, at);
  if (entry == nullptr ? index.product(product).first_sold > at
                       : !entry->facts.active || !entry->facts.in_stock) {
    return std::nullopt;
  }
  if (InCart(context, product) || IsViewed(context, product) || IsOwned(context, product)) {
    return std::nullopt;
  }
  if (entry == nullptr) return OfferKind::kCrossSell;
  if (IsSubstitute(index, context, *entry, at)) return std::nullopt;
  switch (entry->facts.kind) {
    case ProductKind::kGoods:
    case ProductKind::kService:
      return OfferKind::kCrossSell;
    case ProductKind::kBundle:  // left to bundle_source.h
    case ProductKind::kPlan:
      return std::nullopt;
    case ProductKind::kAddOn:
      break;
  }
  const bool owner = entry->goes_with.empty() ||
                     std::any_of(entry->goes_with.begin(), entry->goes_with.end(),
                                 [&](ProductIndex other) { return IsOwned(context, other); });
  if (!owner) return std::nullopt;
  return OfferKind::kAddOn;
}

}  // namespace tsugi
