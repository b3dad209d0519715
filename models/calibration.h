// Are predicted probabilities true? Measures of calibration, and two maps that repair it: Platt
// scaling (Platt 1999: a logistic curve through the logits) and isotonic regression (pool adjacent
// violators: any rising step function).
//
// Thread safety: free functions and immutable values.
#ifndef TSUGI_MODELS_CALIBRATION_H_
#define TSUGI_MODELS_CALIBRATION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi::models {

struct ReliabilityBin {
  double weight = 0;     // of its rows
  double predicted = 0;  // mean prediction
  double observed = 0;   // mean label
};

struct CalibrationReport {
  std::size_t rows = 0;
  double log_loss = 0;               // natural logarithm; predictions are cut to [1e-12, 1 - 1e-12]
  double brier = 0;                  // mean squared error
  double slope = 0;                  // of label on logit: 1 is right, below 1 over-confident
  double intercept = 0;              // of that regression: 0 is right
  double expected_error = 0;         // ECE over the bins: weighted mean |predicted - observed|
  std::vector<ReliabilityBin> bins;  // equal weight each, rising predictions; equal predictions
                                     // never part
};

// `labels` in [0, 1], `weights` >= 0 or empty. Slope and intercept are 1 and 0 apart from noise for
// a calibrated model, and NaN-free: 0 where the labels are all equal.
// Errors: INVALID_ARGUMENT for sizes or values out of range.
absl::StatusOr<CalibrationReport> MeasureCalibration(std::span<const float> probabilities,
                                                     std::span<const float> labels,
                                                     std::span<const float> weights,
                                                     std::size_t bins = 10);

struct PlattScaling {
  double slope = 1;
  double intercept = 0;

  float Apply(float probability) const;  // sigmoid(slope * logit(probability) + intercept)
};

absl::StatusOr<PlattScaling> FitPlatt(std::span<const float> probabilities,
                                      std::span<const float> labels,
                                      std::span<const float> weights);

struct IsotonicView {
  std::span<const float> inputs;   // strictly rising
  std::span<const float> outputs;  // rising, in [0, 1]

  float Apply(float input) const;  // linear between knots, flat outside
};

struct IsotonicModel {
  std::vector<float> inputs;
  std::vector<float> outputs;

  IsotonicView View() const { return {inputs, outputs}; }
};

absl::StatusOr<IsotonicModel> FitIsotonic(std::span<const float> inputs,
                                          std::span<const float> labels,
                                          std::span<const float> weights);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CALIBRATION_H_
