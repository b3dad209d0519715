#include "engine/training/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/scoring/scoring.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tsugi::testing::At;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::SampleFacts;
using ::tsugi::testing::SmallConfig;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

TrainOptions SmallOptions() {
  TrainOptions options;
  options.config = SmallConfig();
  options.now = At("2025-01-01");
  return options;
}

std::map<std::string, std::string> FilesOf(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name != "times.json") files[name] = ReadWholeFile(entry.path().string()).value();
  }
  return files;
}

// Trains on these facts into a directory of its own and returns the snapshot's files.
std::map<std::string, std::string> FilesAfter(const std::vector<Fact>& facts,
                                              const TrainOptions& options) {
  MemoryStore store;
  EXPECT_OK(store.Put(facts));
  TempDir temp;
  Registry registry(temp.path());
  const absl::StatusOr<TrainResult> result = Train(store, registry, options);
  EXPECT_OK(result);
  return FilesOf(temp.File("versions/" + result.value().version));
}

TEST(TrainTest, PublishesALabelledSnapshotThatCanBeServed) {
  MemoryStore store;
  ASSERT_OK(store.Put(SampleFacts(900)));
  TempDir temp;
  Registry registry(temp.path());
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store, registry, SmallOptions()));
  EXPECT_THAT(registry.Resolve(kStable), IsOkAndHolds(result.version));
  EXPECT_OK(registry.Verify(result.version));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, registry.Open(result.version));
  EXPECT_EQ(snapshot->models().product_ids.size(), 20U);
  EXPECT_TRUE(snapshot->models().ranker.has_value());
  EXPECT_OK(CheckScorable(snapshot->models()));
  EXPECT_EQ(snapshot->manifest().info.orders, 900U);
  EXPECT_EQ(snapshot->manifest().info.customers, 20U);
  EXPECT_EQ(result.info.last_order, At("2024-01-01") + absl::Hours(899));
  EXPECT_THAT(snapshot->manifest().info.report, HasSubstr("base_log_loss"));
  EXPECT_THAT(result.times.seconds, Not(IsEmpty()));
}

TEST(TrainTest, NoCustomerIsNamedInASnapshot) {
  std::vector<Fact> facts = SampleFacts(900);
  for (Fact& fact : facts) {
    if (auto* order = std::get_if<Order>(&fact); order != nullptr && !order->customer_id.empty()) {
      order->customer_id = "somebody-" + order->customer_id;
    }
  }
  for (const auto& [name, content] : FilesAfter(facts, SmallOptions())) {
    EXPECT_THAT(content, Not(HasSubstr("somebody"))) << name;
  }
}

TEST(TrainTest, EqualInputGivesEqualBytesOnAnyNumberOfThreads) {
  const std::vector<Fact> facts = SampleFacts(900);
  TrainOptions options = SmallOptions();
  options.threads = 1;
  const std::map<std::string, std::string> one = FilesAfter(facts, options);
  for (const std::size_t threads : {2U, 5U}) {
    options.threads = threads;
    EXPECT_EQ(FilesAfter(facts, options), one) << threads << " threads";
  }
}

TEST(TrainTest, TheOrderOfWritingDoesNotShow) {
  std::vector<Fact> facts = SampleFacts(900);
  const std::map<std::string, std::string> first = FilesAfter(facts, SmallOptions());
  base::Random random(3);
  random.Shuffle(std::span(facts));
  EXPECT_EQ(FilesAfter(facts, SmallOptions()), first);
}

TEST(TrainTest, AnotherSeedGivesAnotherSnapshot) {
  const std::vector<Fact> facts = SampleFacts(300);
  TrainOptions options = SmallOptions();
  const std::map<std::string, std::string> first = FilesAfter(facts, options);
  options.seed = 2;
  EXPECT_NE(FilesAfter(facts, options), first);
}

TEST(TrainTest, NothingOfAfterUntilEnters) {
  std::vector<Fact> facts = SampleFacts(900);
  TrainOptions options = SmallOptions();
  options.until = At("2024-01-01") + absl::Hours(900);
  const std::map<std::string, std::string> first = FilesAfter(facts, options);
  Order late = testing::OrderOf("late", "C1", "2024-06-01", {{"P0", 1, 99.0}, {"NEW"}});
  facts.emplace_back(late);
  Product product;
  product.id = "P0";
  product.active = false;
  product.price = base::Decimal::FromUnits(77);
  product.observed_at = At("2024-06-01");
  facts.emplace_back(product);
  Product always;
  always.id = "P0";
  always.observed_at = At("2024-01-01");
  facts.insert(facts.begin(), always);
  std::vector<Fact> without(facts.begin(), facts.begin() + 901 + 20);
  EXPECT_EQ(FilesAfter(facts, options), FilesAfter(without, options));
  EXPECT_EQ(first.size(), FilesAfter(facts, options).size());
}

