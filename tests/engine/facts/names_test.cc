#include "engine/facts/names.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

namespace tsugi {
namespace {

template <typename E>
void ExpectRoundTrip(int count) {
  std::set<std::string> names;
  for (int i = 0; i < count; ++i) {
    const std::string name(Name(static_cast<E>(i)));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second) << name << " names two values";
    EXPECT_EQ(FromName<E>(name), static_cast<E>(i));
    EXPECT_NE(AllNames<E>().find(name), std::string::npos);
  }
  EXPECT_EQ(FromName<E>("no such word"), std::nullopt);
  EXPECT_EQ(FromName<E>(""), std::nullopt);
}

TEST(NamesTest, EveryValueIsFoundByItsName) {
  ExpectRoundTrip<ProductKind>(5);
  ExpectRoundTrip<SubscriptionStatus>(5);
  ExpectRoundTrip<SignalType>(8);
  ExpectRoundTrip<OfferKind>(7);
  ExpectRoundTrip<Moment>(kMomentCount);
  ExpectRoundTrip<Reaction>(3);
}

TEST(NamesTest, NamesAreThoseOfTheFiles) {
  EXPECT_EQ(Name(ProductKind::kAddOn), "add_on");
  EXPECT_EQ(Name(SubscriptionStatus::kLostDeal), "lost_deal");
  EXPECT_EQ(Name(SignalType::kComplaintClosed), "complaint_closed");
  EXPECT_EQ(Name(Reaction::kMaybeLater), "maybe_later");
  EXPECT_EQ(AllNames<Reaction>(), "accepted, declined, maybe_later");
}

}  // namespace
}  // namespace tsugi
