#include "service/cli/answer_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "proto/tsugi/v1/suggestion.pb.h"

namespace tsugi::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Print(const v1::GetSuggestionsResponse& answer) {
  std::ostringstream out;
  PrintAnswer(answer, out);
  return out.str();
}

// The line of the text that holds `word`, runs of spaces made one.
std::string LineWith(const std::string& text, const std::string& word) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(word) == std::string::npos) continue;
    std::string squeezed;
    for (const char c : line) {
      if (c != ' ' || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += c;
    }
    return squeezed;
  }
  return "no line holds " + word;
}

TEST(AnswerTextTest, SuggestionShowsWhatItHoldsItsIntervalCampaignAndCoupon) {
  v1::GetSuggestionsResponse answer;
  v1::Suggestion& suggestion = *answer.add_suggestions();
  suggestion.set_product_id("SET");
  suggestion.add_bundle_product_ids("tea");
  suggestion.add_bundle_product_ids("cup");
  suggestion.set_interval_days(30);
  suggestion.set_campaign_id("spring");
  suggestion.set_coupon("SAVE10");
  const std::string text = Print(answer);
  EXPECT_THAT(text, HasSubstr("holds tea, cup\n"));
  EXPECT_THAT(text, HasSubstr("every 30 days"));
  EXPECT_THAT(text, HasSubstr("campaign spring"));
  EXPECT_THAT(text, HasSubstr("coupon SAVE10"));
}

TEST(AnswerTextTest, ExplanationIsATableOfFactorsRuleAndUntilWhen) {
  v1::GetSuggestionsResponse answer;
  v1::Explanation& line = *answer.add_explanation();
  line.set_product_id("TEAM");
  line.set_product_name("Team plan");
  line.set_offer_kind(v1::OFFER_KIND_UPGRADE);
  line.set_replaces_product_id("BASIC");
  line.set_outcome(v1::OUTCOME_COOLING_DOWN);
  line.set_rule_id("renewal-upgrade");
  line.set_moment(v1::MOMENT_RENEWAL);
  line.mutable_until()->set_seconds(1769904000);
  v1::Factors& factors = *line.mutable_factors();
  factors.set_probability(0.0825);
  factors.set_context_weight(1.2);
  factors.set_value(310.5);
  factors.set_lever(2);
  factors.set_priority(61.479);
  EXPECT_EQ(LineWith(Print(answer), "TEAM"),
            "Team plan (TEAM) instead of BASIC upgrade cooling_down renewal-upgrade renewal "
            "2026-02-01T00:00:00Z 8.25 % 1.20 310.50 2.00 61.4790");
  EXPECT_EQ(LineWith(Print(answer), "candidate"),
            "candidate kind outcome rule moment until P C V L priority");
  EXPECT_THAT(Print(answer), HasSubstr("priority = P x C x V x L"));
}

TEST(AnswerTextTest, WhatNoRuleWeighedShowsNoValue) {
  v1::GetSuggestionsResponse answer;
  v1::Explanation& line = *answer.add_explanation();
  line.set_product_id("cup");
  line.set_offer_kind(v1::OFFER_KIND_CROSS_SELL);
  line.set_outcome(v1::OUTCOME_SUPPRESSED);
  line.set_rule_id("suppress.open_complaint");
  line.mutable_factors()->set_probability(0.5);
  line.mutable_factors()->set_context_weight(1);
  line.mutable_factors()->set_lever(1);
  const std::string shown = LineWith(Print(answer), "cup");
  EXPECT_THAT(shown, HasSubstr("cup cross_sell suppressed suppress.open_complaint 50.00 %"));
  EXPECT_THAT(shown, Not(HasSubstr("0.00 0")));
}

// A trial that ends tomorrow, with the plan to go on with.
v1::RenewalAccount EndingTrial() {
  v1::RenewalAccount account;
  account.set_customer_id("ann");
  account.set_subscription_id("S7");
  account.set_product_id("team");
  account.set_seats(87);
  account.set_moment(v1::MOMENT_TRIAL_END);
  account.mutable_event_at()->set_seconds(1730505600);  // 2024-11-02
  account.set_days_left(1);
  account.mutable_value_at_risk()->set_units(23990);
  account.mutable_value_at_risk()->set_currency_code("USD");
  account.mutable_risk()->set_probability(0.88);
  account.add_talking_points("Thank you.");
  v1::Suggestion& suggestion = *account.add_suggestions();
  suggestion.set_product_id("team");
  suggestion.add_talking_points("Thank you.");
  suggestion.add_talking_points("Would you like to keep it?");
  v1::Proration& change = *suggestion.mutable_proration();
  change.mutable_amount_due_today()->set_currency_code("USD");
  change.mutable_next_renewal_price()->set_units(1234567);
  change.mutable_next_renewal_price()->set_currency_code("USD");
  change.mutable_period_end()->set_seconds(1730505600);
  return account;
}

TEST(WorklistTextTest, AccountSaysWhichSubscriptionWhatComesUpAndWhatHangsOnIt) {
  v1::ListRenewalSuggestionsResponse page;
  *page.add_accounts() = EndingTrial();
  page.set_total_size(1590);
  std::ostringstream out;
  PrintWorklist(page, out);
  EXPECT_THAT(out.str(), HasSubstr("team, 87 seats, S7\n   trial ends on 2024-11-02 (in 1 day)"));
  EXPECT_THAT(out.str(), HasSubstr("at stake 23,990.00 USD a year, converts with 12 %"));
  EXPECT_THAT(out.str(), HasSubstr("nothing due today, 1,234,567.00 USD from 2024-11-02 on"));
  EXPECT_THAT(out.str(), HasSubstr("1 of 1,590 subscriptions"));
}

TEST(WorklistTextTest, NothingIsSaidTwiceInOneCallAndNoDueSumThatAReasonTold) {
  v1::ListRenewalSuggestionsResponse page;
  *page.add_accounts() = EndingTrial();
  page.mutable_accounts(0)->mutable_suggestions(0)->add_reasons()->set_code("proration");
  std::ostringstream out;
  PrintWorklist(page, out);
  const std::string text = out.str();
  EXPECT_EQ(text.find("Thank you."), text.rfind("Thank you."));
  EXPECT_THAT(text, HasSubstr("Would you like to keep it?"));
  EXPECT_THAT(text, Not(HasSubstr("due today")));
}

}  // namespace
}  // namespace tsugi::cli
