#include "engine/suggest/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "base/random.h"
#include "engine/policy/parse.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::Contains;
using ::testing::Eq;
using testing::Goods;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Money;
using ::testing::Ne;
using ::testing::Not;
using testing::OfferedIds;
using testing::Person;
using testing::Shop;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Subscribed;
using testing::TeaShopCatalog;
using testing::TeaShopOrders;
using testing::Tiered;
using testing::ToText;

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    shop_.Put(TeaShopCatalog());
    shop_.Train(TeaShopOrders());
  }
  Shop shop_;
};

TEST_F(EngineTest, CartIsAnsweredWithWhatGoesWithItBestFirst) {
  const Suggestions answer = shop_.Ask(CartRequest({"tea"}, "2034-01-01"));
  ASSERT_THAT(answer.suggestions, Not(IsEmpty()));
  const Suggestion& best = answer.suggestions[0];
  EXPECT_THAT(best.product_id, Eq("cup"));
  EXPECT_THAT(best.kind, Eq(OfferKind::kCrossSell));
  EXPECT_THAT(best.list_price, Eq(Money(10)));
  ASSERT_THAT(best.reasons, Not(IsEmpty()));
  EXPECT_THAT(best.reasons[0].evidence.orders_together, Eq(12U));
  EXPECT_THAT(answer.model_version, Eq("v1"));
  EXPECT_FALSE(answer.no_offer.has_value());
  EXPECT_TRUE(std::is_sorted(
      answer.suggestions.begin(), answer.suggestions.end(),
      [](const Suggestion& a, const Suggestion& b) { return a.priority > b.priority; }));
}

TEST_F(EngineTest, EmptyAnswerSaysWhy) {
  SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  for (const char* id : {"cup", "coffee", "filter", "milk", "soap"}) {
    request.exclude_product_ids.emplace_back(id);
  }
  const Suggestions answer = shop_.Ask(request);
  EXPECT_THAT(answer.suggestions, IsEmpty());
  ASSERT_TRUE(answer.no_offer.has_value());
  EXPECT_THAT(answer.no_offer->reason, Eq(Outcome::kFiltered));
  EXPECT_THAT(answer.no_offer_text, Not(IsEmpty()));
}

TEST_F(EngineTest, WithoutAModelItSaysHowToGetOne) {
  Shop shop;
  EXPECT_THAT(shop.engine->Suggest(CartRequest({"tea"}, "2034-01-01")),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("tsugi train")));
  SuggestRequest canary = CartRequest({"tea"}, "2034-01-01");
  canary.model_label = "canary";
  EXPECT_THAT(shop_.engine->Suggest(canary), StatusIs(absl::StatusCode::kNotFound));
  canary.model_label = "newest";
  EXPECT_THAT(shop_.engine->Suggest(canary),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("newest")));
}

