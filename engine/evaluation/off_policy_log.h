// The file behind `tsugi evaluate off-policy` as columns; see off_policy.h.
#ifndef TSUGI_ENGINE_EVALUATION_OFF_POLICY_LOG_H_
#define TSUGI_ENGINE_EVALUATION_OFF_POLICY_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/evaluation/csv_columns.h"
#include "engine/evaluation/off_policy.h"

namespace tsugi {

struct OffPolicyRows {
  std::vector<double> rewards;
  std::vector<double> propensities;
  std::vector<double> target;  // empty where the file has none
  Indexed actions;
  Indexed positions;  // no names where the file has none; likewise:
  Indexed contexts;
  Indexed clusters;

  std::size_t size() const { return rewards.size(); }
};

absl::StatusOr<OffPolicyRows> ReadOffPolicyRows(const std::string& path,
                                                const OffPolicyEvaluationOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_OFF_POLICY_LOG_H_
