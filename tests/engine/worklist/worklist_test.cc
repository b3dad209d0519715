#include "engine/worklist/worklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/policy/parse.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Money;
using ::testing::Not;
using testing::Person;
using testing::Shop;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Subscribed;
using testing::TeaShopOrders;
using testing::Tiered;

class WorklistTest : public ::testing::Test {
 protected:
  WorklistTest() : shop_(&DefaultPolicy()) {
    shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
               Tiered(ProductKind::kPlan, "team", "crm", 2, 40)});
    shop_.Train(TeaShopOrders());
    query_.at = At("2024-03-01");
  }

  Fact Renewing(const std::string& id, const std::string& customer, const std::string& when,
                std::int64_t seats = 1, const std::string& plan = "basic") {
    Subscription subscription = Subscribed(id, customer, plan);
    subscription.renews_at = At(when);
    subscription.seats = seats;
    return subscription;
  }

  Fact Trying(const std::string& id, const std::string& customer, const std::string& ends) {
    Subscription subscription =
        Subscribed(id, customer, "basic", SubscriptionStatus::kTrialing, "2024-02-20");
    subscription.trial_ends_at = At(ends);
    return subscription;
  }

  WorklistPage List() {
    const auto model = shop_.engine->ModelOf("");
    EXPECT_THAT(model, IsOk());
    absl::StatusOr<WorklistPage> page =
        ListAccounts(*shop_.engine, **model, *shop_.engine->policy(), query_);
    EXPECT_THAT(page, IsOk());
    return page.ok() ? *std::move(page) : WorklistPage();
  }

  std::vector<std::string> Ids(const WorklistPage& page) {
    std::vector<std::string> ids;
    ids.reserve(page.accounts.size());
    for (const WorklistAccount& account : page.accounts) ids.push_back(account.subscription_id);
    return ids;
  }

  Shop shop_;
  WorklistQuery query_;
};

TEST_F(WorklistTest, EventsFromNowToTheEndOfTheWindowAreListed) {
  shop_.Put({Renewing("past", "a", "2024-02-29 23:59:59"), Renewing("now", "b", "2024-03-01"),
             Renewing("last", "c", "2024-03-30 23:59:59"), Renewing("after", "d", "2024-03-31"),
             Trying("trial", "e", "2024-03-05"),
             Subscribed("gone", "f", "basic", SubscriptionStatus::kCanceled)});
  query_.order_by = WorklistOrder::kEventAt;
  query_.descending = false;
  const WorklistPage page = List();
  EXPECT_THAT(Ids(page), ElementsAre("now", "trial", "last"));
  EXPECT_THAT(page.total, Eq(3U));
  EXPECT_THAT(page.accounts[1].moment, Eq(Moment::kTrialEnd));
  EXPECT_THAT(page.accounts[1].days_left, Eq(4));
  EXPECT_THAT(page.accounts[2].moment, Eq(Moment::kRenewal));
  EXPECT_THAT(page.accounts[2].days_left, Eq(29));
}

TEST_F(WorklistTest, MostValueAtRiskComesFirstAndTiesBreakById) {
  shop_.Put({Renewing("small", "a", "2024-03-10"), Renewing("large", "b", "2024-03-10", 50),
             Renewing("angry", "c", "2024-03-10", 20), Renewing("alike", "d", "2024-03-10"),
             MakeSignal("e1", "c", "2024-02-25", SignalType::kNps, 1)});
  const WorklistPage page = List();
  EXPECT_THAT(Ids(page), ElementsAre("large", "angry", "alike", "small"));
  // A year of 50 seats at 10, times the prior of a customer of more than a year.
  EXPECT_THAT(page.accounts[0].value_at_risk.ToDouble(),
              ::testing::DoubleNear(6000 * page.accounts[0].risk.probability, 0.01));
  EXPECT_THAT(page.accounts[1].risk.causes, ElementsAre(RiskCause::kDetractor));
  EXPECT_THAT(page.accounts[1].risk_texts, SizeIs(1));
  EXPECT_THAT(page.accounts[1].risk.probability, Gt(page.accounts[0].risk.probability));
}

