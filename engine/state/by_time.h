// Records kept by time: where a new one goes, and those of an instant and before.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_STATE_BY_TIME_H_
#define TSUGI_ENGINE_STATE_BY_TIME_H_

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tsugi {

// Puts `record` behind those of its instant and before.
template <typename Record>
void InsertByTime(std::vector<Record>& records, Record record) {
  if (records.empty() || records.back().at <= record.at) {
    records.push_back(std::move(record));
    return;
  }
  const auto place =
      std::upper_bound(records.begin(), records.end(), record.at,
                       [](base::Micros time, const Record& other) { return time < other.at; });
  records.insert(place, std::move(record));
}

// Those after `after`, up to and including `until`.
template <typename Record>
std::span<const Record> Between(std::span<const Record> records, base::Micros after,
                                base::Micros until) {
  const auto later = [](base::Micros time, const Record& record) { return time < record.at; };
  const auto begin = std::upper_bound(records.begin(), records.end(), after, later);
  const auto end = std::upper_bound(begin, records.end(), until, later);
  return {begin, end};
}

template <typename Record>
std::span<const Record> AsOf(const std::vector<Record>& records, base::Micros until) {
  if (records.empty() || records.back().at <= until) return records;
  const auto end =
      std::upper_bound(records.begin(), records.end(), until,
                       [](base::Micros time, const Record& record) { return time < record.at; });
  return {records.begin(), end};
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_BY_TIME_H_
