#include "models/ranker/trees.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ranker/trees.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes, so that a row of kColumnLanes holds whole vectors.
using Tag = hn::CappedTag<float, kColumnLanes>;
using Vec = hn::Vec<Tag>;

// Values of kCount vectors of rows. Members, not an array: g++ 12 keeps arrays that a loop walks
// over in memory.
template <std::size_t kCount>
struct Rows {
  Vec first;
  Rows<kCount - 1> rest;

  static HWY_INLINE Rows Of(float value) {
    return {hn::Set(Tag(), value), Rows<kCount - 1>::Of(value)};
  }
  HWY_INLINE Rows Plus(const Rows& other) const {
    return {hn::Add(first, other.first), rest.Plus(other.rest)};
  }
  // These where the column is less than the threshold, else the others.
  HWY_INLINE Rows Below(Vec threshold, const float* column, const Rows& others) const {
    const auto below = hn::Lt(hn::LoadU(Tag(), column), threshold);
    return {hn::IfThenElse(below, first, others.first),
            rest.Below(threshold, column + hn::Lanes(Tag()), others.rest)};
  }
  HWY_INLINE void Store(float* to) const {
    hn::StoreU(first, Tag(), to);
    rest.Store(to + hn::Lanes(Tag()));
  }
};
template <>
struct Rows<0> {
  static HWY_INLINE Rows Of(float /*value*/) { return {}; }
  HWY_INLINE Rows Plus(const Rows& /*other*/) const { return {}; }
  HWY_INLINE Rows Below(Vec /*threshold*/, const float* /*column*/, const Rows& /*others*/) const {
    return {};
  }
  HWY_INLINE void Store(float* /*to*/) const {}
};

// One tree, for rows that begin at `columns`.
struct Tree {
  const std::uint32_t* features;
  const float* thresholds;
  const float* leaves;
  const float* columns;
  std::size_t stride;
};

// What the subtree below kNode gives to kCount vectors of rows.
template <std::size_t kDepth, std::size_t kNode, std::size_t kCount>
HWY_INLINE Rows<kCount> ValuesBelow(const Tree& tree) {
  constexpr std::size_t kInner = (std::size_t{1} << kDepth) - 1;
  if constexpr (kNode >= kInner) {
    return Rows<kCount>::Of(tree.leaves[kNode - kInner]);
  } else {
    const Rows<kCount> left = ValuesBelow<kDepth, 2 * kNode + 1, kCount>(tree);
    const Rows<kCount> right = ValuesBelow<kDepth, 2 * kNode + 2, kCount>(tree);
    return left.Below(hn::Set(Tag(), tree.thresholds[kNode]),
                      tree.columns + tree.features[kNode] * tree.stride, right);
  }
}

template <std::size_t kDepth, std::size_t kCount>
HWY_INLINE void SumRows(const TreesView& trees, const float* columns, std::size_t stride,
                        float* sums) {
  Rows<kCount> total = Rows<kCount>::Of(trees.base);
  const std::size_t inner = trees.inner_nodes();
  for (std::size_t t = 0; t < trees.num_trees; ++t) {
    total = total.Plus(ValuesBelow<kDepth, 0, kCount>(
        {trees.features.data() + t * inner, trees.thresholds.data() + t * inner,
         trees.leaves.data() + t * trees.num_leaves(), columns, stride}));
  }
  total.Store(sums);
}

// As many vectors of rows at once as there are, at most kMost: each split is then loaded once.
template <std::size_t kDepth, std::size_t kMost>
void SumAll(const TreesView& trees, const FeatureColumns& columns, std::size_t row, float* sums) {
  const std::size_t step = kMost * hn::Lanes(Tag());
  const float* const values = columns.values.data();
  for (; row + step <= columns.stride; row += step) {
    SumRows<kDepth, kMost>(trees, values + row, columns.stride, sums + row);
  }
  if constexpr (kMost > 1) {
    if (row < columns.stride) SumAll<kDepth, kMost - 1>(trees, columns, row, sums);
  }
}

