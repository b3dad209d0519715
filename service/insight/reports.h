// Outcome and stage reports from messages to messages.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_INSIGHT_REPORTS_H_
#define TSUGI_SERVICE_INSIGHT_REPORTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/store/store.h"
#include "engine/suggest/engine.h"

namespace tsugi::v1 {
class GetOutcomeReportRequest;
class GetOutcomeReportResponse;
class GetStageReportRequest;
class GetStageReportResponse;
}  // namespace tsugi::v1

namespace tsugi {

class Reports {
 public:
  // Both must outlive it.
  Reports(const Store* store, const Engine* engine) : store_(store), engine_(engine) {}

  // Reads the store. Errors: INVALID_ARGUMENT naming field and value, the store's.
  absl::Status Outcomes(const v1::GetOutcomeReportRequest& request, absl::Time now,
                        v1::GetOutcomeReportResponse* response) const;
  absl::Status Stages(const v1::GetStageReportRequest& request, absl::Time now,
                      v1::GetStageReportResponse* response) const;

 private:
  const Store* const store_;
  const Engine* const engine_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INSIGHT_REPORTS_H_
