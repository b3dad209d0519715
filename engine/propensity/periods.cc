#include "engine/propensity/periods.h"

#include <algorithm>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

constexpr absl::Duration kGrace = absl::Hours(7 * 24);  // what follows so soon belongs to it
constexpr absl::Duration kTrialDecision = absl::Hours(3 * 24);  // before the end of a trial
constexpr std::size_t kMostPeriods = 1200;  // of one subscription: a hundred years

bool IsOver(SubscriptionStatus status) {
  return status == SubscriptionStatus::kCanceled || status == SubscriptionStatus::kLostDeal;
}

std::optional<int> TierOf(const FactIndex& index, ProductIndex plan, base::Micros at,
                          std::uint32_t* family) {
  const CatalogEntry* entry = index.EntryAsOf(plan, at);
  if (entry == nullptr || entry->family == kNoGroup) return std::nullopt;
  *family = entry->family;
  return entry->facts.tier;
}

class Teller {
 public:
  Teller(const FactIndex& index, std::size_t subscription, base::Micros end)
      : index_(index),
        position_(subscription),
        record_(index.subscriptions()[subscription]),
        end_(end) {}

  std::vector<SubscriptionPeriod> Tell() {
    if (record_.id.empty() || record_.versions.empty()) return {};
    const SubscriptionVersion& first = record_.versions.all().front().facts;
    AddTrial(first.facts);
    AddPaid(PaidFrom(first.facts));
    return std::move(periods_);
  }

 private:
  void AddTrial(const Subscription& first) {
    if (!first.trial_ends_at.has_value() || *first.trial_ends_at <= first.started_at) return;
    SubscriptionPeriod trial;
    trial.subscription = position_;
    trial.trial = true;
    trial.at = base::ToMicros(std::max(first.started_at, *first.trial_ends_at - kTrialDecision));
    trial.to = base::ToMicros(*first.trial_ends_at);
    const SubscriptionVersion* then = record_.versions.AsOf(trial.at);
    if (then == nullptr || then->facts.status != SubscriptionStatus::kTrialing) return;
    const base::Micros known = base::ToMicros(*first.trial_ends_at + kGrace);
    if (known > end_) return;
    for (const auto& version : record_.versions.all()) {
      if (version.valid_from > known) break;
      if (version.valid_from > trial.at && IsPaid(version.facts.facts.status)) {
        trial.converted = true;
      }
    }
    periods_.push_back(trial);
  }

  void AddPaid(base::Micros from) {
    for (std::size_t count = 0; from < end_ && count < kMostPeriods; ++count) {
      const SubscriptionVersion* version = StateAt(from);
      if (version == nullptr || !IsPaid(version->facts.status)) return;
      const Subscription& facts = version->facts;
      if (facts.ended_at.has_value() && base::ToMicros(*facts.ended_at) <= from) return;
      const CatalogEntry* plan = index_.EntryAsOf(version->plan, from);
      SubscriptionPeriod period;
      period.subscription = position_;
      period.at = from;
      period.to = PeriodEnd(from, plan == nullptr ? 1 : plan->facts.billing_months);
      if (period.to > end_) return;
      const std::optional<base::Micros> changed = PlanChange(*version, period);
      MarkEnd(*version, period);
      periods_.push_back(period);
      if (period.lost || (period.upgraded && !changed.has_value())) return;
      from = changed.value_or(period.to);
    }
  }

  // The version that says what is paid for from `from` on; the first paid one may have been written
  // some days into the period.
  const SubscriptionVersion* StateAt(base::Micros from) const {
    const SubscriptionVersion* version = record_.versions.AsOf(from);
    if (version != nullptr && version->facts.status != SubscriptionStatus::kTrialing) {
      return version;
    }
    return record_.versions.AsOf(from + absl::ToInt64Microseconds(kGrace));
  }

