#include "engine/propensity/features.h"

#include <algorithm>
#include <cmath>

#include "engine/facts/predicates.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

constexpr std::array<std::string_view, kPropensityFeatureCount> kNames = {
    "tenure", "periods",    "usage",          "usage_known", "nps",      "nps_known",
    "csat",   "csat_known", "complaints",     "past_due",    "spend",    "price",
    "seats",  "tier",       "billing_months", "accepted",    "declined", "other_plans"};

constexpr absl::Duration kDay = absl::Hours(24);
constexpr double kDaysPerMonth = 365.25 / 12;

class Filler {
 public:
  Filler(const Context& context, const SubscriptionState& subscription)
      : context_(context), subscription_(subscription) {}

  PropensityFeatures Fill(double price) {
    FillContract(price);
    FillSatisfaction();
    FillHistory();
    return features_;
  }

 private:
  void Set(PropensityFeature feature, double value) {
    features_[static_cast<std::size_t>(feature)] = static_cast<float>(value);
  }

  void FillContract(double price) {
    const Subscription& facts = *subscription_.facts;
    const Product* plan = subscription_.plan.facts;
    const int months = std::max(1, plan == nullptr ? 1 : plan->billing_months);
    const double days = std::max(0.0, absl::FDivDuration(context_.at - facts.started_at, kDay));
    const auto seats = static_cast<double>(facts.seats);
    Set(PropensityFeature::kPeriods, std::log1p(days / (kDaysPerMonth * months)));
    Set(PropensityFeature::kPrice, std::log1p(std::max(0.0, price) * seats / months));
    Set(PropensityFeature::kSeats, std::log(seats));
    Set(PropensityFeature::kBillingMonths, std::log(months));
    Set(PropensityFeature::kPastDue, facts.status == SubscriptionStatus::kPastDue ? 1 : 0);
    if (plan == nullptr) return;
    Set(PropensityFeature::kTier, std::clamp(plan->tier.value_or(0), 0, 9));
    const std::optional<double> share = UsageShare(subscription_);
    if (!share.has_value()) return;
    Set(PropensityFeature::kUsage, std::clamp(*share - 0.5, -0.5, 1.0));
    Set(PropensityFeature::kUsageKnown, 1);
  }

  void FillSatisfaction() {
    if (context_.nps.has_value()) {
      Set(PropensityFeature::kNps, (context_.nps->value - 7.5) / 2.5);
      Set(PropensityFeature::kNpsKnown, 1);
    }
    if (context_.csat.has_value()) {
      Set(PropensityFeature::kCsat, (context_.csat->value - 3) / 2);
      Set(PropensityFeature::kCsatKnown, 1);
    }
    Set(PropensityFeature::kComplaints,
        static_cast<double>(std::min<std::size_t>(3, context_.open_complaints.size())));
  }

  void FillHistory() {
    if (context_.since.has_value()) {
      const double days = absl::FDivDuration(context_.at - *context_.since, kDay);
      Set(PropensityFeature::kTenure, std::log1p(std::max(0.0, days)));
    }
    Set(PropensityFeature::kSpend, std::log1p(std::max(0.0, context_.spend.ToDouble())));
    int accepted = 0;
    int declined = 0;
    for (const PastReaction& past : context_.reactions) {
      if (past.reaction == Reaction::kAccepted) ++accepted;
      if (past.reaction == Reaction::kDeclined && context_.at - past.at <= 180 * kDay) ++declined;
    }
    Set(PropensityFeature::kAccepted, std::log1p(accepted));
    Set(PropensityFeature::kDeclined, std::min(declined, 5));
    int others = 0;
    for (const SubscriptionState& state : context_.subscriptions) {
      if (state.facts != subscription_.facts && IsPaid(state.facts->status)) ++others;
    }
    Set(PropensityFeature::kOtherPlans, std::log1p(others));
  }

  const Context& context_;
  const SubscriptionState& subscription_;
  PropensityFeatures features_{};
};

}  // namespace

std::span<const std::string_view> PropensityFeatureNames() { return kNames; }

PropensityFeatures FillPropensityFeatures(const Context& context,
                                          const SubscriptionState& subscription, double price) {
  return Filler(context, subscription).Fill(price);
}

}  // namespace tsugi
