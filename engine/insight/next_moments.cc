#include "engine/insight/next_moments.h"

#include <algorithm>
#include <utility>

#include "absl/time/civil_time.h"
#include "engine/facts/predicates.h"
#include "engine/policy/moments.h"
#include "engine/worklist/account.h"

namespace tsugi {
namespace {

constexpr std::size_t kMost = 20;
constexpr double kNearLimit = 0.8;  // where no rule says otherwise, as the next two
constexpr double kSilence = 3;
constexpr absl::Duration kDay = absl::Hours(24);

class Finder {
 public:
  Finder(const FactIndex& index, const Policy& policy, const Context& context)
      : index_(index), policy_(policy), context_(context) {}

  std::vector<NextMoment> Find() {
    for (const SubscriptionState& state : context_.subscriptions) AddSubscription(state);
    AddOrders();
    AddSatisfaction();
    for (const RunningCampaign& campaign : context_.running_campaigns) {
      Add({.moment = Moment::kCampaignEnd, .event_at = campaign.facts->ends_at});
    }
    for (const Rhythm& rhythm : context_.rhythms) {
      Add({.moment = Moment::kReplenishment,
           .event_at = rhythm.last + rhythm.interval_days * kDay,
           .product_id = std::string(rhythm.product.id())});
    }
    for (const ProductRef& product : context_.seasonal) AddSeason(product);
    std::stable_sort(found_.begin(), found_.end(), [](const NextMoment& a, const NextMoment& b) {
      return a.event_at < b.event_at;
    });
    if (found_.size() > kMost) found_.resize(kMost);
    return std::move(found_);
  }

 private:
  const Rule* RuleFor(Moment moment) const {
    const auto rule = std::find_if(policy_.rules.begin(), policy_.rules.end(),
                                   [&](const Rule& one) { return one.moment == moment; });
    return rule == policy_.rules.end() ? nullptr : &*rule;
  }

  // Fills the window and keeps the moment unless it is over. `period`: the billing period that
  // at_most is a share of.
  void Add(NextMoment moment, std::optional<absl::Duration> period = std::nullopt) {
    absl::Time ends = moment.event_at;
    if (const Rule* rule = RuleFor(moment.moment); rule != nullptr) {
      absl::Duration before = rule->window.before.value_or(absl::ZeroDuration());
      if (rule->window.at_most.has_value() && period.has_value()) {
        before = std::min(before, *rule->window.at_most * *period);
      }
      const absl::Duration after = rule->window.after.value_or(absl::ZeroDuration());
      moment.opens_at = moment.event_at - before;
      moment.closes_at = moment.event_at + after;
      ends = *moment.closes_at;
    }
    if (ends > context_.at) found_.push_back(std::move(moment));
  }

  // One that is open from the event on and closes only with what it is about.
  void AddOpenEnded(NextMoment moment) {
    if (RuleFor(moment.moment) != nullptr) moment.opens_at = moment.event_at;
    found_.push_back(std::move(moment));
  }

  void AddSubscription(const SubscriptionState& state) {
    const Subscription& facts = *state.facts;
    NextMoment moment;
    moment.subscription_id = facts.id;
    moment.product_id = std::string(state.plan.id());
    if (facts.status == SubscriptionStatus::kTrialing && facts.trial_ends_at.has_value()) {
      moment.moment = Moment::kTrialEnd;
      moment.event_at = *facts.trial_ends_at;
      Add(moment);
    }
    if (facts.status != SubscriptionStatus::kActive) return;
    if (facts.renews_at.has_value()) {
      moment.moment = Moment::kRenewal;
      moment.event_at = *facts.renews_at;
      const int months =
          state.plan.facts == nullptr ? 1 : std::max(1, state.plan.facts->billing_months);
      Add(moment, BillingPeriod(*facts.renews_at, months, context_.zone));
    }
    const SubscriptionRecord* record = index_.FindSubscription(facts.id);
    const std::optional<UsageOutlook> usage =
        record == nullptr ? std::nullopt : UsageOf(index_, *record, context_.at);
    if (!usage.has_value()) return;
    const Rule* rule = RuleFor(Moment::kUsageLimit);
    const double near =
        rule == nullptr ? kNearLimit : rule->when.usage_at_least.value_or(kNearLimit);
    if (usage->share < near) return;
    moment.moment = Moment::kUsageLimit;
    moment.event_at = usage->reached_at.value_or(context_.at);
    if (rule != nullptr) moment.opens_at = context_.at;
    found_.push_back(std::move(moment));
  }

  void AddOrders() {
    if (context_.last_order.has_value()) {
      Add({.moment = Moment::kPostPurchase, .event_at = *context_.last_order});
    }
    if (context_.lost_deal.has_value()) {
      Add({.moment = Moment::kWinBack, .event_at = *context_.lost_deal});
    }
    if (!context_.last_order.has_value() || !context_.usual_order_interval_days.has_value()) return;
    const Rule* rule = RuleFor(Moment::kWinBack);
    const double silence =
        rule == nullptr ? kSilence : rule->when.silence_at_least.value_or(kSilence);
    AddOpenEnded(
        {.moment = Moment::kWinBack,
         .event_at = *context_.last_order + silence * *context_.usual_order_interval_days * kDay});
  }

  void AddSatisfaction() {
    std::optional<absl::Time> newest;
    const Rule* rule = RuleFor(Moment::kSatisfaction);
    const double nps = rule == nullptr ? 9 : rule->when.nps_at_least.value_or(9);
    const double csat = rule == nullptr ? 4 : rule->when.csat_at_least.value_or(4);
    if (context_.nps.has_value() && context_.nps->value >= nps) newest = context_.nps->at;
    if (context_.csat.has_value() && context_.csat->value >= csat) {
      newest = std::max(newest.value_or(context_.csat->at), context_.csat->at);
    }
    if (newest.has_value()) Add({.moment = Moment::kSatisfaction, .event_at = *newest});
  }

  // The next of the product's months, or the running one.
  void AddSeason(const ProductRef& product) {
    if (product.facts == nullptr || product.facts->season_months == 0) return;
    const auto in_season = [&](absl::CivilMonth month) {
      return IsInSeason(product.facts->season_months, month.month());
    };
    absl::CivilMonth month(absl::ToCivilMonth(context_.at, context_.zone));
    while (!in_season(month)) ++month;  // some month is set
    absl::CivilMonth end = month;
    for (int i = 0; i < 12 && in_season(end); ++i) ++end;
    NextMoment moment;
    moment.moment = Moment::kSeason;
    moment.event_at = absl::FromCivil(month, context_.zone);
    moment.product_id = std::string(product.id());
    if (RuleFor(Moment::kSeason) != nullptr) {
      moment.opens_at = moment.event_at;
      moment.closes_at = absl::FromCivil(end, context_.zone);
    }
    found_.push_back(std::move(moment));
  }

  const FactIndex& index_;
  const Policy& policy_;
  const Context& context_;
  std::vector<NextMoment> found_;
};

}  // namespace

std::vector<NextMoment> NextMomentsOf(const FactIndex& index, const Policy& policy,
                                      const Context& context) {
  return Finder(index, policy, context).Find();
}

}  // namespace tsugi
