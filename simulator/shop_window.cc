#include "simulator/shop_window.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"

namespace tsugi::simulator {
namespace {

bool Holds(const std::vector<int>& items, int item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

void ShopWindow::Hear(const Fact& fact) {
  if (const auto* entry = std::get_if<Product>(&fact)) {
    if (item_of_.emplace(entry->id, size()).second) products_.push_back(*entry);
  } else if (const auto* person = std::get_if<tsugi::Customer>(&fact)) {
    if (shelves_.try_emplace(person->id).second) customers_.push_back(person->id);
  } else if (const auto* order = std::get_if<Order>(&fact)) {
    for (const OrderLine& line : order->lines) {
      const Product& sold = product(Find(line.product_id));
      auto& durables = shelves_[order->customer_id].durables;
      if (sold.durable) durables[sold.id] = order->ordered_at;
      for (const std::string& content : sold.contents) durables[content] = order->ordered_at;
    }
  } else if (const auto* subscription = std::get_if<Subscription>(&fact)) {
    shelves_[subscription->customer_id].subscriptions[subscription->id] = {subscription->product_id,
                                                                           subscription->status};
  }
}

int ShopWindow::Find(const std::string& product_id) const {
  const auto found = item_of_.find(product_id);
  return found == item_of_.end() ? -1 : found->second;
}

std::optional<Offer> ShopWindow::Make(int item, const Opportunity& opportunity) const {
  const std::string& who = customers_[opportunity.customer];
  const auto found = shelves_.find(who);
  const Shelf* shelf = found == shelves_.end() ? nullptr : &found->second;
  const ProductKind kind = product(item).kind;
  std::optional<Offer> offer = kind == ProductKind::kPlan || kind == ProductKind::kAddOn
                                   ? MakeOfSoftware(item, shelf)
                                   : MakeOfGoods(item, opportunity, shelf);
  if (offer.has_value()) offer->recommendation_id = MakeRecommendationId(opportunity, who);
  return offer;
}

std::optional<Offer> ShopWindow::MakeOfGoods(int item, const Opportunity& opportunity,
                                             const Shelf* shelf) const {
  if (Holds(opportunity.cart, item) || Holds(opportunity.viewed, item)) return std::nullopt;
  const Product& facts = product(item);
  if (shelf != nullptr && facts.durable) {
    const auto owned = shelf->durables.find(facts.id);
    if (owned != shelf->durables.end() && opportunity.at - owned->second < absl::Hours(24 * 730)) {
      return std::nullopt;
    }
  }
  Offer offer;
  offer.item = item;
  offer.kind = facts.kind == ProductKind::kBundle ? OfferKind::kBundle : OfferKind::kCrossSell;
  for (const auto* items : {&opportunity.cart, &opportunity.viewed}) {
    for (const int other : *items) {
      const Product& base = product(other);
      if (facts.family.empty() || base.family != facts.family) continue;
      if (facts.tier <= base.tier) return std::nullopt;
      offer.kind = OfferKind::kUpgrade;
      offer.replaces = other;
    }
  }
  return offer;
}

std::optional<Offer> ShopWindow::MakeOfSoftware(int item, const Shelf* shelf) const {
  if (shelf == nullptr) return std::nullopt;
  const Product& facts = product(item);
  Offer offer;
  offer.item = item;
  bool possible = false;
  for (const auto& [id, held] : shelf->subscriptions) {
    const bool active = held.status == SubscriptionStatus::kActive;
    const bool trialing = held.status == SubscriptionStatus::kTrialing;
    if (!active && !trialing) continue;
    const Product& plan = product(Find(held.product));
    if (facts.kind == ProductKind::kAddOn) {
      if (held.product == facts.id) return std::nullopt;
      const bool fits = std::find(facts.goes_with.begin(), facts.goes_with.end(), plan.id) !=
                        facts.goes_with.end();
      if (active && fits) {
        offer.kind = OfferKind::kAddOn;
        possible = true;
      }
    } else if (trialing && plan.id == facts.id) {
      offer.kind = OfferKind::kTrialConversion;
      possible = true;
    } else if (active && plan.kind == ProductKind::kPlan && plan.family == facts.family &&
               facts.tier > plan.tier) {
      offer.kind = OfferKind::kUpgrade;
      offer.replaces = Find(plan.id);
      possible = true;
    }
  }
  return possible ? std::optional(offer) : std::nullopt;
}

std::string MakeRecommendationId(const Opportunity& opportunity, const std::string& customer) {
  return absl::StrCat("R-", customer, "-", opportunity.day, opportunity.outbound ? "o" : "i");
}

}  // namespace tsugi::simulator
