// Gradient-boosted regression trees, trained by XGBoost (Chen, Guestrin 2016, "XGBoost: a scalable
// tree boosting system") through its C API with histogram splits.
//
// A row's margin is base + the sum of one leaf value a tree; with the logistic objective
// sigmoid(margin) is the predicted label, with the pairwise one a margin only ranks within a group,
// with softmax it is the log odds of the row against none of its group.
//
//   TSUGI_ASSIGN_OR_RETURN(const BoostedTrees trees, TrainBoostedTrees(rows, {.rounds = 300}));
//   trees.Margins(features, margins);
//
// The number of threads is an option, not the machine's: XGBoost adds its histograms in an order
// that depends on it, so equal rows, options and seed give equal trees anywhere.
//
// Thread safety: trained trees are immutable; training is safe for concurrent use.
#ifndef TSUGI_MODELS_RANKER_BOOSTING_H_
#define TSUGI_MODELS_RANKER_BOOSTING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi::models {

enum class BoostingObjective : std::uint8_t {
  kLogistic = 0,  // labels in [0, 1]
  kNdcg = 1,      // LambdaMART within groups, labels are gains >= 0 (Burges 2010)
  kSoftmax = 2,   // a choice within each group, or none of it; see softmax.h
};

struct BoostingOptions {
  BoostingObjective objective = BoostingObjective::kLogistic;
  std::uint32_t rounds = 300;   // trees, 1 to 10,000
  std::uint32_t depth = 6;      // 1 to 16
  double learning_rate = 0.05;  // in (0, 1]
  double min_child_weight = 5;  // least sum of second derivatives in a leaf, >= 0
  double row_share = 0.8;       // drawn anew for each tree, in (0, 1]
  double feature_share = 0.6;   // the same of features
  double l2 = 1;                // of leaf values, >= 0
  std::uint32_t bins = 256;     // of a feature's histogram, 2 to 1024
  std::uint32_t threads = 2;    // >= 1; see above
  std::uint64_t seed = 1;       // of both draws
  // Called after each tree with trees done; false stops with CANCELLED.
  std::function<bool(std::uint32_t)> progress = nullptr;
};

// Rows to learn from; equal numbers of each. 8 bytes a value are taken while training.
struct BoostingRows {
  std::span<const float> features = {};  // rows x num_features, row-major, finite
  std::size_t num_features = 0;
  std::span<const float> labels = {};
  std::span<const float> weights = {};              // >= 0, one a row (kNdcg: a group); empty: 1
  std::span<const std::uint32_t> group_sizes = {};  // kNdcg, kSoftmax: rows stand group by group
};

// A row goes to `left` where its feature is less than the threshold, else to `right`. A leaf has no
// children (left = right = 0, which is never a child) and a value.
struct TreeNode {
  float threshold = 0;  // a leaf: its value
  std::uint32_t feature = 0;
  std::uint32_t left = 0;  // numbers within the tree; 0 is its root
  std::uint32_t right = 0;

  bool leaf() const { return left == 0; }
};

struct BoostedTrees {
  std::uint32_t num_features = 0;
  float base = 0;
  std::vector<std::uint32_t> offsets;  // trees + 1, into nodes
  std::vector<TreeNode> nodes;

  std::size_t num_trees() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  float Margin(std::span<const float> row) const;
  // margins.size() rows of features, row-major; in parallel.
  void Margins(std::span<const float> features, std::span<float> margins) const;
  // By feature: the times a tree splits on it.
  std::vector<std::uint32_t> Splits() const;
};

// `library_margins`, where given, gets what XGBoost itself predicts for the rows. Errors:
// INVALID_ARGUMENT for rows or options out of range; CANCELLED; INTERNAL with XGBoost's message.
absl::StatusOr<BoostedTrees> TrainBoostedTrees(const BoostingRows& rows,
                                               const BoostingOptions& options,
                                               std::vector<float>* library_margins = nullptr);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_BOOSTING_H_
