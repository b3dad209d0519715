#include "engine/live/live_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/candidates/candidates.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::Eq;
using ::testing::FloatNear;
using testing::Goods;
using ::testing::Gt;
using ::testing::IsNull;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using ::testing::Not;
using ::testing::NotNull;
using testing::Shop;
using testing::TeaShopCatalog;
using testing::TeaShopModels;

class LiveModelTest : public ::testing::Test {
 protected:
  LiveModelTest() {
    shop_.Put(TeaShopCatalog());
    EXPECT_THAT(shop_.engine->SetModel("stable", "v1", TeaShopModels()), IsOk());
  }

  // `count` orders of guests, one a minute from `at` on.
  std::vector<Fact> Orders(int count, const std::string& at,
                           const std::vector<std::string>& products) {
    std::vector<Fact> facts;
    for (int i = 0; i < count; ++i) {
      std::vector<OrderLine> lines;
      lines.reserve(products.size());
      for (const std::string& id : products) lines.push_back(Line(id));
      Order order = MakeOrder(absl::StrCat("o", next_++), "", at, std::move(lines));
      order.ordered_at += absl::Minutes(i);
      facts.emplace_back(std::move(order));
    }
    return facts;
  }

  std::optional<Candidate> Find(const std::vector<std::string>& cart, const std::string& at,
                                const std::string& id) const {
    for (Candidate& candidate : shop_.Candidates(CartRequest(cart, at))) {
      if (shop_.IdOf(candidate.product) == id) return candidate;
    }
    return std::nullopt;
  }

  int next_ = 0;
  Shop shop_;
};

TEST_F(LiveModelTest, OrdersSinceTheSnapshotAddToWhatIsBoughtTogetherAndToItsEvidence) {
  const Candidate before = Find({"tea"}, "2024-01-05", "filter").value_or(Candidate());
  shop_.Put(Orders(6, "2024-01-02", {"tea", "filter"}));
  const Candidate after = Find({"tea"}, "2024-01-05", "filter").value();
  EXPECT_THAT(after.scores.co_purchase, Gt(before.scores.co_purchase));
  EXPECT_THAT(after.scores.item_regression, Gt(before.scores.item_regression));
  EXPECT_THAT(after.evidence.orders_together, Eq(6U));
  EXPECT_THAT(after.evidence.base_orders, Eq(18U + 6));
  EXPECT_THAT(after.evidence.all_orders, Eq(34U + 6));
  EXPECT_THAT(after.evidence.since, Eq(At("2024-01-02")));
  EXPECT_THAT(after.scores.popularity, FloatNear((12.0F + 6) / (34 + 6), 1e-6F));
  const Candidate cup = Find({"tea"}, "2024-01-05", "cup").value();
  EXPECT_THAT(cup.evidence.orders_together, Eq(12U));
  EXPECT_THAT(cup.evidence.base_orders, Eq(18U + 6));
}

TEST_F(LiveModelTest, AnEarlierInstantSeesNoLaterOrder) {
  const auto texts = [this](const std::string& at) {
    return testing::ToText(shop_.Ask(CartRequest({"tea"}, at)));
  };
  const std::string before = texts("2024-01-02");
  shop_.Put(Orders(3, "2024-01-03", {"tea", "soap"}));
  const std::string between = texts("2024-01-04");
  shop_.Put(Orders(5, "2024-01-05", {"tea", "coffee"}));
  EXPECT_THAT(texts("2024-01-02"), Eq(before));
  EXPECT_THAT(texts("2024-01-04"), Eq(between));
  EXPECT_THAT(between, Not(Eq(before)));
  EXPECT_THAT(texts("2024-01-06"), Not(Eq(between)));
}

TEST_F(LiveModelTest, AProductTheSnapshotNeverSawIsOfferedBesideWhatItWasBoughtWith) {
  shop_.Put({Goods("lemon")});
  EXPECT_THAT(Find({"tea"}, "2024-01-02", "lemon"), Eq(std::nullopt));
  shop_.Put(Orders(4, "2024-01-02", {"tea", "lemon"}));
  const std::optional<Candidate> lemon = Find({"tea"}, "2024-01-05", "lemon");
  ASSERT_THAT(lemon, Not(Eq(std::nullopt)));
  EXPECT_THAT(shop_.IdOf(lemon->evidence.because_of), Eq("tea"));
  EXPECT_THAT(lemon->evidence.orders_together, Eq(4U));
  EXPECT_THAT(lemon->scores.item_regression, Gt(0.0F));
  EXPECT_THAT(lemon->scores.popularity, FloatNear(4.0F / 38, 1e-6F));
}

TEST_F(LiveModelTest, AProductTheSnapshotNeverSawBringsWhatItWasBoughtWith) {
  shop_.Put({Goods("lemon")});
  shop_.Put(Orders(4, "2024-01-02", {"milk", "lemon"}));
  const std::optional<Candidate> milk = Find({"lemon"}, "2024-01-05", "milk");
  ASSERT_THAT(milk, Not(Eq(std::nullopt)));
  EXPECT_THAT(shop_.IdOf(milk->evidence.because_of), Eq("lemon"));
  EXPECT_THAT(milk->evidence.orders_together, Eq(4U));
  EXPECT_THAT(milk->evidence.base_orders, Eq(4U));
}

TEST_F(LiveModelTest, RecentDemandDecidesWhatIsPopular) {
  shop_.Put({Goods("lemon")});
  shop_.Put(Orders(40, "2024-01-02", {"lemon"}));
  const std::optional<Candidate> lemon = Find({}, "2024-01-05", "lemon");
  ASSERT_THAT(lemon, Not(Eq(std::nullopt)));
  EXPECT_THAT(lemon->scores.popularity, FloatNear(40.0F / 74, 1e-6F));
  EXPECT_THAT(lemon->scores.recent, Gt(40.0F / 74));  // the snapshot's orders are older
}

