// Boosted trees as flat arrays, and their prediction.
//
// Every tree is a full binary tree of `depth` levels: its 2^depth - 1 inner nodes stand level by
// level (children of node n: 2n + 1 and 2n + 2), then come its 2^depth leaves from left to right. A
// row goes left where its feature is less than the threshold. A branch that ended early has
// thresholds of +infinity and the same value in all its leaves, so no walk ends early and none
// needs an index: a vector of rows evaluates the inner nodes from the bottom up, each choosing
// between the values of its two children. Values are chosen, not computed, and added in the order
// of the trees: the result is that of the walk to the last bit, on every instruction set.
//
// Thread safety: views are immutable; free functions.
#ifndef TSUGI_MODELS_RANKER_TREES_H_
#define TSUGI_MODELS_RANKER_TREES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/ranker/boosting.h"

namespace tsugi::models {

inline constexpr std::uint32_t kDeepestTree = 8;

// Features of one request's candidates, a column each: feature f of row r is values[f * stride +
// r]. The stride is a multiple of kColumnLanes; what lies between rows and stride may be any
// number.
inline constexpr std::size_t kColumnLanes = 16;
constexpr std::size_t ColumnStride(std::size_t rows) {
  return (rows + kColumnLanes - 1) / kColumnLanes * kColumnLanes;
}
struct FeatureColumns {
  std::span<const float> values;
  std::size_t rows = 0;
  std::size_t stride = 0;
};

struct TreesView {
  std::uint32_t depth = 0;  // 1 to kDeepestTree
  std::uint32_t num_trees = 0;
  float base = 0;                           // added to every sum
  std::span<const std::uint32_t> features;  // num_trees x (2^depth - 1)
  std::span<const float> thresholds;        // the same
  std::span<const float> leaves;            // num_trees x 2^depth

  std::size_t inner_nodes() const { return (std::size_t{1} << depth) - 1; }
  std::size_t num_leaves() const { return std::size_t{1} << depth; }
};

struct TreesModel {
  std::uint32_t depth = 0;
  std::uint32_t num_trees = 0;
  float base = 0;
  std::vector<std::uint32_t> features;
  std::vector<float> thresholds;
  std::vector<float> leaves;

  TreesView View() const { return {depth, num_trees, base, features, thresholds, leaves}; }
};

// Errors: INVALID_ARGUMENT for trees deeper than kDeepestTree.
absl::StatusOr<TreesModel> FlattenTrees(const BoostedTrees& trees);

// sums[r] of each row, on the widest vectors that the processor has. REQUIRES: sums.size() =
// columns.stride, the features of the trees are among the columns.
void SumTrees(const TreesView& trees, const FeatureColumns& columns, std::span<float> sums);

// The same by walking each tree for each row: what SumTrees is tested against.
void SumTreesByWalking(const TreesView& trees, const FeatureColumns& columns,
                       std::span<float> sums);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_TREES_H_
