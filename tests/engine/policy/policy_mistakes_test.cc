// Each mistake of a policy file, where it stands and in which words it is reported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/policy/parse.h"
#include "engine/policy/yaml_tree.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kRule[] = "rules:\n- {id: a, moment: pre_purchase, offers: [cross_sell]}\n";

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

TEST(PolicyMistakesTest, AMissingOrUnknownVersionIsAMistake) {
  EXPECT_THAT(Mistakes(kRule), ElementsAre("1:1 version is missing; the file starts with "
                                           "`version: 1`"));
  EXPECT_THAT(Mistakes("version: 2\n"),
              ElementsAre("1:10 version: \"2\" is not read by this build; use 1"));
  EXPECT_THAT(Mistakes("version:\n"),
              ElementsAre("1:1 version: an empty value is not read by this build; use 1"));
  EXPECT_THAT(Mistakes("version: \"1\"\n"), ElementsAre(StartsWith("1:10 version: ")));
}

TEST(PolicyMistakesTest, AnEmptyFileAFileOfOneWordAndAHugeOneAreMistakes) {
  EXPECT_THAT(Mistakes(""), ElementsAre(StartsWith("1:1 the file is empty")));
  EXPECT_THAT(Mistakes("# nothing\n"), ElementsAre(HasSubstr("the file is empty")));
  EXPECT_THAT(Mistakes("hello\n"), ElementsAre(StartsWith("1:1 the policy: \"hello\" is no map")));
  EXPECT_THAT(Mistakes("- a\n"), ElementsAre(StartsWith("1:1 the policy: a list is no map")));
  EXPECT_THAT(Mistakes("version: 1\n#" + std::string(kMaxPolicyBytes, 'x')),
              ElementsAre(StartsWith("1:1 the file has ")));
}

TEST(PolicyMistakesTest, EveryMistakeIsReportedInTheOrderOfTheFile) {
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

TEST(PolicyMistakesTest, LoadPolicyListsMistakesAsFileLineColumn) {
  const absl::StatusOr<Policy> policy = LoadPolicy("my.yaml", "version: 1\nx: 1\nowned: 3\n");
  ASSERT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(policy.status().message());
  EXPECT_THAT(message, StartsWith("my.yaml:2:1: unknown key \"x\""));
  EXPECT_THAT(message, HasSubstr("\nmy.yaml:3:8: owned: \"3\" is no map"));
}

}  // namespace
}  // namespace tsugi
