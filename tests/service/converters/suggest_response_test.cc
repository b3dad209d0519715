#include "service/converters/suggest_response.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "proto/tsugi/v1/suggestion.pb.h"

namespace tsugi {
namespace {

TEST(SuggestResponseTest, AnOfferArrivesWithItsTermsAndEvidence) {
  Suggestions answer;
  answer.recommendation_id = "R";
  answer.decided_at = base::ParseTime("2026-01-01T00:00:00.5Z").value();
  Suggestion& suggestion = answer.suggestions.emplace_back();
  suggestion.kind = OfferKind::kUpgrade;
  suggestion.moment = Moment::kRenewal;
  suggestion.price = base::Decimal::FromDouble(9.99);
  suggestion.list_price = base::Decimal::FromUnits(10);
  suggestion.expected_value = 1.25;
  suggestion.proration = Proration{
      base::Decimal::FromUnits(4), base::Decimal::FromUnits(2), base::Decimal::FromUnits(10), {}};
  Reason& reason = suggestion.reasons.emplace_back();
  reason.code = "bought_together";
  reason.because_of_id = "A";
  reason.evidence.orders_together = 312;
  reason.evidence.base_orders = 400;

  v1::GetSuggestionsResponse response;
  FillResponse(answer, "JPY", &response);
  EXPECT_EQ(response.decided_at().nanos(), 500'000'000);
  const v1::Suggestion& filled = response.suggestions(0);
  EXPECT_EQ(filled.offer_kind(), v1::OFFER_KIND_UPGRADE);
  EXPECT_EQ(filled.moment(), v1::MOMENT_RENEWAL);
  EXPECT_EQ(filled.price().currency_code(), "JPY");
  EXPECT_EQ(filled.price().units(), 9);
  EXPECT_EQ(filled.price().nanos(), 990'000'000);
  EXPECT_EQ(filled.expected_value().nanos(), 250'000'000);
  EXPECT_EQ(filled.proration().amount_due_today().units(), 4);
  EXPECT_EQ(filled.proration().unused_credit().units(), 2);
  EXPECT_EQ(filled.reasons(0).evidence().orders_together(), 312);
  EXPECT_EQ(filled.reasons(0).evidence().base_product_ids(0), "A");
  EXPECT_FALSE(response.has_no_offer());
}

TEST(SuggestResponseTest, FormsOfOfferKeepWhatBelongsToThem) {
  Suggestions answer;
  Suggestion& suggestion = answer.suggestions.emplace_back();
  suggestion.bundle_product_ids = {"tea", "cup"};
  suggestion.interval_days = 30;
  suggestion.campaign_id = "spring";
  suggestion.coupon = "SAVE10";
  Figures& figures = suggestion.reasons.emplace_back().figures;
  figures.purchases = 4;
  figures.last_purchase_at = base::ParseTime("2026-02-01").value();
  figures.interval_days = 29.5;
  figures.event_at = base::ParseTime("2026-03-01").value();
  figures.usage_share = 0.85;
  figures.nps = 9;
  figures.csat = 5;
  figures.price_difference = base::Decimal::FromUnits(7);
  figures.saving = base::Decimal::FromUnits(3);
  figures.current_usage_limit = 100;
  figures.suggested_usage_limit = 500;

  v1::GetSuggestionsResponse response;
  FillResponse(answer, "USD", &response);
  const v1::Suggestion& filled = response.suggestions(0);
  ASSERT_EQ(filled.bundle_product_ids_size(), 2);
  EXPECT_EQ(filled.bundle_product_ids(1), "cup");
  EXPECT_EQ(filled.interval_days(), 30);
  EXPECT_EQ(filled.campaign_id(), "spring");
  EXPECT_EQ(filled.coupon(), "SAVE10");
  const v1::Evidence& evidence = filled.reasons(0).evidence();
  EXPECT_EQ(evidence.purchases(), 4);
  EXPECT_EQ(evidence.last_purchase_at().seconds(), 1769904000);
  EXPECT_EQ(evidence.interval_days(), 29.5);
  EXPECT_EQ(evidence.event_at().seconds(), 1772323200);
  EXPECT_EQ(evidence.usage_share(), 0.85);
  EXPECT_EQ(evidence.nps(), 9);
  EXPECT_EQ(evidence.csat(), 5);
  EXPECT_EQ(evidence.price_difference().units(), 7);
  EXPECT_EQ(evidence.saving().units(), 3);
  EXPECT_EQ(evidence.current_usage_limit(), 100);
  EXPECT_EQ(evidence.suggested_usage_limit(), 500);
  EXPECT_FALSE(evidence.has_orders_together());
}

TEST(SuggestResponseTest, ExplanationsKeepWhatDecidedAndUntilWhen) {
  Suggestions answer;
  Explanation& line = answer.explanation.emplace_back();
  line.product_id = "P2";
  line.product_name = "Team";
  line.kind = OfferKind::kUpgrade;
  line.outcome = Outcome::kCoolingDown;
  line.rule_id = "renewal-upgrade";
  line.moment = Moment::kRenewal;
  line.replaces_product_id = "P1";
  line.until = base::ParseTime("2026-02-01").value();
  line.probability = 0.25;
  line.context_weight = 1.2;
  line.value = 100;
  line.lever = 2;
  line.priority = 60;

  v1::GetSuggestionsResponse response;
  FillResponse(answer, "USD", &response);
  const v1::Explanation& filled = response.explanation(0);
  EXPECT_EQ(filled.product_id(), "P2");
  EXPECT_EQ(filled.product_name(), "Team");
  EXPECT_EQ(filled.offer_kind(), v1::OFFER_KIND_UPGRADE);
  EXPECT_EQ(filled.outcome(), v1::OUTCOME_COOLING_DOWN);
  EXPECT_EQ(filled.rule_id(), "renewal-upgrade");
  EXPECT_EQ(filled.moment(), v1::MOMENT_RENEWAL);
  EXPECT_EQ(filled.replaces_product_id(), "P1");
  EXPECT_EQ(filled.until().seconds(), 1769904000);
  EXPECT_EQ(filled.factors().probability(), 0.25);
  EXPECT_EQ(filled.factors().context_weight(), 1.2);
  EXPECT_EQ(filled.factors().value(), 100);
  EXPECT_EQ(filled.factors().lever(), 2);
  EXPECT_EQ(filled.factors().priority(), 60);
}

TEST(SuggestResponseTest, AnUnknownPriceStaysUnset) {
  Suggestions answer;
  answer.suggestions.emplace_back();
  v1::GetSuggestionsResponse response;
  FillResponse(answer, "USD", &response);
  EXPECT_FALSE(response.suggestions(0).has_price());
  EXPECT_FALSE(response.suggestions(0).has_list_price());
}

TEST(SuggestResponseTest, AnEmptyAnswerSaysWhyAndUntilWhen) {
  Suggestions answer;
  answer.no_offer = NoOffer{Outcome::kCoolingDown, base::ParseTime("2026-02-01").value()};
  answer.no_offer_text = "later";
  v1::GetSuggestionsResponse response;
  FillResponse(answer, "USD", &response);
  EXPECT_EQ(response.no_offer().reason(), v1::NO_OFFER_REASON_COOLING_DOWN);
  EXPECT_EQ(response.no_offer().text(), "later");
  EXPECT_EQ(response.no_offer().retry_at().seconds(), 1769904000);
}

}  // namespace
}  // namespace tsugi
