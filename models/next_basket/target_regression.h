// Ridge regression from what customers bought to what they bought next.
//
// With customers' vectors M (learners x items), targets Y and their mean p, the prediction for a
// vector m is p + m A with A = (M^T M + l2 I)^-1 M^T (Y - 1 p^T). It is computed as a weighted sum
// over learners, w_v = m (M^T M + l2 I)^-1 m_v, so A is never held. For a learner itself the
// prediction is that of a regression without it, by the closed form for ridge (Allen 1974, PRESS):
// its own term is left out and the rest divided by 1 - w_own; so learners can be training rows of
// a second model.
//
// Memory: 4 items^2 bytes (and as much again while training); time items^3.
//
// Thread safety: immutable.
#ifndef TSUGI_MODELS_NEXT_BASKET_TARGET_REGRESSION_H_
#define TSUGI_MODELS_NEXT_BASKET_TARGET_REGRESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

struct TargetRegressionOptions {
  double l2 = 30;                    // > 0
  std::uint32_t max_items = 20'000;  // refused above
};

class TargetRegression {
 public:
  // `vectors` and `targets`: customers x items; both must outlive it. Learners are the customers
  // with targets. Errors: INVALID_ARGUMENT, RESOURCE_EXHAUSTED above max_items, INTERNAL where the
  // factorisation fails.
  static absl::StatusOr<TargetRegression> Train(const SparseView& vectors,
                                                const SparseView& targets,
                                                const TargetRegressionOptions& options);

  // Predicted targets of a customer for all items into out[items].
  void Score(std::uint32_t customer, std::span<float> out) const;

 private:
  TargetRegression(const SparseView& vectors, const SparseView& targets)
      : vectors_(vectors), targets_(targets) {}

  SparseView vectors_;
  SparseView targets_;
  std::vector<std::uint32_t> learners_;
  std::vector<float> mean_;     // p
  std::vector<float> inverse_;  // items x items
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_TARGET_REGRESSION_H_
