#include "engine/evaluation/next_basket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

std::string Write(const TempDir& directory, const std::string& name, const std::string& text) {
  return directory.Write(name, text);
}

constexpr char kOrderTitles[] = "order_id,customer_id,ordered_at,product_id\n";

TEST(NextBasketDataTest, TheLastOrderByTimeIsTheTarget) {
  const TempDir directory;
  const auto data = ReadNextBasketData(
      Write(directory, "orders.csv",
            std::string(kOrderTitles) +
                "o2,anna,2024-01-09,tea\no1,anna,2024-01-02,milk\no1,anna,2024-01-02,tea\n"
                "o3,bert,2024-01-01,tea\no4,carl,2024-01-01,tea\no5,carl,2024-01-02,milk\n"),
      Write(directory, "split.csv", "customer_id,split\nanna,test\nbert,test\n"));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->left_out, 2U);  // bert has one order, carl no part
  EXPECT_THAT(data->parts, ElementsAre(BasketPart::kTest));
  EXPECT_THAT(data->baskets.columns, ElementsAre(0, 1));  // tea, milk
  EXPECT_THAT(data->targets.columns, ElementsAre(0));
}

TEST(NextBasketDataTest, BadFilesAreRefusedByLine) {
  const TempDir directory;
  const std::string orders =
      Write(directory, "orders.csv",
            std::string(kOrderTitles) + "o1,anna,2024-01-02,milk\no1,bert,2024-01-02,tea\n");
  EXPECT_THAT(
      ReadNextBasketData(orders, Write(directory, "a.csv", "customer_id,split\nanna,learn\n")),
      StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("line 2"), HasSubstr("learn"))));
  EXPECT_THAT(ReadNextBasketData(
                  orders, Write(directory, "b.csv", "customer_id,split\nanna,test\nanna,train\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  EXPECT_THAT(
      ReadNextBasketData(orders, Write(directory, "c.csv", "customer_id,split\nanna,test\n")),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("line 3"), HasSubstr("other lines"))));
}

// Each customer buys a product of his own every time, and `follow` after `lead` with the last
// order; a tenth is asked for.
struct Shop {
  std::string orders = kOrderTitles;
  std::string split = "customer_id,split\n";

  Shop() {
    for (int c = 0; c < 150; ++c) {
      const std::string lead = c % 2 == 0 ? "pasta" : "rice";
      const std::string follow = c % 2 == 0 ? "pesto" : "soy";
      for (int o = 0; o < 3; ++o) {
        const std::string line = absl::StrCat("o", c, "-", o, ",c", c, ",2024-01-0", o + 1, ",");
        absl::StrAppend(&orders, line, "own", c % 5, "\n");
        absl::StrAppend(&orders, line, o == 2 ? follow : lead, "\n");
      }
      absl::StrAppend(&split, "c", c, ",", c % 10 == 3 || c % 10 == 6 ? "test" : "train", "\n");
    }
  }
};

NextBasketEvaluationOptions Options() {
  NextBasketEvaluationOptions options;
  options.k = {1, 2};
  options.resamples = 50;
  options.model.boosting.rounds = 20;
  options.model.boosting.learning_rate = 0.3;
  options.model.boosting.min_child_weight = 1;
  options.model.boosting.threads = 1;
  options.model.negatives = 1;
  options.model.sources.neighbours = 20;
  options.model.sources.target_l2 = 1;
  return options;
}

TEST(NextBasketEvaluationTest, BaselinesFindRepeatsAndTheTreesBoth) {
  const TempDir directory;
  const Shop shop;
  const auto data = ReadNextBasketData(Write(directory, "orders.csv", shop.orders),
                                       Write(directory, "split.csv", shop.split));
  ASSERT_TRUE(data.ok()) << data.status();
  const auto table = EvaluateNextBasket(*data, Options());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->customers, 30U);
  EXPECT_EQ(table->learners, 120U);
  EXPECT_EQ(table->with_repeat, 30U);
  EXPECT_EQ(table->with_explore, 30U);
  ASSERT_EQ(table->rows.size(), 7U);
  const NextBasketRow& frequency = table->rows[2];
  EXPECT_EQ(frequency.model, "personal_frequency");
  // Own product and lead tie at two orders each; of the two, one is in the target.
  EXPECT_DOUBLE_EQ(frequency.at[1].repeat_recall.mean, 1.0);
  EXPECT_DOUBLE_EQ(frequency.at[1].explore_recall.mean, 0.0);
  const NextBasketRow& trees = table->rows.back();
  EXPECT_EQ(trees.model, "next_basket");
  EXPECT_DOUBLE_EQ(trees.at[1].recall.mean, 1.0);
  EXPECT_DOUBLE_EQ(trees.at[1].ndcg.mean, 1.0);
  EXPECT_DOUBLE_EQ(frequency.lead.mean, trees.at[0].recall.mean - frequency.at[0].recall.mean);
}

TEST(NextBasketEvaluationTest, NobodyToAskIsAnError) {
  const TempDir directory;
  const auto data = ReadNextBasketData(
      Write(directory, "orders.csv",
            std::string(kOrderTitles) + "o1,anna,2024-01-01,tea\no2,anna,2024-01-02,tea\n"),
      Write(directory, "split.csv", "customer_id,split\nanna,train\n"));
  ASSERT_TRUE(data.ok());
  EXPECT_THAT(EvaluateNextBasket(*data, Options()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("0 customers to ask")));
}

}  // namespace
}  // namespace tsugi