// Deeper trees are rare, and the code for several vectors at once would be large.
void SumOnVectors(const TreesView& trees, const FeatureColumns& columns, float* sums) {
  switch (trees.depth) {
    case 1:
      return SumAll<1, 4>(trees, columns, 0, sums);
    case 2:
      return SumAll<2, 4>(trees, columns, 0, sums);
    case 3:
      return SumAll<3, 4>(trees, columns, 0, sums);
    case 4:
      return SumAll<4, 4>(trees, columns, 0, sums);
    case 5:
      return SumAll<5, 1>(trees, columns, 0, sums);
    default:
      return SumAll<6, 1>(trees, columns, 0, sums);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(SumOnVectors);

namespace {

std::uint32_t DepthOf(std::span<const TreeNode> tree, std::uint32_t node) {
  if (tree[node].leaf()) return 0;
  return 1 + std::max(DepthOf(tree, tree[node].left), DepthOf(tree, tree[node].right));
}

// Puts the subtree of node `from` at node `to` of the full tree that begins at the offsets.
struct Placement {
  std::span<const TreeNode> tree;
  std::span<std::uint32_t> features;
  std::span<float> thresholds;
  std::span<float> leaves;

  void Place(std::uint32_t from, std::size_t to) const {
    const TreeNode& node = tree[from];
    if (to >= features.size()) {
      leaves[to - features.size()] = node.threshold;
      return;
    }
    if (!node.leaf()) {
      features[to] = node.feature;
      thresholds[to] = node.threshold;
    }
    Place(node.leaf() ? from : node.left, 2 * to + 1);
    Place(node.leaf() ? from : node.right, 2 * to + 2);
  }
};

}  // namespace

absl::StatusOr<TreesModel> FlattenTrees(const BoostedTrees& trees) {
  TreesModel model;
  model.depth = 1;
  model.num_trees = static_cast<std::uint32_t>(trees.num_trees());
  model.base = trees.base;
  const auto tree = [&](std::size_t t) {
    return std::span(trees.nodes)
        .subspan(trees.offsets[t], trees.offsets[t + 1] - trees.offsets[t]);
  };
  for (std::size_t t = 0; t < trees.num_trees(); ++t) {
    model.depth = std::max(model.depth, DepthOf(tree(t), 0));
  }
  if (model.depth > kDeepestTree) {
    return absl::InvalidArgumentError(
        absl::StrCat("trees: a depth of ", model.depth, " is more than ", kDeepestTree));
  }
  const std::size_t inner = model.View().inner_nodes();
  const std::size_t leaves = model.View().num_leaves();
  model.features.resize(inner * model.num_trees, 0);
  model.thresholds.resize(inner * model.num_trees, std::numeric_limits<float>::infinity());
  model.leaves.resize(leaves * model.num_trees, 0.0F);
  for (std::size_t t = 0; t < trees.num_trees(); ++t) {
    Placement{tree(t), std::span(model.features).subspan(t * inner, inner),
              std::span(model.thresholds).subspan(t * inner, inner),
              std::span(model.leaves).subspan(t * leaves, leaves)}
        .Place(0, 0);
  }
  return model;
}

void SumTrees(const TreesView& trees, const FeatureColumns& columns, std::span<float> sums) {
  constexpr std::uint32_t kUnrolled = 6;
  if (trees.depth > kUnrolled || trees.depth == 0) return SumTreesByWalking(trees, columns, sums);
  HWY_DYNAMIC_DISPATCH(SumOnVectors)(trees, columns, sums.data());
}

void SumTreesByWalking(const TreesView& trees, const FeatureColumns& columns,
                       std::span<float> sums) {
  const std::size_t inner = trees.inner_nodes();
  for (std::size_t r = 0; r < columns.rows; ++r) {
    float sum = trees.base;
    for (std::size_t t = 0; t < trees.num_trees; ++t) {
      std::size_t node = 0;
      while (node < inner) {
        const std::size_t feature = trees.features[t * inner + node];
        const bool left =
            columns.values[feature * columns.stride + r] < trees.thresholds[t * inner + node];
        node = 2 * node + (left ? 1 : 2);
      }
      sum += trees.leaves[t * trees.num_leaves() + node - inner];
    }
    sums[r] = sum;
  }
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
