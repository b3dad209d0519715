// How customers move through their stages: balance, flow and conversion to a later stage, in all
// and by week; and how subscriptions are kept.
//
// The order of stages is that of stages.h; stages named by a CRM come before them, in the order in
// which customers mostly come into them. `advanced` means that the next stage of the customer is a
// later one (and not `lapsed`), the one after it or any behind.
#ifndef TSUGI_ENGINE_OUTCOMES_STAGE_REPORT_H_
#define TSUGI_ENGINE_OUTCOMES_STAGE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/outcomes/stages.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct StageReportOptions {
  absl::Time from;
  absl::Time to;        // not included
  std::string segment;  // at `to`; empty: all
  absl::TimeZone zone;  // weeks begin on Monday in it
  StageOptions stages;
};

struct StageFlow {
  std::int64_t balance = 0;  // at the end
  std::int64_t entered = 0;
  std::int64_t left = 0;
  std::int64_t advanced = 0;  // of those who left
  double ConversionRate() const {
    return left == 0 ? 0 : static_cast<double>(advanced) / static_cast<double>(left);
  }
};

struct StageRow {
  std::string stage;
  StageFlow flow;
  std::optional<double> median_days;  // from coming into it, of those who left
};

struct StageWeek {
  absl::Time begin;
  std::vector<StageFlow> flows;  // as the report's rows
};

struct StageReport {
  std::vector<StageRow> rows;  // in the order customers pass them
  std::vector<StageWeek> weeks;
  double churn_rate = 0;    // subscriptions paid at the start and not at the end
  double renewal_rate = 0;  // renewal dates of the period on which the subscription went on
};

// Takes the index's read lock, a few hundred customers at a time: REQUIRES that the caller does not
// hold it.
StageReport ReportStages(const FactIndex& index, const StageReportOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_STAGE_REPORT_H_
