#include "engine/policy/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/facts/names.h"
#include "engine/policy/parse_rules.h"
#include "engine/policy/yaml_tree.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kRule[] = "rules:\n- {id: a, moment: pre_purchase, offers: [cross_sell]}\n";

// Each mistake as "line:column message".
std::vector<std::string> Mistakes(const std::string& yaml) {
  std::vector<std::string> mistakes;
  for (const PolicyMistake& mistake : ParsePolicy("p", yaml).mistakes) {
    mistakes.push_back(std::to_string(mistake.line) + ":" + std::to_string(mistake.column) + " " +
                       mistake.message);
  }
  return mistakes;
}

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

struct BadPolicy {
  const char* yaml;   // "version: 1\n" stands before it
  const char* start;  // of the only mistake: "line:column message"
};

class BadPolicyTest : public ::testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicyTest, IsReportedAtItsPlace) {
  EXPECT_THAT(Mistakes(std::string("version: 1\n") + GetParam().yaml),
              ElementsAre(StartsWith(GetParam().start)))
      << GetParam().yaml;
}

constexpr BadPolicy kBadTop[] = {
    {"contact_polcy: {}", "2:1 unknown key \"contact_polcy\"; did you mean contact_policy"},
    {"zebra: 1", "2:1 unknown key \"zebra\"; the keys here are version, contact_policy"},
    {"[a]: 1", "2:1 unknown key a list"},
    {"version: 1", "2:1 version is given twice, first in line 1; keep one"},
    {"contact_policy: 3", "2:17 contact_policy: \"3\" is no map; its keys are max_suggestions"},
    {"contact_policy:\n  max_suggestions: 2.5",
     "3:20 contact_policy.max_suggestions: \"2.5\" is no whole number; use a whole number from 1 "
     "to 100"},
    {"contact_policy: {max_suggestions: 0}",
     "2:35 contact_policy.max_suggestions: 0 is out of range"},
    {"contact_policy: {max_suggestions: 101}",
     "2:35 contact_policy.max_suggestions: 101 is out of range"},
    {"contact_policy: {max_suggestions: 99999999999999999999}",
     "2:35 contact_policy.max_suggestions: 99999999999999999999 is out of range"},
    {"contact_policy: {max_suggestions: \"3\"}",
     "2:35 contact_policy.max_suggestions: \"3\" is no whole number; use a whole number from 1 to "
     "100 (without quotes)"},
    {"contact_policy: {max_suggestions: [3]}",
     "2:35 contact_policy.max_suggestions: a list is no whole number"},
    {"contact_policy: {max_suggestions: }",
     "2:18 contact_policy.max_suggestions: an empty value is no whole number"},
    {"exploration: {percent: 101}",
     "2:24 exploration.percent: 101 is out of range; use a number from 0 to 100"},
    {"exploration: {nearly: 0.1}", "2:15 unknown key \"nearly\" in exploration; did you mean near"},
    {"value: {allow_below_cost: 1}",
     "2:27 value.allow_below_cost: \"1\" is neither true nor false; use one of them"},
    {"contact_policy: {outbound: {max_contacts: many}}",
     "2:43 contact_policy.outbound.max_contacts: \"many\" is no whole number"},
    {"contact_policy: {control_group_percent: 101}",
     "2:41 contact_policy.control_group_percent: 101 is out of range"},
    {"attribution: {window: soon}", "2:23 attribution.window: \"soon\" is not a duration"},
    {"contact_policy: {min_expected_value: -1}",
     "2:38 contact_policy.min_expected_value: -1 is out of range; use a number from 0 to 1e+09"},
    {"contact_policy: {min_expected_value: .nan}",
     "2:38 contact_policy.min_expected_value: \".nan\" is no number"},
    {"contact_policy: {min_expected_value: 1e999}",
     "2:38 contact_policy.min_expected_value: \"1e999\" is no number"},
    {"contact_policy: {min_expected_value: 0x1}",
     "2:38 contact_policy.min_expected_value: \"0x1\" is no number"},
    {"contact_policy: {after_declined: 90d}",
     "2:34 contact_policy.after_declined: \"90d\" is no map; its keys are rest"},
    {"contact_policy: {after_declined: {rest: 90 days}}",
     "2:41 contact_policy.after_declined.rest: \"90 days\" is not a duration; use a whole number "
     "and a unit"},
    {"contact_policy: {after_maybe_later: {rest: [14d]}}",
     "2:44 contact_policy.after_maybe_later.rest: a list is not a duration"},
    {"contact_policy: {after_maybe_later: {rests: 14d}}",
     "2:38 unknown key \"rests\" in contact_policy.after_maybe_later; did you mean rest"},
    {"suppress: {open_complaint: yes}",
     "2:28 suppress.open_complaint: \"yes\" is neither true nor false"},
    {"suppress: {detractor: {nps_at_most: 11}}",
     "2:37 suppress.detractor.nps_at_most: 11 is out of range; use a number from 0 to 10"},
    {"suppress: {detractor: {within: 0d}}",
     "2:32 suppress.detractor.within: 0d is out of range; use at least 1s"},
    {"suppress: {without_consent: inbound}",
     "2:29 suppress.without_consent: \"inbound\" is not known; use one of none, outbound, all"},
    {"owned: {exclude: everything}",
     "2:18 owned.exclude: \"everything\" is not known; use one of durable, all, none"},
    {"owned: {durable_for: 0s}", "2:22 owned.durable_for: 0s is out of range"},
    {"value: {horizon: 0d}", "2:18 value.horizon: 0d is out of range"},
    {"value: {discount_rate: 11}", "2:24 value.discount_rate: 11 is out of range"},
    {"value: {default_margin: 1.5}", "2:25 value.default_margin: 1.5 is out of range"},
    {"value: {default_margin: abc}", "2:25 value.default_margin: \"abc\" is no number"},
    {"rules: {}", "2:8 rules: a map does not do; use a list of 1 to 500 rules"},
    {"rules: []", "2:8 rules: a list of 0 does not do"},
    {"rules:\n", "2:1 rules: an empty value does not do"},
    {"rules: [upgrade]", "2:9 rules: \"upgrade\" is no rule; a rule is a map of id, moment"},
};
INSTANTIATE_TEST_SUITE_P(Top, BadPolicyTest, ::testing::ValuesIn(kBadTop));

