// Showings, contacts, rhythms, seasons and silence: what moments and limits need to know of the
// customer, as of an instant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/state/follower.h"
#include "engine/state/resolve_context.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::Goods;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using ::testing::Pair;
using testing::Person;
using testing::Subscribed;

Exposure Shown(const std::string& recommendation, const std::string& product,
               const std::string& customer, const std::string& at,
               const std::string& placement = "checkout") {
  Exposure exposure;
  exposure.recommendation_id = recommendation;
  exposure.product_id = product;
  exposure.at = At(at);
  exposure.customer_id = customer;
  exposure.placement = placement;
  return exposure;
}

Exposure ShownToVisitor(const std::string& recommendation, const std::string& product,
                        const std::string& visitor, const std::string& at) {
  Exposure exposure = Shown(recommendation, product, "", at);
  exposure.visitor_id = visitor;
  return exposure;
}

ReactionEvent Reacted(const std::string& recommendation, const std::string& product,
                      const std::string& at) {
  ReactionEvent reaction;
  reaction.event_id = recommendation + product;
  reaction.at = At(at);
  reaction.reaction = Reaction::kDeclined;
  reaction.recommendation_id = recommendation;
  reaction.product_id = product;
  return reaction;
}

Contact Called(const std::string& event, const std::string& customer, const std::string& at,
               const std::string& recommendation = "") {
  Contact contact;
  contact.event_id = event;
  contact.customer_id = customer;
  contact.at = At(at);
  contact.placement = "cs";
  contact.recommendation_id = recommendation;
  return contact;
}

Contact Reserved(const std::string& recommendation, const std::string& customer,
                 const std::string& at, const std::string& lapses_at) {
  Contact contact = Called("reserved " + recommendation, customer, at, recommendation);
  contact.lapses_at = At(lapses_at);
  return contact;
}

class ResolveLimitsTest : public ::testing::Test {
 protected:
  // Facts as the store tells them, reservations included.
  void Tell(const std::vector<Fact>& facts) {
    std::vector<Change> changes;
    for (const Fact& fact : facts) changes.push_back({++seq_, Stored{fact, absl::InfinitePast()}});
    index_.Apply(changes);
  }

  Context Resolve(const std::string& customer, const std::string& at,
                  const std::string& visitor = "") {
    SuggestRequest request;
    request.customer_id = customer;
    request.visitor_id = visitor;
    request.at = At(at);
    absl::StatusOr<Context> context = ResolveContext(index_, options_, request);
    EXPECT_THAT(context, IsOk());
    return context.ok() ? *std::move(context) : Context();
  }

  std::vector<std::string> Showings(const Context& context) {
    std::vector<std::string> ids;
    for (const PastShowing& s : context.showings) ids.push_back(index_.product(s.product).id);
    return ids;
  }

  // Instant and whether it is confirmed.
  std::vector<std::pair<std::string, bool>> Contacts(const std::string& at) {
    std::vector<std::pair<std::string, bool>> contacts;
    for (const PastContact& c : Resolve("ann", at).contacts) {
      contacts.emplace_back(base::FormatTime(c.at).substr(0, 10), c.confirmed);
    }
    return contacts;
  }

  FactIndex index_;
  Seq seq_ = 0;
  ContextOptions options_;
};

TEST_F(ResolveLimitsTest, ShowingsAreThoseWithoutReactionOrPurchaseSince) {
  Tell({Shown("r1", "tea", "ann", "2024-03-01"), Shown("r1", "cup", "ann", "2024-03-01"),
        Shown("r1", "pot", "ann", "2024-03-01"), Reacted("r1", "tea", "2024-03-02"),
        MakeOrder("o1", "ann", "2024-03-03", {Line("cup")}),
        Shown("r2", "cup", "ann", "2024-03-04")});
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-01T12:00:00Z")), ElementsAre("tea", "cup", "pot"));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-02")), ElementsAre("cup", "pot"));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-03")), ElementsAre("pot"));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-04")), ElementsAre("pot", "cup"));
  EXPECT_THAT(Showings(Resolve("bob", "2024-03-04")), IsEmpty());
}

TEST_F(ResolveLimitsTest, ShowingLeavesThePeriodToTheDot) {
  options_.showings_for = absl::Hours(24 * 14);
  Tell({Shown("r1", "tea", "ann", "2024-03-01")});
  EXPECT_THAT(Showings(Resolve("ann", "2024-02-29T23:59:59Z")), IsEmpty());
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-01")), ElementsAre("tea"));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-14T23:59:59Z")), ElementsAre("tea"));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-15")), IsEmpty());
}

TEST_F(ResolveLimitsTest, WhatTheControlArmWasNotShownIsNoShowingAndNoContact) {
  Exposure withheld = Shown("r1", "tea", "ann", "2024-03-01", "email");
  withheld.control = true;
  Tell({withheld});
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-02")), IsEmpty());
  EXPECT_THAT(Contacts("2024-03-02"), IsEmpty());
}

