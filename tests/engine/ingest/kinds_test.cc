// A table of one good row of each kind and what each field may not be.
#include "engine/ingest/kinds.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::ingest {
namespace {

using ::testing::HasSubstr;

using Fields = std::map<std::string, std::string>;

const std::map<std::string, Fields>& GoodRows() {
  static const auto* const rows = new std::map<std::string, Fields>{
      {"orders",
       {{"order_id", "O1"},
        {"ordered_at", "2024-01-01 10:00:00"},
        {"product_id", "P1"},
        {"quantity", "6.0"},
        {"unit_price", "2.55"}}},
      {"products", {{"product_id", "P1"}}},
      {"customers", {{"customer_id", "C1"}}},
      {"subscriptions",
       {{"subscription_id", "S1"},
        {"customer_id", "C1"},
        {"product_id", "P1"},
        {"status", "active"},
        {"started_at", "2024-01-01"}}},
      {"signals",
       {{"event_id", "E1"}, {"customer_id", "C1"}, {"at", "2024-01-01"}, {"type", "visit"}}},
      {"campaigns",
       {{"campaign_id", "K1"}, {"starts_at", "2024-01-01"}, {"ends_at", "2024-02-01"}}},
      {"exposures", {{"recommendation_id", "R1"}, {"product_id", "P1"}, {"at", "2024-01-01"}}},
      {"reactions",
       {{"event_id", "E1"},
        {"at", "2024-01-01"},
        {"reaction", "accepted"},
        {"recommendation_id", "R1"},
        {"product_id", "P1"}}}};
  return *rows;
}

// What is wrong with the row, as "field 'value': fix"; empty for a good one.
std::string Judge(const Kind& kind, const Fields& fields) {
  Row row;
  row.values.resize(kind.columns.size());
  for (const auto& [name, value] : fields) {
    const auto column = std::find_if(kind.columns.begin(), kind.columns.end(),
                                     [&n = name](const ColumnSpec& c) { return c.name == n; });
    EXPECT_NE(column, kind.columns.end()) << name;
    row.values[static_cast<std::size_t>(column - kind.columns.begin())] = value;
  }
  FieldParser parser(kind.columns, "USD", false);
  parser.Start(row);
  Fact fact;
  kind.convert(parser, fact);
  if (parser.failed()) return ToString(parser.violation());
  const auto violation = FindViolation(fact);
  return violation.has_value() ? ToString(*violation) : "";
}

TEST(KindsTest, GoodRowsAreGood) {
  for (const Kind& kind : AllKinds()) {
    EXPECT_EQ(Judge(kind, GoodRows().at(std::string(kind.name))), "") << kind.name;
  }
}

TEST(KindsTest, EveryRequiredColumnIsAskedFor) {
  for (const Kind& kind : AllKinds()) {
    for (const ColumnSpec& column : kind.columns) {
      if (!column.required) continue;
      Fields fields = GoodRows().at(std::string(kind.name));
      fields[std::string(column.name)] = "  ";
      EXPECT_THAT(Judge(kind, fields),
                  HasSubstr(absl::StrCat(std::string(column.name), " '': give a value")));
    }
  }
}

struct BadField {
  const char* kind;
  Fields change;
  const char* message;
};

TEST(KindsTest, BadFieldsAreNamedWithValueAndFix) {
  const std::string long_id(300, 'x');
  const std::vector<BadField> cases = {
      {"orders", {{"quantity", "0"}}, "quantity '0': give a number other than 0"},
      {"orders", {{"quantity", "1.5"}}, "quantity '1.5': give a whole number"},
      {"orders", {{"quantity", "many"}}, "quantity 'many': give a whole number"},
      {"orders", {{"quantity", "9999999999"}}, "quantity '9999999999': give a number from"},
      {"orders", {{"unit_price", "-1"}}, "unit_price '-1': give an amount that is not negative"},
      {"orders", {{"unit_price", "2.55 EUR"}}, "unit_price '2.55 EUR': is not a decimal"},
      {"orders", {{"unit_price", "1,5"}}, "unit_price '1,5': is not a decimal"},
      {"orders", {{"currency", "EUR"}}, "currency 'EUR': the store's currency is USD"},
      {"orders", {{"ordered_at", "01/02/2024"}}, "ordered_at '01/02/2024': is not a time"},
      {"orders", {{"discount_percent", "101"}}, "discount_percent '101': give a number from 0"},
      {"orders", {{"discount_percent", "nan"}}, "discount_percent 'nan': give a number from 0"},
      {"orders", {{"product_id", "a\x01z"}}, "take its control characters away"},
      {"orders", {{"product_id", "a\xFFz"}}, "product_id '': give valid UTF-8"},
      {"orders", {{"order_id", long_id}}, "give at most 256 bytes"},
      {"orders", {{"product_name", "\xC3"}}, "product_name '': give valid UTF-8"},
      {"products", {{"kind", "thing"}}, "kind 'thing': give one of goods, plan"},
      {"products", {{"tier", "high"}}, "tier 'high': give a whole number"},
      {"products", {{"tier", "99999999999"}}, "tier '99999999999': give a smaller number"},
      {"products", {{"price", "-2"}}, "price '-2': give an amount"},
      {"products", {{"unit_cost", "x"}}, "unit_cost 'x': is not a decimal"},
      {"products", {{"active", "maybe"}}, "active 'maybe': give true or false"},
      {"products", {{"season_months", "7;13"}}, "season_months '7;13': give months from 1 to 12"},
      {"products", {{"usage_limit", "0"}}, "usage_limit '0': give a number above 0"},
      {"products", {{"billing_months", "0"}}, "billing_months '0': give a number from 1 to 120"},
      {"products", {{"observed_at", "soon"}}, "observed_at 'soon': is not a time"},
      {"products", {{"goes_with", "A;" + long_id}}, "goes_with"},
      {"customers", {{"birth_year", "1850"}}, "birth_year '1850': give a number from 1900"},
      {"customers", {{"language", "fr"}}, "language 'fr': give en or ja"},
      {"customers", {{"consent_marketing", "2"}}, "consent_marketing '2': give true or false"},
      {"customers", {{"acquisition_cost", "-5"}}, "acquisition_cost '-5'"},
      {"customers", {{"signed_up_at", "x"}}, "signed_up_at 'x': is not a time"},
      {"subscriptions", {{"status", "open"}}, "status 'open': give one of trialing, active"},
      {"subscriptions", {{"seats", "0"}}, "seats '0': give a number from 1"},
      {"subscriptions", {{"usage", "-1"}}, "usage '-1': give a number that is not negative"},
      {"subscriptions", {{"usage", "inf"}}, "usage 'inf': give a number that is not negative"},
      {"subscriptions", {{"ended_at", "2023-12-31"}}, "is not before started_at"},
      {"signals", {{"type", "smile"}}, "type 'smile': give one of nps, csat"},
      {"signals", {{"type", "nps"}}, "value '': give a number from 0 to 10"},
      {"signals", {{"type", "nps"}, {"value", "11"}}, "value '11': give a number from 0 to 10"},
      {"signals", {{"type", "csat"}, {"value", "0"}}, "value '0': give a number from 1 to 5"},
      {"signals", {{"type", "usage"}, {"value", "-1"}}, "value '-1': give a number from 0"},
      {"signals", {{"type", "stage"}}, "subject '': give the stage's name"},
      {"signals", {{"value", "high"}}, "value 'high': give a number"},
      {"campaigns",
       {{"ends_at", "2024-01-01"}},
       "ends_at '2024-01-01T00:00:00Z': give a time after"},
      {"campaigns", {{"discount_percent", "-1"}}, "discount_percent '-1'"},
      {"exposures", {{"arm", "blue"}}, "arm 'blue': give treated or control"},
      {"exposures", {{"moment", "noon"}}, "moment 'noon': give one of pre_purchase"},
      {"exposures", {{"offer_kind", "gift"}}, "offer_kind 'gift': give one of cross_sell"},
      {"exposures", {{"position", "-1"}}, "position '-1': give a number from 0"},
      {"exposures", {{"propensity", "0"}}, "propensity '0': give a number above 0"},
      {"exposures", {{"propensity", "1.5"}}, "propensity '1.5': give a number above 0"},
      {"reactions", {{"reaction", "shrug"}}, "reaction 'shrug': give one of accepted"},
      {"reactions", {{"product_id", ""}}, "product_id '': give an id"},
      {"reactions", {{"recommendation_id", ""}}, "give a recommendation_id or a customer_id"},
  };
  for (const BadField& c : cases) {
    Fields fields = GoodRows().at(c.kind);
    for (const auto& [name, value] : c.change) fields[name] = value;
    EXPECT_THAT(Judge(*FindKind(c.kind), fields), HasSubstr(c.message)) << c.kind;
  }
}

TEST(KindsTest, AmountsMayCarryTheStoresCurrency) {
  Fields fields = GoodRows().at("orders");
  fields["unit_price"] = "USD 2.55";
  fields["currency"] = "usd";
  EXPECT_EQ(Judge(*FindKind("orders"), fields), "");
}

}  // namespace
}  // namespace tsugi::ingest