  // When another plan takes the place of `before`'s within the period, and whether it is higher.
  std::optional<base::Micros> PlanChange(const SubscriptionVersion& before,
                                         SubscriptionPeriod& period) const {
    std::uint32_t family = kNoGroup;
    const std::optional<int> tier = TierOf(index_, before.plan, period.at, &family);
    for (const auto& version : record_.versions.all()) {
      if (version.valid_from <= period.at || version.valid_from > period.to) continue;
      if (version.facts.plan == before.plan || !IsPaid(version.facts.facts.status)) continue;
      std::uint32_t other_family = kNoGroup;
      const std::optional<int> other =
          TierOf(index_, version.facts.plan, version.valid_from, &other_family);
      period.upgraded =
          tier.has_value() && other.has_value() && family == other_family && *other > *tier;
      return version.valid_from;
    }
    return std::nullopt;
  }

  void MarkEnd(const SubscriptionVersion& before, SubscriptionPeriod& period) const {
    std::optional<base::Micros> ended;
    for (const auto& version : record_.versions.all()) {
      if (version.valid_from > end_) break;
      const Subscription& facts = version.facts.facts;
      base::Micros at = 0;
      if (facts.ended_at.has_value()) {
        at = base::ToMicros(*facts.ended_at);
      } else if (IsOver(facts.status)) {
        at = version.valid_from;
      }
      if (at > period.at && at <= period.to) ended = at;
    }
    if (!ended.has_value()) return;
    period.upgraded = period.upgraded || TakesPlace(before, *ended);
    period.lost = !period.upgraded;
  }

  // Another subscription of the customer to a higher tier that starts as this one ends.
  bool TakesPlace(const SubscriptionVersion& before, base::Micros ended) const {
    const CustomerRecord* customer = index_.FindCustomer(before.facts.customer_id);
    std::uint32_t family = kNoGroup;
    const std::optional<int> tier = TierOf(index_, before.plan, ended, &family);
    if (customer == nullptr || !tier.has_value()) return false;
    const base::Micros grace = absl::ToInt64Microseconds(kGrace);
    return std::any_of(
        customer->subscriptions.begin(), customer->subscriptions.end(), [&](std::uint32_t other) {
          const SubscriptionVersion* version =
              index_.subscriptions()[other].versions.AsOf(std::min(end_, ended + grace));
          if (other == position_ || version == nullptr || !IsPaid(version->facts.status)) {
            return false;
          }
          const base::Micros started = base::ToMicros(version->facts.started_at);
          std::uint32_t other_family = kNoGroup;
          const std::optional<int> other_tier =
              TierOf(index_, version->plan, std::max(started, ended), &other_family);
          return std::abs(started - ended) <= grace && other_tier.has_value() &&
                 other_family == family && *other_tier > *tier;
        });
  }

  const FactIndex& index_;
  const std::size_t position_;
  const SubscriptionRecord& record_;
  const base::Micros end_;
  std::vector<SubscriptionPeriod> periods_;
};

}  // namespace

base::Micros PeriodEnd(base::Micros from, int billing_months) {
  const absl::Time start = base::FromMicros(from);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilSecond civil = absl::ToCivilSecond(start, utc);
  absl::CivilMonth month(civil);
  month += std::max(1, billing_months);
  // The last day of a shorter month stands for a day it does not have.
  const auto last = (absl::CivilDay(month + 1) - 1).day();
  const absl::CivilSecond end(month.year(), month.month(), std::min(civil.day(), last),
                              civil.hour(), civil.minute(), civil.second());
  return base::ToMicros(absl::FromCivil(end, utc));
}

base::Micros PaidFrom(const Subscription& subscription) {
  const absl::Time trial = subscription.trial_ends_at.value_or(subscription.started_at);
  return base::ToMicros(std::max(trial, subscription.started_at));
}

std::vector<SubscriptionPeriod> PeriodsOf(const FactIndex& index, std::size_t subscription,
                                          base::Micros end) {
  return Teller(index, subscription, end).Tell();
}

}  // namespace tsugi
