#include "simulator/shop_window.h"

#include <gtest/gtest.h>

#include <string>

namespace tsugi::simulator {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// 0 camera, 1 better camera, 2 lens, 3 basic plan, 4 big plan, 5 add-on to the basic plan.
class ShopWindowTest : public ::testing::Test {
 protected:
  ShopWindowTest() {
    Add("camera", ProductKind::kGoods, "cameras", 1);
    Add("better", ProductKind::kGoods, "cameras", 2);
    Add("lens", ProductKind::kGoods, "", std::nullopt);
    Add("basic", ProductKind::kPlan, "plans", 1);
    Add("big", ProductKind::kPlan, "plans", 2);
    Product add_on;
    add_on.id = "storage";
    add_on.kind = ProductKind::kAddOn;
    add_on.goes_with = {"basic"};
    window_.Hear(add_on);
    tsugi::Customer ann;
    ann.id = "ann";
    window_.Hear(ann);
    opportunity_.at = kNow;
  }
  void Add(const std::string& id, ProductKind kind, const std::string& family,
           std::optional<int> tier) {
    Product product;
    product.id = id;
    product.kind = kind;
    product.family = family;
    product.tier = tier;
    product.durable = kind == ProductKind::kGoods;
    window_.Hear(product);
  }
  void Subscribe(SubscriptionStatus status) {
    Subscription subscription;
    subscription.id = "s";
    subscription.customer_id = "ann";
    subscription.product_id = "basic";
    subscription.status = status;
    window_.Hear(subscription);
  }
  std::optional<OfferKind> KindOf(int item) const {
    const std::optional<Offer> offer = window_.Make(item, opportunity_);
    return offer.has_value() ? std::optional(offer->kind) : std::nullopt;
  }

  ShopWindow window_;
  Opportunity opportunity_;
};

TEST_F(ShopWindowTest, ABetterModelOfTheCartIsAnUpgradeAndALesserOneNothing) {
  opportunity_.cart = {0};
  EXPECT_EQ(KindOf(0), std::nullopt);
  EXPECT_EQ(KindOf(1), OfferKind::kUpgrade);
  EXPECT_EQ(KindOf(2), OfferKind::kCrossSell);
  opportunity_.cart = {1};
  EXPECT_EQ(KindOf(0), std::nullopt);
}

TEST_F(ShopWindowTest, AnOwnedDurableIsNotOfferedAgain) {
  Order order;
  order.customer_id = "ann";
  order.ordered_at = kNow - absl::Hours(24);
  order.lines.emplace_back().product_id = "lens";
  window_.Hear(order);
  EXPECT_EQ(KindOf(2), std::nullopt);
  EXPECT_EQ(KindOf(0), OfferKind::kCrossSell);
}

TEST_F(ShopWindowTest, PlansAreForThoseWhoHoldOne) {
  EXPECT_EQ(KindOf(3), std::nullopt);
  EXPECT_EQ(KindOf(5), std::nullopt);
  Subscribe(SubscriptionStatus::kTrialing);
  EXPECT_EQ(KindOf(3), OfferKind::kTrialConversion);
  EXPECT_EQ(KindOf(4), std::nullopt);
  Subscribe(SubscriptionStatus::kActive);
  EXPECT_EQ(KindOf(3), std::nullopt);
  EXPECT_EQ(KindOf(4), OfferKind::kUpgrade);
  EXPECT_EQ(KindOf(5), OfferKind::kAddOn);
  Subscribe(SubscriptionStatus::kCanceled);
  EXPECT_EQ(KindOf(4), std::nullopt);
}

}  // namespace
}  // namespace tsugi::simulator