TEST_F(EngineTest, LabelPicksTheModel) {
  ASSERT_THAT(shop_.engine->SetModel("canary", "v2", testing::TrainModels({{"tea", "soap"}})),
              IsOk());
  SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  EXPECT_THAT(shop_.Ask(request).suggestions[0].product_id, Eq("cup"));
  request.model_label = "canary";
  const Suggestions answer = shop_.Ask(request);
  EXPECT_THAT(answer.suggestions[0].product_id, Eq("soap"));
  EXPECT_THAT(answer.model_version, Eq("v2"));
  EXPECT_THAT(shop_.engine->ModelOfVersion("v2"), IsOk());
  EXPECT_THAT(shop_.engine->ModelOfVersion("v3"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(EngineTest, OrderOfTheCartDoesNotMatter) {
  std::vector<std::string> cart = {"tea", "coffee", "soap", "mystery"};
  SuggestRequest request = CartRequest(cart, "2034-01-01");
  request.explain = true;
  const std::string expected = ToText(shop_.Ask(request));
  std::sort(request.cart.begin(), request.cart.end(),
            [](const auto& a, const auto& b) { return a.product_id < b.product_id; });
  do {
    EXPECT_THAT(ToText(shop_.Ask(request)), Eq(expected));
  } while (std::next_permutation(
      request.cart.begin(), request.cart.end(),
      [](const auto& a, const auto& b) { return a.product_id < b.product_id; }));
}

TEST_F(EngineTest, NewOrderCountsInTheNextAnswer) {
  const SuggestRequest request = CartRequest({}, "2034-06-01", "ann");
  const std::string before = ToText(shop_.Ask(request));
  shop_.Put({MakeOrder("o1", "ann", "2034-05-01", {Line("coffee")})});
  const Suggestions after = shop_.Ask(request);
  EXPECT_THAT(ToText(after), Ne(before));
  EXPECT_THAT(OfferedIds(after), Contains("filter"));
}

TEST_F(EngineTest, SameRequestHasTheSameIdAndAnotherNonceAnotherOne) {
  SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  const Suggestions first = shop_.Ask(request);
  EXPECT_THAT(first.recommendation_id, SizeIs(32));
  EXPECT_THAT(shop_.Ask(request).recommendation_id, Eq(first.recommendation_id));
  request.nonce = 7;
  const Suggestions second = shop_.Ask(request);
  EXPECT_THAT(second.recommendation_id, Ne(first.recommendation_id));
  EXPECT_THAT(ToText(second), Eq(ToText(first)));
  request.recommendation_id = "given";
  EXPECT_THAT(shop_.Ask(request).recommendation_id, Eq("given"));
}

TEST_F(EngineTest, WhatWasShownBecomesExposuresUnlessItIsADryRun) {
  SuggestRequest request = CartRequest({"tea"}, "2034-01-01", "ann");
  const Suggestions answer = shop_.Ask(request);
  const std::vector<Exposure> exposures = ToExposures(request, answer);
  ASSERT_THAT(exposures, SizeIs(answer.suggestions.size()));
  EXPECT_THAT(exposures[0].recommendation_id, Eq(answer.recommendation_id));
  EXPECT_THAT(exposures[0].customer_id, Eq("ann"));
  EXPECT_THAT(exposures[0].position, Eq(1));
  request.dry_run = true;
  EXPECT_THAT(ToExposures(request, answer), IsEmpty());
}

TEST_F(EngineTest, UpgradeOfAPlanSaysWhatIsDueToday) {
  Subscription subscription = Subscribed("s1", "ann", "basic");
  subscription.renews_at = At("2024-04-01");
  subscription.seats = 5;
  Shop shop(&DefaultPolicy());
  shop.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
            Tiered(ProductKind::kPlan, "team", "crm", 2, 40), subscription,
            MakeSignal("e1", "ann", "2024-03-01", SignalType::kNps, 9)});
  shop.Train(TeaShopOrders());
  SuggestRequest request = CartRequest({}, "2024-03-25", "ann");
  request.placement = "cs";
  const Suggestions answer = shop.Ask(request);
  ASSERT_THAT(answer.suggestions, SizeIs(1)) << answer.no_offer_text;
  const Suggestion& upgrade = answer.suggestions[0];
  EXPECT_THAT(upgrade.kind, Eq(OfferKind::kUpgrade));
  EXPECT_THAT(upgrade.moment, Eq(Moment::kRenewal));
  EXPECT_THAT(upgrade.subscription_id, Eq("s1"));
  EXPECT_THAT(upgrade.replaces_product_id, Eq("basic"));
  EXPECT_THAT(upgrade.list_price, Eq(Money(200)));
  ASSERT_TRUE(upgrade.proration.has_value());
  // 7 of the 31 days from 1 March are left: 150 x 7 / 31 = 33.87.
  EXPECT_THAT(upgrade.proration->due_today, Eq(Money(33.87)));
  EXPECT_THAT(upgrade.proration->next_renewal, Eq(At("2024-04-01")));
  EXPECT_THAT(upgrade.valid_until, Eq(At("2024-04-01")));
  EXPECT_THAT(upgrade.talking_points, Not(IsEmpty()));
}

// A shop of 40 products with families, durables, stock and history, all by the seed.
class RandomShop {
 public:
  explicit RandomShop(std::uint64_t seed) : random_(seed) {
    std::vector<std::vector<std::string>> orders;
    std::vector<Fact> facts;
    for (int p = 0; p < 40; ++p) {
      Product product = Goods(Id(p), 1 + static_cast<double>(random_.Below(50)));
      product.observed_at = At("2020-01-01");
      product.active = !random_.Chance(0.1);
      product.in_stock = !random_.Chance(0.1);
      product.durable = random_.Chance(0.2);
      if (random_.Chance(0.3)) {
        product.family = "f" + std::to_string(random_.Below(4));
        product.tier = static_cast<int>(random_.Below(4));
      }
      facts.emplace_back(product);
    }
    for (int o = 0; o < 150; ++o) {
      std::vector<OrderLine> lines;
      std::vector<std::string> ids;
      const std::uint64_t first = random_.Below(40);
      const std::uint64_t size = 1 + random_.Below(4);
      for (std::uint64_t i = 0; i < size; ++i) {
        ids.push_back(Id(static_cast<int>((first + i * i) % 40)));
        lines.push_back(Line(ids.back(), 1, 5));
      }
      facts.emplace_back(MakeOrder("o" + std::to_string(o), random_.Chance(0.7) ? Someone() : "",
                                   "2024-01-" + Two(1 + random_.Below(28)), lines));
      orders.push_back(ids);
    }
    shop_.Put(facts);
    shop_.Train(orders);
  }

  static std::string Id(int p) { return "p" + std::to_string(p); }
  std::string Someone() { return "c" + std::to_string(random_.Below(12)); }
  static std::string Two(std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

  SuggestRequest Request() {
    std::vector<std::string> cart;
    for (std::uint64_t i = random_.Below(4); i > 0; --i) {
      cart.push_back(Id(static_cast<int>(random_.Below(44))));  // some unknown
    }
    SuggestRequest request = CartRequest(cart, "2024-01-20", random_.Chance(0.6) ? Someone() : "");
    if (random_.Chance(0.3)) request.viewed_product_ids.push_back(Id(3));
    request.max_suggestions = 10;
    request.explain = true;
    return request;
  }

  Shop shop_;
  base::Random random_;
};

TEST(EnginePropertyTest, NoSuggestionIsInTheCartUnsellableOwnedOrTwice) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    RandomShop random(seed);
    for (int i = 0; i < 150; ++i) {
      const SuggestRequest request = random.Request();
      const Suggestions answer = random.shop_.Ask(request);
      const Context context = random.shop_.Resolve(request);
      std::set<std::string> seen;
      for (const Suggestion& s : answer.suggestions) {
        const ProductIndex product = random.shop_.index.FindProduct(s.product_id);
        EXPECT_TRUE(seen.insert(s.product_id).second) << s.product_id;
        for (const auto& line : request.cart) EXPECT_THAT(line.product_id, Ne(s.product_id));
        EXPECT_THAT(context.owned, Not(Contains(product)));
        const Product& facts =
            random.shop_.index.EntryAsOf(product, base::ToMicros(request.at))->facts;
        EXPECT_TRUE(facts.active && facts.in_stock);
        EXPECT_TRUE(s.probability >= 0 && s.probability <= 1);
      }
      EXPECT_THAT(answer.no_offer.has_value(), Eq(answer.suggestions.empty()));
    }
  }
}

