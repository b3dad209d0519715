// Whether the sample shop is a shop: its files agree with each other and with its truth.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"
#include "generator/generator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/shop_files.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::generator {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Ge;
using ::testing::IsSupersetOf;
using ::testing::Le;

absl::Time At(const std::string& text) {
  const auto time = base::ParseTime(text);
  EXPECT_TRUE(time.ok()) << time.status();
  return time.value_or(absl::InfinitePast());
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ';');) parts.push_back(part);
  return parts;
}

class SampleShopTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new testing::TempDir();
    GeneratorOptions options;
    options.customers = 1000;
    options.products = 200;
    ASSERT_TRUE(Generate(options, directory_->path()).ok());
  }
  static void TearDownTestSuite() {
    delete directory_;
    directory_ = nullptr;
  }

  static const std::vector<Row>& Rows(const std::string& kind) {  // read once
    std::vector<Row>& rows = rows_[kind];
    if (rows.empty()) rows = ReadCsv(directory_->File(kind + ".csv"));
    return rows;
  }
  static std::set<std::string> Ids(const std::string& kind, const std::string& column) {
    std::set<std::string> ids;
    for (const Row& row : Rows(kind)) ids.insert(row.at(column));
    return ids;
  }
  static nlohmann::json Truth() { return nlohmann::json::parse(directory_->Read("truth.json")); }

  // Distinct products of each order, returns apart.
  static std::map<std::string, std::set<std::string>> Baskets() {
    std::map<std::string, std::set<std::string>> baskets;
    for (const Row& row : Rows("orders")) {
      if (row.at("quantity")[0] != '-') baskets[row.at("order_id")].insert(row.at("product_id"));
    }
    return baskets;
  }

 private:
  static testing::TempDir* directory_;
  static std::map<std::string, std::vector<Row>> rows_;
};
testing::TempDir* SampleShopTest::directory_ = nullptr;
std::map<std::string, std::vector<Row>> SampleShopTest::rows_;

TEST_F(SampleShopTest, EverythingReferredToExists) {
  const auto products = Ids("products", "product_id");
  const auto customers = Ids("customers", "customer_id");
  const auto subscriptions = Ids("subscriptions", "subscription_id");
  for (const char* kind : {"orders", "subscriptions", "signals", "exposures", "reactions"}) {
    for (const Row& row : Rows(kind)) {
      const std::string& customer = row.at("customer_id");
      const std::string& product = row.at("product_id");
      ASSERT_TRUE(customer.empty() || customers.contains(customer)) << kind << " " << customer;
      ASSERT_TRUE(product.empty() || products.contains(product)) << kind << " " << product;
      if (kind == std::string("signals") && row.at("type") == "usage") {
        ASSERT_THAT(subscriptions, Contains(row.at("subject")));
      }
    }
  }
  for (const Row& row : Rows("products")) {
    for (const std::string& id : SplitList(row.at("goes_with") + ";" + row.at("contents"))) {
      ASSERT_TRUE(id.empty() || products.contains(id)) << id;
    }
  }
  for (const Row& row : Rows("campaigns")) {
    EXPECT_THAT(products, IsSupersetOf(SplitList(row.at("product_ids"))));
    EXPECT_THAT(customers, IsSupersetOf(SplitList(row.at("customer_ids"))));
  }
}

TEST_F(SampleShopTest, ReactionsAndBoughtSuggestionsWereShown) {
  std::set<std::pair<std::string, std::string>> shown;
  for (const Row& row : Rows("exposures")) {
    EXPECT_TRUE(shown.emplace(row.at("recommendation_id"), row.at("product_id")).second);
  }
  for (const Row& row : Rows("reactions")) {
    EXPECT_THAT(shown, Contains(std::pair(row.at("recommendation_id"), row.at("product_id"))));
  }
  std::size_t bought = 0;
  for (const Row& row : Rows("orders")) {
    if (row.at("recommendation_id").empty()) continue;
    ++bought;
    EXPECT_THAT(shown, Contains(std::pair(row.at("recommendation_id"), row.at("product_id"))));
  }
  EXPECT_GT(bought, 0U);
}

