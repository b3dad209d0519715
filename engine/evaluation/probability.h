// `tsugi evaluate probability`: is P, the probability that a product is the next one bought, true?
//
// Models are trained on what came before the test period and asked, by the code that serves, about
// each of its orders with two or more products that can be sold: a part of the order is the cart
// (for a share of known customers' orders there is none), all candidates get their P. Of the m
// products that are bought and not in the cart each is next with probability 1 / m, which is its
// label, as in training.
//
// With a base rate of a fraction of a per cent a small calibration error is no proof, so: the slope
// of the label on the logit of P (1 is right), the mean error over bins of equal size against the
// base rate, and the log loss against that of one probability for all, the test period's own base
// rate (no constant does better), with the interval of the difference by bootstrap over orders.
#ifndef TSUGI_ENGINE_EVALUATION_PROBABILITY_H_
#define TSUGI_ENGINE_EVALUATION_PROBABILITY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"
#include "engine/training/config.h"
#include "models/calibration.h"
#include "models/evaluation/metrics.h"

namespace tsugi {

struct ProbabilityOptions {
  absl::Time test_from;                            // REQUIRED; included
  absl::Time test_until = absl::InfiniteFuture();  // not included
  std::uint64_t seed = 1;
  std::uint32_t resamples = 1000;
  std::size_t bins = 10;
  TrainConfig config;
  std::function<void(double fraction)> progress;  // may be empty
  const std::atomic<bool>* cancelled = nullptr;
};

struct ProbabilityRow {
  std::string group;  // "all", or a placement and moment and who asks
  std::size_t orders = 0;
  std::size_t candidates = 0;
  double base_rate = 0;  // mean label of a candidate
  double mean_probability = 0;
  models::CalibrationReport calibration;
  double error_to_base = 0;  // calibration.expected_error / base_rate
  double base_log_loss = 0;  // of base_rate for all
  models::Interval gain;     // base_log_loss - log loss, a candidate; above 0: P knows something
};

struct ProbabilityTable {
  std::size_t orders = 0;
  std::string ranker;                // what training says of its ranker
  std::vector<ProbabilityRow> rows;  // "all" first; a group without orders or purchases is left out
};

// Errors: FAILED_PRECONDITION where the test period holds no such order, nothing came before it or
// none of the candidates was bought; CANCELLED; those of store and models.
absl::StatusOr<ProbabilityTable> EvaluateProbability(const Store& store,
                                                     const ProbabilityOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_PROBABILITY_H_