TEST(EnginePropertyTest, FactsOfAfterTheInstantChangeNothing) {
  RandomShop random(5);
  std::vector<SuggestRequest> requests;
  std::vector<std::string> before;
  for (int i = 0; i < 60; ++i) {
    requests.push_back(random.Request());
    before.push_back(ToText(random.shop_.Ask(requests.back())));
  }
  std::vector<Fact> later;
  for (int c = 0; c < 12; ++c) {
    const std::string customer = "c" + std::to_string(c);
    const std::string n = std::to_string(c);
    later.emplace_back(MakeOrder("later" + n, customer, "2024-01-20 00:00:01",
                                 {Line(RandomShop::Id(c), 2, 99), Line("novel", 1, 1)}));
    later.emplace_back(MakeSignal("l" + n, customer, "2024-02-01", SignalType::kComplaintOpened));
    Customer person = Person(customer, "new segment");
    person.signed_up_at = At("2024-02-01");
    person.observed_at = At("2024-02-01");
    later.emplace_back(person);
  }
  for (int p = 0; p < 40; ++p) {
    Product product = Goods(RandomShop::Id(p), 1000);
    product.active = p % 2 == 0;
    product.observed_at = At("2024-02-01");
    later.emplace_back(product);
  }
  random.shop_.Put(later);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_THAT(ToText(random.shop_.Ask(requests[i])), Eq(before[i]));
  }
}

