#include "engine/policy/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/facts/names.h"
#include "engine/policy/parse_rules.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ParsePolicyTest, DefaultPolicyIsReadFromItsTextAndHasTheTableOfMoments) {
  const Policy& policy = DefaultPolicy();
  EXPECT_EQ(policy.name, "default");
  EXPECT_THAT(policy.yaml, HasSubstr("id: renewal-upgrade"));
  std::vector<int> rules(kMomentCount, 0);
  for (const Rule& rule : policy.rules) {
    ++rules[static_cast<std::size_t>(rule.moment)];
    const Window window = DefaultWindow(rule.moment);
    EXPECT_EQ(rule.window.before, window.before) << rule.id;
    EXPECT_EQ(rule.window.after, window.after) << rule.id;
    EXPECT_EQ(rule.window.at_most, window.at_most) << rule.id;
    const Conditions when = DefaultConditions(rule.moment);
    EXPECT_EQ(rule.when.nps_at_least, when.nps_at_least) << rule.id;
    EXPECT_EQ(rule.when.csat_at_least, when.csat_at_least) << rule.id;
    EXPECT_EQ(rule.when.usage_at_least, when.usage_at_least) << rule.id;
    EXPECT_EQ(rule.when.silence_at_least, when.silence_at_least) << rule.id;
  }
  EXPECT_THAT(rules, Each(Ge(1)));
  ASSERT_GT(policy.rules.size(), 3U);
  EXPECT_EQ(policy.rules[2].id, "renewal-upgrade");
  EXPECT_GT(policy.rules[2].weight, policy.rules[3].weight);
}

TEST(ParsePolicyTest, DefaultTextSaysTheValuesThatHoldWhereKeysAreLeftOut) {
  const Policy bare = Read("version: 1\n");
  const Policy& full = DefaultPolicy();
  EXPECT_EQ(bare.contact_policy.max_suggestions, full.contact_policy.max_suggestions);
  EXPECT_EQ(bare.contact_policy.min_expected_value, full.contact_policy.min_expected_value);
  EXPECT_EQ(bare.contact_policy.rest_after_declined, full.contact_policy.rest_after_declined);
  EXPECT_EQ(bare.contact_policy.rest_after_maybe_later, full.contact_policy.rest_after_maybe_later);
  EXPECT_EQ(bare.suppress.open_complaint, full.suppress.open_complaint);
  EXPECT_EQ(bare.suppress.detractor->nps_at_most, full.suppress.detractor->nps_at_most);
  EXPECT_EQ(bare.suppress.detractor->within, full.suppress.detractor->within);
  EXPECT_EQ(bare.suppress.without_consent, full.suppress.without_consent);
  EXPECT_EQ(bare.owned.exclude, full.owned.exclude);
  EXPECT_EQ(bare.owned.durable_for, full.owned.durable_for);
  EXPECT_EQ(bare.value.horizon, full.value.horizon);
  EXPECT_EQ(bare.value.discount_rate, full.value.discount_rate);
  EXPECT_EQ(bare.value.default_margin, full.value.default_margin);
  EXPECT_EQ(bare.value.allow_below_cost, full.value.allow_below_cost);
  EXPECT_EQ(bare.exploration.percent, full.exploration.percent);
  EXPECT_EQ(bare.exploration.near, full.exploration.near);
  EXPECT_EQ(bare.attribution_window, full.attribution_window);
  const ContactPolicy& contact = full.contact_policy;
  EXPECT_EQ(bare.contact_policy.outbound->max_contacts, contact.outbound->max_contacts);
  EXPECT_EQ(bare.contact_policy.outbound->per, contact.outbound->per);
  EXPECT_EQ(bare.contact_policy.same_product->max_shown, contact.same_product->max_shown);
  EXPECT_EQ(bare.contact_policy.same_product->per, contact.same_product->per);
  EXPECT_EQ(bare.contact_policy.reservation, contact.reservation);
  EXPECT_EQ(bare.contact_policy.control_group_percent, contact.control_group_percent);
  EXPECT_EQ(bare.contact_policy.control_period, contact.control_period);
  EXPECT_EQ(bare.rules.size(), full.rules.size());
}