TEST(TrainTest, AnEmptyStoreTrainsAnEmptySnapshot) {
  MemoryStore store;
  TempDir temp;
  Registry registry(temp.path());
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store, registry, SmallOptions()));
  EXPECT_THAT(result.version, HasSubstr("nodata-"));
  EXPECT_OK(registry.Verify(result.version));
  EXPECT_FALSE(result.ranker.fitted);
  EXPECT_THAT(registry.Resolve(kStable), IsOkAndHolds(result.version));
}

TEST(TrainTest, AShopThatSellsOnlyPlansTrains) {
  MemoryStore store;
  Product plan;
  plan.id = "basic";
  plan.kind = ProductKind::kPlan;
  ASSERT_OK(store.Put({plan, testing::OrderOf("O1", "C1", "2024-01-01", {{"basic"}})}));
  TempDir temp;
  Registry registry(temp.path());
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store, registry, SmallOptions()));
  EXPECT_EQ(result.products, 1U);
  EXPECT_OK(registry.Verify(result.version));
}

TEST(TrainTest, ALabelDoesNotMoveToASnapshotWithoutProductsUnlessForced) {
  MemoryStore store;
  ASSERT_OK(store.Put(SampleFacts(50)));
  TempDir temp;
  Registry registry(temp.path());
  ASSERT_OK_AND_ASSIGN(const TrainResult full, Train(store, registry, SmallOptions()));
  TrainOptions options = SmallOptions();
  options.until = At("2020-01-01");
  EXPECT_THAT(Train(store, registry, options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--force")));
  EXPECT_THAT(registry.Resolve(kStable), IsOkAndHolds(full.version));
  options.force = true;
  EXPECT_OK(Train(store, registry, options));
  EXPECT_THAT(registry.Resolve(kStable), IsOkAndHolds(Not(full.version)));
}

TEST(TrainTest, WithoutALabelNothingMoves) {
  MemoryStore store;
  ASSERT_OK(store.Put(SampleFacts(50)));
  TempDir temp;
  Registry registry(temp.path());
  TrainOptions options = SmallOptions();
  options.label.clear();
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store, registry, options));
  EXPECT_EQ(result.label, "");
  EXPECT_THAT(registry.Resolve(kStable), StatusIs(absl::StatusCode::kNotFound));
  options.label = "nightly";
  EXPECT_THAT(Train(store, registry, options), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(TrainTest, TrainingTwiceIsOneVersion) {
  MemoryStore store;
  ASSERT_OK(store.Put(SampleFacts(50)));
  TempDir temp;
  Registry registry(temp.path());
  ASSERT_OK_AND_ASSIGN(const TrainResult first, Train(store, registry, SmallOptions()));
  ASSERT_OK_AND_ASSIGN(const TrainResult second, Train(store, registry, SmallOptions()));
  EXPECT_EQ(first.version, second.version);
  EXPECT_EQ(registry.List().value().size(), 1U);
}

TEST(TrainTest, ProgressRisesAndCancellingAtAnyStepPublishesNothing) {
  MemoryStore store;
  ASSERT_OK(store.Put(SampleFacts(900)));
  TempDir temp;
  Registry registry(temp.path());
  TrainOptions options = SmallOptions();
  std::vector<TrainProgress> seen;
  options.progress = [&](const TrainProgress& progress) { seen.push_back(progress); };
  options.label.clear();
  ASSERT_OK(Train(store, registry, options));
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].fraction, seen[i - 1].fraction) << seen[i].step;
  }
  EXPECT_EQ(seen.back().fraction, 1);

  for (const std::string step : {"scan", "replay_ials", "replay", "co_purchase", "ials"}) {
    TempDir other;
    Registry empty(other.path());
    std::atomic<bool> cancelled{false};
    options.cancelled = &cancelled;
    options.progress = [&](const TrainProgress& progress) {
      if (progress.step == step) cancelled.store(true);
    };
    EXPECT_THAT(Train(store, empty, options), StatusIs(absl::StatusCode::kCancelled)) << step;
    EXPECT_THAT(empty.List(), IsOkAndHolds(IsEmpty())) << step;
  }
}

}  // namespace
}  // namespace tsugi
