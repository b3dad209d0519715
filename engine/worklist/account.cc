#include "engine/worklist/account.h"

#include <algorithm>
#include <cmath>

#include "engine/candidates/eligibility.h"
#include "engine/policy/value.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

std::optional<double> UsageShare(const SubscriptionState& subscription) {
  const Product* plan = subscription.plan.facts;
  if (!subscription.usage.has_value() || plan == nullptr || !plan->usage_limit.has_value()) {
    return std::nullopt;
  }
  return *subscription.usage / *plan->usage_limit;
}

// The causes that hold, in the order of RiskCause.
std::vector<RiskCause> CausesOf(const Context& context, const SubscriptionState& subscription) {
  std::vector<RiskCause> causes;
  const bool trial = subscription.facts->status == SubscriptionStatus::kTrialing;
  const std::optional<double> usage = UsageShare(subscription);
  const auto add = [&](bool holds, RiskCause cause) {
    if (holds) causes.push_back(cause);
  };
  add(!context.open_complaints.empty(), RiskCause::kOpenComplaint);
  add(subscription.facts->status == SubscriptionStatus::kPastDue, RiskCause::kPastDue);
  add(context.nps.has_value() && context.nps->value <= 6, RiskCause::kDetractor);
  add(context.csat.has_value() && context.csat->value <= 2, RiskCause::kDiscontent);
  add(usage.has_value() && *usage < 0.2, RiskCause::kLowUsage);
  add(!trial && context.since.has_value() && context.at - *context.since < 90 * kDay,
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

std::optional<base::Decimal> SeatPrice(const FactIndex& index,
                                       const SubscriptionState& subscription, base::Micros at) {
  if (subscription.facts->unit_price.has_value()) return subscription.facts->unit_price;
  return index.PriceAsOf(subscription.plan.index, at);
}

double PeriodsAYear(const SubscriptionState& subscription) {
  const Product* plan = subscription.plan.facts;
  return 12.0 / std::max(1, plan == nullptr ? 1 : plan->billing_months);
}

}  // namespace

AccountRisk RiskOf(const RiskPrior& prior, const Context& context,
                   const SubscriptionState& subscription) {
  AccountRisk risk;
  const bool trial = subscription.facts->status == SubscriptionStatus::kTrialing;
  const double base = trial ? prior.trial_end : prior.renewal;
  double logit = std::log(base / (1 - base)) + Comfort(prior, context, subscription);
  risk.causes = CausesOf(context, subscription);
  for (const RiskCause cause : risk.causes) logit += LogitOf(prior, cause);
  risk.probability = models::Sigmoid(logit);
  if (risk.probability >= 0.15) risk.level = RiskLevel::kMedium;
  if (risk.probability >= 0.4) risk.level = RiskLevel::kHigh;
  return risk;
}

AccountRank RankOf(bool large_room, bool strong_record) {
  if (large_room) return strong_record ? AccountRank::kA : AccountRank::kB;
  return strong_record ? AccountRank::kC : AccountRank::kD;
}

bool HasRoom(const FactIndex& index, const Context& context,
             const SubscriptionState& subscription) {
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* plan = index.EntryAsOf(subscription.plan.index, at);
  if (plan == nullptr) return false;
  const auto open = [&](ProductIndex product) {
    return IsSellable(index, product, at) && !IsOwned(context, product);
  };
  if (plan->family != kNoGroup && plan->facts.tier.has_value()) {
    for (const ProductIndex product : index.OfFamily(plan->family)) {
      const CatalogEntry* entry = index.EntryAsOf(product, at);
      if (entry != nullptr && entry->family == plan->family && entry->facts.tier.has_value() &&
          *entry->facts.tier > *plan->facts.tier && open(product)) {
        return true;
      }
    }
  }
  const std::vector<ProductIndex>& add_ons = index.product(subscription.plan.index).completed_by;
  return std::any_of(add_ons.begin(), add_ons.end(), [&](ProductIndex product) {
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    return entry != nullptr && entry->facts.kind == ProductKind::kAddOn && open(product);
  });
}

bool HasRecord(const Context& context) {
  return context.since.has_value() && context.at - *context.since >= 180 * kDay &&
         !(context.nps.has_value() && context.nps->value <= 6) && context.open_complaints.empty();
}

double YearlyPrice(const FactIndex& index, const SubscriptionState& subscription, base::Micros at) {
  const double price = SeatPrice(index, subscription, at).value_or(base::Decimal()).ToDouble();
  return price * static_cast<double>(subscription.facts->seats) * PeriodsAYear(subscription);
}

double LifetimeValue(const FactIndex& index, const Policy& policy,
                     const SubscriptionState& subscription, const AccountRisk& risk,
                     base::Micros at) {
  const double price = YearlyPrice(index, subscription, at);
  double margin = price * policy.value.default_margin;
  const Product* plan = subscription.plan.facts;
  if (plan != nullptr && plan->unit_cost.has_value()) {
    margin = price - plan->unit_cost->ToDouble() * static_cast<double>(subscription.facts->seats) *
                         PeriodsAYear(subscription);
  }
  return margin * DiscountedYears(policy.value) * (1 - risk.probability);
}

std::string RiskText(RiskCause cause, Language language) {
  struct Texts {
    const char* english;
    const char* japanese;
  };
  static constexpr Texts kTexts[] = {
      {"A complaint is open: help first.",
       "未解決のクレームがあります。まず解決を優先してください。"},
      {"A payment is past due.", "お支払いが遅れています。"},
      {"The newest NPS answer is a detractor's.", "直近のNPSが批判者の評価です。"},
      {"The newest satisfaction score is low.", "直近の満足度が低い評価です。"},
      {"Less than a fifth of the plan's limit is used.", "プランの上限の2割も利用されていません。"},
      {"A customer for less than 90 days.", "ご契約から90日未満のお客様です。"},
      {"The last offer was declined.", "前回のご提案は断られています。"},
  };
  const Texts& texts = kTexts[static_cast<std::size_t>(cause)];
  return language == Language::kJapanese ? texts.japanese : texts.english;
}

}  // namespace tsugi