TEST_F(WorklistTest, PagesTogetherAreTheWholeList) {
  std::vector<Fact> facts;
  facts.reserve(25);
  for (int i = 0; i < 25; ++i) {
    facts.push_back(
        Renewing("s" + std::to_string(i), "c" + std::to_string(i), "2024-03-10", 1 + i % 7));
  }
  shop_.Put(facts);
  query_.page_size = 100;
  const std::vector<std::string> whole = Ids(List());
  ASSERT_THAT(whole, SizeIs(25));
  std::vector<std::string> together;
  query_.page_size = 10;
  for (query_.offset = 0; query_.offset < 30; query_.offset += 10) {
    const WorklistPage page = List();
    EXPECT_THAT(page.total, Eq(25U));
    for (const std::string& id : Ids(page)) together.push_back(id);
  }
  EXPECT_THAT(together, Eq(whole));
}

TEST_F(WorklistTest, AccountCarriesItsPlanSuggestionsAndWhatToSay) {
  Customer ann = Person("ann", "business");
  ann.signed_up_at = At("2022-01-01");
  shop_.Put({ann, Renewing("s1", "ann", "2024-03-05", 3),
             MakeSignal("e1", "ann", "2024-02-20", SignalType::kNps, 9)});
  const WorklistPage page = List();
  ASSERT_THAT(page.accounts, SizeIs(1));
  const WorklistAccount& account = page.accounts[0];
  EXPECT_THAT(account.customer_id, Eq("ann"));
  EXPECT_THAT(account.plan_id, Eq("basic"));
  EXPECT_THAT(account.seats, Eq(3));
  EXPECT_THAT(account.unit_price, Eq(Money(10)));
  EXPECT_THAT(account.rank, Eq(AccountRank::kA));
  EXPECT_THAT(account.lifetime_value, Gt(base::Decimal()));
  EXPECT_FALSE(account.open_complaint);
  // That the plan renews is said with what is offered for it, and not twice.
  EXPECT_THAT(account.talking_points,
              ElementsAre("You said you would recommend us: thank you.",
                          "You have been with us since 1 January 2022: thank you."));
  EXPECT_THAT(account.rank_figures.room_a_year, Eq(3 * (40 - 10) * 12));
  EXPECT_THAT(account.rank_figures.room_share, Eq(3));
  ASSERT_THAT(account.answer.suggestions, SizeIs(1)) << account.answer.no_offer_text;
  EXPECT_THAT(account.answer.suggestions[0].product_id, Eq("team"));
  EXPECT_THAT(account.answer.suggestions[0].subscription_id, Eq("s1"));
  EXPECT_THAT(account.answer.suggestions[0].talking_points,
              Contains(HasSubstr("renews on 5 March 2024")));
}

TEST_F(WorklistTest, ATrialIsWorthWhatItsConversionWouldBring) {
  shop_.Put({Trying("trial", "ann", "2024-03-05")});
  const WorklistPage page = List();
  ASSERT_THAT(page.accounts, SizeIs(1));
  const double converts = 1 - page.accounts[0].risk.probability;
  EXPECT_THAT(page.accounts[0].value_at_risk.ToDouble(),
              ::testing::DoubleNear(12 * 10 * converts, 0.01));
}

TEST_F(WorklistTest, AtAUsageLimitTheRoomToExpandIsAtStake) {
  Product small = Tiered(ProductKind::kPlan, "small", "disk", 1, 10);
  Product large = Tiered(ProductKind::kPlan, "large", "disk", 2, 20);
  small.usage_limit = 100;
  large.usage_limit = 100;
  shop_.Put({small, large, Subscribed("low", "a", "small"), Subscribed("top", "b", "large"),
             MakeSignal("e1", "a", "2024-02-20", SignalType::kUsage, 90),
             MakeSignal("e2", "b", "2024-02-20", SignalType::kUsage, 90)});
  const WorklistPage page = List();
  ASSERT_THAT(Ids(page), ElementsAre("low", "top"));
  EXPECT_THAT(page.accounts[0].value_at_risk.ToDouble(),
              ::testing::AllOf(Gt(0), ::testing::Lt(12 * 10)));
  EXPECT_THAT(page.accounts[1].value_at_risk, Eq(base::Decimal())) << "nothing above it";
}

