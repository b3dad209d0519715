#include "engine/policy/conditions.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/facts/predicates.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool SignalHolds(const std::optional<double>& at_least, const std::optional<SignalValue>& signal) {
  return !at_least.has_value() || (signal.has_value() && signal->value >= *at_least);
}

bool IsRunning(const SubscriptionState& subscription, const Context& context) {
  const Subscription* const facts = subscription.facts;
  return facts != nullptr && IsInGoodStanding(facts->status) &&
         (context.subscription_id.empty() || facts->id == context.subscription_id);
}

bool UsageHolds(double at_least, const Context& context, const SubscriptionState* subscription) {
  const auto enough = [&](const SubscriptionState& state) {
    const std::optional<double> share = UsageShare(state);
    return share.has_value() && *share >= at_least;
  };
  if (subscription != nullptr) return enough(*subscription);
  return std::any_of(
      context.subscriptions.begin(), context.subscriptions.end(),
      [&](const SubscriptionState& state) { return IsRunning(state, context) && enough(state); });
}

bool CampaignHolds(const std::vector<std::string>& asked, const Context& context) {
  return asked.empty() || std::any_of(asked.begin(), asked.end(), [&](const std::string& id) {
           return std::any_of(context.running_campaigns.begin(), context.running_campaigns.end(),
                              [&](const RunningCampaign& c) { return c.facts->id == id; });
         });
}

// Everything that time alone does not bring.
bool OthersHold(const Rule& rule, const Context& context, const SubscriptionState* subscription) {
  const Conditions& when = rule.when;
  if (rule.moment != Moment::kSatisfaction) {
    if (!SignalHolds(when.nps_at_least, context.nps)) return false;
    if (!SignalHolds(when.csat_at_least, context.csat)) return false;
  }
  if (when.spend_at_least.has_value() &&
      (!context.profiled || context.spend.ToDouble() < *when.spend_at_least)) {
    return false;
  }
  if (when.usage_at_least.has_value() && !UsageHolds(*when.usage_at_least, context, subscription)) {
    return false;
  }
  if (!when.segments.empty() && !Contains(when.segments, context.segment)) return false;
  return CampaignHolds(when.campaigns, context);
}

}  // namespace

ConditionResult CheckConditions(const Rule& rule, const Context& context,
                                const SubscriptionState* subscription) {
  if (!OthersHold(rule, context, subscription)) return {.hold = false, .until = {}};
  absl::Time enough = absl::InfinitePast();
  if (rule.when.tenure_at_least.has_value()) {
    if (!context.since.has_value()) return {.hold = false, .until = {}};
    enough = *context.since + *rule.when.tenure_at_least;
  }
  if (rule.when.silence_at_least.has_value() && rule.moment != Moment::kWinBack) {
    const std::optional<absl::Time> silent = SilentSince(*rule.when.silence_at_least, context);
    if (!silent.has_value()) return {.hold = false, .until = {}};
    enough = std::max(enough, *silent);
  }
  if (context.at >= enough) return {};
  return {.hold = false, .until = enough};
}

std::optional<absl::Time> SilentSince(double intervals, const Context& context) {
  if (!context.last_order.has_value() || !context.usual_order_interval_days.has_value()) {
    return std::nullopt;
  }
  constexpr double kMicrosADay = 24.0 * 3600 * 1e6;
  const double silence = intervals * *context.usual_order_interval_days * kMicrosADay;
  return *context.last_order + absl::Microseconds(std::llround(silence));
}

bool CategoryHolds(const Conditions& when, const ProductRef& product) {
  return when.categories.empty() ||
         (product.facts != nullptr && Contains(when.categories, product.facts->category));
}

}  // namespace tsugi