// A pair is believed where its product was bought 30 times or more.
TEST_F(SampleShopTest, ComplementsAreBoughtTogetherAsOftenAsTheTruthSays) {
  const auto baskets = Baskets();
  const auto orders_with = [&](const std::string& a, const std::string& b) {
    return static_cast<double>(std::count_if(baskets.begin(), baskets.end(), [&](const auto& it) {
      return it.second.contains(a) && (b.empty() || it.second.contains(b));
    }));
  };
  int believed = 0;
  const nlohmann::json truth = Truth();
  for (const auto& pair : truth["complements"]) {
    const std::string product = pair["product"];
    const std::string complement = pair["complement"];
    const double alone = orders_with(product, "");
    const double by_chance = orders_with(complement, "") / static_cast<double>(baskets.size());
    if (alone < 60) continue;
    const double together = orders_with(product, complement) / alone;
    // Regular buyers of a consumable mostly come for it alone.
    EXPECT_GT(together, 3 * by_chance) << pair;
    ++believed;
  }
  EXPECT_GE(believed, 15);
}

TEST_F(SampleShopTest, FortyLaptopsInAHundredLeaveWithTheirSleeve) {
  double laptops = 0;
  double with_sleeve = 0;
  for (const auto& [order, products] : Baskets()) {
    for (const std::string& id : products) {
      if (!id.starts_with("LAPTOP-")) continue;
      ++laptops;
      with_sleeve += products.contains("SLEEVE-" + id.substr(7, 2)) ? 1 : 0;
    }
  }
  ASSERT_GT(laptops, 80);
  EXPECT_NEAR(with_sleeve / laptops, 0.4, 0.15);
}

TEST_F(SampleShopTest, NobodyReturnsMoreThanHeHas) {
  std::map<std::pair<std::string, std::string>, int> owned;
  int returns = 0;
  std::string last;
  for (const Row& row : Rows("orders")) {
    EXPECT_LE(last, row.at("ordered_at"));  // told in order of time
    last = row.at("ordered_at");
    const int quantity = std::atoi(row.at("quantity").c_str());
    ASSERT_NE(quantity, 0);
    ASSERT_EQ(quantity < 0, row.at("order_id").starts_with("C-"));
    returns += quantity < 0 ? 1 : 0;
    ASSERT_FALSE(quantity < 0 && row.at("customer_id").empty());
    int& left = owned[{row.at("customer_id"), row.at("product_id")}];
    left += quantity;
    ASSERT_GE(left, 0) << row.at("order_id");
  }
  EXPECT_GT(returns, 100);
}

TEST_F(SampleShopTest, WhatComesBackIsRefundedAtThePriceItWasSoldAt) {
  using Sale = std::pair<std::string, std::string>;                     // unit price and discount
  std::map<std::pair<std::string, std::string>, std::set<Sale>> sales;  // by order and product
  for (const Row& row : Rows("orders")) {
    if (row.at("quantity")[0] == '-') continue;
    sales[{row.at("order_id").substr(2), row.at("product_id")}].insert(
        {row.at("unit_price"), row.at("discount_percent")});
  }
  int discounted = 0;
  for (const Row& row : Rows("orders")) {
    if (row.at("quantity")[0] != '-') continue;
    const auto sold = sales.find({row.at("order_id").substr(2), row.at("product_id")});
    ASSERT_NE(sold, sales.end());
    EXPECT_THAT(sold->second, Contains(Sale(row.at("unit_price"), row.at("discount_percent"))));
    discounted += row.at("discount_percent") == "0" ? 0 : 1;
  }
  EXPECT_GT(discounted, 0);
}

TEST_F(SampleShopTest, NothingIsSoldBeforeItsLaunchOrAfterItsEnd) {
  std::map<std::string, std::vector<Row>> versions;
  for (const Row& row : Rows("products")) versions[row.at("product_id")].push_back(row);
  for (const Row& row : Rows("orders")) {
    if (row.at("quantity")[0] == '-') continue;
    const Row* now = nullptr;
    for (const Row& version : versions.at(row.at("product_id"))) {
      if (version.at("observed_at") <= row.at("ordered_at")) now = &version;
    }
    ASSERT_NE(now, nullptr) << row.at("product_id") << " " << row.at("ordered_at");
    EXPECT_EQ(now->at("active") + now->at("in_stock"), "truetrue") << row.at("product_id");
  }
}

