#include "engine/outcomes/stage_report.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "base/mutex.h"
#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

using History = std::vector<StageEntry>;

constexpr std::uint32_t kAtATime = 256;  // customers under one read lock

std::vector<History> ReadHistories(const FactIndex& index, const StageReportOptions& options) {
  const base::Micros until = base::ToMicros(options.to) - 1;
  std::vector<History> histories;
  for (std::uint32_t first = 0;; first += kAtATime) {
    const base::ReaderLock lock(&index.mutex());
    if (first >= index.customer_slots()) return histories;
    const auto end = std::min<std::size_t>(index.customer_slots(), first + kAtATime);
    for (std::uint32_t i = first; i < end; ++i) {
      const CustomerRecord& customer = index.customer(CustomerIndex(i));
      if (customer.id.empty()) continue;  // erased
      const Customer* facts = customer.versions.AsOf(until);
      if (!options.segment.empty() && (facts == nullptr || facts->segment != options.segment)) {
        continue;
      }
      History history = StageHistory(index, customer, until, options.stages);
      if (!history.empty()) histories.push_back(std::move(history));
    }
  }
}

// A CRM's own stages, in the order in which customers come into them on average.
std::vector<std::string> StageOrder(const std::vector<History>& histories) {
  struct Place {
    double sum = 0;
    double count = 0;
  };
  std::map<std::string, Place> named;
  std::vector<bool> derived_seen(std::size(kDerivedStages));
  for (const History& history : histories) {
    std::map<std::string, std::size_t> first;
    for (const StageEntry& entry : history) first.emplace(entry.stage, first.size());
    for (const auto& [stage, place] : first) {
      const auto known = std::find(std::begin(kDerivedStages), std::end(kDerivedStages), stage);
      if (known != std::end(kDerivedStages)) {
        derived_seen[static_cast<std::size_t>(known - std::begin(kDerivedStages))] = true;
      } else if (!stage.empty()) {
        named[stage].sum += static_cast<double>(place);
        ++named[stage].count;
      }
    }
  }
  std::vector<std::pair<double, std::string>> ordered;
  ordered.reserve(named.size());
  for (const auto& [stage, place] : named) ordered.emplace_back(place.sum / place.count, stage);
  std::sort(ordered.begin(), ordered.end());
  std::vector<std::string> stages;
  stages.reserve(ordered.size() + derived_seen.size());
  for (auto& [place, stage] : ordered) stages.push_back(std::move(stage));
  for (std::size_t i = 0; i < derived_seen.size(); ++i) {
    if (derived_seen[i]) stages.emplace_back(kDerivedStages[i]);
  }
  return stages;
}