TEST_F(ResolveLimitsTest, VisitorsHaveShowingsAndReactionsOfTheirOwn) {
  Tell({ShownToVisitor("r1", "tea", "v1", "2024-03-01"),
        ShownToVisitor("r1", "cup", "v1", "2024-03-01"), Reacted("r1", "tea", "2024-03-02")});
  const Context context = Resolve("", "2024-03-03", "v1");
  EXPECT_THAT(Showings(context), ElementsAre("cup"));
  ASSERT_THAT(context.reactions.size(), Eq(1U));
  EXPECT_THAT(context.reactions[0].reaction, Eq(Reaction::kDeclined));
  EXPECT_THAT(Showings(Resolve("", "2024-03-03", "v2")), IsEmpty());
  EXPECT_THAT(Showings(Resolve("", "2024-03-03")), IsEmpty());
  EXPECT_THAT(Showings(Resolve("bob", "2024-03-03", "v1")), IsEmpty());
}

TEST_F(ResolveLimitsTest, OutboundExposuresAreContactsOneARecommendation) {
  Tell({Shown("r1", "tea", "ann", "2024-03-01", "email"),
        Shown("r1", "cup", "ann", "2024-03-01", "email"),
        Shown("r2", "cup", "ann", "2024-03-02", "cart"), Called("e1", "ann", "2024-03-03"),
        Called("e2", "ann", "2024-03-03", "r1")});
  EXPECT_THAT(Contacts("2024-03-10"),
              ElementsAre(Pair("2024-03-01", true), Pair("2024-03-03", true)));
  EXPECT_THAT(Contacts("2024-03-31"), ElementsAre(Pair("2024-03-03", true)));
}

TEST_F(ResolveLimitsTest, ReservationCountsUntilItLapses) {
  Tell({Reserved("r1", "ann", "2024-03-01", "2024-03-02")});
  EXPECT_THAT(Contacts("2024-02-29"), IsEmpty());
  EXPECT_THAT(Contacts("2024-03-01"), ElementsAre(Pair("2024-03-01", false)));
  EXPECT_THAT(Contacts("2024-03-01T23:59:59Z"), ElementsAre(Pair("2024-03-01", false)));
  EXPECT_THAT(Contacts("2024-03-02"), IsEmpty());
}

TEST_F(ResolveLimitsTest, EachKindOfConfirmationMakesAReservationOneContact) {
  const std::vector<Fact> confirmations = {
      Called("e1", "ann", "2024-03-01T12:00:00Z", "r1"),
      Called("reserved r1", "ann", "2024-03-01", "r1"),
      Shown("r1", "tea", "ann", "2024-03-01T12:00:00Z", "cs"),
      Reacted("r1", "tea", "2024-03-01T12:00:00Z"),
  };
  const Fact reservation = Reserved("r1", "ann", "2024-03-01", "2024-03-02");
  for (std::size_t i = 0; i < confirmations.size(); ++i) {
    for (const bool late : {false, true}) {
      FactIndex index;
      std::vector<Change> changes = {{1, Stored{reservation, absl::InfinitePast()}},
                                     {2, Stored{confirmations[i], absl::InfinitePast()}}};
      if (late) std::swap(changes[0], changes[1]);
      index.Apply(changes);
      SuggestRequest request;
      request.customer_id = "ann";
      request.at = At("2024-03-10");
      const auto context = ResolveContext(index, options_, request);
      ASSERT_THAT(context, IsOk());
      ASSERT_THAT(context->contacts.size(), Eq(1U)) << i << late;
      EXPECT_THAT(context->contacts[0].at, Eq(At("2024-03-01"))) << i << late;
      EXPECT_TRUE(context->contacts[0].confirmed) << i << late;
    }
  }
}

TEST_F(ResolveLimitsTest, ContactConfirmedTooLateCountsFromThenOn) {
  Tell(
      {Reserved("r1", "ann", "2024-03-01", "2024-03-02"), Called("e1", "ann", "2024-03-05", "r1")});
  EXPECT_THAT(Contacts("2024-03-01"), ElementsAre(Pair("2024-03-01", false)));
  EXPECT_THAT(Contacts("2024-03-04"), IsEmpty());
  EXPECT_THAT(Contacts("2024-03-06"), ElementsAre(Pair("2024-03-05", true)));
}

TEST_F(ResolveLimitsTest, ContactsCountEvenWithoutConsentToProfilingButShowingsDoNot) {
  Customer ann = Person("ann");
  ann.consent_profiling = false;
  Tell({ann, Shown("r1", "tea", "ann", "2024-03-01", "email")});
  EXPECT_THAT(Contacts("2024-03-02"), ElementsAre(Pair("2024-03-01", true)));
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-02")), IsEmpty());
}

