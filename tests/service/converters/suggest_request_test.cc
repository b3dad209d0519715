#include "service/converters/suggest_request.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/limits.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

const absl::Time kNow = base::ParseTime("2026-03-01T12:00:00Z").value();

v1::GetSuggestionsRequest FromJson(const std::string& json) {
  v1::GetSuggestionsRequest request;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &request).ok()) << json;
  return request;
}

absl::StatusOr<SuggestRequest> Convert(const v1::GetSuggestionsRequest& request,
                                       std::vector<std::string> placements = {}) {
  return ToSuggestRequest(request, {kNow, "USD", placements});
}

TEST(SuggestRequestTest, AnEmptyRequestMeansTheDocumentedDefaults) {
  ASSERT_OK_AND_ASSIGN(const SuggestRequest request, Convert({}));
  EXPECT_EQ(request.placement, "checkout");
  EXPECT_EQ(request.at, kNow);
  EXPECT_EQ(request.max_suggestions, 0);
  EXPECT_EQ(request.moment, std::nullopt);
  EXPECT_FALSE(request.dry_run);
}

TEST(SuggestRequestTest, EveryFieldArrives) {
  ASSERT_OK_AND_ASSIGN(const SuggestRequest request, Convert(FromJson(R"({
    "customerId": " C1 ", "visitorId": "V", "requestId": "R", "subscriptionId": "S",
    "cart": [{"productId": "A", "quantity": 2, "unitPrice": {"units": 3, "nanos": 500000000}},
             {"productId": "B"}],
    "viewedProductIds": ["D"], "excludeProductIds": ["E"], "placement": "cart",
    "moment": "MOMENT_RENEWAL", "at": "2025-01-01T00:00:00Z", "dryRun": true, "explain": true,
    "maxSuggestions": 2, "language": "ja-JP", "modelLabel": "canary",
    "filter": {"categories": ["tea"], "kinds": ["OFFER_KIND_ADD_ON"], "minPrice": {"units": 1},
               "maxPrice": {"units": 9, "currencyCode": "USD"}}})")));
  EXPECT_EQ(request.customer_id, "C1");  // trimmed
  EXPECT_EQ(request.visitor_id, "V");
  EXPECT_EQ(request.request_id, "R");
  EXPECT_EQ(request.subscription_id, "S");
  ASSERT_EQ(request.cart.size(), 2U);
  EXPECT_EQ(request.cart[0].quantity, 2);
  EXPECT_EQ(request.cart[0].unit_price, base::Decimal::FromDouble(3.5));
  EXPECT_EQ(request.cart[1].quantity, 1);
  EXPECT_THAT(request.viewed_product_ids, ElementsAre("D"));
  EXPECT_THAT(request.exclude_product_ids, ElementsAre("E"));
  EXPECT_EQ(request.moment, Moment::kRenewal);
  EXPECT_EQ(request.at, base::ParseTime("2025-01-01").value());
  EXPECT_EQ(request.max_suggestions, 2);
  EXPECT_EQ(request.language, "ja");
  EXPECT_EQ(request.model_label, "canary");
  EXPECT_THAT(request.filter.kinds, ElementsAre(OfferKind::kAddOn));
  EXPECT_EQ(request.filter.max_price, base::Decimal::FromUnits(9));
}

struct BadCase {
  std::string json;
  std::string message;  // a part of it
};
void PrintTo(const BadCase& bad, std::ostream* out) { *out << bad.json; }

class BadRequestTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadRequestTest, IsRefusedNamingFieldAndValue) {
  EXPECT_THAT(Convert(FromJson(GetParam().json)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRequestTest,
    ::testing::Values(
        BadCase{R"({"cart":[{"productId":"A"},{"productId":"B"},{"productId":"C","quantity":0}]})",
                "cart[2].quantity: 0 is out of range; use 1 to 100000"},
        BadCase{R"({"cart":[{"productId":"A","quantity":-3}]})", "cart[0].quantity: -3"},
        BadCase{R"({"cart":[{"productId":"A","quantity":100001}]})", "cart[0].quantity: 100001"},
        BadCase{R"({"cart":[{}]})", "cart[0].product_id: is missing"},
        BadCase{R"({"cart":[{"productId":"  "}]})", "cart[0].product_id: is missing"},
        BadCase{R"({"cart":[{"productId":"A","unitPrice":{"units":-1}}]})",
                "cart[0].unit_price: {units: -1, nanos: 0} is negative"},
        BadCase{R"({"cart":[{"productId":"A","unitPrice":{"nanos":5}}]})",
                "cart[0].unit_price.nanos: 5 has more than six decimals"},
        BadCase{R"({"cart":[{"productId":"A","unitPrice":{"nanos":1000000000}}]})",
                "cart[0].unit_price.nanos: 1000000000"},
        BadCase{R"({"cart":[{"productId":"A","unitPrice":{"currencyCode":"EUR"}}]})",
                "cart[0].unit_price.currency_code: EUR is not the store's currency; use USD"},
        BadCase{R"({"viewedProductIds":["A",""]})", "viewed_product_ids[1]: is missing"},
        BadCase{R"({"excludeProductIds":[""]})", "exclude_product_ids[0]: is missing"},
        BadCase{R"({"placement":"moon"})", "placement: moon is no placement; use one of"},
        BadCase{R"({"moment":99})", "moment: 99 is no value of Moment"},
        BadCase{R"({"at":"2025-01-01T00:00:00Z"})", "at: 2025-01-01T00:00:00Z is not now"},
        BadCase{R"({"maxSuggestions":0})", "max_suggestions: 0 is out of range"},
        BadCase{R"({"maxSuggestions":-1})", "max_suggestions: -1"},
        BadCase{R"({"language":"fr"})", "language: fr is not supported; use en or ja"},
        BadCase{R"({"modelLabel":"best"})", "model_label: best is no label"},
        BadCase{R"({"filter":{"kinds":["OFFER_KIND_UNSPECIFIED"]}})",
                "filter.kinds[0]: is missing"},
        BadCase{R"({"filter":{"kinds":[77]}})", "filter.kinds[0]: 77"},
        BadCase{R"({"filter":{"minPrice":{"units":9},"maxPrice":{"units":1}}})",
                "filter.max_price: 1 is below min_price"}));

TEST(SuggestRequestTest, LengthsAndCountsAreBounded) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id(std::string(limits::kMaxIdBytes + 1, 'x'));
  EXPECT_THAT(Convert(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("use at most 256")));
  request.Clear();
  for (int i = 0; i <= limits::kMaxCartLines; ++i) request.add_cart()->set_product_id("A");
  EXPECT_THAT(Convert(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cart: 501 elements")));
}

TEST(SuggestRequestTest, TextMustBeUtf8WithoutControlCharacters) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id("\xC3(");
  EXPECT_THAT(Convert(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("customer_id: is not valid")));
  request.set_customer_id(std::string("a\0b", 3));
  EXPECT_THAT(Convert(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("control characters")));
}

TEST(SuggestRequestTest, TimesOutsideOfTheCalendarAreRefused) {
  v1::GetSuggestionsRequest request;
  request.set_dry_run(true);
  request.mutable_at()->set_seconds(253402300800);
  EXPECT_THAT(Convert(request), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at: ")));
  request.mutable_at()->set_seconds(0);
  request.mutable_at()->set_nanos(-1);
  EXPECT_THAT(Convert(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nanos -1")));
}

TEST(SuggestRequestTest, AnInstantWithinTheClockSkewMeansNow) {
  v1::GetSuggestionsRequest request;
  request.mutable_at()->set_seconds(absl::ToUnixSeconds(kNow) + 4);
  ASSERT_OK_AND_ASSIGN(const SuggestRequest converted, Convert(request));
  EXPECT_EQ(converted.at, kNow);
}

TEST(SuggestRequestTest, APlacementThatThePolicyNamesIsKnown) {
  v1::GetSuggestionsRequest request;
  request.set_placement("kiosk");
  EXPECT_OK(Convert(request, {"kiosk"}));
}

}  // namespace
}  // namespace tsugi
