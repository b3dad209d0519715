#include "engine/state/resolve_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/state/follower.h"
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
using testing::MakeSignal;
using testing::Money;
using testing::Person;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Subscribed;
using testing::Tiered;
using ::testing::UnorderedElementsAre;

class ResolveContextTest : public ::testing::Test {
 protected:
  void Put(std::vector<Fact> facts) {
    ASSERT_THAT(store_.Put(std::move(facts)), IsOk());
    ASSERT_THAT(follower_.CatchUp(), IsOk());
  }

  SuggestRequest Ask(const std::string& customer, const std::string& at) {
    SuggestRequest request;
    request.customer_id = customer;
    request.at = At(at);
    return request;
  }

  Context Resolve(const SuggestRequest& request) {
    absl::StatusOr<Context> context = ResolveContext(index_, options_, request);
    EXPECT_THAT(context, IsOk());
    return context.ok() ? *std::move(context) : Context();
  }

  std::vector<std::string> Ids(const std::vector<ProductIndex>& products) {
    std::vector<std::string> ids;
    for (const ProductIndex product : products) ids.push_back(index_.product(product).id);
    return ids;
  }

  testing::MemoryStore store_;
  FactIndex index_;
  Follower follower_{&store_, &index_};
  ContextOptions options_;
};

TEST_F(ResolveContextTest, NothingOfAfterTheInstantEnters) {
  Customer ann = Person("ann", "old");
  ann.observed_at = At("2023-01-01");
  Customer later = Person("ann", "new");
  later.observed_at = At("2024-06-01");
  Put({ann, later, MakeOrder("o1", "ann", "2024-01-01", {Line("tea", 1, 3)}),
       MakeOrder("o2", "ann", "2024-07-01", {Line("cup", 1, 5)}),
       MakeSignal("e1", "ann", "2024-01-01", SignalType::kNps, 9),
       MakeSignal("e2", "ann", "2024-07-01", SignalType::kNps, 2),
       MakeSignal("e3", "ann", "2024-07-01", SignalType::kComplaintOpened, std::nullopt, "c1")});
  const Context context = Resolve(Ask("ann", "2024-05-01"));
  EXPECT_THAT(context.segment, Eq("old"));
  EXPECT_THAT(context.purchases, SizeIs(1));
  EXPECT_THAT(context.spend, Eq(Money(3)));
  ASSERT_TRUE(context.nps.has_value());
  EXPECT_THAT(context.nps->value, Eq(9));
  EXPECT_THAT(context.open_complaints, IsEmpty());
  const Context after = Resolve(Ask("ann", "2024-08-01"));
  EXPECT_THAT(after.segment, Eq("new"));
  EXPECT_THAT(after.spend, Eq(Money(8)));
  EXPECT_THAT(after.open_complaints, SizeIs(1));
}

TEST_F(ResolveContextTest, CustomerKnownOnlyLaterIsAnUnknownVisitor) {
  Put({MakeOrder("o1", "ann", "2024-07-01", {Line("tea")})});
  const Context context = Resolve(Ask("ann", "2024-05-01"));
  EXPECT_FALSE(context.profiled);
  EXPECT_FALSE(context.customer.valid());
  EXPECT_TRUE(Resolve(Ask("ann", "2024-07-01")).profiled);
}

TEST_F(ResolveContextTest, WithoutConsentToProfilingNothingPersonalIsUsed) {
  Customer ann = Person("ann", "gold");
  ann.consent_profiling = false;
  ann.consent_marketing = false;
  Put({ann, MakeOrder("o1", "ann", "2024-01-01", {Line("tea")}), Subscribed("s1", "ann", "basic"),
       MakeSignal("e1", "ann", "2024-01-01", SignalType::kNps, 9)});
  SuggestRequest request = Ask("ann", "2024-05-01");
  request.subscription_id = "s1";
  const Context context = Resolve(request);
  EXPECT_FALSE(context.profiled);
  EXPECT_FALSE(context.consent_marketing);
  EXPECT_THAT(context.segment, IsEmpty());
  EXPECT_THAT(context.purchases, IsEmpty());
  EXPECT_THAT(context.subscriptions, IsEmpty());
  EXPECT_THAT(context.owned, IsEmpty());
  EXPECT_FALSE(context.nps.has_value());
  EXPECT_FALSE(context.since.has_value());
}

