#include "simulator/market.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "simulator/shop_window.h"
#include "tests/simulator/facts_as_text.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::simulator {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::ListeningSeller;
using ::testing::Not;

constexpr int kWarmUp = 60;
constexpr std::uint32_t kNagged = 5;  // is there from the first day

World SmallWorld(Family family = Family::kB) {
  return MakeWorld({.family = family, .seed = 7, .customers = 80, .days = 200});
}

void RunDays(Market* market, Seller* seller, int from, int until) {
  if (from == 0) {
    ASSERT_THAT(market->Open(seller), IsOk());
  }
  for (int day = from; day < until; ++day) ASSERT_THAT(market->Day(day, seller), IsOk());
}

// Irrelevant mail every `days`.
ListeningSeller::Choice Nagging(const World& world, int days) {
  return [&world, days](const Opportunity& opportunity) -> std::vector<Offer> {
    if (!opportunity.outbound || opportunity.day % days != 0) return {};
    Offer offer;
    for (std::size_t i = 0; i < world.items.size(); ++i) {
      if (world.items[i].role == Role::kBundle) offer.item = static_cast<int>(i);
    }
    offer.kind = OfferKind::kBundle;
    offer.recommendation_id =
        MakeRecommendationId(opportunity, world.people[opportunity.customer].id);
    return {offer};
  };
}

int Left(const Market& market) {
  int left = 0;
  for (const Customer& customer : market.customers()) left += customer.gone ? 1 : 0;
  return left;
}

TEST(Market, TwoSellersWhoOfferNothingSeeTheSameMarket) {
  const World world = SmallWorld();
  Market first(&world);
  Market second(&world);
  ListeningSeller a;
  ListeningSeller b([](const Opportunity&) { return std::vector<Offer>(); });
  RunDays(&first, &a, 0, kWarmUp);
  RunDays(&second, &b, 0, kWarmUp);
  EXPECT_GT(a.heard.size(), 300U);
  EXPECT_THAT(a.heard, ElementsAreArray(b.heard));
}

TEST(Market, ACopyGoesOnAsTheOriginalWould) {
  const World world = SmallWorld();
  Market market(&world);
  ListeningSeller warm_up;
  RunDays(&market, &warm_up, 0, 30);
  Market copy = market;
  ListeningSeller a;
  ListeningSeller b;
  RunDays(&market, &a, 30, kWarmUp);
  RunDays(&copy, &b, 30, kWarmUp);
  EXPECT_THAT(a.heard, ElementsAreArray(b.heard));
}

TEST(Market, AnOfferToOneCustomerChangesNothingForTheOthers) {
  const World world = SmallWorld();
  Market silent(&world);
  Market selling(&world);
  ListeningSeller a;
  const ListeningSeller::Choice nag = Nagging(world, 2);
  ListeningSeller b([&](const Opportunity& opportunity) {
    return opportunity.customer == kNagged ? nag(opportunity) : std::vector<Offer>();
  });
  RunDays(&silent, &a, 0, kWarmUp);
  RunDays(&selling, &b, 0, kWarmUp);
  for (std::size_t i = 0; i < world.people.size(); ++i) {
    if (i == kNagged) continue;
    EXPECT_EQ(silent.accounts()[i].value(), selling.accounts()[i].value()) << i;
  }
  EXPECT_GT(selling.accounts()[kNagged].contacts, 2);
}

class MarketOfFamily : public ::testing::TestWithParam<Family> {};
INSTANTIATE_TEST_SUITE_P(BothFamilies, MarketOfFamily, ::testing::Values(Family::kA, Family::kB));

TEST_P(MarketOfFamily, AnnoyedCustomersLeave) {
  const World world = SmallWorld(GetParam());
  Market silent(&world);
  Market nagged(&world);
  ListeningSeller a;
  ListeningSeller b(Nagging(world, 2));
  RunDays(&silent, &a, 0, 150);
  RunDays(&nagged, &b, 0, 150);
  EXPECT_GT(Left(nagged), Left(silent) + 8);
}

TEST_P(MarketOfFamily, AnnoyanceDecaysOnceACustomerIsLeftAlone) {
  const World world = SmallWorld(GetParam());
  Market market(&world);
  ListeningSeller nagging(Nagging(world, 5));
  RunDays(&market, &nagging, 0, 20);
  ListeningSeller silent;
  const std::vector<Customer> before = market.customers();
  RunDays(&market, &silent, 20, 80);
  int compared = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].annoyance < 0.2 || market.customers()[i].gone) continue;
    EXPECT_LT(market.customers()[i].annoyance, 0.5 * before[i].annoyance) << i;
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST(Market, AContactIsCountedAndPaid) {
  const World world = SmallWorld();
  Market market(&world);
  ListeningSeller seller(Nagging(world, 10));
  RunDays(&market, &seller, 0, 20);
  for (std::size_t i = 0; i < world.people.size(); ++i) {
    const Account& account = market.accounts()[i];
    const double each = world.people[i].has_representative ? world.costs.call : world.costs.mail;
    EXPECT_DOUBLE_EQ(account.contacting, each * account.contacts);
  }
}

// What the engine is told does not depend on what it must not know.
TEST(Market, FactsDoNotShowHiddenTraits) {
  const World world = SmallWorld();
  World other = world;
  for (Person& person : other.people) {
    person.touchiness *= 3;
    person.tolerance *= 0.5;
    person.reserve += 1;
    person.half_life *= 2;
    person.price_sensitivity *= 2;
    for (double& fit : person.add_on_fit) fit = 1 - fit;
  }
  Market first(&world);
  Market second(&other);
  ListeningSeller a;
  ListeningSeller b;
  RunDays(&first, &a, 0, 1);
  RunDays(&second, &b, 0, 1);
  EXPECT_THAT(a.heard, ElementsAreArray(b.heard));
}

TEST(Market, TheEngineSellerSeesNeitherWorldNorCustomers) {
  for (const char* file :
       {"engine_seller.h", "engine_seller.cc", "seller.h", "shop_window.h", "shop_window.cc"}) {
    std::ifstream stream(std::string(TSUGI_SOURCE_DIR) + "/simulator/" + file);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    ASSERT_FALSE(text.empty()) << file;
    for (const char* hidden : {"world.h", "customer.h", "truth.h", "market.h", "oracle.h",
                               "curves.h", "dice.h", "trade.h", "basket.h"}) {
      EXPECT_THAT(text, Not(HasSubstr(std::string("simulator/") + hidden))) << file;
    }
  }
}

TEST(Market, WhoStaysGoesOnToBringSomethingAndWhoLeftNothing) {
  const World world = SmallWorld();
  Market market(&world);
  ListeningSeller seller;
  RunDays(&market, &seller, 0, 150);
  market.StartAccounts(150);
  int stayed = 0;
  for (std::uint32_t i = 0; i < world.people.size(); ++i) {
    if (market.customers()[i].gone) {
      EXPECT_EQ(market.Continuing(i, 365), 0);
    }
    if (market.Continuing(i, 365) > 0) ++stayed;
    EXPECT_LE(market.Continuing(i, 100), market.Continuing(i, 365));
  }
  EXPECT_GT(stayed, 30);
}

}  // namespace
}  // namespace tsugi::simulator
