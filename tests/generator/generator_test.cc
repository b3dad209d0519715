#include "generator/generator.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/shop_files.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::generator {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

const std::vector<std::pair<std::string, std::vector<std::string>>>& Files() {
  static const auto* files = new std::vector<std::pair<std::string, std::vector<std::string>>>{
      {"products.csv",
       {"product_id", "name", "category", "kind", "family", "tier", "price", "unit_cost", "active",
        "in_stock", "consumable", "durable", "season_months", "goes_with", "contents",
        "usage_limit", "billing_months", "observed_at"}},
      {"customers.csv",
       {"customer_id", "segment", "signed_up_at", "birth_year", "region", "language",
        "consent_marketing", "consent_profiling", "acquisition_cost", "retention_cost",
        "observed_at"}},
      {"subscriptions.csv",
       {"subscription_id", "customer_id", "product_id", "status", "started_at", "trial_ends_at",
        "renews_at", "ended_at", "seats", "unit_price", "usage", "observed_at"}},
      {"orders.csv",
       {"order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price",
        "product_name", "discount_percent", "channel", "recommendation_id"}},
      {"signals.csv", {"event_id", "customer_id", "at", "type", "value", "subject", "product_id"}},
      {"campaigns.csv",
       {"campaign_id", "name", "starts_at", "ends_at", "customer_ids", "segments", "product_ids",
        "discount_percent"}},
      {"exposures.csv",
       {"recommendation_id", "product_id", "at", "customer_id", "placement", "moment", "offer_kind",
        "rule_id", "arm", "position", "propensity", "model_version"}},
      {"reactions.csv",
       {"event_id", "at", "reaction", "recommendation_id", "customer_id", "product_id"}}};
  return *files;
}

GeneratorOptions Small(std::uint64_t seed = 1) {
  GeneratorOptions options;
  options.customers = 60;
  options.products = 120;
  options.months = 6;
  options.seed = seed;
  return options;
}

std::string AllBytes(const testing::TempDir& directory) {
  std::string bytes;
  for (const auto& [name, columns] : Files()) bytes += directory.Read(name);
  return bytes + directory.Read("truth.json");
}

TEST(GeneratorTest, EqualOptionsGiveEqualBytes) {
  const testing::TempDir a;
  const testing::TempDir b;
  ASSERT_THAT(Generate(Small(), a.path()), testing::IsOk());
  ASSERT_THAT(Generate(Small(), b.path()), testing::IsOk());
  EXPECT_EQ(AllBytes(a), AllBytes(b));
}

TEST(GeneratorTest, AnotherSeedGivesAnotherShop) {
  const testing::TempDir a;
  const testing::TempDir b;
  ASSERT_THAT(Generate(Small(1), a.path()), testing::IsOk());
  ASSERT_THAT(Generate(Small(2), b.path()), testing::IsOk());
  for (const char* name : {"products.csv", "customers.csv", "orders.csv", "subscriptions.csv"}) {
    EXPECT_NE(a.Read(name), b.Read(name)) << name;
  }
}

TEST(GeneratorTest, ACustomerMoreLeavesTheOthersAsTheyWere) {
  const testing::TempDir a;
  const testing::TempDir b;
  GeneratorOptions one_more = Small();
  ++one_more.customers;
  ASSERT_THAT(Generate(Small(), a.path()), testing::IsOk());
  ASSERT_THAT(Generate(one_more, b.path()), testing::IsOk());
  const std::string customers = a.Read("customers.csv");
  EXPECT_EQ(b.Read("customers.csv").substr(0, customers.size()), customers);
}

TEST(GeneratorTest, EveryFileHasTheColumnsOfItsKindAndTheRowsCounted) {
  const testing::TempDir directory;
  const auto summary = Generate(Small(), directory.path());
  ASSERT_TRUE(summary.ok()) << summary.status();
  for (const auto& [name, columns] : Files()) {
    const auto records = ParseCsv(directory.Read(name));
    ASSERT_FALSE(records.empty()) << name;
    EXPECT_THAT(records[0], ElementsAreArray(columns)) << name;
    EXPECT_GT(records.size(), 1U) << name;
  }
  EXPECT_EQ(static_cast<std::size_t>(summary->order_lines),
            ReadCsv(directory.File("orders.csv")).size());
  EXPECT_EQ(static_cast<std::size_t>(summary->subscriptions),
            ReadCsv(directory.File("subscriptions.csv")).size());
}