TEST_F(ResolveContextTest, UnknownVisitorMayBeServedInboundButNotContacted) {
  SuggestRequest request = Ask("", "2024-05-01");
  EXPECT_TRUE(Resolve(request).consent_marketing);
  request.placement = "email";
  const Context context = Resolve(request);
  EXPECT_TRUE(context.outbound);
  EXPECT_FALSE(context.consent_marketing);
}

TEST_F(ResolveContextTest, CartComesById_MergedAndWithUnknownProducts) {
  Put({Goods("tea"), Goods("cup")});
  SuggestRequest request = Ask("", "2024-05-01");
  request.cart = {{"tea", 1, Money(2)}, {"mystery", 1, {}}, {"cup", 1, {}}, {"tea", 2, Money(3)}};
  const Context context = Resolve(request);
  ASSERT_THAT(context.cart, SizeIs(3));
  EXPECT_THAT(context.cart[0].product_id, Eq("cup"));
  EXPECT_THAT(context.cart[1].product_id, Eq("mystery"));
  EXPECT_FALSE(context.cart[1].product.known());
  EXPECT_THAT(context.cart[2].quantity, Eq(3));
  EXPECT_THAT(context.cart[2].unit_price, Eq(Money(3)));
}

TEST_F(ResolveContextTest, SubscriptionOwnsItsPlanAndLowerTiers) {
  Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
       Tiered(ProductKind::kPlan, "team", "crm", 2, 20),
       Tiered(ProductKind::kPlan, "pro", "crm", 3, 30), Subscribed("s1", "ann", "team"),
       Subscribed("s2", "bob", "team", SubscriptionStatus::kCanceled)});
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2024-05-01")).owned), UnorderedElementsAre("basic", "team"));
  EXPECT_THAT(Ids(Resolve(Ask("bob", "2024-05-01")).owned), IsEmpty());
}

TEST_F(ResolveContextTest, DurablesAreOwnedWhileTheirNetQuantityIsAboveZero) {
  Product lamp = Goods("lamp");
  lamp.durable = true;
  Product desk = Goods("desk");
  desk.durable = true;
  Put({lamp, desk, Goods("tea"),
       MakeOrder("o1", "ann", "2024-01-01", {Line("lamp"), Line("desk"), Line("tea")}),
       MakeOrder("r1", "ann", "2024-01-05", {Line("desk", -1)})});
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2024-01-03")).owned), UnorderedElementsAre("lamp", "desk"));
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2024-02-01")).owned), ElementsAre("lamp"));
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2026-02-01")).owned), IsEmpty());  // more than 730 days
  options_.owned.goods = OwnershipRule::Goods::kAll;
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2024-02-01")).owned), UnorderedElementsAre("lamp", "tea"));
  options_.owned.goods = OwnershipRule::Goods::kNone;
  EXPECT_THAT(Ids(Resolve(Ask("ann", "2024-02-01")).owned), IsEmpty());
}

TEST_F(ResolveContextTest, ComplaintsCloseBySubjectOrAllTogether) {
  const auto opened = [](std::string event, std::string subject) {
    return MakeSignal(std::move(event), "ann", "2024-01-01", SignalType::kComplaintOpened,
                      std::nullopt, std::move(subject));
  };
  Put({opened("e1", "c1"), opened("e2", "c2"),
       MakeSignal("e3", "ann", "2024-01-02", SignalType::kComplaintClosed, std::nullopt, "c1"),
       MakeSignal("e4", "ann", "2024-01-03", SignalType::kComplaintClosed)});
  EXPECT_THAT(Resolve(Ask("ann", "2024-01-01")).open_complaints, SizeIs(2));
  const Context one = Resolve(Ask("ann", "2024-01-02"));
  ASSERT_THAT(one.open_complaints, SizeIs(1));
  EXPECT_THAT(one.open_complaints[0].subject, Eq("c2"));
  EXPECT_THAT(Resolve(Ask("ann", "2024-01-03")).open_complaints, IsEmpty());
}

