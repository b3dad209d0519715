#include "engine/facts/validate.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

TEST(ValidateTest, FactsThatKeepTheRulesPass) {
  for (const Fact& fact : OneOfEachKind()) EXPECT_THAT(Validate(fact), IsOk());
  Order guest = MakeOrder("O1", "", Day(1), {{"P1", -3}});
  guest.lines[0].product_name = "two\nlines\tand a tab";
  EXPECT_THAT(Validate(guest), IsOk());
}

TEST(ValidateTest, MessagesNameFieldValueAndFix) {
  EXPECT_EQ(Validate(MakeOrder("O1", "C1", Day(1), {{"P1", 0}})).message(),
            "quantity '0': give a number other than 0; a return is negative");
}

// What only a message can break, not a row of a file (for those see the import's kinds_test).
TEST(ValidateTest, BrokenRulesAreNamed) {
  struct Case {
    Fact fact;
    std::string message;
  };
  std::vector<Case> cases;
  const auto add = [&cases](Fact fact, std::string message) {
    cases.push_back({std::move(fact), std::move(message)});
  };
  add(MakeOrder("", "C1", Day(1), {{"P1", 1}}), "order_id '': give an id");
  add(MakeOrder("O1", "C1", Day(1), {}), "lines '0 lines'");
  add(MakeOrder("O1", " C1", Day(1), {{"P1", 1}}), "customer_id ' C1': take the spaces");
  add(MakeOrder("O1", "C1", absl::InfiniteFuture(), {{"P1", 1}}), "ordered_at 'infinite-future'");
  add(MakeOrder("O1", "C1", absl::InfinitePast(), {{"P1", 1}}), "ordered_at");
  Order order = MakeOrder("O1", "C1", Day(1), {{"P1", 1}});
  order.lines[0].discount_percent = std::nan("");
  add(order, "discount_percent 'nan'");
  order.lines[0].discount_percent = 0;
  order.lines.resize(kMaxOrderLines + 1, order.lines[0]);
  add(order, "give an order at most 100000 lines");
  Product product = MakeProduct("P1", "tea");
  product.goes_with = {"P2", "P;3"};
  add(product, "goes_with 'P;3': an id in a list may not contain ';'");
  product.goes_with = {""};
  add(product, "goes_with '': give an id");
  product.goes_with.clear();
  product.season_months = 1U << 12;
  add(product, "season_months '4096'");
  product.season_months = 0;
  product.usage_limit = std::numeric_limits<double>::infinity();
  add(product, "usage_limit 'inf'");
  product.usage_limit.reset();
  product.name = std::string(kMaxTextBytes + 1, 'x');
  add(product, "give at most 4096 bytes");
  Signal signal = MakeSignal("E1", "C1");
  signal.value = std::nan("");
  add(signal, "value 'nan': give a finite number");
  Exposure exposure = MakeExposure("R1", "P1", "C1");
  exposure.propensity = std::nan("");
  add(exposure, "propensity 'nan'");
  Contact contact = MakeContact("E1", "");
  add(contact, "customer_id '': give an id");
  for (const Case& c : cases) {
    EXPECT_THAT(Validate(c.fact),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)));
  }
}

TEST(ValidateTest, LongValuesAreShortenedInMessages) {
  const Order order = MakeOrder(std::string(5000, 'x'), "C1", Day(1), {{"P1", 1}});
  EXPECT_LT(Validate(order).message().size(), 200U);
}

}  // namespace
}  // namespace tsugi