std::vector<absl::Time> WeekStarts(const StageReportOptions& options) {
  std::vector<absl::Time> starts;
  if (options.from >= options.to) return starts;
  starts.push_back(options.from);
  absl::CivilDay monday =
      absl::NextWeekday(absl::ToCivilDay(options.from, options.zone), absl::Weekday::monday);
  while (true) {
    const absl::Time start = absl::FromCivil(monday, options.zone);
    if (start >= options.to) return starts;
    starts.push_back(start);
    monday += 7;
  }
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

class Builder {
 public:
  Builder(const StageReportOptions& options, const std::vector<std::string>& stages)
      : options_(options), weeks_(WeekStarts(options)) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
      report_.rows.push_back({stages[i], {}, {}});
      row_of_[stages[i]] = i;
    }
    for (const absl::Time begin : weeks_) {
      report_.weeks.push_back({begin, std::vector<StageFlow>(stages.size())});
    }
    days_.resize(stages.size());
  }

  void Add(const History& history) {
    for (std::size_t i = 0; i < history.size(); ++i) {
      const StageEntry* next = i + 1 < history.size() ? &history[i + 1] : nullptr;
      AddStay(history[i], next);
    }
  }

  StageReport Take() {
    for (std::size_t i = 0; i < report_.rows.size(); ++i) {
      if (!days_[i].empty()) report_.rows[i].median_days = Median(std::move(days_[i]));
    }
    return std::move(report_);
  }

 private:
  // The week that holds the instant; weeks_.size() outside the period.
  std::size_t WeekOf(base::Micros at) const {
    const absl::Time time = base::FromMicros(at);
    if (time < options_.from || time >= options_.to) return weeks_.size();
    return static_cast<std::size_t>(std::upper_bound(weeks_.begin(), weeks_.end(), time) -
                                    weeks_.begin()) -
           1;
  }

  void AddStay(const StageEntry& stay, const StageEntry* next) {
    const auto found = row_of_.find(stay.stage);
    if (found == row_of_.end()) return;  // no stage: consent withdrawn
    const std::size_t row = found->second;
    StageFlow& total = report_.rows[row].flow;
    if (const std::size_t week = WeekOf(stay.at); week < weeks_.size()) {
      ++total.entered;
      ++report_.weeks[week].flows[row].entered;
    }
    if (next == nullptr) ++total.balance;
    for (std::size_t week = 0; week < weeks_.size(); ++week) {
      const absl::Time end = week + 1 < weeks_.size() ? weeks_[week + 1] : options_.to;
      const base::Micros last = base::ToMicros(end) - 1;
      const bool there = stay.at <= last && (next == nullptr || next->at > last);
      if (there) ++report_.weeks[week].flows[row].balance;
    }
    if (next == nullptr) return;
    const std::size_t week = WeekOf(next->at);
    if (week == weeks_.size()) return;
    StageFlow& flow = report_.weeks[week].flows[row];
    const auto to = row_of_.find(next->stage);
    const bool advanced = to != row_of_.end() && to->second > row && next->stage != kLapsed;
    ++total.left;
    ++flow.left;
    total.advanced += advanced ? 1 : 0;
    flow.advanced += advanced ? 1 : 0;
    constexpr double kMicrosADay = 86'400e6;
    days_[row].push_back((static_cast<double>(next->at) - static_cast<double>(stay.at)) /
                         kMicrosADay);
  }

  const StageReportOptions& options_;
  const std::vector<absl::Time> weeks_;
  std::map<std::string, std::size_t> row_of_;
  std::vector<std::vector<double>> days_;
  StageReport report_;
};

bool PaidAt(const SubscriptionRecord& record, base::Micros at) {
  const SubscriptionVersion* version = record.versions.AsOf(at);
  if (version == nullptr) return false;
  const Subscription& facts = version->facts;
  return IsPaid(facts.status) && base::ToMicros(facts.started_at) <= at &&
         (!facts.ended_at.has_value() || base::ToMicros(*facts.ended_at) > at);
}

// Subscriptions are few against what else the index holds: one lock for all of them.
void KeepingRates(const FactIndex& index, const StageReportOptions& options, StageReport& report) {
  const base::Micros from = base::ToMicros(options.from);
  const base::Micros last = base::ToMicros(options.to) - 1;
  double paid = 0;
  double lost = 0;
  double due = 0;
  double renewed = 0;
  const base::ReaderLock lock(&index.mutex());
  for (const SubscriptionRecord& record : index.subscriptions()) {
    if (PaidAt(record, from)) {
      ++paid;
      lost += PaidAt(record, last) ? 0 : 1;
    }
    std::vector<base::Micros> dates;
    for (const auto& version : record.versions.all()) {
      if (!version.facts.facts.renews_at.has_value()) continue;
      const base::Micros date = base::ToMicros(*version.facts.facts.renews_at);
      // Due if it was paid, and the date known, the moment before.
      const bool is_due = date >= from && date <= last && version.valid_from < date &&
                          PaidAt(record, date - 1) &&
                          std::find(dates.begin(), dates.end(), date) == dates.end();
      if (!is_due) continue;
      dates.push_back(date);
      ++due;
      renewed += PaidAt(record, date) ? 1 : 0;
    }
  }
  if (paid > 0) report.churn_rate = lost / paid;
  if (due > 0) report.renewal_rate = renewed / due;
}

}  // namespace

StageReport ReportStages(const FactIndex& index, const StageReportOptions& options) {
  const std::vector<History> histories = ReadHistories(index, options);
  Builder builder(options, StageOrder(histories));
  for (const History& history : histories) builder.Add(history);
  StageReport report = builder.Take();
  KeepingRates(index, options, report);
  return report;
}

}  // namespace tsugi