TEST(EnginePropertyTest, AnswersDoNotDependOnTheOrderInWhichIdsWereSeen) {
  RandomShop one(7);
  // The same facts, indexed by a follower that starts late: the model's products come first.
  FactIndex index;
  absl::StatusOr<std::unique_ptr<Engine>> engine =
      Engine::Create(&index, OpenPolicy(), EngineOptions());
  ASSERT_THAT(engine, IsOk());
  std::vector<std::string> reversed;
  for (int p = 39; p >= 0; --p) reversed.push_back(RandomShop::Id(p));
  index.InternProducts(reversed);
  Follower follower(&one.shop_.store, &index);
  ASSERT_THAT(follower.CatchUp(), IsOk());
  const auto model = one.shop_.engine->ModelOf("");
  ASSERT_THAT(model, IsOk());
  const std::shared_ptr<const ModelSet> models(*model, &(*model)->models());
  ASSERT_THAT((*engine)->SetModel("stable", "v1", models), IsOk());
  for (int i = 0; i < 100; ++i) {
    const SuggestRequest request = one.Request();
    const absl::StatusOr<Suggestions> other = (*engine)->Suggest(request);
    ASSERT_THAT(other, IsOk());
    EXPECT_THAT(ToText(*other), Eq(ToText(one.shop_.Ask(request))));
  }
}

TEST(EngineConcurrencyTest, ThreadsAgreeWhileModelsAndFactsMove) {
  RandomShop random(9);
  std::vector<SuggestRequest> requests;
  std::vector<std::string> expected;
  for (int i = 0; i < 20; ++i) {
    requests.push_back(random.Request());
    expected.push_back(ToText(random.shop_.Ask(requests.back())));
  }
  const auto model = random.shop_.engine->ModelOf("");
  const std::shared_ptr<const ModelSet> models(*model, &(*model)->models());
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      for (std::size_t i = static_cast<std::size_t>(r); !done; ++i) {
        const absl::StatusOr<Suggestions> answer =
            random.shop_.engine->Suggest(requests[i % requests.size()]);
        if (!answer.ok() || ToText(*answer) != expected[i % requests.size()]) ++wrong;
      }
    });
  }
  for (int i = 0; i < 40; ++i) {
    // Facts of another customer at a later time: the answers stay.
    random.shop_.Put({MakeOrder("x" + std::to_string(i), "other", "2024-06-01",
                                {Line("novel" + std::to_string(i), 1, 1)})});
    ASSERT_THAT(random.shop_.engine->SetModel("stable", "v1", models), IsOk());
    random.shop_.engine->SetPolicy(OpenPolicy());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(wrong.load(), Eq(0));
}

}  // namespace
}  // namespace tsugi