TEST(GeneratorTest, AShopOfAnySizeWorks) {
  for (const int products : {1, 2, 5, 7, 9, 13, 30, 64}) {
    const testing::TempDir directory;
    GeneratorOptions options;
    options.customers = 1;
    options.products = products;
    options.months = 1;
    const auto summary = Generate(options, directory.path());
    ASSERT_TRUE(summary.ok()) << products << ": " << summary.status();
    std::size_t first_versions = 0;
    std::string last;
    for (const Row& row : ReadCsv(directory.File("products.csv"))) {
      first_versions += row.at("product_id") != last ? 1 : 0;
      last = row.at("product_id");
    }
    EXPECT_EQ(first_versions, static_cast<std::size_t>(products));
    EXPECT_EQ(ReadCsv(directory.File("customers.csv")).front().at("customer_id"), "CUST-000001");
  }
}

TEST(GeneratorTest, OptionsOutOfRangeAreRefusedByNameAndValue) {
  const testing::TempDir directory;
  const auto refused = [&](auto change) {
    GeneratorOptions options = Small();
    change(options);
    const auto summary = Generate(options, directory.File("shop"));
    EXPECT_EQ(summary.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(summary.status().message());
  };
  EXPECT_THAT(refused([](auto& o) { o.customers = 0; }), HasSubstr("customers is 0; use 1 to"));
  EXPECT_THAT(refused([](auto& o) { o.customers = -5; }), HasSubstr("customers is -5"));
  EXPECT_THAT(refused([](auto& o) { o.products = 100'001; }), HasSubstr("products is 100001"));
  EXPECT_THAT(refused([](auto& o) { o.months = 121; }), HasSubstr("months is 121; use 1 to 120"));
  EXPECT_THAT(refused([](auto& o) { o.end = absl::UnixEpoch(); }),
              HasSubstr("end is 1970-01-01T00:00:00Z"));
  EXPECT_FALSE(std::filesystem::exists(directory.File("shop")));
}

TEST(GeneratorTest, ReplacesAnEarlierSampleShopOnly) {
  const testing::TempDir directory;
  ASSERT_THAT(Generate(Small(1), directory.path()), testing::IsOk());
  ASSERT_THAT(Generate(Small(2), directory.path()), testing::IsOk());
  const std::string before = directory.Read("orders.csv");
  directory.Write("notes.txt", "mine");
  const auto refused = Generate(Small(1), directory.path());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("\"notes.txt\""));
  EXPECT_EQ(directory.Read("orders.csv"), before);
}

TEST(GeneratorTest, NeverOverwritesOrdersOfOtherMaking) {
  const testing::TempDir directory;
  directory.Write("orders.csv", "order_id\n1\n");
  directory.Write("truth.json", "{\"made_by\": \"somebody\"}");
  EXPECT_EQ(Generate(Small(), directory.path()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(directory.Read("orders.csv"), "order_id\n1\n");
}

TEST(GeneratorTest, ADirectoryThatCannotBeMadeIsAnErrorThatNamesIt) {
  const testing::TempDir directory;
  directory.Write("file", "");
  const auto summary = Generate(Small(), directory.File("file/shop"));
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(summary.status().message()), HasSubstr("file/shop"));
}

TEST(GeneratorTest, TheHistoryEndsWhereItIsTold) {
  const testing::TempDir directory;
  GeneratorOptions options = Small();
  options.end = absl::FromCivil(absl::CivilSecond(2012, 3, 31, 15, 30, 0), absl::UTCTimeZone());
  ASSERT_THAT(Generate(options, directory.path()), testing::IsOk());
  for (const Row& row : ReadCsv(directory.File("orders.csv"))) {
    EXPECT_LT(row.at("ordered_at"), "2012-03-31T15:30:00Z");
    EXPECT_GE(row.at("ordered_at"), "2011-09-30T15:30:00Z");
  }
}

}  // namespace
}  // namespace tsugi::generator
