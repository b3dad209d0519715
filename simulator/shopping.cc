// Visits to the shop and the orders that come of them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "simulator/basket.h"
#include "simulator/market.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

constexpr double kVisitsAnOrder = 2;        // as many visits end without an order
constexpr double kOrganicallyAlong = 0.25;  // of the need of an accessory, found without help

}  // namespace

absl::Status Market::Visit(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  const Customer& customer = customers_[who];
  DeliverAutomatically(who, day, seller);
  std::vector<int> due = Due(who, day);
  const double rate = kVisitsAnOrder * person.orders_per_day *
                      world_->curves->Season(absl::GetYearDay(
                          absl::ToCivilDay(world_->At(day), absl::UTCTimeZone()))) *
                      world_->curves->DampsOrders(customer.annoyance);
  const bool visits = world_->dice.Chance(std::min(0.6, rate), Roll::kVisit, who, day);
  if (!visits && due.empty()) return absl::OkStatus();
  const bool buys =
      !due.empty() || world_->dice.Chance(1 / kVisitsAnOrder, Roll::kBuysOrBrowses, who, day);
  Opportunity opportunity;
  opportunity.customer = who;
  opportunity.day = day;
  opportunity.at = world_->At(day, 660 + static_cast<int>(who % 540));
  Basket basket;
  basket.who = who;
  basket.day = day;
  basket.at = opportunity.at + absl::Minutes(5);
  basket.channel = "web";
  if (buys) {
    opportunity.placement = "checkout";
    opportunity.cart = std::move(due);
    if (visits) {
      for (const int item : WhatTheyCameFor(who, day)) {
        if (std::find(opportunity.cart.begin(), opportunity.cart.end(), item) ==
            opportunity.cart.end()) {
          opportunity.cart.push_back(item);
        }
      }
    }
    TakeAlong(who, day, &opportunity.cart);
    for (const int item : opportunity.cart) basket.lines.push_back({item, 0, ""});
  } else {
    opportunity.placement = "product_page";
    opportunity.viewed = WhatTheyCameFor(who, day);
  }
  TSUGI_RETURN_IF_ERROR(Present(opportunity, &basket, seller));
  if (!basket.lines.empty()) PlaceOrder(basket, seller);
  return absl::OkStatus();
}

// Consumables on automatic order are delivered when they are used up.
void Market::DeliverAutomatically(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  Customer& customer = customers_[who];
  for (std::size_t i = 0; i < world_->items.size(); ++i) {
    if (customer.automatic[i] < 0) continue;
    const double share =
        (day - customer.bought[i]) / (world_->items[i].interval_days * person.pace);
    if (share < 1) continue;
    Basket basket;
    basket.who = who;
    basket.day = day;
    basket.at = world_->At(day, 360) + absl::Seconds(static_cast<int>(i));
    basket.channel = "automatic";
    basket.lines.push_back({static_cast<int>(i), static_cast<double>(customer.automatic[i]), ""});
    PlaceOrder(basket, seller);
    if (world_->dice.Chance(kAutoOrderEnds, Roll::kEndsAutoOrder, who, day,
                            static_cast<std::uint32_t>(i))) {
      customer.automatic[i] = -1;
    }
  }
}

// Consumables reordered today without an agreement: when they are used up, sooner or later.
std::vector<int> Market::Due(std::uint32_t who, int day) const {
  const Person& person = world_->people[who];
  const Customer& customer = customers_[who];
  std::vector<int> due;
  for (std::size_t i = 0; i < world_->items.size(); ++i) {
    if (customer.uses[i] == 0 || customer.automatic[i] >= 0) continue;
    const double share =
        (day - customer.bought[i]) / (world_->items[i].interval_days * person.pace);
    const double chance = kReplenishADay * world_->curves->UsedUp(share) *
                          world_->curves->DampsOrders(customer.annoyance);
    if (world_->dice.Chance(chance, Roll::kReplenish, who, day, static_cast<std::uint32_t>(i))) {
      due.push_back(static_cast<int>(i));
    }
  }
  return due;
}

std::vector<int> Market::WhatTheyCameFor(std::uint32_t who, int day) const {
  std::vector<int> items = {Choose(who, day, 0)};
  if (world_->dice.Chance(0.3, Roll::kSecondItem, who, day)) {
    const int second = Choose(who, day, 1);
    if (second != items[0]) items.push_back(second);
  }
  return items;
}

