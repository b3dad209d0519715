#include "models/evaluation/metrics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(RankTest, CountsBetterOnesAndHalfOfTheEqual) {
  const std::vector<float> scores = {5, 3, 3, 3, 1};
  EXPECT_EQ(RankOf(scores, 0, {}), 1.0);
  EXPECT_EQ(RankOf(scores, 2, {}), 3.0);
  EXPECT_EQ(RankOf(scores, 4, {}), 5.0);
}

TEST(RankTest, ExcludedItemsDoNotStandInTheWay) {
  const std::vector<float> scores = {5, 3, 4};
  const std::vector<std::uint8_t> excluded = {1, 0, 0};
  EXPECT_EQ(RankOf(scores, 1, excluded), 2.0);
}

TEST(RankTest, NotANumberRanksLast) {
  const std::vector<float> scores = {std::nanf(""), 3, -1e30F};
  EXPECT_EQ(RankOf(scores, 0, {}), 3.0);
  EXPECT_EQ(RankOf(scores, 2, {}), 2.0);
}

TEST(RankTest, DoublesAreComparedAsDoubles) {
  const std::vector<double> scores = {0.5, 0.5 + 1e-12, 0.1};
  EXPECT_EQ(RankOf(scores, 0, {}), 2.0);
}

TEST(MeanTest, IsZeroOfNoValues) {
  EXPECT_EQ(Mean({}), 0.0);
  EXPECT_EQ(Mean(std::vector<double>{1, 2, 6}), 3.0);
}

TEST(RanksTest, AreThoseOfEachTargetAlone) {
  const std::vector<float> scores = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, std::nanf("")};
  const std::vector<std::uint32_t> targets = {0, 1, 4, 7, 11};
  const std::vector<std::uint32_t> excluded = {3, 5};
  std::vector<std::uint8_t> mask(scores.size(), 0);
  for (const std::uint32_t item : excluded) mask[item] = 1;
  std::vector<double> ranks;
  RanksOf(scores, targets, excluded, ranks);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    EXPECT_EQ(ranks[t], RankOf(scores, targets[t], mask)) << targets[t];
  }
}

TEST(RanksTest, MetricsAreThoseOfTheListWhereNothingTies) {
  const std::vector<std::uint32_t> list = {4, 2, 7, 1, 0};
  const std::vector<std::uint32_t> relevant = {1, 2, 9};
  const ListMetrics of_list = MeasureList(list, relevant, 4);
  const ListMetrics of_ranks = MeasureRanks(std::vector<double>{4, 2, 30}, 4);
  EXPECT_DOUBLE_EQ(of_ranks.recall, of_list.recall);
  EXPECT_DOUBLE_EQ(of_ranks.precision, of_list.precision);
  EXPECT_DOUBLE_EQ(of_ranks.ndcg, of_list.ndcg);
  EXPECT_DOUBLE_EQ(of_ranks.hit, of_list.hit);
}

TEST(HiddenItemTest, MetricsOfARank) {
  EXPECT_EQ(HitAt(10, 10), 1.0);
  EXPECT_EQ(HitAt(10.5, 10), 0.0);
  EXPECT_EQ(ReciprocalRank(4), 0.25);
  EXPECT_EQ(NdcgAt(1, 10), 1.0);
  EXPECT_DOUBLE_EQ(NdcgAt(3, 10), 0.5);
  EXPECT_EQ(NdcgAt(11, 10), 0.0);
  const double miss = std::numeric_limits<double>::infinity();
  EXPECT_EQ(HitAt(miss, 10) + ReciprocalRank(miss) + NdcgAt(miss, 10), 0.0);
}

TEST(ListTest, MetricsOfAListByHand) {
  // Relevant 2, 5, 9; hits at places 1 and 3 of 4.
  const ListMetrics m =
      MeasureList(std::vector<std::uint32_t>{5, 1, 2, 7}, std::vector<std::uint32_t>{2, 5, 9}, 4);
  EXPECT_DOUBLE_EQ(m.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.precision, 0.5);
  EXPECT_DOUBLE_EQ(m.hit, 1.0);
  EXPECT_DOUBLE_EQ(m.ndcg, (1 + 0.5) / (1 + 1 / std::log2(3.0) + 0.5));
}

