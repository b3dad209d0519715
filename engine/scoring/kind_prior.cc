#include "engine/scoring/kind_prior.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/time.h"
#include "engine/state/rhythms.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

// Distances in days between the instants at which the product was bought.
std::vector<double> Intervals(const Context& context, ProductIndex product) {
  constexpr double kMicrosADay = 86'400e6;
  std::vector<double> intervals;
  const Purchase* last = nullptr;
  for (const Purchase& purchase : context.purchases) {
    if (purchase.product != product || purchase.quantity <= 0) continue;
    if (last != nullptr && purchase.at > last->at) {
      intervals.push_back(static_cast<double>(purchase.at - last->at) / kMicrosADay);
    }
    last = &purchase;
  }
  return intervals;
}

}  // namespace

double BundleProbability(const KindPrior& prior, std::span<const double> missing,
                         double advantage) {
  if (missing.empty()) return 0;
  const double least = *std::min_element(missing.begin(), missing.end());
  if (!(least > 0)) return 0;
  if (least >= 1) return 1;
  return models::Sigmoid(models::Logit(least) +
                         prior.bundle_advantage * std::clamp(advantage, 0.0, 1.0));
}

double Regularity(const Context& context, ProductIndex product) {
  const Rhythm* const rhythm = FindRhythm(context, product);
  if (rhythm == nullptr) return 0;
  const double seen = std::max(0, rhythm->intervals);
  double distance = 0;
  const std::vector<double> intervals = Intervals(context, product);
  for (const double interval : intervals) {
    distance += std::abs(interval - rhythm->interval_days) / rhythm->interval_days;
  }
  if (!intervals.empty()) distance /= static_cast<double>(intervals.size());
  return seen / (seen + 2) / (1 + 2 * distance);
}

double SubscribeProbability(const KindPrior& prior, const Context& context,
                            const Candidate& candidate) {
  const double regularity = Regularity(context, candidate.product.index);
  return models::Sigmoid(models::Logit(prior.subscribe_and_save) +
                         prior.regularity * (regularity - 0.5));
}

bool IsLostDeal(const Candidate& candidate) {
  return candidate.kind == OfferKind::kCrossSell && candidate.subscription != nullptr &&
         candidate.subscription->facts->status == SubscriptionStatus::kLostDeal;
}

double LostDealProbability(const KindPrior& prior, const Candidate& candidate) {
  const bool same = candidate.product.index == candidate.subscription->plan.index;
  return same ? prior.lost_plan : prior.lost_cheaper_plan;
}

}  // namespace tsugi
