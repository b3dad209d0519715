// Both families, whatever the parameters drawn: more need, a better occasion and a lower price are
// taken more often; annoyance costs acceptance, orders, renewals and customers.
#include "simulator/curves.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <tuple>

#include "base/random.h"
#include "simulator/world.h"

namespace tsugi::simulator {
namespace {

class CurvesTest : public ::testing::TestWithParam<std::tuple<Family, std::uint64_t>> {
 protected:
  CurvesTest() {
    base::Random random(std::get<1>(GetParam()));
    curves_ = std::get<0>(GetParam()) == Family::kA ? MakeCurvesA(&random) : MakeCurvesB(&random);
  }
  double Accepts(double need, double timing, double price_ratio = 1, double annoyance = 0) const {
    Temptation temptation;
    temptation.need = need;
    temptation.timing = timing;
    temptation.price_ratio = price_ratio;
    temptation.annoyance = annoyance;
    return curves_->Accepts(person_, temptation);
  }
  double Annoys(bool outbound, double fit, bool complaint = false, bool consents = true) const {
    Provocation provocation;
    provocation.outbound = outbound;
    provocation.fit = fit;
    provocation.complaint_open = complaint;
    provocation.consents = consents;
    return curves_->Annoys(person_, provocation);
  }

  Person person_;
  std::shared_ptr<const Curves> curves_;
};

TEST_P(CurvesTest, NeedOccasionAndPriceDecideWhetherAnOfferIsTaken) {
  EXPECT_GT(Accepts(0.9, 0.9), Accepts(0.5, 0.9));
  EXPECT_GT(Accepts(0.9, 0.9), Accepts(0.9, 0.3));
  EXPECT_GT(Accepts(0.9, 0.9, 0.5), Accepts(0.9, 0.9, 2));
  EXPECT_GT(Accepts(0.9, 0.9), Accepts(0.9, 0.9, 1, /*annoyance=*/1.5));
}

TEST_P(CurvesTest, TheBestOfferIsTakenByAThirdAndAnIrrelevantOneByAlmostNobody) {
  EXPECT_GT(Accepts(0.95, 1), 0.2);
  EXPECT_LT(Accepts(0.95, 1), 0.75);
  EXPECT_LT(Accepts(0.05, 0.2), 0.02);
}

TEST_P(CurvesTest, AContactAnnoysMoreThanAPageAndAPoorOneMoreThanAGoodOne) {
  EXPECT_GT(Annoys(true, 0.5), 5 * Annoys(false, 0.5));
  EXPECT_GT(Annoys(true, 0.1), Annoys(true, 0.8));
  EXPECT_GT(Annoys(true, 0.5, /*complaint=*/true), Annoys(true, 0.5));
  EXPECT_GT(Annoys(true, 0.5, false, /*consents=*/false), Annoys(true, 0.5));
}

TEST_P(CurvesTest, AnnoyanceCostsOrdersRenewalsAndCustomers) {
  double leaves = curves_->Leaves(person_, 0, 0);
  for (const double annoyance : {0.5, 1.0, 2.0}) {
    const double more = curves_->Leaves(person_, annoyance, 0);
    EXPECT_GT(more, leaves) << annoyance;
    leaves = more;
  }
  EXPECT_LT(leaves, 0.05);  // a day
  EXPECT_GT(curves_->Cancels(2, 0, 1), curves_->Cancels(0, 0, 1));
  EXPECT_GT(curves_->Cancels(0, -1, 1), curves_->Cancels(0, 1, 1));
  EXPECT_LT(curves_->DampsOrders(2), curves_->DampsOrders(0));
  EXPECT_EQ(curves_->DampsOrders(0), 1);
}

TEST_P(CurvesTest, OccasionsPass) {
  EXPECT_GT(curves_->AfterPurchase(0), curves_->AfterPurchase(30));
  EXPECT_GT(curves_->BeforeTrialEnd(1), curves_->BeforeTrialEnd(12));
  EXPECT_GT(curves_->BeforeRenewal(3, 30), curves_->BeforeRenewal(25, 30));
  EXPECT_GT(curves_->NearLimit(0.95), curves_->NearLimit(0.3));
  EXPECT_GT(curves_->WhenDue(1), curves_->WhenDue(0.3));
  EXPECT_GT(curves_->UsedUp(1.3), curves_->UsedUp(0.5));
  EXPECT_GT(curves_->Completing(1), curves_->Completing(200));
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, CurvesTest,
                         ::testing::Combine(::testing::Values(Family::kA, Family::kB),
                                            ::testing::Values(1U, 2U, 3U, 4U, 5U)));

}  // namespace
}  // namespace tsugi::simulator