TEST(ListTest, NothingRelevantOrNothingHitIsZero) {
  EXPECT_EQ(MeasureList(std::vector<std::uint32_t>{1}, {}, 5).recall, 0.0);
  EXPECT_EQ(MeasureList(std::vector<std::uint32_t>{1}, std::vector<std::uint32_t>{2}, 5).hit, 0.0);
}

TEST(ListTest, OnlyTheFirstKCount) {
  const ListMetrics m =
      MeasureList(std::vector<std::uint32_t>{1, 2}, std::vector<std::uint32_t>{2}, 1);
  EXPECT_EQ(m.recall, 0.0);
}

std::vector<double> Normals(std::size_t count, double mean, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = mean + random.Normal();
  return values;
}

TEST(BootstrapTest, IntervalOfAMeanIsThatOfTheNormalTheory) {
  const std::vector<double> cases = Normals(4000, 2.0, 5);
  const auto interval = BootstrapMean(cases, {.resamples = 2000});
  ASSERT_TRUE(interval.ok()) << interval.status();
  const double half = 1.96 / std::sqrt(4000.0);
  EXPECT_NEAR(interval->low, interval->mean - half, 0.1 * half);
  EXPECT_NEAR(interval->high, interval->mean + half, 0.1 * half);
}

TEST(BootstrapTest, PairedDifferenceLosesWhatBothShare) {
  const std::vector<double> b = Normals(500, 0.0, 6);
  std::vector<double> a = b;
  for (double& value : a) value += 0.1;
  const auto interval = BootstrapDifference(a, b, {});
  ASSERT_TRUE(interval.ok()) << interval.status();
  EXPECT_NEAR(interval->low, 0.1, 1e-9);
  EXPECT_NEAR(interval->high, 0.1, 1e-9);
}

TEST(BootstrapTest, RatioOfDoubledCasesIsTwo) {
  const std::vector<double> b = Normals(100, 5.0, 7);
  std::vector<double> a = b;
  for (double& value : a) value *= 2;
  const auto interval = BootstrapRatio(a, b, {});
  ASSERT_TRUE(interval.ok()) << interval.status();
  EXPECT_NEAR(interval->low, 2.0, 1e-9);
  EXPECT_NEAR(interval->high, 2.0, 1e-9);
}

TEST(BootstrapTest, RatioToNothingIsInfiniteAndNeverNaN) {
  const std::vector<double> a = {1, 1};
  const std::vector<double> b = {0, 0};
  const auto interval = BootstrapRatio(a, b, {});
  ASSERT_TRUE(interval.ok()) << interval.status();
  EXPECT_TRUE(std::isinf(interval->low));
  EXPECT_EQ(BootstrapRatio(b, b, {})->mean, 1.0);
}

TEST(BootstrapTest, SameOnAnyNumberOfThreadsAndOtherForOtherSeeds) {
  const std::vector<double> cases = Normals(300, 1.0, 8);
  const auto run = [&](std::uint64_t seed) { return *BootstrapMean(cases, {.seed = seed}); };
  const Interval one = OnThreads(1, [&] { return run(3); });
  for (const std::size_t threads : {2U, 5U}) {
    const Interval many = OnThreads(threads, [&] { return run(3); });
    EXPECT_EQ(many.low, one.low);
    EXPECT_EQ(many.high, one.high);
  }
  EXPECT_NE(run(4).low, one.low);
}

TEST(BootstrapTest, BadInputIsNamed) {
  const std::vector<double> cases = {1, 2};
  EXPECT_THAT(BootstrapMean({}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(BootstrapMean(cases, {.level = 1.0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("level: 1")));
  EXPECT_THAT(BootstrapMean(cases, {.resamples = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("resamples: 0")));
  EXPECT_THAT(BootstrapDifference(cases, std::vector<double>{1}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cannot be paired")));
}

}  // namespace
}  // namespace tsugi::models