TEST_F(SampleShopTest, VersionsOfAnIdRiseInTimeAndNoneIsFromTheFuture) {
  for (const auto& [kind, id] : {std::pair("products", "product_id"),
                                 {"customers", "customer_id"},
                                 {"subscriptions", "subscription_id"}}) {
    std::map<std::string, std::string> last;
    std::size_t later = 0;
    for (const Row& row : Rows(kind)) {
      std::string& before = last[row.at(id)];
      later += before.empty() ? 0 : 1;
      EXPECT_LT(before, row.at("observed_at")) << row.at(id);
      EXPECT_LT(At(row.at("observed_at")), kDefaultEnd);
      before = row.at("observed_at");
    }
    EXPECT_GT(later, 0U) << kind;
  }
}

TEST_F(SampleShopTest, TrialsAndRenewalsWaitRightAfterTheEnd) {
  std::map<std::string, Row> state;
  for (const Row& row : Rows("subscriptions")) state[row.at("subscription_id")] = row;
  int trials = 0;
  int renewals = 0;
  for (const auto& [id, row] : state) {
    if (row.at("status") == "trialing") {
      const absl::Time ends = At(row.at("trial_ends_at"));
      EXPECT_GE(ends, kDefaultEnd) << id;
      trials += ends < kDefaultEnd + absl::Hours(72) ? 1 : 0;
    } else if (row.at("status") == "active") {
      const absl::Time renews = At(row.at("renews_at"));
      EXPECT_GE(renews, kDefaultEnd) << id;
      renewals += renews < kDefaultEnd + absl::Hours(24 * 30) ? 1 : 0;
    } else {
      EXPECT_NE(row.at("ended_at") + row.at("renews_at"), "") << id;
    }
  }
  EXPECT_GE(trials, 3);
  EXPECT_GE(renewals, 30);
}

TEST_F(SampleShopTest, LaddersRiseInPriceAndInUsageLimit) {
  std::map<std::string, Row> first;
  for (const Row& row : Rows("products")) first.emplace(row.at("product_id"), row);
  const nlohmann::json truth = Truth();
  ASSERT_THAT(truth["ladders"].size(), Ge(10U));
  for (const auto& [family, products] : truth["ladders"].items()) {
    double price = 0;
    double limit = -1;
    int tier = 0;
    for (const std::string id : products) {
      const Row& row = first.at(id);
      EXPECT_EQ(row.at("family"), family);
      EXPECT_EQ(std::atoi(row.at("tier").c_str()), ++tier) << id;
      EXPECT_GT(std::atof(row.at("price").c_str()), price) << id;
      EXPECT_LT(std::atof(row.at("unit_cost").c_str()), std::atof(row.at("price").c_str()));
      price = std::atof(row.at("price").c_str());
      if (row.at("kind") != "plan") continue;
      EXPECT_GT(std::atof(row.at("usage_limit").c_str()), limit) << id;
      limit = std::atof(row.at("usage_limit").c_str());
    }
  }
}

TEST_F(SampleShopTest, SeasonalGoodsAreMostlyBoughtInTheirMonths) {
  int in_season = 0;
  int all = 0;
  for (const Row& row : Rows("orders")) {
    if (!row.at("product_id").starts_with("SWIMSUIT")) continue;
    const std::string month = row.at("ordered_at").substr(5, 2);
    in_season += month == "06" || month == "07" || month == "08" ? 1 : 0;
    ++all;
  }
  ASSERT_GT(all, 50);
  EXPECT_GT(in_season, all * 2 / 3);
}

