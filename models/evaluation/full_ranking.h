// Full-ranking evaluation of interactions: for each customer with test items, all items but those
// of training are ranked by a model's scores, and the first k are held against the test items
// (the protocol of the LightGCN and BARS tables: no sampled candidates, means over customers).
//
// Ties count half, so a model of few distinct scores gets no luck.
#ifndef TSUGI_MODELS_EVALUATION_FULL_RANKING_H_
#define TSUGI_MODELS_EVALUATION_FULL_RANKING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/evaluation/metrics.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

// Scores of customers [begin, end) for all items, row-major into scores[(end - begin) x items].
// Called from several threads at once, never with overlapping rows.
using BatchScorer =
    std::function<void(std::size_t begin, std::size_t end, std::span<float> scores)>;

struct InteractionsReport {
  std::size_t k = 0;
  std::vector<std::uint32_t> customers;  // those with test items, ascending
  std::vector<double> recall;            // one a customer of the list, as the others
  std::vector<double> precision;
  std::vector<double> ndcg;
  std::vector<double> hit;

  double Recall() const;
  double Precision() const;
  double Ndcg() const;
  double HitRate() const;
};

// `train` and `test`: customers x items, equal shapes. Errors: INVALID_ARGUMENT for shapes that
// differ, k = 0, or no customer with test items.
absl::StatusOr<InteractionsReport> EvaluateInteractions(const SparseView& train,
                                                        const SparseView& test,
                                                        const BatchScorer& scorer, std::size_t k);

// The same for a factor model, whose score is the product of a customer's row and an item's: ranked
// by RankAll (rank_all.h), so that hardly any score is computed. Both are row-major, of `dim`.
absl::StatusOr<InteractionsReport> EvaluateFactors(const SparseView& train, const SparseView& test,
                                                   std::span<const float> customers,
                                                   std::span<const float> items, std::size_t dim,
                                                   std::size_t k);

// The models `tsugi evaluate interactions` knows by name. Each is trained on `train` with options
// that did well on a held-out tenth of two public training sets (see the .cc), and scores every
// customer from that customer's own training items.
//   popularity, co_purchase, item_regression, ials, graph_filter,
//   blend (item_regression + ials, standardised), graph_blend (graph_filter + both)
struct InteractionsModelOptions {
  std::string name;
  std::uint32_t dim = 64;  // of ials
  std::uint64_t seed = 1;
};
// Errors: INVALID_ARGUMENT for an unknown name, with the names there are; those of training. The
// scorer refers to `train`, which must outlive it.
absl::StatusOr<BatchScorer> TrainInteractionsModel(const SparseView& train,
                                                   const InteractionsModelOptions& options);

// Trains a model and measures it, in the way that suits it best.
absl::StatusOr<InteractionsReport> EvaluateInteractionsModel(
    const SparseView& train, const SparseView& test, const InteractionsModelOptions& options,
    std::size_t k);

// A tenth (`share`) of each customer's items moved to a validation part; customers keep at least
// one item. For choosing options without looking at a test part.
struct InteractionsSplit {
  SparseMatrix train;
  SparseMatrix validation;
};
InteractionsSplit SplitInteractions(const SparseView& interactions, double share,
                                    std::uint64_t seed);

// out += weight * (scores - mean) / standard deviation; nothing where all scores are equal.
void AddStandardised(std::span<const float> scores, float weight, std::span<float> out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_EVALUATION_FULL_RANKING_H_