// The rule starts in line 3, column 3.
constexpr BadPolicy kBadRules[] = {
    {"rules:\n- {moment: pre_purchase, offers: [upgrade]}", "3:3 the rule has no id"},
    {"rules:\n- {id: a, offers: [upgrade]}",
     "3:3 the rule has no moment; give it one of pre_purchase, post_purchase"},
    {"rules:\n- {id: a, moment: renewal}", "3:3 the rule has no offers; give it one or more of"},
    {"rules:\n- {id: , moment: renewal, offers: [upgrade]}", "3:4 id: an empty value is no text"},
    {"rules:\n- {id: '', moment: renewal, offers: [upgrade]}", "3:8 id: an empty text is no text"},
    {"rules:\n- {id: \"a\\tb\", moment: renewal, offers: [upgrade]}",
     "3:8 id: the text holds a control character"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade]}\n"
     "- {id: a, moment: renewal, offers: [add_on]}",
     "4:8 id: \"a\" is another rule's already"},
    {"rules:\n- {id: a, moment: renewals, offers: [upgrade]}",
     "3:19 moment: \"renewals\" is not known; did you mean renewal"},
    {"rules:\n- {id: a, moment: renewal, offers: upgrade}",
     "3:36 offers: \"upgrade\" does not do; use a list of one or more of cross_sell, upgrade"},
    {"rules:\n- {id: a, moment: renewal, offers: []}", "3:36 offers: a list does not do"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade, upsell]}",
     "3:46 offers: \"upsell\" is not known"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade, upgrade]}",
     "3:46 offers: \"upgrade\" is given twice"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], wieght: 2}",
     "3:47 unknown key \"wieght\"; did you mean weight"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], weight: abc}",
     "3:55 weight: \"abc\" is no number; use a number above 0 and at most 1e+06"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], weight: 0}",
     "3:55 weight: 0 is out of range"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], lever: -1}",
     "3:54 lever: -1 is out of range"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], discount_percent: 100.5}",
     "3:65 discount_percent: 100.5 is out of range"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], placements: [CS]}",
     "3:60 placements: \"CS\" is no placement; use lower-case letters"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], placements: []}",
     "3:59 placements: a list of 0 does not do"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], placements: cs}",
     "3:59 placements: \"cs\" does not do; use a list"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], window: {}}",
     "3:55 window: an empty window never opens; give before, after, at_most or leave it out"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], window: {before: 0d}}",
     "3:64 window.before: 0d is out of range"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], window: {at_most: 0}}",
     "3:65 window.at_most: 0 is out of range; use a number above 0 and at most 1"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], window: {at_most: 1.1}}",
     "3:65 window.at_most: 1.1 is out of range"},
    {"rules:\n- {id: a, moment: trial_end, offers: [upgrade], window: {before: 3d, at_most: 0.5}}",
     "3:70 window.at_most: a window of trial_end does not have it; use before, after"},
    {"rules:\n- {id: a, moment: pre_purchase, offers: [upgrade], window: {before: 3d}}",
     "3:52 window: pre_purchase has no window; leave it out"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], window: 30d}",
     "3:55 window: \"30d\" is no map"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {nps_at_least: 11}}",
     "3:68 when.nps_at_least: 11 is out of range; use a number from 0 to 10"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {csat_at_least: 0}}",
     "3:69 when.csat_at_least: 0 is out of range; use a number from 1 to 5"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {tenure_at_least: 2 months}}",
     "3:71 when.tenure_at_least: \"2 months\" is not a duration"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {usage_at_least: 80%}}",
     "3:70 when.usage_at_least: \"80%\" is no number"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {spend_at_least: -1}}",
     "3:70 when.spend_at_least: -1 is out of range"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {segments: business}}",
     "3:64 when.segments: \"business\" does not do; use a list"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {segments: [b, b]}}",
     "3:68 when.segments: \"b\" is given twice"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {categories: [[x]]}}",
     "3:67 when.categories: a list is no text"},
    {"rules:\n- {id: a, moment: renewal, offers: [upgrade], when: {nps: 7}}",
     "3:54 unknown key \"nps\" in when"},
    {"rules:\n- {id: ひ, moment: renewal, offers: [upgrade], wieght: 2}",
     "3:47 unknown key \"wieght\""},
};
INSTANTIATE_TEST_SUITE_P(Rules, BadPolicyTest, ::testing::ValuesIn(kBadRules));

