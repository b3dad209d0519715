// Items reached from a customer's items over the graph of who bought what: one step back to the
// customers who share an item, one step forth to what else they bought.
//
// With the matrix R (customers x items) and degrees d, the score of item j for a row x is
//   sum over customers u, items i of x_i d_i^-from R_ui d_u^-user R_uj d_j^-to
// which is the linear filter of GF-CF for exponents 1/2, 1, 1/2 (Shen et al. 2021, "How powerful is
// graph convolution for recommendation?") and link propagation for others (Fu et al. 2022,
// "Revisiting neighborhood-based link prediction for collaborative filtering"). A second term, of
// weight `low_pass`, is GF-CF's ideal low-pass filter: x D^-1/2 V V^T D^1/2 with V the leading
// right singular vectors of D_u^-1/2 R D_i^-1/2, found by subspace iteration from a seeded start
// (Halko, Martinsson, Tropp 2011).
//
// With `sharpen` = T above 0 both terms are then sharpened: each is followed by one step of
// Runge-Kutta of dr/dt = -r P over a time of T, with P the linear filter, which is a polynomial
// p(P) of degree four (Choi et al. 2023, "Blurring-sharpening process models for collaborative
// filtering"). For the low-pass term that is worked out in training. For the linear term P p(P) is
// taken as V (its value at P's eigenvalues) V^T on the leading vectors and as c P beyond them, with
// c = p at half the least eigenvalue among those, so that scoring stays one sparse step and a
// product.
//
// The model reads all customers' rows when it scores, so it is for benchmarks and batch jobs: a
// snapshot, which holds no row about a customer, has no place for it.
//
//   TSUGI_ASSIGN_OR_RETURN(const GraphFilter filter, TrainGraphFilter(interactions, {}));
//   filter.Score(items, workspace, scores);
//
// Thread safety: immutable; a workspace belongs to one thread.
#ifndef TSUGI_MODELS_GRAPH_FILTER_H_
#define TSUGI_MODELS_GRAPH_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "models/sparse_accumulator.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

// The defaults are GF-CF's published setting. `sharpen` needs low_pass and the exponents 1/2, 1,
// 1/2.
struct GraphFilterOptions {
  double from_exponent = 0.5;  // of the degree of the customer's items, in [0, 2]
  double user_exponent = 1.0;  // of the degree of customers on the way, in [0, 2]
  double to_exponent = 0.5;    // of the degree of the items reached, in [0, 2]
  double low_pass = 0.3;       // weight of the ideal low-pass filter, >= 0; 0: none
  std::uint32_t dim = 256;     // singular vectors of it, 1 to 2048; at most the matrix has
  double sharpen = 0.0;        // T, in [0, 2.7]; 0: not
  std::uint32_t iterations = 4;
  std::uint64_t seed = 1;  // of the subspace's start
};

class GraphFilter {
 public:
  struct Workspace {
    explicit Workspace(const GraphFilter& filter) : customers(filter.customers()) {}
    SparseAccumulator customers;
    std::vector<float> low;
    std::vector<float> scores;
  };

  // Scores of all items for a row of distinct items into out[items()]. A row that is one of the
  // training rows reaches itself, which only adds to its own items.
  void Score(std::span<const std::uint32_t> items, Workspace& workspace,
             std::span<float> out) const;

  // The same for rows [begin, end) of `rows` into out[(end - begin) x items()], row-major.
  void ScoreBatch(const SparseView& rows, std::size_t begin, std::size_t end, Workspace& workspace,
                  std::span<float> out) const;

  std::size_t customers() const { return rows_.rows(); }
  std::size_t items() const { return rows_.num_columns; }

 private:
  void ScoreLinear(std::span<const std::uint32_t> items, Workspace& workspace,
                   std::span<float> out) const;

  absl::Status SharpenBoth(std::vector<float>& basis, const GraphFilterOptions& options);

  friend absl::StatusOr<GraphFilter> TrainGraphFilter(const SparseView& interactions,
                                                      const GraphFilterOptions& options);
  SparseView rows_;
  SparseMatrix by_item_;
  std::vector<float> from_;  // d_i^-from by item
  std::vector<float> user_;  // d_u^-user by customer
  std::vector<float> to_;    // d_j^-to by item, times c where sharpened
  std::size_t dim_ = 0;      // 0: no low-pass filter
  // items x dim, row-major: D^-1/2 V for the way in, weight * D^1/2 V for the way out; sharpened
  // twice as wide, with the linear term's V beside it.
  std::vector<float> low_in_;
  std::vector<float> low_out_;
};

// `interactions`: customers x items, values ignored; must outlive the filter. Errors:
// INVALID_ARGUMENT for options out of range; INTERNAL where the subspace degenerates.
absl::StatusOr<GraphFilter> TrainGraphFilter(const SparseView& interactions,
                                             const GraphFilterOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_GRAPH_FILTER_H_
