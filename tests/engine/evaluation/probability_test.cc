#include "engine/evaluation/probability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "engine/facts/facts.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::At;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::OrderOf;
using ::tsugi::testing::StatusIs;

// 1,500 orders, one each hour, of one of ten pairs of products that go together, and a product at
// random.
void Fill(MemoryStore& store) {
  base::Random random(5);
  std::vector<Fact> facts;
  const absl::Time start = At("2024-01-01");
  for (int o = 0; o < 1500; ++o) {
    const auto pair = random.Below(10);
    Order order =
        OrderOf(absl::StrCat("O", o), o % 3 == 0 ? "" : absl::StrCat("C", o % 97), "2024-01-01",
                {{absl::StrCat("A", pair)},
                 {absl::StrCat("B", pair)},
                 {absl::StrCat("N", random.Below(30))}});
    order.ordered_at = start + absl::Hours(o);
    facts.emplace_back(std::move(order));
  }
  ASSERT_THAT(store.Write(facts, start).status(), IsOk());
}

ProbabilityOptions Options() {
  ProbabilityOptions options;
  options.test_from = At("2024-01-01") + absl::Hours(1100);
  options.resamples = 100;
  options.config.ials.dim = 8;
  options.config.ranker.empty_carts = 0.3;
  return options;
}

TEST(ProbabilityTest, LearnedProbabilitiesBeatTheBaseRateInEveryGroup) {
  MemoryStore store;
  Fill(store);
  const auto table = EvaluateProbability(store, Options());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->orders, 400U);
  const ProbabilityRow& all = table->rows.front();
  EXPECT_EQ(all.group, "all");
  EXPECT_EQ(all.orders, 400U);
  EXPECT_GT(all.calibration.slope, 0.5);
  EXPECT_LT(all.calibration.slope, 1.5);
  EXPECT_GT(all.gain.low, 0);
  EXPECT_NEAR(all.gain.mean, all.base_log_loss - all.calibration.log_loss, 1e-6);
  EXPECT_NEAR(all.error_to_base, all.calibration.expected_error / all.base_rate, 1e-9);
}

TEST(ProbabilityTest, CartsAndNoCartsTogetherAreAllOrders) {
  MemoryStore store;
  Fill(store);
  const auto table = EvaluateProbability(store, Options());
  ASSERT_TRUE(table.ok()) << table.status();
  const auto orders = [&](const std::string& part) {
    for (const ProbabilityRow& row : table->rows) {
      if (row.group.find(part) != std::string::npos) return row.orders;
    }
    return std::size_t{0};
  };
  EXPECT_EQ(orders("checkout") + orders("account"), 400U);
  EXPECT_EQ(orders("known customer") + orders("unknown visitor"), orders("checkout"));
  EXPECT_GT(orders("account"), 40U);
}

TEST(ProbabilityTest, NothingBeforeOrAfterIsAnError) {
  MemoryStore store;
  Fill(store);
  ProbabilityOptions options = Options();
  options.test_from = At("2030-01-01");
  EXPECT_THAT(EvaluateProbability(store, options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("0 orders with two")));
  options.test_from = At("2000-01-01");
  EXPECT_THAT(EvaluateProbability(store, options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("0 orders before")));
}

}  // namespace
}  // namespace tsugi