TEST_F(WorklistTest, SomeoneCalledAboutATrialIsNotSoldGoods) {
  Customer ann = Person("ann");
  ann.signed_up_at = At("2024-01-01");
  shop_.Put({ann, Trying("trial", "ann", "2024-03-08"),
             MakeOrder("o1", "ann", "2024-02-29 12:00", {Line("tea"), Line("kettle")})});
  // A mail may well offer what goes with the kettle; the call about the trial comes on 5 March.
  SuggestRequest mail;
  mail.customer_id = "ann";
  mail.at = query_.at;
  mail.placement = "email";
  const absl::StatusOr<Suggestions> mailed = shop_.engine->Suggest(mail);
  ASSERT_THAT(mailed, IsOk());
  EXPECT_THAT(mailed->suggestions, Not(IsEmpty())) << mailed->no_offer_text;
  const WorklistPage page = List();
  ASSERT_THAT(page.accounts, SizeIs(1));
  EXPECT_THAT(page.accounts[0].answer.suggestions, IsEmpty());
  ASSERT_TRUE(page.accounts[0].answer.no_offer.has_value());
  EXPECT_THAT(page.accounts[0].answer.no_offer->reason, Eq(Outcome::kNoMomentOpen));
  EXPECT_THAT(page.accounts[0].answer.no_offer->retry_at, Eq(At("2024-03-05")));
  EXPECT_THAT(page.accounts[0].answer.no_offer_text, HasSubstr("5 March 2024"));
}

TEST_F(WorklistTest, OpenComplaintIsHelpedFirst) {
  shop_.Put({Renewing("s1", "ann", "2024-03-05"),
             MakeSignal("e1", "ann", "2024-02-20", SignalType::kComplaintOpened)});
  const WorklistPage page = List();
  ASSERT_THAT(page.accounts, SizeIs(1));
  EXPECT_TRUE(page.accounts[0].open_complaint);
  EXPECT_THAT(page.accounts[0].answer.suggestions, IsEmpty());
  EXPECT_THAT(page.accounts[0].answer.no_offer->reason, Eq(Outcome::kOpenComplaint));
  EXPECT_THAT(page.accounts[0].talking_points, SizeIs(2));
  query_.language = "ja";
  EXPECT_THAT(List().accounts[0].talking_points[1], HasSubstr("2024年3月5日"));
}

TEST_F(WorklistTest, AUsageLimitComesUpWhenGrowthWillReachIt) {
  Product plan = Tiered(ProductKind::kPlan, "small", "disk", 1, 10);
  plan.usage_limit = 100;
  shop_.Put({plan, Subscribed("grows", "a", "small"), Subscribed("stands", "b", "small"),
             Subscribed("little", "c", "small"), Subscribed("over", "d", "small"),
             MakeSignal("e1", "a", "2024-02-10", SignalType::kUsage, 80),
             MakeSignal("e2", "a", "2024-02-20", SignalType::kUsage, 90),
             MakeSignal("e3", "b", "2024-02-20", SignalType::kUsage, 80),
             MakeSignal("e4", "c", "2024-02-20", SignalType::kUsage, 79),
             MakeSignal("e5", "d", "2024-02-20", SignalType::kUsage, 120)});
  query_.order_by = WorklistOrder::kEventAt;
  query_.descending = false;
  query_.at = At("2024-02-25");
  const WorklistPage page = List();
  EXPECT_THAT(Ids(page), ElementsAre("over", "stands", "grows"));
  const WorklistAccount& grows = page.accounts[2];
  EXPECT_THAT(grows.moment, Eq(Moment::kUsageLimit));
  EXPECT_THAT(grows.event_at, Eq(At("2024-03-01")));  // ten more in ten days
  EXPECT_THAT(grows.days_left, Eq(5));
  EXPECT_THAT(grows.usage_share, Eq(0.9));
  EXPECT_THAT(grows.talking_points[0], HasSubstr("90%"));
  EXPECT_THAT(grows.talking_points[1], HasSubstr("1 March 2024"));
  EXPECT_THAT(page.accounts[0].talking_points[0], HasSubstr("120% of what your small plan"));
  query_.language = "ja";
  EXPECT_THAT(List().accounts[2].talking_points[1], HasSubstr("2024年3月1日"));
}

