#include "engine/training/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/training/train.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::tsugi::testing::At;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::SampleFacts;
using ::tsugi::testing::SmallConfig;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

TrainOptions Good() {
  TrainOptions options;
  options.config = SmallConfig();
  options.config.ranker.model = RankerChoice::kLogistic;
  options.now = At("2025-01-01");
  return options;
}

// Forgets within seconds and fits no ranker: knows what was bought last, and little else.
TrainOptions Forgetful() {
  TrainOptions options = Good();
  options.config.half_life = absl::Seconds(1);
  options.config.ranker.fit = false;
  return options;
}

class GateTest : public ::testing::Test {
 protected:
  void Sell(int orders) { ASSERT_OK(store_.Put(SampleFacts(orders, /*products=*/120))); }

  std::string ReportOf(const std::string& version) const {
    const absl::StatusOr<ModelInfo> model = registry_.Show(version);
    EXPECT_OK(model.status());
    return model.ok() ? model->manifest.info.report : "";
  }

  MemoryStore store_;
  TempDir temp_;
  Registry registry_{temp_.path()};
};

TEST_F(GateTest, TheFirstModelPassesAndTheSaidReasonIsThatThereIsNoOther) {
  Sell(900);
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store_, registry_, Good()));
  EXPECT_TRUE(result.gate.passed);
  EXPECT_THAT(result.gate.why, HasSubstr("no model carries the label stable"));
  EXPECT_EQ(result.label, kStable);
}

TEST_F(GateTest, TheSameConfigurationPassesWithoutAComparisonAndPublishesTheSame) {
  Sell(900);
  ASSERT_OK_AND_ASSIGN(const TrainResult first, Train(store_, registry_, Good()));
  ASSERT_OK_AND_ASSIGN(const TrainResult second, Train(store_, registry_, Good()));
  EXPECT_THAT(second.gate.why, HasSubstr("configuration and seed are those of " + first.version));
  EXPECT_EQ(second.gate.orders, 0U);
  EXPECT_EQ(second.version, first.version);
}

TEST_F(GateTest, AWorseConfigurationStaysWithoutTheLabelAndItsReportSaysSo) {
  Sell(900);
  ASSERT_OK_AND_ASSIGN(const TrainResult first, Train(store_, registry_, Good()));
  EXPECT_THAT(Train(store_, registry_, Forgetful()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("gate"), HasSubstr("worse beyond chance"),
                             HasSubstr(first.version), HasSubstr("--force"))));
  EXPECT_THAT(registry_.Resolve(kStable), IsOkAndHolds(first.version));
  ASSERT_OK_AND_ASSIGN(const std::vector<ModelInfo> models, registry_.List());
  ASSERT_THAT(models, SizeIs(2));
  const ModelInfo& refused = models[0].version == first.version ? models[1] : models[0];
  EXPECT_THAT(refused.labels, SizeIs(0));
  EXPECT_THAT(ReportOf(refused.version),
              AllOf(HasSubstr("\"passed\":false"), HasSubstr("\"forced\":false")));
}

TEST_F(GateTest, ForceLabelsAWorseConfigurationAndIsRecorded) {
  Sell(900);
  ASSERT_OK(Train(store_, registry_, Good()));
  TrainOptions worse = Forgetful();
  worse.force = true;
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store_, registry_, worse));
  EXPECT_FALSE(result.gate.passed);
  EXPECT_TRUE(result.gate.forced);
  EXPECT_LT(result.gate.difference.high, 0);
  EXPECT_LT(result.gate.hit_rate_at_10, result.gate.hit_rate_at_10_against);
  EXPECT_THAT(registry_.Resolve(kStable), IsOkAndHolds(result.version));
  EXPECT_THAT(ReportOf(result.version),
              AllOf(HasSubstr("\"passed\":false"), HasSubstr("\"forced\":true")));
}

TEST_F(GateTest, AnotherConfigurationThatIsAsGoodPasses) {
  Sell(900);
  ASSERT_OK_AND_ASSIGN(const TrainResult first, Train(store_, registry_, Good()));
  TrainOptions other = Good();
  other.config.ials.epochs = 3;
  ASSERT_OK_AND_ASSIGN(const TrainResult second, Train(store_, registry_, other));
  EXPECT_NE(second.version, first.version);
  EXPECT_TRUE(second.gate.passed);
  EXPECT_FALSE(second.gate.forced);
  EXPECT_GT(second.gate.orders, 0U);
  EXPECT_THAT(second.gate.why, Not(HasSubstr("worse")));
  EXPECT_THAT(ReportOf(second.version), HasSubstr("\"passed\":true"));
  EXPECT_EQ(second.label, kStable);
}

TEST_F(GateTest, TooLittleDataPassesAndSaysSo) {
  Sell(120);
  ASSERT_OK(Train(store_, registry_, Good()));
  TrainOptions other = Good();
  other.config.ials.epochs = 3;
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store_, registry_, other));
  EXPECT_TRUE(result.gate.passed);
  EXPECT_THAT(result.gate.why, HasSubstr("too little data"));
}

TEST_F(GateTest, WithoutALabelNothingIsAsked) {
  Sell(120);
  TrainOptions options = Good();
  options.label.clear();
  ASSERT_OK_AND_ASSIGN(const TrainResult result, Train(store_, registry_, options));
  EXPECT_EQ(result.gate.why, "");
}

}  // namespace
}  // namespace tsugi
