// Implicit-feedback matrix factorisation by alternating least squares
// (Hu, Koren, Volinsky 2008; regularisation after Rendle et al. 2021, "Revisiting the performance
// of iALS on item recommendation benchmarks").
//
// Minimises over customer rows u and item rows v
//   sum over seen (alpha0 + w)(1 - u.v)^2 + sum over unseen alpha0 (u.v)^2
//   + sum over rows l2 * (entries of the row + alpha0 * rows on the other side)^l2_exponent *
//   |row|^2
// with w >= 0 the value of the entry (1 where the matrix has none), so decayed weights never make a
// system indefinite. The dot product of a customer row and an item row is an *affinity*: it ranks
// items, it is no probability (see ranker.h).
//
// While training, a side too large for the second cache is read in 16-bit floats (11 bits of
// precision; measured: NDCG unchanged in the fourth digit); factors, folding in and scores are
// 32-bit.
//
// Only item rows are kept: a customer's row is folded in when asked, by the same normal equations
// as in training.
//
//   TSUGI_ASSIGN_OR_RETURN(const IalsModel model, TrainIals(interactions, {.dim = 64}));
//   const IalsView view = model.View();
//   IalsWorkspace workspace;
//   TSUGI_RETURN_IF_ERROR(view.FoldIn(items, {}, workspace, row));
//   view.ScoreAll(row, scores);
//
// Thread safety: models and views are immutable; a workspace belongs to one thread.
#ifndef TSUGI_MODELS_IALS_H_
#define TSUGI_MODELS_IALS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/huge_pages.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

enum class IalsSolver : std::uint32_t {
  kConjugateGradient = 0,  // O(cg_steps * entries * dim) a row
  kCholesky = 1,           // exact: O(entries * dim^2 + dim^3) a row
};

struct IalsOptions {
  std::uint32_t dim = 64;          // width of a factor row, 1 to 2048
  std::uint32_t epochs = 16;       // >= 1
  double unobserved_weight = 0.1;  // alpha0: weight of a pair never seen, in (0, 1000]
  double l2 = 0.003;               // > 0
  double l2_exponent = 1.0;        // nu of Rendle et al., in [0, 2]; 0: plain ridge
  IalsSolver solver = IalsSolver::kConjugateGradient;
  std::uint32_t cg_steps = 3;  // passes a row and epoch in training, from the last epoch's row
  std::uint32_t fold_in_steps = 12;  // passes of a fold-in, which starts from nothing
  double init_stddev = 0.1;  // of a fresh row's length: entries are N(0, init_stddev^2 / dim)
  std::uint64_t seed = 1;    // equal seeds give equal factors on any number of threads
  std::uint64_t max_bytes = std::uint64_t{8} << 30;  // factors, copies, transpose; refused above
  // Called after each epoch on the calling thread with epochs done; false stops with CANCELLED.
  std::function<bool(std::uint32_t)> progress = nullptr;
};

// Options with the two weights that matter most set for the size of the data, as validation on two
// public sets (1,435 x 1,522 and 29,858 x 40,981) suggests: all unseen pairs together weigh 15
// times the seen ones, and the ridge falls with the cube root of the number of entries.
IalsOptions IalsOptionsFor(const SparseView& interactions, std::uint32_t dim);

// Memory that FoldIn reuses; grows to the longest row seen.
class IalsWorkspace {
 public:
  std::span<float> Floats(std::size_t count);  // contents undefined, 64-byte aligned

 private:
  base::HugeVector<float> storage_;
};

struct IalsView {
  std::uint32_t dim = 0;
  std::uint32_t num_items = 0;
  IalsSolver solver = IalsSolver::kConjugateGradient;
  std::uint32_t fold_in_steps = 12;
  double unobserved_weight = 0;
  double l2 = 0;
  double l2_exponent = 0;
  std::span<const float> item_factors;  // num_items x dim
  // dim: the diagonal of unobserved_weight * item_factors^T item_factors. Factors are stored in the
  // basis in which that matrix is diagonal (dot products are the same in any), so a fold-in never
  // meets a dense matrix.
  std::span<const float> gramian;

  // The customer's row for these items (distinct; empty weights: 1) into row[dim]; no item gives
  // the zero row. Errors: INVALID_ARGUMENT for an item out of range, a weight that is negative or
  // not finite; INTERNAL where the factorisation fails.
  absl::Status FoldIn(std::span<const std::uint32_t> items, std::span<const float> weights,
                      IalsWorkspace& workspace, std::span<float> row) const;

  float Score(std::span<const float> row, std::uint32_t item) const;
  // scores[i] = row . item_factors[items[i]]
  void ScoreItems(std::span<const float> row, std::span<const std::uint32_t> items,
                  std::span<float> scores) const;
  // All items, into scores[num_items].
  void ScoreAll(std::span<const float> row, std::span<float> scores) const;
  // All items for several customers: rows (count x dim) into scores (count x num_items). Several
  // times faster a customer than ScoreAll; the last bits may differ.
  void ScoreBatch(std::span<const float> rows, std::span<float> scores) const;
};

struct IalsModel {
  std::uint32_t dim = 0;
  std::uint32_t num_items = 0;
  IalsSolver solver = IalsSolver::kConjugateGradient;
  std::uint32_t fold_in_steps = 12;
  double unobserved_weight = 0;
  double l2 = 0;
  double l2_exponent = 0;
  std::vector<float> item_factors;
  std::vector<float> gramian;

  IalsView View() const;
};

// `interactions`: customers x items. Errors: INVALID_ARGUMENT for options or matrices out of range;
// RESOURCE_EXHAUSTED above max_bytes; INTERNAL where a factorisation fails or a factor is not
// finite; CANCELLED.
absl::StatusOr<IalsModel> TrainIals(const SparseView& interactions, const IalsOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_IALS_H_
