#include "generator/basket.h"

#include <algorithm>
#include <array>

namespace tsugi::generator {
namespace {

constexpr std::size_t kLargestBasket = 14;
constexpr std::size_t kLargestSuggestion = 3;
constexpr double kSecondThing = 0.3;
constexpr double kOneMore = 0.38;
constexpr double kFromCampaign = 0.25;
constexpr int kAttempts = 4;
constexpr double kTakesPopular = 0.006;  // something for kImpulsePrice; a dear thing more rarely
constexpr Cents kImpulsePrice = 2'000;

}  // namespace

bool Holds(const Basket& basket, ProductNumber product) {
  return std::any_of(basket.begin(), basket.end(),
                     [&](const BasketLine& line) { return line.product == product; });
}

int BasketFiller::Quantity(ProductNumber product, Segment segment, base::Random* random) const {
  const Product& item = catalogue_[product];
  int quantity = 1;
  if (item.article >= 0 && Articles()[static_cast<std::size_t>(item.article)].interval_days > 0 &&
      random->Chance(0.3)) {
    ++quantity;
  }
  if (segment == Segment::kBusiness && item.price < 10'000 && random->Chance(0.4)) {
    quantity += 1 + static_cast<int>(random->Below(5));
  }
  return quantity;
}

bool BasketFiller::Wanted(const Visit& visit, ProductNumber product, const Basket& basket) const {
  const Product& item = catalogue_[product];
  if (!item.SoldAt(visit.at) || Holds(basket, product)) return false;
  if (item.article < 0) return true;
  const auto article = static_cast<std::size_t>(item.article);
  return !Articles()[article].durable || (visit.owned >> article & 1U) == 0;
}

void BasketFiller::Fill(const Visit& visit, base::Random* random, Basket* basket) {
  AddSomething(visit, random, basket);
  const bool online = visit.channel == "web" || visit.channel == "app";
  if (online && !basket->empty() && random->Chance(kShownShare)) Suggest(visit, random, basket);
  if (random->Chance(kSecondThing)) AddSomething(visit, random, basket);
  while (basket->size() < kLargestBasket && random->Chance(kOneMore)) {
    AddSomething(visit, random, basket);
  }
}

void BasketFiller::AddSomething(const Visit& visit, base::Random* random, Basket* basket) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::optional<ProductNumber> product;
    if (visit.campaign != nullptr && random->Chance(kFromCampaign)) {
      const auto& products = visit.campaign->products;
      product = products[static_cast<std::size_t>(random->Below(products.size()))];
    } else {
      const auto category = static_cast<Category>(Draw(visit.person->taste, random));
      product = catalogue_.DrawAnchor(category, visit.at, visit.person->own_brand,
                                      visit.person->tier_bias, random);
    }
    if (!product.has_value() || !Wanted(visit, *product, *basket)) continue;
    const int quantity = Quantity(*product, visit.person->segment, random);
    basket->push_back({*product, quantity, ""});
    AddComplements(visit, basket->size() - 1, random, basket);
    return;
  }
}

// Complements of the lines from `from` on, and of those complements in turn.
void BasketFiller::AddComplements(const Visit& visit, std::size_t from, base::Random* random,
                                  Basket* basket) {
  for (std::size_t i = from; i < basket->size() && basket->size() < kLargestBasket; ++i) {
    for (const Pair& pair : catalogue_[(*basket)[i].product].complements) {
      const bool drawn = random->Chance(static_cast<double>(pair.probability));
      if (!drawn || !Wanted(visit, pair.product, *basket)) continue;
      basket->push_back({pair.product, Quantity(pair.product, visit.person->segment, random), ""});
    }
  }
}

// What the shop's own widget shows: complements of the first line that are not there yet, then what
// sells well. A complement was passed over with probability 1 - p, so buying it now with
// (f p - p) / (1 - p) makes f p in all; what merely sells well is hardly ever taken.
std::vector<BasketFiller::Shown> BasketFiller::Widget(const Visit& visit, const Basket& basket,
                                                      base::Random* random) const {
  std::vector<Shown> shown;
  for (const Pair& pair : catalogue_[basket.front().product].complements) {
    if (shown.size() >= kLargestSuggestion || !Wanted(visit, pair.product, basket)) continue;
    const double p = static_cast<double>(pair.probability);
    shown.push_back({pair.product, (kShownFactor - 1) * p / (1 - p), "goes-together"});
  }
  for (int attempt = 0; attempt < kAttempts && shown.size() < kLargestSuggestion; ++attempt) {
    const auto category = static_cast<Category>(Draw(visit.person->taste, random));
    const std::optional<ProductNumber> product = catalogue_.DrawAnchor(
        category, visit.at, visit.person->own_brand, visit.person->tier_bias, random);
    if (!product.has_value() || !Wanted(visit, *product, basket)) continue;
    const bool there = std::any_of(shown.begin(), shown.end(),
                                   [&](const Shown& s) { return s.product == *product; });
    const double price = static_cast<double>(catalogue_[*product].price);
    const double taken = kTakesPopular * std::min(1.0, static_cast<double>(kImpulsePrice) / price);
    if (!there) shown.push_back({*product, taken, "sells-well"});
  }
  return shown;
}

// Shown, or held back to compare.
void BasketFiller::Suggest(const Visit& visit, base::Random* random, Basket* basket) {
  const std::vector<Shown> shown = Widget(visit, *basket, random);
  if (shown.empty()) return;
  const bool control = random->Chance(kControlShare);
  const std::string id = sink_.NextRecommendationId();
  int position = 0;
  for (const Shown& one : shown) {
    const std::string& product_id = catalogue_[one.product].id;
    sink_.Exposure({.recommendation_id = id,
                    .product_id = product_id,
                    .at = visit.at - 120,
                    .customer_id = visit.customer_id,
                    .placement = "checkout",
                    .moment = "pre_purchase",
                    .offer_kind = "cross_sell",
                    .rule_id = one.rule,
                    .control = control,
                    .position = ++position,
                    .propensity_percent = control ? 10 : 90});
    if (control) continue;
    if (random->Chance(one.taken)) {
      basket->push_back({one.product, Quantity(one.product, visit.person->segment, random), id});
      sink_.Reaction(visit.at, "accepted", id, "", product_id);
    } else if (random->Chance(0.13)) {
      sink_.Reaction(visit.at - 60, random->Chance(0.6) ? "declined" : "maybe_later", id, "",
                     product_id);
    }
  }
}

}  // namespace tsugi::generator
