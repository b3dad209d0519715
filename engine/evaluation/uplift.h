// `tsugi evaluate uplift`: arms of a randomised trial, each against the control arm.
#ifndef TSUGI_ENGINE_EVALUATION_UPLIFT_H_
#define TSUGI_ENGINE_EVALUATION_UPLIFT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/uplift/effect.h"
#include "models/uplift/sample_size.h"

namespace tsugi {

struct UpliftOptions {
  std::string arm = "segment";  // column that names a customer's arm
  std::string control = "No E-Mail";
  std::vector<std::string> outcomes = {"visit", "conversion", "spend"};  // columns of numbers
  models::PowerOptions power;  // its level is that of all intervals
  int resamples = 1000;        // of the bootstrap
  std::uint64_t seed = 1;
};

// One arm of the trial and one outcome.
struct ArmOutcome {
  std::string arm;
  std::string outcome;
  bool rate = false;  // every value of the outcome is 0 or 1
  std::size_t customers = 0;
  double mean = 0;
  models::ConfidenceInterval interval;  // of the mean: Wilson's of a rate, else Student's
};

// An arm against the control arm.
struct ArmEffect {
  std::string arm;
  std::string outcome;
  bool rate = false;
  models::Effect effect;                       // Newcombe's of a rate, else Welch's
  std::optional<models::Effect> bootstrap;     // of an outcome that is no rate
  std::optional<std::int64_t> more_customers;  // until an effect as large as this would be clear
  std::string verdict;                         // in plain words
};

struct UpliftReport {
  std::size_t customers = 0;
  std::vector<ArmOutcome> outcomes;  // by outcome as asked, then the control arm, then by arm
  std::vector<ArmEffect> effects;
};

// Reads `path` (as of an import) and compares. Errors: those of the file; INVALID_ARGUMENT for a
// value that is no number; NOT_FOUND naming the arms there are where the control is none of them.
absl::StatusOr<UpliftReport> EvaluateUplift(const std::string& path, const UpliftOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_UPLIFT_H_