TEST_F(LiveModelTest, AnOrderTakenBackDoesNotCount) {
  const std::string before = testing::ToText(shop_.Ask(CartRequest({"tea"}, "2024-02-01")));
  shop_.Put(Orders(1, "2024-01-02", {"tea", "soap"}));
  EXPECT_THAT(Find({"tea"}, "2024-02-01", "soap")->evidence.orders_together, Eq(1U));
  shop_.Put({MakeOrder("o0", "", "2023-12-01", {Line("soap")})});  // replaces it
  EXPECT_THAT(testing::ToText(shop_.Ask(CartRequest({"tea"}, "2024-02-01"))), Eq(before));
}

// Equal facts give equal answers, however they came and whatever is kept ready.
TEST_F(LiveModelTest, NeitherTheOrderOfArrivalNorWhatIsKeptReadyShows) {
  std::vector<Fact> facts = Orders(7, "2024-01-02", {"tea", "soap", "lemon"});
  for (Fact& fact : Orders(5, "2024-01-02", {"cup", "soap", "ginger"})) facts.push_back(fact);
  std::vector<Fact> backwards(facts.rbegin(), facts.rend());
  shop_.Put(std::move(facts));
  Shop other;
  other.Put(TeaShopCatalog());
  other.Put(std::move(backwards));  // before there is a model
  ASSERT_THAT(other.engine->SetModel("stable", "v1", TeaShopModels()), IsOk());
  for (const char* at : {"2024-01-02T00:03:30Z", "2024-01-03"}) {
    for (const std::vector<std::string>& cart :
         std::vector<std::vector<std::string>>{{"tea"}, {"soap"}, {"lemon", "cup"}, {}}) {
      const std::string text = testing::ToText(shop_.Ask(CartRequest(cart, at)));
      EXPECT_THAT(testing::ToText(other.Ask(CartRequest(cart, at))), Eq(text));
    }
  }
}

TEST_F(LiveModelTest, ARowMadeOnTheSpotEqualsTheOneKept) {
  shop_.Put(Orders(3, "2024-01-02", {"tea", "soap"}));
  shop_.Put(Orders(2, "2024-01-03", {"tea", "cup"}));
  const base::Micros at = base::ToMicros(At("2024-01-04"));
  const BoundModel ready = BoundModel::Bind("", TeaShopModels(), &shop_.index);
  const BoundModel asked =
      BoundModel::Bind("", TeaShopModels(), &shop_.index, LiveUpdates::kWhenAsked);
  const BoundModel none = BoundModel::Bind("", TeaShopModels(), &shop_.index, LiveUpdates::kNone);
  const base::ReaderLock lock(&shop_.index.mutex());
  EXPECT_THAT(none.LiveAsOf(at), IsNull());
  EXPECT_THAT(ready.LiveAsOf(base::ToMicros(At("2024-01-01"))), IsNull());
  ASSERT_THAT(ready.LiveAsOf(at), NotNull());
  const std::uint32_t tea = ready.ItemOf(shop_.index.FindProduct("tea"));
  LiveRow first;
  LiveRow second;
  const LiveRow* const kept = ready.LiveAsOf(at)->Row(tea, at, first);
  const LiveRow* const made = asked.LiveAsOf(at)->Row(tea, at, second);
  ASSERT_THAT(kept, NotNull());
  EXPECT_THAT(kept, Not(Eq(&first)));
  EXPECT_THAT(made, Eq(&second));
  EXPECT_THAT(made->weights, Eq(kept->weights));
  EXPECT_THAT(made->targets, Eq(kept->targets));
  EXPECT_THAT(made->orders, Eq(18U + 5));
  EXPECT_THAT(made->partners, Eq(kept->partners));
  EXPECT_THAT(made->pair_weights, Eq(kept->pair_weights));
  EXPECT_THAT(ready.OrdersOf(shop_.index.FindProduct("tea"), at), Eq(23U));
  const LiveRow* const coffee =
      ready.LiveAsOf(at)->Row(ready.ItemOf(shop_.index.FindProduct("coffee")), at, first);
  EXPECT_THAT(coffee, IsNull());
}

TEST_F(LiveModelTest, TheRegressionMovesByADampedStepOfWhatWasNotExpected) {
  shop_.Put(Orders(4, "2024-01-02", {"soap", "coffee"}));
  const base::Micros at = base::ToMicros(At("2024-01-04"));
  const BoundModel model = BoundModel::Bind("", TeaShopModels(), &shop_.index);
  const base::ReaderLock lock(&shop_.index.mutex());
  const std::uint32_t soap = model.ItemOf(shop_.index.FindProduct("soap"));
  const std::uint32_t coffee = model.ItemOf(shop_.index.FindProduct("coffee"));
  LiveRow scratch;
  const LiveRow* const row = model.LiveAsOf(at)->Row(soap, at, scratch);
  ASSERT_THAT(row, NotNull());
  const auto found = std::find(row->targets.begin(), row->targets.end(), coffee);
  ASSERT_THAT(found, Not(Eq(row->targets.end())));
  const float weight = row->weights[static_cast<std::size_t>(found - row->targets.begin())];
  // Soap was in 4 orders, alone; since in 4 with coffee, each weighing 2^-0.5; l2 is 1.
  const double since = 4 / std::sqrt(2.0);
  const float before = model.models().item_regression.Weight(soap, coffee);
  EXPECT_THAT(weight - before,
              FloatNear(static_cast<float>(kLiveStep * since / (4 + since + 1)), 1e-5F));
}

}  // namespace
}  // namespace tsugi