TEST_F(ResolveContextTest, NewestUsageIsThatOfTheVersionOrOfASignal) {
  Subscription first = Subscribed("s1", "ann", "basic");
  first.usage = 10;
  Subscription second = first;
  second.usage = 30;
  second.observed_at = At("2024-03-01");
  Put({first, second, MakeSignal("e1", "ann", "2024-02-01", SignalType::kUsage, 20, "s1"),
       MakeSignal("e2", "ann", "2024-04-01", SignalType::kUsage, 40)});  // the only subscription
  const auto usage = [&](const std::string& at) {
    return Resolve(Ask("ann", at)).subscriptions[0].usage;
  };
  EXPECT_THAT(usage("2024-01-15"), Eq(10.0));
  EXPECT_THAT(usage("2024-02-15"), Eq(20.0));
  EXPECT_THAT(usage("2024-03-15"), Eq(30.0));
  EXPECT_THAT(usage("2024-04-15"), Eq(40.0));
}

TEST_F(ResolveContextTest, RunningCampaignsThatAddressTheCustomer) {
  const auto campaign = [](std::string id, const std::string& from, const std::string& to) {
    Campaign c;
    c.id = std::move(id);
    c.starts_at = At(from);
    c.ends_at = At(to);
    return c;
  };
  Campaign all = campaign("all", "2024-01-01", "2024-02-01");
  Campaign ann = campaign("ann", "2024-01-01", "2024-02-01");
  ann.customer_ids = {"ann"};
  Campaign gold = campaign("gold", "2024-01-01", "2024-02-01");
  gold.segments = {"gold"};
  Campaign past = campaign("past", "2023-01-01", "2024-01-10");
  Put({all, ann, gold, past, Person("ann"), Person("bob", "gold")});
  const auto running = [&](const std::string& customer, const std::string& at) {
    std::vector<std::string> ids;
    for (const RunningCampaign& c : Resolve(Ask(customer, at)).running_campaigns) {
      ids.push_back(c.facts->id);
    }
    return ids;
  };
  EXPECT_THAT(running("ann", "2024-01-10"), ElementsAre("all", "ann"));
  EXPECT_THAT(running("bob", "2024-01-10"), ElementsAre("all", "gold"));
  EXPECT_THAT(running("", "2024-01-10"), ElementsAre("all"));
  EXPECT_THAT(running("bob", "2024-02-01"), IsEmpty());
}

TEST_F(ResolveContextTest, SubscriptionOfAnotherCustomerIsRefused) {
  Put({Subscribed("s1", "ann", "basic"), Subscribed("s2", "bob", "basic")});
  SuggestRequest request = Ask("ann", "2024-05-01");
  request.subscription_id = "s2";
  EXPECT_THAT(ResolveContext(index_, options_, request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request.subscription_id = "s1";
  EXPECT_THAT(ResolveContext(index_, options_, request), IsOk());
}

TEST_F(ResolveContextTest, TenureCountsFromSignUpElseFromTheFirstFact) {
  Customer ann = Person("ann");
  ann.signed_up_at = At("2022-05-01");
  Put({ann, MakeOrder("o1", "ann", "2021-01-01", {Line("tea")}),
       MakeOrder("o2", "bob", "2023-04-01", {Line("tea")}), Subscribed("s1", "bob", "basic")});
  EXPECT_THAT(Resolve(Ask("ann", "2024-05-01")).since, Eq(At("2022-05-01")));
  EXPECT_THAT(Resolve(Ask("bob", "2024-05-01")).since, Eq(At("2023-01-01")));
}

}  // namespace
}  // namespace tsugi
