#include "simulator/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/simulator/facts_as_text.h"

namespace tsugi::simulator {
namespace {

using ::testing::ElementsAreArray;
using ::testing::Not;

std::vector<std::string> Shelves(const World& world) {
  std::vector<std::string> text;
  for (const Item& item : world.items) text.push_back(testing::AsText(item.facts));
  return text;
}

TEST(World, EqualSeedsGiveEqualWorlds) {
  const World a = MakeWorld({.family = Family::kB, .seed = 5, .customers = 20});
  const World b = MakeWorld({.family = Family::kB, .seed = 5, .customers = 20});
  EXPECT_THAT(Shelves(a), ElementsAreArray(Shelves(b)));
  for (std::size_t i = 0; i < a.people.size(); ++i) {
    EXPECT_EQ(a.people[i].orders_per_day, b.people[i].orders_per_day);
    EXPECT_EQ(a.people[i].tolerance, b.people[i].tolerance);
  }
  EXPECT_EQ(a.curves->Season(100), b.curves->Season(100));
}

TEST(World, OtherSeedsAndFamiliesGiveOtherWorlds) {
  const World a = MakeWorld({.family = Family::kA, .seed = 5, .customers = 2});
  const World b = MakeWorld({.family = Family::kB, .seed = 5, .customers = 2});
  const World c = MakeWorld({.family = Family::kA, .seed = 6, .customers = 2});
  EXPECT_THAT(Shelves(a), Not(ElementsAreArray(Shelves(b))));
  EXPECT_THAT(Shelves(a), Not(ElementsAreArray(Shelves(c))));
  EXPECT_NE(a.curves->Season(100), c.curves->Season(100));
}

TEST(World, MoreCustomersChangeNeitherShelvesNorTheFirstOnes) {
  const World few = MakeWorld({.family = Family::kB, .seed = 5, .customers = 10});
  const World many = MakeWorld({.family = Family::kB, .seed = 5, .customers = 40});
  EXPECT_THAT(Shelves(few), ElementsAreArray(Shelves(many)));
  EXPECT_EQ(few.people[9].wealth, many.people[9].wealth);
}

TEST(World, EveryProductIsSoldAboveCostUnderItsOwnId) {
  const World world = MakeWorld({.family = Family::kA, .seed = 3, .customers = 1});
  std::set<std::string> ids;
  for (const Item& item : world.items) {
    EXPECT_GT(item.price, item.cost) << item.facts.name;
    EXPECT_GT(item.cost, 0) << item.facts.name;
    EXPECT_TRUE(ids.insert(item.facts.id).second) << item.facts.id;
  }
}

TEST(World, TheCatalogueNamesSomeButNotAllOfWhatGoesTogether) {
  int named = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const World world = MakeWorld({.family = Family::kA, .seed = seed, .customers = 1});
    for (const Item& item : world.items) {
      if (item.role != Role::kAccessory) continue;
      ++all;
      named += item.facts.goes_with.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(named, all / 3);
  EXPECT_LT(named, all * 9 / 10);
}

}  // namespace
}  // namespace tsugi::simulator