constexpr BadPolicy kBadYaml[] = {
    {"rules: [", "2:1 no valid YAML: end of sequence flow not found"},
    {"suppress: {without_consent: outbond}",
     "2:29 suppress.without_consent: \"outbond\" is not known; did you mean outbound"},
    {"owned:\n\texclude: all",
     "3:9 no valid YAML: illegal map value; indent with spaces, not with tabs"},
    {"suppress: &x {}\nowned: *x", "3:8 aliases are not read in a policy; write the value out"},
    {"owned: !!map {}", "2:8 the tag tag:yaml.org,2002:map is not read in a policy"},
    {"---\nversion: 1", "3:1 a second document starts here; a policy is one document"},
    {"value: {horizon: \xff}", "2:18 this byte is not UTF-8"},
    {"value: {horizon: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
     "2:32 no valid YAML: nested deeper than 16 levels"},
};
INSTANTIATE_TEST_SUITE_P(Yaml, BadPolicyTest, ::testing::ValuesIn(kBadYaml));

TEST(ParsePolicyTest, AMissingOrUnknownVersionIsAMistake) {
  EXPECT_THAT(Mistakes(kRule), ElementsAre("1:1 version is missing; the file starts with "
                                           "`version: 1`"));
  EXPECT_THAT(Mistakes("version: 2\n"),
              ElementsAre("1:10 version: \"2\" is not read by this build; use 1"));
  EXPECT_THAT(Mistakes("version:\n"),
              ElementsAre("1:1 version: an empty value is not read by this build; use 1"));
  EXPECT_THAT(Mistakes("version: \"1\"\n"), ElementsAre(StartsWith("1:10 version: ")));
}

TEST(ParsePolicyTest, AnEmptyFileAFileOfOneWordAndAHugeOneAreMistakes) {
  EXPECT_THAT(Mistakes(""), ElementsAre(StartsWith("1:1 the file is empty")));
  EXPECT_THAT(Mistakes("# nothing\n"), ElementsAre(HasSubstr("the file is empty")));
  EXPECT_THAT(Mistakes("hello\n"), ElementsAre(StartsWith("1:1 the policy: \"hello\" is no map")));
  EXPECT_THAT(Mistakes("- a\n"), ElementsAre(StartsWith("1:1 the policy: a list is no map")));
  EXPECT_THAT(Mistakes("version: 1\n#" + std::string(kMaxPolicyBytes, 'x')),
              ElementsAre(StartsWith("1:1 the file has ")));
}

TEST(ParsePolicyTest, AMarkOfByteOrderAndWindowsLineEndsAreRead) {
  EXPECT_THAT(Mistakes("\xEF\xBB\xBFversion: 1\r\nowned: {exclude: all}\r\n"), IsEmpty());
}

TEST(ParsePolicyTest, EveryMistakeIsReportedInTheOrderOfTheFile) {
  EXPECT_THAT(
      Mistakes("rules:\n"
               "- {id: a, moment: never, offers: [x], lever: no}\n"
               "- {id: a, moment: renewal, offers: [upgrade]}\n"
               "contact_policy: {max_suggestions: x}\n"
               "version: 3\n"),
      ElementsAre(StartsWith("2:19 moment"), StartsWith("2:35 offers"), StartsWith("2:46 lever"),
                  StartsWith("3:8 id"), StartsWith("4:35 contact_policy.max_suggestions"),
                  StartsWith("5:10 version")));
}

TEST(ParsePolicyTest, LoadPolicyListsMistakesAsFileLineColumn) {
  const absl::StatusOr<Policy> policy = LoadPolicy("my.yaml", "version: 1\nx: 1\nowned: 3\n");
  ASSERT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(policy.status().message());
  EXPECT_THAT(message, StartsWith("my.yaml:2:1: unknown key \"x\""));
  EXPECT_THAT(message, HasSubstr("\nmy.yaml:3:8: owned: \"3\" is no map"));
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
value: {horizon: 366d, discount_rate: 0.2, default_margin: 0.4, allow_below_cost: true}
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