TEST(ParsePolicyTest, KeysLeftOutHaveTheContractsValues) {
  const Policy policy = Read("version: 1\n");
  const ContactPolicy& contact = policy.contact_policy;
  EXPECT_EQ(contact.max_suggestions, 3);
  EXPECT_EQ(contact.min_expected_value, 0.05);
  ASSERT_TRUE(contact.outbound.has_value());
  EXPECT_EQ(contact.outbound->max_contacts, 2);
  EXPECT_EQ(contact.outbound->per, Days(30));
  ASSERT_TRUE(contact.same_product.has_value());
  EXPECT_EQ(contact.same_product->max_shown, 4);
  EXPECT_EQ(contact.same_product->per, Days(14));
  EXPECT_EQ(contact.rest_after_declined, Days(90));
  EXPECT_EQ(contact.rest_after_maybe_later, Days(14));
  EXPECT_EQ(contact.reservation, absl::Hours(24));
  EXPECT_EQ(contact.control_group_percent, 2);
  EXPECT_EQ(contact.control_period, Days(90));
  EXPECT_TRUE(policy.suppress.open_complaint);
  EXPECT_EQ(policy.suppress.detractor->nps_at_most, 6);
  EXPECT_EQ(policy.suppress.detractor->within, Days(180));
  EXPECT_EQ(policy.suppress.without_consent, Suppression::WithoutConsent::kOutbound);
  EXPECT_EQ(policy.owned.exclude, Ownership::Exclude::kDurable);
  EXPECT_EQ(policy.owned.durable_for, Days(730));
  EXPECT_EQ(policy.value.horizon, Days(365));
  EXPECT_FALSE(policy.value.repeat_horizon.has_value());
  EXPECT_EQ(policy.value.discount_rate, 0.1);
  EXPECT_EQ(policy.value.default_margin, 0.3);
  EXPECT_EQ(policy.attribution_window, Days(14));
}

TEST(ParsePolicyTest, ReadsEveryKeyOfARule) {
  const Policy policy = Read(R"(version: 1
rules:
  - id: renewal-upgrade
    moment: renewal
    window: {before: 20d, at_most: 0.5}
    offers: [upgrade, add_on]
    when: {nps_at_least: 7, csat_at_least: 4, tenure_at_least: 60d, usage_at_least: 0.8,
           spend_at_least: 100.5, segments: [business], campaigns: [c1, c2], categories: [x]}
    placements: [account, cs, my_own_2]
    weight: 1.2
    lever: 2
    discount_percent: 12.5
    coupon: SAVE10
)");
  ASSERT_EQ(policy.rules.size(), 1U);
  const Rule& rule = policy.rules[0];
  EXPECT_EQ(rule.id, "renewal-upgrade");
  EXPECT_EQ(rule.moment, Moment::kRenewal);
  EXPECT_EQ(rule.window.before, Days(20));
  EXPECT_EQ(rule.window.at_most, 0.5);
  EXPECT_EQ(rule.window.after, std::nullopt);
  EXPECT_THAT(rule.offers, ElementsAre(OfferKind::kUpgrade, OfferKind::kAddOn));
  EXPECT_EQ(rule.when.nps_at_least, 7);
  EXPECT_EQ(rule.when.csat_at_least, 4);
  EXPECT_EQ(rule.when.tenure_at_least, Days(60));
  EXPECT_EQ(rule.when.usage_at_least, 0.8);
  EXPECT_EQ(rule.when.spend_at_least, 100.5);
  EXPECT_THAT(rule.when.segments, ElementsAre("business"));
  EXPECT_THAT(rule.when.campaigns, ElementsAre("c1", "c2"));
  EXPECT_THAT(rule.when.categories, ElementsAre("x"));
  EXPECT_THAT(rule.placements, ElementsAre("account", "cs", "my_own_2"));
  EXPECT_EQ(rule.weight, 1.2);
  EXPECT_EQ(rule.lever, 2);
  EXPECT_EQ(rule.discount_percent, 12.5);
  EXPECT_EQ(rule.coupon, "SAVE10");
}

TEST(ParsePolicyTest, AWindowThatIsGivenReplacesTheMomentsOwnWhole) {
  const Policy policy = Read(R"(version: 1
rules:
- {id: own, moment: renewal, offers: [upgrade]}
- {id: given, moment: renewal, offers: [upgrade], window: {before: 10d}}
- {id: share, moment: renewal, offers: [upgrade], window: {at_most: 0.1}}
)");
  ASSERT_EQ(policy.rules.size(), 3U);
  EXPECT_EQ(policy.rules[0].window.before, Days(30));
  EXPECT_EQ(policy.rules[0].window.at_most, 0.25);
  EXPECT_EQ(policy.rules[1].window.before, Days(10));
  EXPECT_EQ(policy.rules[1].window.at_most, std::nullopt);
  EXPECT_EQ(policy.rules[2].window.before, std::nullopt);
  EXPECT_EQ(policy.rules[2].window.at_most, 0.1);
}

