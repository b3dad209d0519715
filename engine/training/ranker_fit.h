// From replayed orders to the ranker that ships, with what it reached. See replay.h.
#ifndef TSUGI_ENGINE_TRAINING_RANKER_FIT_H_
#define TSUGI_ENGINE_TRAINING_RANKER_FIT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/training/config.h"
#include "engine/training/replay.h"
#include "engine/training/replay_case.h"

namespace tsugi {

// Rows of several cases, end to end, row by row; a group a case.
struct CaseRows {
  std::vector<float> features;
  std::vector<float> labels;
  std::vector<std::uint32_t> groups;
};
CaseRows JoinRows(std::span<const ReplayCase> cases);

// Boosted trees that rank the rows of each group, as they serve. Errors: as TrainBoostedTrees.
absl::StatusOr<models::TreesModel> FitTrees(const CaseRows& rows,
                                            const models::BoostingOptions& options);

// Probabilities of the cases' candidates, end to end. In parallel.
std::vector<float> PredictCases(const models::RankerView& ranker,
                                std::span<const ReplayCase> cases);

// Where the hidden products stand.
struct CaseMeasures {
  double hit_rate_at_10 = 0;
  double ndcg_at_10 = 0;
  double coverage = 0;  // the hidden product is among the candidates
};
CaseMeasures MeasureCases(std::span<const float> predicted, std::span<const ReplayCase> cases);

// `cases` by time; the first `fit` of them fit. Errors: those of the models; CANCELLED.
absl::StatusOr<RankerFit> FitOn(std::span<const ReplayCase> cases, std::size_t fit,
                                const RankerConfig& config, std::uint64_t seed,
                                const StepTimer* timer);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_RANKER_FIT_H_
