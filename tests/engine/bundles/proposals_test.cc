#include "engine/bundles/proposals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/history/builder.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::Goods;
using ::testing::IsEmpty;
using testing::Line;
using testing::MakeOrder;
using testing::Money;
using ::testing::SizeIs;

// 20 orders of tea with a cup on the first of January, 60 of soap a day later.
class ProposalsTest : public ::testing::Test {
 protected:
  ProposalsTest() {
    for (int i = 0; i < 20; ++i) {
      shop_.Put({MakeOrder(absl::StrCat("a", i), "", "2034-01-01", {Line("tea"), Line("cup")})});
    }
    for (int i = 0; i < 60; ++i) {
      shop_.Put({MakeOrder(absl::StrCat("b", i), "", "2034-01-02", {Line("soap")})});
    }
    options_.to = At("2034-02-01");
  }

  static Product Costing(const std::string& id, double price, double cost) {
    Product product = Goods(id, price);
    product.unit_cost = Money(cost);
    product.observed_at = At("2034-01-01");
    return product;
  }

  BundleProposals Propose() {
    auto history = ReadOrderHistory(shop_.store);
    EXPECT_THAT(history, testing::IsOk());
    const base::ReaderLock lock(&shop_.index.mutex());
    auto proposals = ProposeBundles(*history, shop_.index, options_);
    EXPECT_THAT(proposals, testing::IsOk());
    return *std::move(proposals);
  }

  testing::Shop shop_;
  ProposalOptions options_;
};

TEST_F(ProposalsTest, SetGivesAwayTheAdvantageAndStaysAboveCost) {
  shop_.Put({Costing("tea", 10, 4), Costing("cup", 10.05, 6)});
  const BundleProposals proposals = Propose();
  EXPECT_THAT(proposals.orders, Eq(80U));
  ASSERT_THAT(proposals.rows, SizeIs(1));
  const BundleProposal& row = proposals.rows[0];
  EXPECT_THAT(row.product_ids, ElementsAre("cup", "tea"));
  EXPECT_THAT(row.orders, Eq(20U));
  EXPECT_THAT(row.singly, Eq(Money(20.05)));
  EXPECT_THAT(row.cost, Eq(Money(10)));
  EXPECT_TRUE(row.cost_known);
  EXPECT_THAT(row.price, Eq(Money(18.05)));  // 20.05 - 2.005, rounded up
}

TEST_F(ProposalsTest, ThinMarginIsSharedAndNoneProposesNoPrice) {
  shop_.Put({Costing("tea", 10, 9), Costing("cup", 10, 9.5)});
  EXPECT_THAT(Propose().rows[0].price, Eq(Money(19.25)));  // half of 1.50
  shop_.Put({Costing("tea", 10, 10), Costing("cup", 10, 10)});
  EXPECT_THAT(Propose().rows[0].price, Eq(std::nullopt));
}

TEST_F(ProposalsTest, UnknownCostIsTakenByTheDefaultMarginAndSaysSo) {
  const BundleProposal row = Propose().rows[0];  // prices of the last sale
  EXPECT_FALSE(row.cost_known);
  EXPECT_THAT(row.cost, Eq(Money(14)));
  EXPECT_THAT(row.price, Eq(Money(18)));
}

TEST_F(ProposalsTest, WhatCannotBeSoldOrIsNoGoodsIsInNoSet) {
  Product gone = Costing("cup", 10, 5);
  gone.in_stock = false;
  shop_.Put({gone});
  EXPECT_THAT(Propose().rows, IsEmpty());
  Product plan = Costing("cup", 10, 5);
  plan.kind = ProductKind::kPlan;
  shop_.Put({plan});
  EXPECT_THAT(Propose().rows, IsEmpty());
}

TEST_F(ProposalsTest, OnlyOrdersOfTheTimeAskedForCount) {
  options_.from = At("2034-01-02");
  EXPECT_THAT(Propose().orders, Eq(60U));
  EXPECT_THAT(Propose().rows, IsEmpty());
  options_.from = absl::InfinitePast();
  options_.to = At("2034-01-02");
  EXPECT_THAT(Propose().orders, Eq(20U));
}

TEST_F(ProposalsTest, SetThatIsSoldAlreadyIsNamed) {
  EXPECT_THAT(Propose().rows[0].sold_as, Eq(""));
  Product set = Costing("set", 18, 10);
  set.kind = ProductKind::kBundle;
  set.contents = {"tea", "cup"};
  shop_.Put({set});
  EXPECT_THAT(Propose().rows[0].sold_as, Eq("set"));
}

}  // namespace
}  // namespace tsugi