TEST(ParsePolicyTest, EachMomentHasItsOwnWindowAndCondition) {
  struct Row {
    Moment moment;
    absl::Duration before;
    absl::Duration after;
  };
  const absl::Duration none = absl::ZeroDuration();
  for (const Row& row :
       {Row{Moment::kPrePurchase, none, none}, Row{Moment::kPostPurchase, none, absl::Hours(72)},
        Row{Moment::kRenewal, Days(30), none}, Row{Moment::kTrialEnd, Days(3), none},
        Row{Moment::kCampaignEnd, Days(3), none}, Row{Moment::kSatisfaction, none, Days(7)},
        Row{Moment::kSeason, none, none}, Row{Moment::kReplenishment, Days(5), Days(10)},
        Row{Moment::kUsageLimit, none, none}, Row{Moment::kWinBack, none, Days(30)}}) {
    const std::string name(Name(row.moment));
    const ParsedPolicy parsed = ParsePolicy(
        "p", "version: 1\nrules:\n- {id: a, offers: [cross_sell], moment: " + name + "}\n");
    ASSERT_EQ(parsed.policy.rules.size(), 1U) << name;
    const Rule& rule = parsed.policy.rules[0];
    EXPECT_EQ(rule.window.before.value_or(none), row.before) << name;
    EXPECT_EQ(rule.window.after.value_or(none), row.after) << name;
    EXPECT_EQ(rule.when.nps_at_least.value_or(0), row.moment == Moment::kSatisfaction ? 9 : 0);
    EXPECT_EQ(rule.when.csat_at_least.value_or(0), row.moment == Moment::kSatisfaction ? 4 : 0);
    EXPECT_EQ(rule.when.usage_at_least.value_or(0), row.moment == Moment::kUsageLimit ? 0.8 : 0);
    EXPECT_EQ(rule.when.silence_at_least.value_or(0), row.moment == Moment::kWinBack ? 3 : 0);
  }
}

TEST(ParsePolicyTest, WordsSwitchLimitsAndSuppressionOff) {
  const Policy policy = Read(
      "version: 1\n"
      "contact_policy: {outbound: none, same_product: none, control_group_percent: 0.0}\n"
      "suppress: {open_complaint: false, detractor: none, without_consent: none}\n"
      "owned: {exclude: none}\n");
  EXPECT_FALSE(policy.contact_policy.outbound.has_value());
  EXPECT_FALSE(policy.contact_policy.same_product.has_value());
  EXPECT_EQ(policy.contact_policy.control_group_percent, 0);
  EXPECT_FALSE(policy.suppress.open_complaint);
  EXPECT_FALSE(policy.suppress.detractor.has_value());
  EXPECT_EQ(policy.suppress.without_consent, Suppression::WithoutConsent::kNothing);
  EXPECT_EQ(policy.owned.exclude, Ownership::Exclude::kNone);
}

TEST(ParsePolicyTest, AMarkOfByteOrderAndWindowsLineEndsAreRead) {
  EXPECT_THAT(Mistakes("\xEF\xBB\xBFversion: 1\r\nowned: {exclude: all}\r\n"), IsEmpty());
}

// Every key, none at its default.
constexpr char kEverything[] = R"(version: 1
contact_policy:
  max_suggestions: 4
  min_expected_value: 0.5
  outbound: {max_contacts: 3, per: 31d}
  same_product: {max_shown: 5, per: 15d}
  after_declined: {rest: 91d}
  after_maybe_later: {rest: 15d}
  reservation: 25h
  control_group_percent: 2.5
  control_period: 91d
suppress:
  open_complaint: false
  detractor: {nps_at_most: 5, within: 181d}
  without_consent: all
owned: {exclude: all, durable_for: 731d}
value: {horizon: 366d, repeat_horizon: 91d, discount_rate: 0.2, default_margin: 0.4, allow_below_cost: true}
exploration: {percent: 5, near: 0.1}
attribution: {window: 15d}
rules:
  - id: win
    moment: win_back
    window: {after: 60d}
    offers: [cross_sell, bundle, subscribe_and_save, promotion]
    when: {silence_at_least: 4}
)";

TEST(ParsePolicyTest, EveryKeyIsRead) {
  const Policy policy = Read(kEverything);
  const ContactPolicy& contact = policy.contact_policy;
  ASSERT_TRUE(contact.outbound && contact.same_product);
  EXPECT_EQ(contact.outbound->max_contacts, 3);
  EXPECT_EQ(contact.outbound->per, Days(31));
  EXPECT_EQ(contact.same_product->max_shown, 5);
  EXPECT_EQ(contact.same_product->per, Days(15));
  EXPECT_EQ(contact.reservation, absl::Hours(25));
  EXPECT_EQ(contact.control_group_percent, 2.5);
  EXPECT_EQ(contact.control_period, Days(91));
  EXPECT_EQ(policy.value.repeat_horizon, Days(91));
  EXPECT_TRUE(policy.value.allow_below_cost);
  EXPECT_EQ(policy.exploration.percent, 5);
  EXPECT_EQ(policy.exploration.near, 0.1);
  EXPECT_EQ(policy.attribution_window, Days(15));
  ASSERT_EQ(policy.rules.size(), 1U);
  EXPECT_EQ(policy.rules[0].offers.size(), 4U);
  EXPECT_EQ(policy.rules[0].when.silence_at_least, 4);
}

TEST(ParsePolicyTest, EveryMomentAndKindIsRead) {
  for (int m = 0; m < kMomentCount; ++m) {
    for (int k = 0; k < 7; ++k) {
      const std::string rule =
          "version: 1\nrules:\n- {id: a, moment: " + std::string(Name(static_cast<Moment>(m))) +
          ", offers: [" + std::string(Name(static_cast<OfferKind>(k))) + "]}\n";
      EXPECT_THAT(Mistakes(rule), IsEmpty()) << rule;
    }
  }
}

}  // namespace
}  // namespace tsugi
