#include "engine/features/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "models/ranker/trees.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"

namespace tsugi {
namespace {

using testing::CartRequest;
using ::testing::Each;
using ::testing::Eq;
using ::testing::FloatNear;
using testing::Goods;
using ::testing::Gt;
using testing::Shop;
using ::testing::SizeIs;

class FeaturesTest : public ::testing::Test {
 protected:
  FeaturesTest() {
    shop_.Put({Goods("tea", 10, "drinks"), Goods("milk", 20, "drinks"), Goods("soap", 5, "bath"),
               Goods("cup", 10)});
  }

  Candidate Of(const std::string& id) {
    Candidate candidate;
    const ProductIndex product = shop_.index.FindProduct(id);
    const base::Micros at = base::ToMicros(testing::At("2034-01-01"));
    candidate.product = shop_.index.RefAsOf(product, at);
    candidate.price = shop_.index.PriceAsOf(product, at).value_or(base::Decimal());
    return candidate;
  }

  std::vector<float> Fill(const std::vector<Candidate>& candidates) {
    const Context context = shop_.Resolve(CartRequest(cart_, "2034-01-01"));
    rows_ = candidates.size();
    std::vector<float> columns(kFeatureCount * models::ColumnStride(rows_), NAN);
    FillFeatures(shop_.index, context, candidates, columns);
    return columns;
  }

  float At(const std::vector<float>& columns, std::size_t row, Feature feature) const {
    return columns[static_cast<std::size_t>(feature) * models::ColumnStride(rows_) + row];
  }

  Shop shop_;
  std::size_t rows_ = 0;
  std::vector<std::string> cart_ = {"tea"};
};

TEST_F(FeaturesTest, EveryFeatureHasAName) {
  EXPECT_THAT(FeatureNames(), SizeIs(kFeatureCount));
  const std::set<std::string_view> names(FeatureNames().begin(), FeatureNames().end());
  EXPECT_THAT(names, SizeIs(kFeatureCount));
  EXPECT_THAT(FeatureNames()[static_cast<std::size_t>(Feature::kCompletes)], Eq("completes"));
  EXPECT_THAT(FeatureNames()[static_cast<std::size_t>(Feature::kNoisyOr)], Eq("noisy_or"));
}

TEST_F(FeaturesTest, NothingKnownIsZeroAndEveryNumberIsFinite) {
  cart_ = {};
  const std::vector<float> matrix = Fill({Of("cup")});
  EXPECT_THAT(matrix, Each(::testing::Truly([](float value) { return std::isfinite(value); })));
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const auto feature = static_cast<Feature>(f);
    if (feature == Feature::kLogPrice) continue;  // the catalogue's
    EXPECT_THAT(At(matrix, 0, feature), Eq(feature == Feature::kNoSeeds ? 1.0F : 0.0F))
        << FeatureNames()[f];
  }
}

TEST_F(FeaturesTest, RatiosAreToTheBestAndNegativeScoresCountNothing) {
  std::vector<Candidate> candidates = {Of("milk"), Of("soap"), Of("cup")};
  candidates[0].scores.item_regression = 0.4F;
  candidates[1].scores.item_regression = 0.1F;
  candidates[2].scores.item_regression = -0.2F;
  const std::vector<float> matrix = Fill(candidates);
  EXPECT_THAT(At(matrix, 0, Feature::kRegressionToBest), Eq(1.0F));
  EXPECT_THAT(At(matrix, 1, Feature::kRegressionToBest), FloatNear(0.25F, 1e-6F));
  EXPECT_THAT(At(matrix, 2, Feature::kRegressionToBest), Eq(0.0F));
  EXPECT_THAT(At(matrix, 2, Feature::kRegression), Eq(-0.2F));
  EXPECT_THAT(At(matrix, 2, Feature::kLogRegression), Eq(0.0F));
}

TEST_F(FeaturesTest, LogsAreWithinATenThousandthOfTheExactOnes) {
  std::vector<Candidate> candidates;
  for (int i = 0; i <= 1000; ++i) {
    candidates.push_back(Of("soap"));
    candidates.back().scores.popularity = static_cast<float>(i) / 1000.0F;
  }
  const std::vector<float> matrix = Fill(candidates);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double exact = std::log((static_cast<double>(i) / 1000 + 1e-5) / 1e-5);
    EXPECT_NEAR(At(matrix, i, Feature::kLogPopularity), exact, 2e-4);
    if (i > 0) {
      EXPECT_THAT(At(matrix, i, Feature::kLogPopularity),
                  Gt(At(matrix, i - 1, Feature::kLogPopularity)));
    }
  }
}

TEST_F(FeaturesTest, PriceAndCategoryAreHeldAgainstTheCart) {
  const std::vector<float> matrix = Fill({Of("milk"), Of("soap"), Of("cup")});
  EXPECT_THAT(At(matrix, 0, Feature::kLogPriceRatio), FloatNear(std::log(2.0F), 1e-3F));
  EXPECT_THAT(At(matrix, 1, Feature::kLogPriceRatio), FloatNear(std::log(0.5F), 1e-3F));
  EXPECT_THAT(At(matrix, 1, Feature::kLogPriceDistance), FloatNear(std::log(2.0F), 1e-3F));
  EXPECT_THAT(At(matrix, 0, Feature::kSameCategory), Eq(1.0F));
  EXPECT_THAT(At(matrix, 1, Feature::kSameCategory), Eq(0.0F));
  EXPECT_THAT(At(matrix, 2, Feature::kSameCategory), Eq(0.0F));  // has none
}

TEST_F(FeaturesTest, RepeatsCarryHowOftenAndHowLongAgo) {
  std::vector<Candidate> candidates = {Of("milk"), Of("soap")};
  candidates[0].scores.times_bought = 3;
  candidates[0].scores.days_since_bought = 30;
  const std::vector<float> matrix = Fill(candidates);
  EXPECT_THAT(At(matrix, 0, Feature::kBoughtBefore), Eq(1.0F));
  EXPECT_THAT(At(matrix, 0, Feature::kBoughtRecency), Eq(0.5F));
  EXPECT_THAT(At(matrix, 0, Feature::kLogTimesBought), FloatNear(std::log(4.0F), 1e-3F));
  EXPECT_THAT(At(matrix, 1, Feature::kBoughtBefore), Eq(0.0F));
}

TEST_F(FeaturesTest, OffersWithPriorsOfTheirOwnAreNotRanked) {
  Candidate candidate = Of("milk");
  EXPECT_TRUE(IsRanked(candidate));
  candidate.kind = OfferKind::kUpgrade;
  EXPECT_FALSE(IsRanked(candidate));
  candidate.kind = OfferKind::kBundle;
  EXPECT_FALSE(IsRanked(candidate));
}

TEST_F(FeaturesTest, LiftOfFewOrdersIsDamped) {
  std::vector<Candidate> candidates = {Of("milk"), Of("soap")};
  candidates[0].evidence.orders_together = 3;
  candidates[0].evidence.lift = 300;  // 0.01 expected
  candidates[1].evidence.orders_together = 300;
  candidates[1].evidence.lift = 10;
  const std::vector<float> matrix = Fill(candidates);
  EXPECT_THAT(At(matrix, 1, Feature::kLogLift), Gt(At(matrix, 0, Feature::kLogLift)));
}

}  // namespace
}  // namespace tsugi