TEST_F(WorklistTest, TheEarlierOfTwoEventsCounts) {
  Product plan = Tiered(ProductKind::kPlan, "small", "disk", 1, 10);
  plan.usage_limit = 100;
  shop_.Put({plan, Renewing("s", "a", "2024-03-05", 1, "small"),
             MakeSignal("e1", "a", "2024-02-10", SignalType::kUsage, 60),
             MakeSignal("e2", "a", "2024-02-20", SignalType::kUsage, 80)});
  // 20 in ten days: the limit is reached on 1 March.
  EXPECT_THAT(List().accounts[0].moment, Eq(Moment::kUsageLimit));
  query_.at = At("2024-03-02");  // reached by now, as far as is known
  EXPECT_THAT(List().accounts[0].event_at, Eq(At("2024-03-02")));
}

TEST_F(WorklistTest, UnhappyCustomersAreAskedBeforeAnythingElse) {
  shop_.Put({Renewing("s1", "ann", "2024-03-05"),
             MakeSignal("e1", "ann", "2024-02-20", SignalType::kCsat, 1)});
  const WorklistPage page = List();
  EXPECT_THAT(page.accounts[0].talking_points, ElementsAre(HasSubstr("put right first")));
  ASSERT_THAT(page.accounts[0].answer.suggestions, SizeIs(1));
  EXPECT_THAT(page.accounts[0].answer.suggestions[0].talking_points[0], HasSubstr("renews on"));
  EXPECT_THAT(page.accounts[0].risk.causes, ElementsAre(RiskCause::kDiscontent));
}

TEST_F(WorklistTest, RanksAndSegmentsFilter) {
  Customer ann = Person("ann", "business");
  ann.signed_up_at = At("2022-01-01");
  Customer bob = Person("bob", "home");
  bob.signed_up_at = At("2024-02-01");
  Customer cid = Person("cid", "business");
  cid.signed_up_at = At("2022-01-01");
  shop_.Put({ann, bob, cid, Renewing("s1", "ann", "2024-03-05"),
             Renewing("s2", "bob", "2024-03-05"), Renewing("s3", "cid", "2024-03-06", 1, "team")});
  query_.ranks = {AccountRank::kB};
  EXPECT_THAT(Ids(List()), ElementsAre("s2"));
  query_.ranks = {AccountRank::kC};  // nothing above the highest tier
  EXPECT_THAT(Ids(List()), ElementsAre("s3"));
  query_.ranks = {};
  query_.segments = {"home"};
  EXPECT_THAT(Ids(List()), ElementsAre("s2"));
}

TEST_F(WorklistTest, CustomerWithoutConsentIsListedWithoutAnythingPersonal) {
  Customer ann = Person("ann");
  ann.consent_profiling = false;
  shop_.Put({ann, Renewing("s1", "ann", "2024-03-05"),
             MakeSignal("e1", "ann", "2024-02-20", SignalType::kNps, 1)});
  const WorklistPage page = List();
  ASSERT_THAT(page.accounts, SizeIs(1));
  EXPECT_THAT(page.accounts[0].risk.causes, IsEmpty());
  EXPECT_THAT(page.accounts[0].answer.suggestions, IsEmpty());
}

TEST(WorklistOfContracts, AStoreWithoutAnyOrderHasOneToo) {
  Shop shop(&DefaultPolicy());
  shop.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
            Tiered(ProductKind::kPlan, "team", "crm", 2, 40)});
  shop.Train({});
  Subscription subscription = Subscribed("s1", "ann", "basic");
  subscription.renews_at = At("2024-03-03");
  shop.Put({subscription});
  const auto model = shop.engine->ModelOf("");
  ASSERT_THAT(model, IsOk());
  WorklistQuery query;
  query.at = At("2024-03-01");
  const absl::StatusOr<WorklistPage> page =
      ListAccounts(*shop.engine, **model, *shop.engine->policy(), query);
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->accounts, SizeIs(1));
  ASSERT_THAT(page->accounts[0].answer.suggestions, SizeIs(1));
  EXPECT_THAT(page->accounts[0].answer.suggestions[0].product_id, Eq("team"));
}

TEST_F(WorklistTest, QueriesThatMakeNoSenseAreRefused) {
  const auto model = shop_.engine->ModelOf("");
  query_.within = absl::ZeroDuration();
  EXPECT_THAT(ListAccounts(*shop_.engine, **model, *shop_.engine->policy(), query_),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tsugi
