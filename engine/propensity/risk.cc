#include "engine/propensity/risk.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/propensity/features.h"
#include "engine/propensity/transitions.h"
#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

bool IsTrial(const SubscriptionState& subscription) {
  return subscription.facts->status == SubscriptionStatus::kTrialing;
}

// The causes that hold, in the order of RiskCause.
std::vector<RiskCause> CausesOf(const Context& context, const SubscriptionState& subscription) {
  std::vector<RiskCause> causes;
  const std::optional<double> usage = UsageShare(subscription);
  const auto add = [&](bool holds, RiskCause cause) {
    if (holds) causes.push_back(cause);
  };
  add(!context.open_complaints.empty(), RiskCause::kOpenComplaint);
  add(subscription.facts->status == SubscriptionStatus::kPastDue, RiskCause::kPastDue);
  add(context.nps.has_value() && context.nps->value <= 6, RiskCause::kDetractor);
  add(context.csat.has_value() && context.csat->value <= 2, RiskCause::kDiscontent);
  add(usage.has_value() && *usage < 0.2, RiskCause::kLowUsage);
  add(!IsTrial(subscription) && context.since.has_value() &&
          context.at - *context.since < 90 * kDay,
      RiskCause::kNewCustomer);
  add(!context.reactions.empty() && context.reactions.back().reaction == Reaction::kDeclined,
      RiskCause::kLastDeclined);
  return causes;
}

double LogitOf(const RiskPrior& prior, RiskCause cause) {
  switch (cause) {
    case RiskCause::kOpenComplaint:
      return prior.open_complaint;
    case RiskCause::kPastDue:
      return prior.past_due;
    case RiskCause::kDetractor:
      return prior.detractor;
    case RiskCause::kDiscontent:
      return prior.discontent;
    case RiskCause::kLowUsage:
      return prior.low_usage;
    case RiskCause::kNewCustomer:
      return prior.new_customer;
    case RiskCause::kLastDeclined:
      break;
  }
  return prior.last_declined;
}

// The feature that says the same as the cause.
PropensityFeature FeatureOf(RiskCause cause) {
  switch (cause) {
    case RiskCause::kOpenComplaint:
      return PropensityFeature::kComplaints;
    case RiskCause::kPastDue:
      return PropensityFeature::kPastDue;
    case RiskCause::kDetractor:
      return PropensityFeature::kNps;
    case RiskCause::kDiscontent:
      return PropensityFeature::kCsat;
    case RiskCause::kLowUsage:
      return PropensityFeature::kUsage;
    case RiskCause::kNewCustomer:
      return PropensityFeature::kTenure;
    case RiskCause::kLastDeclined:
      break;
  }
  return PropensityFeature::kDeclined;
}

// What speaks for the account.
double Comfort(const RiskPrior& prior, const Context& context,
               const SubscriptionState& subscription) {
  double logit = 0;
  if (context.nps.has_value() && context.nps->value >= 9) logit += prior.promoter;
  if (context.csat.has_value() && context.csat->value >= 4) logit += prior.content;
  const std::optional<double> usage = UsageShare(subscription);
  if (usage.has_value() && *usage >= 0.8) logit += prior.high_usage;
  if (context.since.has_value() && context.at - *context.since >= 365 * kDay) {
    logit += prior.long_standing;
  }
  return logit;
}

double PriorLogitWith(const RiskPrior& prior, const Context& context,
                      const SubscriptionState& subscription, const std::vector<RiskCause>& causes) {
  const double base = IsTrial(subscription) ? prior.trial_end : prior.renewal;
  double logit = models::Logit(base) + Comfort(prior, context, subscription);
  for (const RiskCause cause : causes) logit += LogitOf(prior, cause);
  return logit;
}

// Heaviest first, as far as they weigh.
void SortCauses(const RiskPrior& prior, const TransitionModel* model, double sign,
                const PropensityFeatures& features, std::vector<RiskCause>& causes) {
  constexpr double kLeast = 0.05;  // of a logit
  std::vector<std::pair<double, RiskCause>> weighed;
  for (const RiskCause cause : causes) {
    double weight = LogitOf(prior, cause);
    if (model != nullptr) {
      const auto f = static_cast<std::size_t>(FeatureOf(cause));
      weight += sign * model->coefficients[f + 1] * (double{features[f]} - model->means[f]);
    }
    const bool always = cause == RiskCause::kOpenComplaint || cause == RiskCause::kPastDue;
    if (always || weight >= kLeast) weighed.emplace_back(weight, cause);
  }
  std::stable_sort(weighed.begin(), weighed.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  causes.clear();
  for (const auto& [weight, cause] : weighed) causes.push_back(cause);
}

}  // namespace

RiskLevel LevelOf(double probability) {
  if (probability >= 0.4) return RiskLevel::kHigh;
  return probability >= 0.15 ? RiskLevel::kMedium : RiskLevel::kLow;
}

double RiskPriorLogit(const RiskPrior& prior, const Context& context,
                      const SubscriptionState& subscription) {
  return PriorLogitWith(prior, context, subscription, CausesOf(context, subscription));
}

AccountRisk RiskOf(const RiskPrior& prior, const Behaviour& behaviour, const Context& context,
                   const SubscriptionState& subscription, double price) {
  AccountRisk risk;
  risk.causes = CausesOf(context, subscription);
  double logit = PriorLogitWith(prior, context, subscription, risk.causes);
  const bool trial = IsTrial(subscription);
  const TransitionModel* model =
      UsableModel(behaviour, trial ? Transition::kConversion : Transition::kLoss);
  const double sign = trial ? -1 : 1;  // a conversion is what the loss of a trial is not
  PropensityFeatures features{};
  if (model != nullptr) {
    features = FillPropensityFeatures(context, subscription, price);
    logit += sign * LearnedShift(*model, features);
  }
  SortCauses(prior, model, sign, features, risk.causes);
  risk.probability = models::Sigmoid(logit);
  risk.level = LevelOf(risk.probability);
  return risk;
}

}  // namespace tsugi
