#include "engine/outcomes/stages.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

constexpr base::Micros kBeginning = std::numeric_limits<base::Micros>::min();

base::Micros MicrosOf(absl::Duration duration) { return absl::ToInt64Microseconds(duration); }

// Instants of orders with something bought, each once, oldest first. Returns are no orders.
std::vector<base::Micros> OrderTimes(const CustomerRecord& customer, base::Micros until) {
  std::vector<base::Micros> times;
  for (const Purchase& purchase : FactIndex::PurchasesAsOf(customer, until)) {
    if (purchase.quantity <= 0) continue;
    if (times.empty() || times.back() != purchase.at) times.push_back(purchase.at);
  }
  return times;
}

int TierOf(const FactIndex& index, const SubscriptionVersion& version, base::Micros at) {
  const CatalogEntry* entry = index.EntryAsOf(version.plan, at);
  return entry == nullptr ? 0 : entry->facts.tier.value_or(0);
}

// What a customer's subscriptions say at one instant.
struct Contracts {
  bool any = false;
  bool trial = false;
  bool paid = false;
  std::optional<base::Micros> paid_since;  // of those paid now, the earliest start
  bool renewed = false;
  bool expanded = false;
  bool lost_deal = false;
};

// Renewal dates that versions of before `at` gave and that have passed since `from`.
bool RenewedSince(const SubscriptionRecord& record, base::Micros from, base::Micros at) {
  return std::any_of(record.versions.all().begin(), record.versions.all().end(),
                     [&](const auto& version) {
                       if (version.valid_from > at || !version.facts.facts.renews_at.has_value())
                         return false;
                       const base::Micros renewal = base::ToMicros(*version.facts.facts.renews_at);
                       return renewal >= from && renewal <= at;
                     });
}

bool Expanded(const FactIndex& index, const SubscriptionRecord& record, base::Micros at) {
  const auto versions = record.versions.all();
  const SubscriptionVersion* now = record.versions.AsOf(at);
  const auto first = std::find_if(versions.begin(), versions.end(), [](const auto& version) {
    return IsPaid(version.facts.facts.status);
  });
  if (first == versions.end() || first->valid_from > at) return false;
  return now->facts.seats > first->facts.facts.seats ||
         TierOf(index, *now, at) > TierOf(index, first->facts, at);
}

Contracts ContractsAsOf(const FactIndex& index, const CustomerRecord& customer, base::Micros at,
                        const StageOptions& options) {
  Contracts result;
  std::optional<base::Micros> first_start;
  std::optional<base::Micros> last_start;
  for (const std::uint32_t position : customer.subscriptions) {
    const SubscriptionRecord& record = index.subscriptions()[position];
    const SubscriptionVersion* version = record.versions.AsOf(at);
    if (version == nullptr) continue;
    const Subscription& facts = version->facts;
    const base::Micros start = base::ToMicros(facts.started_at);
    const bool ended = facts.ended_at.has_value() && base::ToMicros(*facts.ended_at) <= at;
    result.any = true;
    result.lost_deal = result.lost_deal || facts.status == SubscriptionStatus::kLostDeal;
    if (ended || start > at) continue;
    result.trial = result.trial || facts.status == SubscriptionStatus::kTrialing;
    if (!IsPaid(facts.status)) continue;
    result.paid = true;
    first_start = std::min(first_start.value_or(start), start);
    last_start = std::max(last_start.value_or(start), start);
    result.renewed =
        result.renewed || RenewedSince(record, start + MicrosOf(options.onboarding), at);
    result.expanded = result.expanded || Expanded(index, record, at);
  }
  result.paid_since = first_start;
  result.expanded = result.expanded || (first_start.has_value() && *last_start > *first_start);
  return result;
}

std::string PaidStage(const Contracts& contracts, base::Micros at, const StageOptions& options) {
  if (contracts.expanded) return "expansion";
  if (at < *contracts.paid_since + MicrosOf(options.onboarding)) return "onboarding";
  return contracts.renewed ? "renewal" : "adoption";
}

bool HasConsent(const CustomerRecord& customer, base::Micros at) {
  const Customer* facts = customer.versions.AsOf(at);
  return facts == nullptr || facts->consent_profiling;
}

}  // namespace

std::string StageAsOf(const FactIndex& index, const CustomerRecord& customer, base::Micros at,
                      const StageOptions& options) {
  if (!HasConsent(customer, at)) return "";
  for (auto signal = customer.signals.rbegin(); signal != customer.signals.rend(); ++signal) {
    if (signal->at <= at && signal->type == SignalType::kStage && !signal->subject.empty()) {
      return signal->subject;
    }
  }
  const Contracts contracts = ContractsAsOf(index, customer, at, options);
  if (contracts.paid) return PaidStage(contracts, at, options);
  if (contracts.trial) return "trial";
  const std::vector<base::Micros> orders = OrderTimes(customer, at);
  const bool silent = orders.empty() || at >= orders.back() + MicrosOf(options.lapsed_after);
  if (silent && (contracts.any || !orders.empty())) return std::string(kLapsed);
  if (!orders.empty()) return orders.size() == 1 ? "first_order" : "repeat";
  const bool seen = customer.versions.AsOf(at) != nullptr ||
                    (!customer.signals.empty() && customer.signals.front().at <= at);
  return seen ? "visitor" : "";
}

namespace {

// Every instant at which the stage can change.
std::set<base::Micros> Turns(const FactIndex& index, const CustomerRecord& customer,
                             base::Micros until, const StageOptions& options) {
  std::set<base::Micros> turns;
  for (const auto& version : customer.versions.all()) turns.insert(version.valid_from);
  for (const SignalRecord& signal : customer.signals) {
    if (signal.type == SignalType::kStage || &signal == &customer.signals.front()) {
      turns.insert(signal.at);
    }
  }
  const std::vector<base::Micros> orders = OrderTimes(customer, until);
  const base::Micros patience = MicrosOf(options.lapsed_after);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const bool back = i > 0 && orders[i] - orders[i - 1] >= patience;
    if (i < 2 || back) turns.insert(orders[i]);
    if (i + 1 == orders.size() || orders[i + 1] - orders[i] >= patience) {
      turns.insert(orders[i] + patience);
    }
  }
  for (const std::uint32_t position : customer.subscriptions) {
    for (const auto& version : index.subscriptions()[position].versions.all()) {
      const Subscription& facts = version.facts.facts;
      turns.insert(version.valid_from);
      turns.insert(base::ToMicros(facts.started_at));
      turns.insert(base::ToMicros(facts.started_at + options.onboarding));
      if (facts.renews_at.has_value()) turns.insert(base::ToMicros(*facts.renews_at));
      if (facts.ended_at.has_value()) turns.insert(base::ToMicros(*facts.ended_at));
    }
  }
  return turns;
}

}  // namespace

std::vector<StageEntry> StageHistory(const FactIndex& index, const CustomerRecord& customer,
                                     base::Micros until, const StageOptions& options) {
  std::vector<StageEntry> history;
  for (const base::Micros at : Turns(index, customer, until, options)) {
    if (at > until) break;
    std::string stage = StageAsOf(index, customer, at, options);
    const bool same = history.empty() ? stage.empty() : history.back().stage == stage;
    if (!same) history.push_back({std::max(at, kBeginning), std::move(stage)});
  }
  return history;
}

}  // namespace tsugi