// One item by its weight: the greatest of log weight plus Gumbel noise, so that a change to one
// item's weight changes few choices.
int Market::Choose(std::uint32_t who, int day, std::uint32_t which) const {
  const Person& person = world_->people[who];
  const Customer& customer = customers_[who];
  const int month = world_->MonthOf(day);
  int best = 0;
  double highest = -1e300;
  for (std::size_t i = 0; i < world_->items.size(); ++i) {
    const Item& item = world_->items[i];
    if (!item.goods()) continue;
    double weight = item.popularity * person.taste[static_cast<std::size_t>(item.category)];
    if (item.facts.durable && day - customer.bought[i] < 730) weight *= 0.02;
    if (item.facts.season_months != 0)
      weight *= IsInSeason(item.facts.season_months, month) ? 3 : 0.1;
    if (item.role == Role::kMain) {
      if (item.tier == 2) weight *= person.wealth;
      const auto& mains = world_->mains[static_cast<std::size_t>(item.model)];
      const int last = std::max(customer.bought[static_cast<std::size_t>(mains[0])],
                                customer.bought[static_cast<std::size_t>(mains[1])]);
      if (day - last < 730) weight *= 0.1;
    }
    if (customer.uses[i] != 0) weight *= 0.3;  // bought when it is used up
    const double uniform = world_->dice.Uniform(Roll::kWhichItem, who, day,
                                                static_cast<std::uint32_t>(i) + 1000 * which);
    const double score = std::log(weight + 1e-9) - std::log(-std::log(uniform + 1e-12));
    if (score > highest) {
      highest = score;
      best = static_cast<int>(i);
    }
  }
  return best;
}

// What a customer finds without anybody's help: accessories of what is in the cart, and
// consumables that are nearly used up.
void Market::TakeAlong(std::uint32_t who, int day, std::vector<int>* cart) const {
  Opportunity opportunity;
  opportunity.customer = who;
  opportunity.day = day;
  opportunity.cart = *cart;
  const Truth truth(*world_, who, customers_[who], opportunity);
  for (std::size_t i = 0; i < world_->items.size(); ++i) {
    const Item& item = world_->items[i];
    const auto number = static_cast<int>(i);
    const bool completes = item.role == Role::kAccessory || item.role == Role::kConsumable ||
                           item.role == Role::kCompanion;
    if (!completes || truth.KindOf(number) != OfferKind::kCrossSell) continue;
    const double need = truth.Need(number);
    if (need > 0.1 && world_->dice.Chance(kOrganicallyAlong * need, Roll::kAccessoryAlong, who, day,
                                          static_cast<std::uint32_t>(i))) {
      cart->push_back(number);
    }
  }
}

void Market::PlaceOrder(const Basket& basket, Seller* seller) {
  const Person& person = world_->people[basket.who];
  Customer& customer = customers_[basket.who];
  Order order;
  order.id = absl::StrCat("O-", person.id, "-", absl::ToUnixSeconds(basket.at));
  order.customer_id = person.id;
  order.ordered_at = basket.at;
  order.channel = basket.channel;
  Opportunity opportunity;
  opportunity.day = basket.day;
  const Truth truth(*world_, basket.who, customer, opportunity);
  for (const Basket::Line& line : basket.lines) {
    const Item& item = world_->items[static_cast<std::size_t>(line.item)];
    Offer offer;
    offer.item = line.item;
    offer.discount_percent = line.discount_percent;
    const double price = truth.Price(offer);
    accounts_[basket.who].goods += price - item.cost;
    OrderLine fact;
    fact.product_id = item.facts.id;
    fact.unit_price = item.facts.price;
    fact.discount_percent = 100 * (1 - price / item.price);
    fact.recommendation_id = line.recommendation_id;
    order.lines.push_back(std::move(fact));
  }
  for (const Basket::Line& line : basket.lines) {
    const Item& item = world_->items[static_cast<std::size_t>(line.item)];
    std::vector<int> bought = item.contents;
    bought.push_back(line.item);
    for (const int number : bought) {
      const auto at = static_cast<std::size_t>(number);
      customer.bought[at] = static_cast<std::int16_t>(basket.day);
      if (world_->items[at].role != Role::kConsumable) continue;
      const bool stops = world_->dice.Chance(kStopsUsing, Roll::kStopsUsing, basket.who, basket.day,
                                             static_cast<std::uint32_t>(number));
      customer.uses[at] = stops && customer.automatic[at] < 0 ? 0 : 1;
    }
  }
  customer.last_order = basket.day;
  ++customer.orders;
  seller->Hear(order);
}

}  // namespace tsugi::simulator
