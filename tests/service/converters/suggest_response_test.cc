#include "service/converters/suggest_response.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"

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
  suggestion.proration = Proration{base::Decimal::FromUnits(4), base::Decimal::FromUnits(10), {}};
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
  EXPECT_EQ(filled.reasons(0).evidence().orders_together(), 312);
  EXPECT_EQ(filled.reasons(0).evidence().base_product_ids(0), "A");
  EXPECT_FALSE(response.has_no_offer());
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
