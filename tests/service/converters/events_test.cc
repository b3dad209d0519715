#include "service/converters/events.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <string>

#include "base/time.h"
#include "proto/tsugi/v1/events.pb.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

v1::Event FromJson(const std::string& json) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &event).ok()) << json;
  return event;
}

absl::StatusOr<Fact> Convert(const v1::Event& event) {
  const Path events("events");
  return ToFact(Path(events, 3), event, "USD");
}

TEST(EventsTest, AnOrderArrivesWithItsLines) {
  ASSERT_OK_AND_ASSIGN(const Fact fact, Convert(FromJson(R"({"order": {
      "orderId": "O1", "customerId": "C1", "orderedAt": "2026-01-02T03:04:05.678901Z",
      "channel": "web", "lines": [{"productId": "A", "unitPrice": {"units": 2}},
                                  {"productId": "B", "quantity": "-1", "discountPercent": 5}]}})")));
  const Order& order = std::get<Order>(fact);
  EXPECT_EQ(order.id, "O1");
  EXPECT_EQ(order.ordered_at, base::ParseTime("2026-01-02T03:04:05.678901Z").value());
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].quantity, 1);
  EXPECT_EQ(order.lines[0].unit_price, base::Decimal::FromUnits(2));
  EXPECT_EQ(order.lines[1].quantity, -1);
  EXPECT_EQ(order.lines[1].unit_price, std::nullopt);
}

TEST(EventsTest, AReturnedOrdersQuantitiesAreNegativeHoweverTheyAreSigned) {
  ASSERT_OK_AND_ASSIGN(const Fact fact, Convert(FromJson(R"({"order": {
      "orderId": "O1", "orderedAt": "2026-01-02T00:00:00Z", "isReturn": true,
      "lines": [{"productId": "A", "quantity": "2"}, {"productId": "B", "quantity": "-3"}]}})")));
  EXPECT_EQ(std::get<Order>(fact).lines[0].quantity, -2);
  EXPECT_EQ(std::get<Order>(fact).lines[1].quantity, -3);
}

TEST(EventsTest, AProductsDefaultsAreThoseOfTheCatalogue) {
  ASSERT_OK_AND_ASSIGN(
      const Fact fact,
      Convert(FromJson(R"({"product": {"productId": "A", "seasonMonths": [7, 8]}})")));
  const Product& product = std::get<Product>(fact);
  EXPECT_TRUE(product.active);
  EXPECT_TRUE(product.in_stock);
  EXPECT_EQ(product.kind, ProductKind::kGoods);
  EXPECT_EQ(product.season_months, 0b11000000);
  EXPECT_EQ(product.billing_months, 1);
}

struct BadEvent {
  std::string json;
  std::string message;
};
void PrintTo(const BadEvent& bad, std::ostream* out) { *out << bad.json; }

class BadEventTest : public ::testing::TestWithParam<BadEvent> {};

TEST_P(BadEventTest, IsRefusedNamingFieldAndValue) {
  EXPECT_THAT(Convert(FromJson(GetParam().json)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam().message)));
}

constexpr char kStart[] = R"("orderedAt":"2026-01-02T00:00:00Z")";
constexpr char kAt[] = R"("at":"2026-01-02T00:00:00Z")";