TEST_F(SampleShopTest, RegularBuyersComeBackAtAboutTheStatedInterval) {
  std::map<std::string, std::vector<absl::Time>> purchases;
  for (const Row& row : Rows("orders")) {
    if (!row.at("product_id").starts_with("BEANS") || row.at("quantity")[0] == '-') continue;
    if (row.at("customer_id").empty()) continue;
    purchases[row.at("customer_id") + row.at("product_id")].push_back(At(row.at("ordered_at")));
  }
  std::vector<double> days;
  for (const auto& [who, times] : purchases) {
    for (std::size_t i = 1; times.size() >= 6 && i < times.size(); ++i) {
      days.push_back(absl::ToDoubleHours(times[i] - times[i - 1]) / 24);
    }
  }
  ASSERT_GT(days.size(), 100U);
  std::nth_element(days.begin(), days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2),
                   days.end());
  EXPECT_THAT(days[days.size() / 2], AllOf(Ge(16), Le(30)));  // 24 days, some bought in between
}

TEST_F(SampleShopTest, HoldsAllThatAnEngineHasToCopeWith) {
  const auto values = [](const std::string& kind, const std::string& column) {
    return Ids(kind, column);
  };
  EXPECT_THAT(values("products", "kind"),
              IsSupersetOf({"goods", "plan", "add_on", "bundle", "service"}));
  EXPECT_THAT(values("subscriptions", "status"),
              IsSupersetOf({"trialing", "active", "past_due", "canceled", "lost_deal"}));
  EXPECT_THAT(values("signals", "type"),
              IsSupersetOf({"nps", "csat", "complaint_opened", "complaint_closed", "usage", "visit",
                            "inquiry", "stage"}));
  EXPECT_THAT(values("reactions", "reaction"),
              IsSupersetOf({"accepted", "declined", "maybe_later"}));
  EXPECT_THAT(values("exposures", "arm"), IsSupersetOf({"treated", "control"}));
  EXPECT_THAT(values("customers", "language"), IsSupersetOf({"en", "ja"}));
  EXPECT_THAT(values("customers", "consent_marketing"), IsSupersetOf({"true", "false"}));
  EXPECT_THAT(values("products", "consumable"), IsSupersetOf({"true", "false"}));
  EXPECT_THAT(values("products", "durable"), IsSupersetOf({"true", "false"}));
  EXPECT_THAT(values("orders", "customer_id"), Contains(""));  // guests
  EXPECT_THAT(values("orders", "discount_percent"), IsSupersetOf({"0", "15"}));
}

TEST_F(SampleShopTest, OneCampaignRunsAtTheEnd) {
  int running = 0;
  for (const Row& row : Rows("campaigns")) {
    EXPECT_LT(At(row.at("starts_at")), At(row.at("ends_at")));
    running += At(row.at("starts_at")) <= kDefaultEnd && kDefaultEnd < At(row.at("ends_at"));
  }
  EXPECT_GE(running, 1);
}

TEST_F(SampleShopTest, ValuesOfSignalsAreInTheirRange) {
  const std::map<std::string, std::pair<int, int>> ranges = {{"nps", {0, 10}}, {"csat", {1, 5}}};
  std::set<std::string> events;
  for (const Row& row : Rows("signals")) {
    EXPECT_TRUE(events.insert(row.at("event_id")).second) << row.at("event_id");
    EXPECT_LT(At(row.at("at")), kDefaultEnd);
    const auto range = ranges.find(row.at("type"));
    if (range == ranges.end()) continue;
    EXPECT_THAT(std::atoi(row.at("value").c_str()),
                AllOf(Ge(range->second.first), Le(range->second.second)));
  }
}

TEST_F(SampleShopTest, AFewCustomersBringMuchOfTheBusiness) {
  std::map<std::string, std::set<std::string>> orders;
  for (const Row& row : Rows("orders")) {
    if (!row.at("customer_id").empty()) orders[row.at("customer_id")].insert(row.at("order_id"));
  }
  std::vector<std::size_t> counts;
  std::size_t total = 0;
  for (const auto& [customer, ids] : orders) {
    counts.push_back(ids.size());
    total += ids.size();
  }
  std::sort(counts.rbegin(), counts.rend());
  std::size_t top = 0;
  for (std::size_t i = 0; i < counts.size() / 10; ++i) top += counts[i];
  EXPECT_GT(top * 4, total);  // a tenth of them: more than a quarter of orders
  EXPECT_LT(counts[counts.size() / 2] * 2, counts[counts.size() / 10]);
}

}  // namespace
}  // namespace tsugi::generator
