#include "simulator/limits.h"

#include <gtest/gtest.h>

#include <string>

namespace tsugi::simulator {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
absl::Duration Days(int days) { return absl::Hours(24 * days); }

class LimitsTest : public ::testing::Test {
 protected:
  LimitsTest() : limits_(LimitOptions{}) {
    tsugi::Customer customer;
    customer.id = "ann";
    limits_.Hear(customer);
  }
  void MakeContact(absl::Time at) {
    Contact contact;
    contact.customer_id = "ann";
    contact.at = at;
    limits_.Hear(contact);
  }
  void Show(const std::string& product, absl::Time at) {
    Exposure exposure;
    exposure.customer_id = "ann";
    exposure.product_id = product;
    exposure.at = at;
    limits_.Hear(exposure);
  }
  void React(const std::string& product, Reaction reaction, absl::Time at) {
    ReactionEvent event;
    event.customer_id = "ann";
    event.product_id = product;
    event.reaction = reaction;
    event.at = at;
    limits_.Hear(event);
  }
  void Signals(SignalType type, double value, absl::Time at) {
    Signal signal;
    signal.customer_id = "ann";
    signal.type = type;
    signal.value = value;
    signal.at = at;
    limits_.Hear(signal);
  }
  bool MayContact(absl::Time at) const { return limits_.Allows("ann", /*outbound=*/true, at); }
  bool MayShow(const std::string& product, absl::Time at,
               OfferKind kind = OfferKind::kCrossSell) const {
    return limits_.AllowsProduct("ann", product, kind, at);
  }

  Limits limits_;
};

TEST_F(LimitsTest, TwoContactsInThirtyDaysAreEnough) {
  MakeContact(kNow - Days(29));
  EXPECT_TRUE(MayContact(kNow));
  MakeContact(kNow - Days(3));
  EXPECT_FALSE(MayContact(kNow));
  EXPECT_TRUE(limits_.Allows("ann", /*outbound=*/false, kNow));
  EXPECT_TRUE(MayContact(kNow + Days(1)));  // the older one has left the period
}

TEST_F(LimitsTest, AProductShownFourTimesRests) {
  for (int day = 4; day > 1; --day) Show("cup", kNow - Days(day));
  EXPECT_TRUE(MayShow("cup", kNow));
  Show("cup", kNow - Days(1));
  EXPECT_FALSE(MayShow("cup", kNow));
  EXPECT_TRUE(MayShow("tea", kNow));
  EXPECT_TRUE(MayShow("cup", kNow + Days(10)));
}

TEST_F(LimitsTest, WhatWasDeclinedRestsThreeMonthsAndWhatWasPutOffAFortnight) {
  React("cup", Reaction::kDeclined, kNow);
  React("tea", Reaction::kMaybeLater, kNow);
  EXPECT_FALSE(MayShow("cup", kNow + Days(89)));
  EXPECT_TRUE(MayShow("cup", kNow + Days(90)));
  EXPECT_FALSE(MayShow("tea", kNow + Days(13)));
  EXPECT_TRUE(MayShow("tea", kNow + Days(14)));
}

TEST_F(LimitsTest, AnOpenComplaintEndsAllOffersUntilItIsClosed) {
  Signals(SignalType::kComplaintOpened, 0, kNow);
  EXPECT_FALSE(limits_.Allows("ann", /*outbound=*/false, kNow));
  Signals(SignalType::kComplaintClosed, 0, kNow);
  EXPECT_TRUE(limits_.Allows("ann", /*outbound=*/false, kNow));
}

TEST_F(LimitsTest, ADetractorIsNotContactedAndNotUpgraded) {
  Signals(SignalType::kNps, 6, kNow);
  EXPECT_FALSE(MayContact(kNow + Days(179)));
  EXPECT_FALSE(MayShow("plan", kNow, OfferKind::kUpgrade));
  EXPECT_TRUE(MayShow("cup", kNow));
  EXPECT_TRUE(MayContact(kNow + Days(180)));
}

TEST_F(LimitsTest, WhoWithdrawsConsentIsNotContacted) {
  tsugi::Customer customer;
  customer.id = "ann";
  customer.consent_marketing = false;
  limits_.Hear(customer);
  EXPECT_FALSE(MayContact(kNow));
  EXPECT_TRUE(limits_.Allows("ann", /*outbound=*/false, kNow));
}

}  // namespace
}  // namespace tsugi::simulator