std::string OrderWith(const std::string& lines) {
  return std::string(R"({"order":{"orderId":"O",)") + kStart + R"(,"lines":)" + lines + "}}";
}
std::string SignalWith(const std::string& fields) {
  return std::string(R"({"signal":{"eventId":"E","customerId":"C",)") + kAt + "," + fields + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadEventTest,
    ::testing::Values(
        BadEvent{"{}", "events[3]: holds no record"},
        BadEvent{R"({"order":{}})", "events[3].order.order_id: is missing"},
        BadEvent{R"({"order":{"orderId":"O"}})", "events[3].order.ordered_at: is missing"},
        BadEvent{OrderWith("[]"), "events[3].order.lines: is empty"},
        BadEvent{OrderWith(R"([{"productId":"A","quantity":"0"}])"),
                 "events[3].order.lines[0].quantity: 0 is no quantity"},
        BadEvent{OrderWith(R"([{"productId":"A"},{}])"), "order.lines[1].product_id: is missing"},
        BadEvent{OrderWith(R"([{"productId":"A","discountPercent":101}])"),
                 "lines[0].discount_percent: 101 is out of range; use 0 to 100"},
        BadEvent{OrderWith(R"([{"productId":"A","discountPercent":"NaN"}])"),
                 "discount_percent: nan is no finite number"},
        BadEvent{OrderWith(R"([{"productId":"A","unitPrice":{"units":-2}}])"), "is negative"},
        BadEvent{R"({"product":{"productId":"P","seasonMonths":[13]}})",
                 "product.season_months[0]: 13"},
        BadEvent{R"({"product":{"productId":"P","billingMonths":0}})", "billing_months: 0"},
        BadEvent{R"({"product":{"productId":"P","usageLimit":0}})", "usage_limit: 0"},
        BadEvent{R"({"product":{"productId":"P","kind":"PRODUCT_KIND_BUNDLE","contents":["A"]}})",
                 "product.contents: holds less than two"},
        BadEvent{R"({"product":{"productId":"P","contents":["A","B"]}})", "is no bundle"},
        BadEvent{R"({"customer":{"customerId":"C","birthYear":1899}})", "birth_year: 1899"},
        BadEvent{R"({"customer":{"customerId":"C","language":"de"}})", "language: de"},
        BadEvent{R"({"subscription":{"subscriptionId":"S","customerId":"C","productId":"P"}})",
                 "subscription.status: is missing"},
        BadEvent{R"({"subscription":{"subscriptionId":"S","customerId":"C","productId":"P",
                     "status":"SUBSCRIPTION_STATUS_ACTIVE"}})",
                 "subscription.started_at: is missing"},
        BadEvent{SignalWith(R"("type":"SIGNAL_TYPE_NPS","value":11)"), "signal.value: 11"},
        BadEvent{SignalWith(R"("type":"SIGNAL_TYPE_CSAT","value":0)"), "signal.value: 0"},
        BadEvent{SignalWith(R"("type":"SIGNAL_TYPE_USAGE")"), "signal.value: is missing"},
        BadEvent{SignalWith(R"("value":1)"), "signal.type: is missing"},
        BadEvent{SignalWith(R"("type":42)"), "signal.type: 42 is no value of SignalType"},
        BadEvent{R"({"campaign":{"campaignId":"C","startsAt":"2026-01-02T00:00:00Z",
                     "endsAt":"2026-01-02T00:00:00Z"}})",
                 "campaign.ends_at: 2026-01-02T00:00:00Z is not after starts_at"},
        BadEvent{std::string(R"({"exposure":{"recommendationId":"R","productId":"P",)") + kAt +
                     R"(,"propensity":0}})",
                 "exposure.propensity: 0 is out of range"},
        BadEvent{std::string(R"({"reaction":{"eventId":"E","productId":"P",)") + kAt +
                     R"(,"reaction":"REACTION_ACCEPTED"}})",
                 "reaction.recommendation_id: is missing; give it or customer_id"}));

TEST(EventsTest, AMistakeCanBeTakenApart) {
  const auto fact =
      ToFact(Path(), FromJson(OrderWith(R"([{"productId":"A","quantity":"0"}])")), "USD");
  const FieldMistake mistake = MistakeOf(fact.status());
  EXPECT_EQ(mistake.field, "order.lines[0].quantity");
  EXPECT_EQ(mistake.value, "0");
  EXPECT_EQ(mistake.reason, "is no quantity; use 1 or more, or -1 or less for a return");
}

TEST(EventsTest, ALongValueIsCutAtACharactersEdge) {
  v1::Event event = FromJson(R"({"customer":{"customerId":"C"}})");
  std::string kana;
  for (int i = 0; i < 100; ++i) kana += "あ";
  event.mutable_customer()->set_language(kana);
  const FieldMistake mistake = MistakeOf(ToFact(Path(), event, "USD").status());
  EXPECT_EQ(mistake.value.size(), 198U + std::string("…").size());
}

TEST(RecordReactionTest, TheFutureIsRefused) {
  const absl::Time now = base::ParseTime("2026-01-01").value();
  v1::RecordReactionRequest request;
  request.set_event_id("E");
  request.set_reaction(v1::REACTION_DECLINED);
  request.set_customer_id("C");
  request.set_product_id("P");
  ASSERT_OK_AND_ASSIGN(const ReactionEvent event, ToReaction(request, now));
  EXPECT_EQ(event.at, now);
  EXPECT_EQ(event.reaction, Reaction::kDeclined);
  request.mutable_at()->set_seconds(absl::ToUnixSeconds(now) + 60);
  EXPECT_THAT(ToReaction(request, now),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at: ")));
}

}  // namespace
}  // namespace tsugi
