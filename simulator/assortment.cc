// What is sold in a simulated market: goods in five categories, and two lines of software.
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "simulator/world.h"

namespace tsugi::simulator {
namespace {

constexpr std::array<const char*, kCategories> kCategoryNames = {"kitchen", "garden", "sports",
                                                                 "beauty", "office"};

class Shelves {
 public:
  Shelves(base::Random* random, World* world) : random_(*random), world_(*world) {}

  void Stock() {
    world_.completes.resize(kModels);
    for (int category = 0; category < kCategories; ++category) {
      AddModel(2 * category, category);
      AddModel(2 * category + 1, category);
      AddConsumables(category);
      AddSeason(category);
    }
    for (const int model : {0, 5}) AddBundle(model);
    AddSoftware(0, /*billing_months=*/1, 16);
    AddSoftware(1, /*billing_months=*/3, 75);
    NumberThem();
    StateWhatGoesTogether();
  }

 private:
  double Between(double low, double high) { return low + (high - low) * random_.Uniform(); }

  int Add(Item item, double price, double cost_share) {
    item.price = std::round(price * 100) / 100;
    item.cost = std::round(price * cost_share * 100) / 100;
    item.facts.price = base::Decimal::FromDouble(item.price);
    item.facts.unit_cost = base::Decimal::FromDouble(item.cost);
    item.facts.category =
        item.line >= 0 ? "software" : kCategoryNames.at(static_cast<std::size_t>(item.category));
    item.facts.name = absl::StrCat(item.facts.category, " item ", world_.items.size() + 1);
    world_.items.push_back(std::move(item));
    return static_cast<int>(world_.items.size()) - 1;
  }

  void AddModel(int model, int category) {
    const double price = std::exp(Between(std::log(40.0), std::log(140.0)));
    const double cost_share = Between(0.58, 0.7);
    for (int tier = 1; tier <= 2; ++tier) {
      Item item;
      item.role = Role::kMain;
      item.category = category;
      item.model = model;
      item.tier = tier;
      item.popularity = Between(0.6, 1.4) / tier;
      item.facts.family = absl::StrCat("model-", model);
      item.facts.tier = tier;
      item.facts.durable = true;
      world_.mains[static_cast<std::size_t>(model)][static_cast<std::size_t>(tier - 1)] =
          Add(std::move(item), tier == 1 ? price : price * 1.5, cost_share);
    }
    for (int i = 0; i < 2; ++i) {
      Item item;
      item.role = Role::kAccessory;
      item.category = category;
      item.model = model;
      item.popularity = Between(0.2, 0.6);
      item.pull = Between(0.35, 0.9);
      item.facts.durable = true;
      const int added = Add(std::move(item), price * Between(0.15, 0.4), Between(0.4, 0.55));
      world_.completes[static_cast<std::size_t>(model)].push_back(added);
    }
  }

  void AddConsumables(int category) {
    const int model = 2 * category;
    for (int i = 0; i < 2; ++i) {
      Item item;
      item.role = Role::kConsumable;
      item.category = category;
      item.model = i == 0 ? model : -1;
      item.popularity = Between(0.5, 1.2);
      item.pull = i == 0 ? Between(0.4, 0.8) : 0;
      item.interval_days = Between(18, 50);
      item.facts.consumable = true;
      const bool completes = i == 0;
      const int added = Add(std::move(item), Between(8, 25), Between(0.5, 0.62));
      if (completes) world_.completes[static_cast<std::size_t>(model)].push_back(added);
    }
  }

  void AddSeason(int category) {
    const auto first = static_cast<int>(random_.Below(12));
    std::uint16_t months = 0;
    for (int m = 0; m < 3; ++m) {
      months = static_cast<std::uint16_t>(months | (1U << static_cast<unsigned>((first + m) % 12)));
    }
    Item seasonal;
    seasonal.role = Role::kSeasonal;
    seasonal.category = category;
    seasonal.popularity = Between(0.8, 1.6);
    seasonal.facts.season_months = months;
    const int main = Add(std::move(seasonal), Between(18, 45), Between(0.5, 0.62));
    Item companion;
    companion.role = Role::kCompanion;
    companion.category = category;
    companion.companion = main;
    companion.popularity = Between(0.2, 0.4);
    companion.pull = Between(0.4, 0.8);
    companion.facts.season_months = months;
    (void)Add(std::move(companion), Between(9, 22), Between(0.4, 0.55));
  }

