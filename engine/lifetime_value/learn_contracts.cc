#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/facts/predicates.h"
#include "engine/lifetime_value/learn.h"
#include "engine/propensity/contract_life.h"
#include "engine/propensity/periods.h"

namespace tsugi {
namespace {

struct Tenures {
  models::ContractTenures tenures;
  std::uint64_t lost = 0;
  std::uint64_t alive = 0;
};

// A contract as sBG takes it.
struct Contract {
  int billing_months = 1;
  bool lost = false;
  int periods = 0;  // lost: the period at whose end; else renewals so far
};

// When the contract ended by `end`, if it did: as said, else when that became known.
std::optional<base::Micros> EndOf(const SubscriptionRecord& record, base::Micros end) {
  std::optional<base::Micros> ended;
  for (const auto& version : record.versions.all()) {
    if (version.valid_from > end) break;
    const Subscription& facts = version.facts.facts;
    ended.reset();
    if (IsHeld(facts.status)) {
      if (facts.ended_at.has_value() && base::ToMicros(*facts.ended_at) <= end) {
        ended = base::ToMicros(*facts.ended_at);
      }
      continue;
    }
    ended = facts.ended_at.has_value() ? base::ToMicros(*facts.ended_at) : version.valid_from;
  }
  return ended;
}

std::optional<Contract> ContractOf(const FactIndex& index, const SubscriptionRecord& record,
                                   base::Micros end) {
  const SubscriptionVersion* version = record.versions.AsOf(end);
  if (record.id.empty() || version == nullptr) return std::nullopt;
  const Subscription& facts = version->facts;
  if (facts.status == SubscriptionStatus::kTrialing ||
      facts.status == SubscriptionStatus::kLostDeal) {
    return std::nullopt;
  }
  const base::Micros from = PaidFrom(record.versions.all().front().facts.facts);
  const std::optional<base::Micros> ended = EndOf(record, end);
  if (ended.value_or(end) <= from) return std::nullopt;  // a trial that came to nothing
  Contract contract;
  const CatalogEntry* plan = index.EntryAsOf(version->plan, end);
  contract.billing_months = plan == nullptr ? 1 : std::max(1, plan->facts.billing_months);
  const double periods = static_cast<double>(ended.value_or(end) - from) /
                         static_cast<double>(PeriodMicros(contract.billing_months));
  contract.lost = ended.has_value();
  // An end some days after the renewal is that renewal's.
  constexpr double kSlack = 0.1;
  contract.periods = contract.lost ? std::max(1, static_cast<int>(std::ceil(periods - kSlack)))
                                   : static_cast<int>(periods);
  return contract;
}

std::string SegmentOf(const FactIndex& index, const SubscriptionRecord& record, base::Micros end) {
  const SubscriptionVersion* version = record.versions.AsOf(end);
  const CustomerRecord* customer = index.FindCustomer(version->facts.customer_id);
  const Customer* facts = customer == nullptr ? nullptr : customer->versions.AsOf(end);
  return facts == nullptr || !facts->consent_profiling ? std::string() : facts->segment;
}

void Add(const Contract& contract, Tenures& to) {
  // Periods out of range cannot come from times of a calendar; both calls then change nothing.
  if (contract.lost) {
    to.tenures.AddLost(contract.periods).IgnoreError();
    ++to.lost;
  } else {
    to.tenures.AddAlive(contract.periods).IgnoreError();
    ++to.alive;
  }
}

double LogLikelihood(const models::ContractParameters& parameters,
                     const models::ContractTenures& tenures) {
  const absl::StatusOr<models::ContractModel> model = models::ContractModel::Create(parameters);
  if (!model.ok()) return -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t t = 1; t < tenures.lost().size(); ++t) {
    if (tenures.lost()[t] > 0) {
      sum += tenures.lost()[t] * std::log(model->LossProbability(static_cast<int>(t)));
    }
  }
  for (std::size_t t = 0; t < tenures.alive().size(); ++t) {
    if (tenures.alive()[t] > 0) {
      sum += tenures.alive()[t] * std::log(model->Survival(static_cast<int>(t)));
    }
  }
  return sum;
}

}  // namespace

base::Micros ObservedUntil(const HistoryView& view, const FactIndex& index) {
  base::Micros until = ObservedUntil(view);
  if (view.until != std::numeric_limits<base::Micros>::max()) return until;
  const base::ReaderLock lock(&index.mutex());
  for (const SubscriptionRecord& record : index.subscriptions()) {
    for (const auto& version : record.versions.all()) until = std::max(until, version.valid_from);
  }
  return until;
}

std::vector<ContractBehaviour> LearnContracts(const FactIndex& index, base::Micros end) {
  constexpr double kParameters = 2;
  std::map<std::pair<int, std::string>, Tenures> groups;  // by billing_months and segment
  {
    const base::ReaderLock lock(&index.mutex());
    for (const SubscriptionRecord& record : index.subscriptions()) {
      const std::optional<Contract> contract = ContractOf(index, record, end);
      if (!contract.has_value()) continue;
      Add(*contract, groups[{contract->billing_months, ""}]);
      const std::string segment = SegmentOf(index, record, end);
      if (!segment.empty()) Add(*contract, groups[{contract->billing_months, segment}]);
    }
  }
  std::vector<ContractBehaviour> learned;
  std::optional<ContractBehaviour> everyone;  // of the same length
  for (const auto& [key, group] : groups) {
    const auto& [months, segment] = key;
    if (segment.empty()) everyone.reset();
    if (!segment.empty() && (!everyone.has_value() || group.lost < kFewestLost)) continue;
    const absl::StatusOr<models::ContractFit> fit = models::FitContract(group.tenures);
    if (!fit.ok()) continue;  // nobody has left or nobody has stayed yet
    ContractBehaviour behaviour = {.segment = segment,
                                   .billing_months = months,
                                   .parameters = fit->model.parameters(),
                                   .lost = group.lost,
                                   .alive = group.alive};
    if (segment.empty()) everyone = behaviour;
    const double common = LogLikelihood(everyone->parameters, group.tenures);
    if (segment.empty() || fit->log_likelihood > common + kParameters) {
      learned.push_back(std::move(behaviour));
    }
  }
  return learned;
}

}  // namespace tsugi
