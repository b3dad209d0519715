// What an approach brought: outcomes of the customers it was made to, against those of the control
// group who were left alone. Assignment must have been random; then the difference is the effect.
//
// A rate is between 0 and 1, an effect the difference treated - control in the outcome's own unit
// (0.05 is five percentage points). Intervals are two-sided, `level` 0.95 by default.
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_UPLIFT_EFFECT_H_
#define TSUGI_MODELS_UPLIFT_EFFECT_H_

#include <cstdint>
#include <span>

namespace tsugi::models {

struct ConfidenceInterval {
  double low = 0;
  double high = 0;

  bool Contains(double value) const { return low <= value && value <= high; }
};

struct Effect {
  double value = 0;
  double standard_error = 0;
  ConfidenceInterval interval;

  // Not to be put down to chance, at the interval's level.
  bool Clear() const { return !interval.Contains(0); }
};

// How many of how many; weights may stand for customers.
struct Proportion {
  double successes = 0;
  double trials = 0;

  double Rate() const { return trials > 0 ? successes / trials : 0; }
};

// The score interval (Wilson 1927): inside [0, 1] and not empty for 0 or all successes; [0, 1] for
// no trials.
ConfidenceInterval RateInterval(const Proportion& proportion, double level = 0.95);

// The difference of two rates with the hybrid score interval (Newcombe 1998, method 10), which
// holds its level for small groups and rates near 0. Without trials in a group: 0 within [-1, 1].
Effect RateDifference(const Proportion& treated, const Proportion& control, double level = 0.95);

// Count, mean and sum of squared deviations of values seen one by one (Welford 1962).
class Moments {
 public:
  void Add(double value);

  double count() const { return count_; }
  double mean() const { return mean_; }
  double Variance() const { return count_ > 1 ? squares_ / (count_ - 1) : 0; }  // unbiased
  double StandardError() const;

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

// Mean with Student's interval; of fewer than two values it is unbounded.
Effect MeanEstimate(const Moments& moments, double level = 0.95);

// The difference of two means with unequal variances (Welch 1947). With fewer than two values in a
// group nothing is known: the interval is unbounded.
Effect MeanDifference(const Moments& treated, const Moments& control, double level = 0.95);

// The same by the percentile bootstrap (Efron 1979): for means of few, very skewed values, such as
// the spend of customers most of whom spend nothing. The seed decides all. Without values in a
// group the interval is unbounded.
struct ResampleOptions {
  int resamples = 2000;
  double level = 0.95;
  std::uint64_t seed = 1;
};
Effect BootstrapMeanDifference(std::span<const double> treated, std::span<const double> control,
                               const ResampleOptions& options = {});

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_UPLIFT_EFFECT_H_
