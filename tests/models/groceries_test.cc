// Published counts of the Groceries baskets (Hahsler, Hornik, Reutterer 2006; R package arules).
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "models/co_purchase.h"
#include "tests/testing/compressed_lines.h"

namespace tsugi::models {
namespace {

class GroceriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("TSUGI_DATA");
    if (data == nullptr) {
      GTEST_SKIP() << "TSUGI_DATA is not set: the published counts were NOT checked";
    }
    for (const std::string& line :
         testing::CompressedLines(std::string(data) + "/groceries/groceries_baskets.csv.zst")) {
      baskets_.push_back(absl::StrSplit(line, ','));
    }
    std::vector<std::vector<std::uint32_t>> rows;
    for (const std::set<std::string>& basket : baskets_) {
      std::vector<std::uint32_t>& row = rows.emplace_back();
      for (const std::string& name : basket) {
        const auto index = static_cast<std::uint32_t>(index_.size());
        row.push_back(index_.try_emplace(name, index).first->second);
      }
    }
    orders_ = FromRows(rows, static_cast<std::uint32_t>(index_.size()));
  }

  // Independent of the models: by names, over the lines.
  std::uint32_t CountLines(const std::string& a, const std::string& b) const {
    std::uint32_t count = 0;
    for (const auto& basket : baskets_) count += basket.contains(a) && basket.contains(b) ? 1 : 0;
    return count;
  }

  std::vector<std::set<std::string>> baskets_;
  std::map<std::string, std::uint32_t> index_;
  SparseMatrix orders_;
};

TEST_F(GroceriesTest, CountsAndMeasuresOfTheKnownPair) {
  ASSERT_EQ(baskets_.size(), 9835);
  ASSERT_EQ(index_.size(), 169);
  const auto model = TrainCoPurchase({.orders = orders_.View()}, {});
  ASSERT_TRUE(model.ok()) << model.status();
  const CoPurchaseView view = model->View();
  const std::uint32_t milk = index_.at("whole milk");
  const std::uint32_t vegetables = index_.at("other vegetables");
  EXPECT_EQ(view.item_orders[milk], 2513);
  EXPECT_EQ(view.item_orders[vegetables], 1903);
  EXPECT_EQ(view.item_orders[index_.at("rolls/buns")], 1809);
  const auto pair = view.FindPair(milk, vegetables);
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->orders, 736);
  EXPECT_EQ(pair->orders, CountLines("whole milk", "other vegetables"));
  EXPECT_NEAR(Support(view.Counts(*pair)), 0.0748, 5e-5);
  EXPECT_NEAR(Lift(view.Counts(*pair)), 1.5136, 5e-5);
}

TEST_F(GroceriesTest, EveryPairEqualsACountOverTheLines) {
  const auto pairs = CountPairs({.orders = orders_.View()}, {});
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> expected;
  for (const auto& basket : baskets_) {
    for (const std::string& a : basket) {
      for (const std::string& b : basket) {
        if (a != b) ++expected[{index_.at(a), index_.at(b)}];
      }
    }
  }
  EXPECT_EQ(pairs->neighbours.size(), expected.size());
  for (const auto& [pair, count] : expected) {
    ASSERT_EQ(pairs->Orders(pair.first, pair.second), count);
  }
}

}  // namespace
}  // namespace tsugi::models
