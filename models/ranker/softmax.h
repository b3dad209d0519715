// The likelihood of a choice among the rows of a group, or of none of them (McFadden 1974; listwise
// learning as in Cao et al. 2007):
//   P(row) = exp(s) / (1 + sum of exp(s) over its group)
// A label is the probability that the row is the one chosen; what a group's labels lack to 1 is the
// probability that none is. So sums s are log odds against none.
#ifndef TSUGI_MODELS_RANKER_SOFTMAX_H_
#define TSUGI_MODELS_RANKER_SOFTMAX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi::models {

// The sum with which all rows together have the probability that the labels give them.
double SoftmaxBase(std::span<const float> labels, std::size_t groups);

// First and second derivatives of the negative log likelihood by each row's sum. What it was made
// from must outlive it.
class SoftmaxGradients {
 public:
  SoftmaxGradients(std::span<const float> labels, std::span<const std::uint32_t> group_sizes);

  void Compute(std::span<const float> sums);  // in parallel

  std::span<float> first() { return first_; }
  std::span<float> second() { return second_; }

 private:
  void OfGroup(std::span<const float> sums, std::size_t begin, std::size_t end);

  const std::span<const float> labels_;
  std::vector<std::size_t> begins_;  // groups + 1
  std::vector<float> first_;
  std::vector<float> second_;
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_SOFTMAX_H_