  void AddBundle(int model) {
    Item bundle;
    bundle.role = Role::kBundle;
    bundle.model = model;
    bundle.popularity = 0.1;
    bundle.facts.kind = ProductKind::kBundle;
    double price = 0;
    double cost = 0;
    for (std::size_t i = 0; i < world_.items.size(); ++i) {
      const Item& item = world_.items[i];
      const bool better = item.role == Role::kMain && item.tier == 2;
      if (item.model != model || better) continue;
      if (item.role != Role::kMain && item.role != Role::kAccessory) continue;
      bundle.category = item.category;
      bundle.contents.push_back(static_cast<int>(i));
      price += 0.9 * item.price;
      cost += item.cost;
    }
    (void)Add(std::move(bundle), price, cost / price);
  }

  void AddSoftware(int line, int billing_months, double price) {
    constexpr std::array<double, kTiers> kPriceOfTier = {1, 2.2, 4.5};
    constexpr std::array<double, kTiers> kLimits = {100, 300, 1000};
    const double base = price * Between(0.85, 1.2);
    for (int tier = 1; tier <= kTiers; ++tier) {
      const auto at = static_cast<std::size_t>(tier - 1);
      Item plan;
      plan.role = Role::kPlan;
      plan.line = line;
      plan.tier = tier;
      plan.facts.kind = ProductKind::kPlan;
      plan.facts.family = absl::StrCat("plan-", line);
      plan.facts.tier = tier;
      plan.facts.usage_limit = kLimits[at];
      plan.facts.billing_months = billing_months;
      world_.plans[static_cast<std::size_t>(line)][at] =
          Add(std::move(plan), base * kPriceOfTier[at], Between(0.16, 0.24));
    }
    for (int i = 0; i < 2; ++i) {
      Item add_on;
      add_on.role = Role::kAddOn;
      add_on.line = line;
      add_on.tier = i;
      add_on.facts.kind = ProductKind::kAddOn;
      add_on.facts.billing_months = billing_months;
      (void)Add(std::move(add_on), base * Between(0.25, 0.5), Between(0.1, 0.2));
    }
  }

  // Ids are shuffled: they say nothing.
  void NumberThem() {
    std::vector<int> numbers(world_.items.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int>(i) + 1;
    random_.Shuffle(std::span<int>(numbers));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      world_.items[i].facts.id = absl::StrCat("P", 100 + numbers[i]);
    }
  }

  // The catalogue names three relations in five, and one product in twenty is said to complete
  // something it has nothing to do with. What a season's companion and an add-on go with is stated.
  void StateWhatGoesTogether() {
    for (Item& item : world_.items) {
      if (item.role == Role::kBundle) {
        for (const int content : item.contents) {
          item.facts.contents.push_back(IdOf(content));
        }
      }
      if (item.role == Role::kCompanion) item.facts.goes_with.push_back(IdOf(item.companion));
      if (item.role == Role::kAddOn) {
        for (const int plan : world_.plans[static_cast<std::size_t>(item.line)]) {
          item.facts.goes_with.push_back(IdOf(plan));
        }
      }
      const bool completes = item.model >= 0 && item.pull > 0;
      if (completes && random_.Chance(0.6)) StateModel(item.model, &item);
      if (item.goods() && random_.Chance(0.05)) {
        StateModel(static_cast<int>(random_.Below(kModels)), &item);
      }
    }
  }

  void StateModel(int model, Item* item) {
    for (const Item& main : world_.items) {
      if (main.role == Role::kMain && main.model == model && main.facts.id != item->facts.id) {
        item->facts.goes_with.push_back(main.facts.id);
      }
    }
  }

  const std::string& IdOf(int item) const {
    return world_.items[static_cast<std::size_t>(item)].facts.id;
  }

  base::Random& random_;
  World& world_;
};

}  // namespace

void StockShelves(base::Random* random, World* world) { Shelves(random, world).Stock(); }

}  // namespace tsugi::simulator