TEST_F(ResolveLimitsTest, ErasedCustomerLeavesNothingBehind) {
  Tell({Shown("r1", "tea", "ann", "2024-03-01", "email"), Called("e1", "ann", "2024-03-01")});
  index_.Apply(std::vector<Change>{{++seq_, Tombstone{FactKind::kCustomer, "ann"}}});
  Tell({Reacted("r1", "tea", "2024-03-02")});
  EXPECT_THAT(Contacts("2024-03-10"), IsEmpty());
  EXPECT_THAT(Showings(Resolve("ann", "2024-03-10")), IsEmpty());
}

Product Tea() {
  Product tea = Goods("tea");
  tea.consumable = true;
  return tea;
}

TEST_F(ResolveLimitsTest, RhythmIsTheMedianBetweenOccasionsOfAConsumable) {
  Tell({Tea(), Goods("cup"), MakeOrder("o1", "ann", "2024-01-01", {Line("tea"), Line("cup")}),
        MakeOrder("o2", "ann", "2024-01-01T20:00:00Z", {Line("tea")}),  // the same occasion
        MakeOrder("o3", "ann", "2024-01-11", {Line("tea"), Line("cup")})});
  EXPECT_THAT(Resolve("ann", "2024-02-01").rhythms, IsEmpty());  // one interval
  Tell({MakeOrder("o4", "ann", "2024-01-31", {Line("tea"), Line("cup")}),
        MakeOrder("o5", "ann", "2024-02-02", {Line("tea", -1)})});
  const Context context = Resolve("ann", "2024-02-03");
  ASSERT_THAT(context.rhythms.size(), Eq(1U));
  EXPECT_THAT(context.rhythms[0].product.id(), Eq("tea"));
  EXPECT_THAT(context.rhythms[0].last, Eq(At("2024-01-31")));
  EXPECT_THAT(context.rhythms[0].interval_days, Eq(15.0));
  EXPECT_THAT(context.rhythms[0].intervals, Eq(2));
  EXPECT_THAT(Resolve("ann", "2024-01-30").rhythms, IsEmpty());
}

TEST_F(ResolveLimitsTest, UsualOrderIntervalTakesTwoIntervals) {
  Tell({MakeOrder("o1", "ann", "2024-01-01", {Line("tea")}),
        MakeOrder("o2", "ann", "2024-01-11", {Line("tea")}),
        MakeOrder("o3", "ann", "2024-01-31", {Line("tea")}),
        MakeOrder("o4", "ann", "2024-02-05", {Line("tea", -1)})});
  const Context early = Resolve("ann", "2024-01-30");
  EXPECT_THAT(early.usual_order_interval_days, Eq(std::nullopt));
  EXPECT_THAT(early.last_order, Eq(At("2024-01-11")));
  const Context late = Resolve("ann", "2024-03-01");
  EXPECT_THAT(late.usual_order_interval_days, Eq(15.0));
  EXPECT_THAT(late.last_order, Eq(At("2024-01-31")));  // a return is no order
}

TEST_F(ResolveLimitsTest, SeasonalProductsGoWithSomethingBoughtAndKept) {
  Product sunscreen = Goods("sunscreen");
  sunscreen.season_months = 0b1100000;  // June and July... any months: the policy looks at them
  sunscreen.goes_with = {"swimsuit"};
  Product hat = Goods("hat");
  hat.goes_with = {"swimsuit"};  // no season
  Tell({Goods("swimsuit"), sunscreen, hat, MakeOrder("o1", "ann", "2024-06-01", {Line("swimsuit")}),
        MakeOrder("o2", "bob", "2024-06-01", {Line("swimsuit")}),
        MakeOrder("o3", "bob", "2024-06-03", {Line("swimsuit", -1)})});
  const auto seasonal = [&](const std::string& customer, const std::string& at) {
    std::vector<std::string> ids;
    for (const ProductRef& p : Resolve(customer, at).seasonal) ids.emplace_back(p.id());
    return ids;
  };
  EXPECT_THAT(seasonal("ann", "2024-05-31"), IsEmpty());
  EXPECT_THAT(seasonal("ann", "2024-06-01"), ElementsAre("sunscreen"));
  EXPECT_THAT(seasonal("bob", "2024-06-02"), ElementsAre("sunscreen"));
  EXPECT_THAT(seasonal("bob", "2024-06-03"), IsEmpty());
}

TEST_F(ResolveLimitsTest, LostDealCountsUntilASubscriptionBegins) {
  Subscription lost = Subscribed("s1", "ann", "basic", SubscriptionStatus::kLostDeal, "2024-01-01");
  lost.ended_at = At("2024-02-01");
  Tell({lost});
  EXPECT_THAT(Resolve("ann", "2024-03-01").lost_deal, Eq(At("2024-02-01")));
  Tell({Subscribed("s2", "ann", "basic", SubscriptionStatus::kActive, "2024-02-15")});
  EXPECT_THAT(Resolve("ann", "2024-03-01").lost_deal, Eq(std::nullopt));
}

}  // namespace
}  // namespace tsugi
