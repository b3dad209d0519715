#include "models/ranker/boosting.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "models/ranker/softmax.h"

namespace tsugi::models {
namespace {

constexpr std::uint32_t kMostRounds = 10000;
constexpr std::uint32_t kMostDepth = 16;
constexpr std::uint32_t kMostBins = 1024;

absl::Status FromXgboost(int code, const char* step) {
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("xgboost: ", step, ": ", XGBGetLastError()));
}

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

bool Within(double value, double low, double high) { return value >= low && value <= high; }

absl::Status CheckOptions(const BoostingOptions& options) {
  const auto bad = [](const char* name, const std::string& range) {
    return absl::InvalidArgumentError(absl::StrCat("boosting ", name, ": must be ", range));
  };
  if (!Within(options.rounds, 1, kMostRounds)) return bad("rounds", "1 to 10,000");
  if (!Within(options.depth, 1, kMostDepth)) return bad("depth", "1 to 16");
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    return bad("learning_rate", "above 0, at most 1");
  }
  if (!(options.row_share > 0 && options.row_share <= 1)) {
    return bad("row_share", "above 0, at most 1");
  }
  if (!(options.feature_share > 0 && options.feature_share <= 1)) {
    return bad("feature_share", "above 0, at most 1");
  }
  if (!(options.min_child_weight >= 0)) return bad("min_child_weight", "0 or more");
  if (!(options.l2 >= 0)) return bad("l2", "0 or more");
  if (!Within(options.bins, 2, kMostBins)) return bad("bins", "2 to 1024");
  if (options.threads == 0) return bad("threads", "1 or more");
  return absl::OkStatus();
}

bool AllFinite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

absl::Status CheckRows(const BoostingRows& rows, BoostingObjective objective) {
  const auto bad = [](const std::string& what) { return absl::InvalidArgumentError(what); };
  const std::size_t count = rows.labels.size();
  const bool ranking = objective == BoostingObjective::kNdcg;
  if (count == 0 || rows.num_features == 0) return bad("boosting: no rows or no features");
  if (rows.features.size() != count * rows.num_features) {
    return bad(absl::StrCat("boosting: ", rows.features.size(), " feature values for ", count,
                            " rows of ", rows.num_features));
  }
  const float most = ranking ? 31.0F : 1.0F;
  for (const float label : rows.labels) {
    if (!(label >= 0 && label <= most)) {
      return bad(absl::StrCat("boosting: label ", label, " is not in [0, ", most, "]"));
    }
  }
  if (!AllFinite(rows.features)) return bad("boosting: a feature is not finite");
  const bool grouping = objective != BoostingObjective::kLogistic;
  if (objective == BoostingObjective::kSoftmax && !rows.weights.empty()) {
    return bad("boosting: the softmax objective takes no weights");
  }
  const std::size_t weighed = ranking ? rows.group_sizes.size() : count;
  if (!rows.weights.empty() && rows.weights.size() != weighed) {
    return bad(absl::StrCat("boosting: ", rows.weights.size(), " weights for ", weighed));
  }
  for (const float weight : rows.weights) {
    if (!(weight >= 0) || !std::isfinite(weight)) return bad("boosting: a weight is negative");
  }
  const std::size_t grouped =
      std::accumulate(rows.group_sizes.begin(), rows.group_sizes.end(), std::size_t{0});
  if (grouping && grouped != count) {
    return bad(absl::StrCat("boosting: groups of ", grouped, " rows in all for ", count));
  }
  return absl::OkStatus();
}

// The logit of the mean label, so that the first tree starts from the base rate.
double MeanLabel(const BoostingRows& rows) {
  double sum = 0;
  double weight = 0;
  for (std::size_t r = 0; r < rows.labels.size(); ++r) {
    const double w = rows.weights.empty() ? 1.0 : double{rows.weights[r]};
    sum += w * double{rows.labels[r]};
    weight += w;
  }
  return std::clamp(weight > 0 ? sum / weight : 0.5, 1e-6, 1 - 1e-6);
}

absl::StatusOr<Matrix> MakeMatrix(const BoostingRows& rows) {
  DMatrixHandle handle = nullptr;
  TSUGI_RETURN_IF_ERROR(
      FromXgboost(XGDMatrixCreateFromMat(rows.features.data(), rows.labels.size(),
                                         rows.num_features, std::nanf(""), &handle),
                  "rows"));
  Matrix matrix(handle);
  TSUGI_RETURN_IF_ERROR(FromXgboost(
      XGDMatrixSetFloatInfo(handle, "label", rows.labels.data(), rows.labels.size()), "labels"));
  if (!rows.weights.empty()) {
    TSUGI_RETURN_IF_ERROR(FromXgboost(
        XGDMatrixSetFloatInfo(handle, "weight", rows.weights.data(), rows.weights.size()),
        "weights"));
  }
  if (!rows.group_sizes.empty()) {
    TSUGI_RETURN_IF_ERROR(FromXgboost(
        XGDMatrixSetUIntInfo(handle, "group", rows.group_sizes.data(), rows.group_sizes.size()),
        "groups"));
  }
  return matrix;
}

const char* ObjectiveName(BoostingObjective objective) {
  switch (objective) {
    case BoostingObjective::kLogistic:
      return "binary:logistic";
    case BoostingObjective::kNdcg:
      return "rank:ndcg";
    case BoostingObjective::kSoftmax:
      break;
  }
  return "reg:squarederror";  // gradients are ours, sums come as they are
}

// What sums start from, as XGBoost's base_score wants it: before the objective's own
// transformation.
double BaseScore(const BoostingRows& rows, BoostingObjective objective) {
  switch (objective) {
    case BoostingObjective::kLogistic:
      return MeanLabel(rows);
    case BoostingObjective::kNdcg:
      return 0;
    case BoostingObjective::kSoftmax:
      break;
  }
  return SoftmaxBase(rows.labels, rows.group_sizes.size());
}

absl::Status SetParameters(const BoostingOptions& options, double base, BoosterHandle booster) {
  const std::pair<const char*, std::string> parameters[] = {
      {"objective", ObjectiveName(options.objective)},
      {"base_score",
       absl::StrFormat("%.9g", static_cast<float>(base))},  // a float, to its last digit
      {"tree_method", "hist"},
      {"max_depth", absl::StrCat(options.depth)},
      {"eta", absl::StrCat(options.learning_rate)},
      {"min_child_weight", absl::StrCat(options.min_child_weight)},
      {"subsample", absl::StrCat(options.row_share)},
      {"colsample_bytree", absl::StrCat(options.feature_share)},
      {"lambda", absl::StrCat(options.l2)},
      {"max_bin", absl::StrCat(options.bins)},
      {"nthread", absl::StrCat(options.threads)},
      {"seed", absl::StrCat(options.seed & 0x7FFFFFFFU)},
      {"disable_default_eval_metric", "1"},
      {"verbosity", "0"},
  };
  for (const auto& [name, value] : parameters) {
    TSUGI_RETURN_IF_ERROR(FromXgboost(XGBoosterSetParam(booster, name, value.c_str()), name));
  }
  return absl::OkStatus();
}

// Of XGBoost's own JSON of a model, whose numbers read back exactly.
void AppendTree(const nlohmann::json& tree, BoostedTrees& out) {
  const auto& left = tree.at("left_children");
  const auto& right = tree.at("right_children");
  const auto& feature = tree.at("split_indices");
  const auto& condition = tree.at("split_conditions");
  for (std::size_t n = 0; n < left.size(); ++n) {
    TreeNode node;
    node.threshold = condition[n].get<float>();
    if (left[n].get<int>() >= 0) {
      node.feature = feature[n].get<std::uint32_t>();
      node.left = left[n].get<std::uint32_t>();
      node.right = right[n].get<std::uint32_t>();
    }
    out.nodes.push_back(node);
  }
  out.offsets.push_back(static_cast<std::uint32_t>(out.nodes.size()));
}

absl::StatusOr<BoostedTrees> ReadTrees(BoosterHandle booster, std::size_t num_features) {
  bst_ulong size = 0;
  const char* text = nullptr;
  TSUGI_RETURN_IF_ERROR(FromXgboost(
      XGBoosterSaveModelToBuffer(booster, "{\"format\": \"json\"}", &size, &text), "save"));
  BoostedTrees out;
  out.num_features = static_cast<std::uint32_t>(num_features);
  out.offsets.push_back(0);
  const nlohmann::json model = nlohmann::json::parse(text, text + size, nullptr, false);
  const nlohmann::json::json_pointer path("/learner/gradient_booster/model/trees");
  if (model.is_discarded() || !model.contains(path)) {
    return absl::InternalError("xgboost: its model is not in the expected form");
  }
  try {
    for (const nlohmann::json& tree : model[path]) AppendTree(tree, out);
  } catch (const nlohmann::json::exception& error) {
    return absl::InternalError(absl::StrCat("xgboost: its model: ", error.what()));
  }
  return out;
}

}  // namespace

float BoostedTrees::Margin(std::span<const float> row) const {
  float sum = base;
  for (std::size_t t = 0; t + 1 < offsets.size(); ++t) {
    const TreeNode* const tree = nodes.data() + offsets[t];
    const TreeNode* node = tree;
    while (!node->leaf()) {
      node = tree + (row[node->feature] < node->threshold ? node->left : node->right);
    }
    sum += node->threshold;
  }
  return sum;
}

void BoostedTrees::Margins(std::span<const float> features, std::span<float> margins) const {
  base::ParallelFor(margins.size(), /*grain=*/1024, [&](base::Chunk chunk) {
    for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
      margins[r] = Margin(features.subspan(r * num_features, num_features));
    }
  });
}

std::vector<std::uint32_t> BoostedTrees::Splits() const {
  std::vector<std::uint32_t> splits(num_features, 0);
  for (const TreeNode& node : nodes) {
    if (!node.leaf()) ++splits[node.feature];
  }
  return splits;
}

namespace {

// Valid until it is asked again.
absl::StatusOr<std::span<const float>> LibraryMargins(DMatrixHandle matrix, BoosterHandle booster) {
  constexpr int kMargins = 1;
  bst_ulong count = 0;
  const float* margins = nullptr;
  TSUGI_RETURN_IF_ERROR(FromXgboost(XGBoosterPredict(booster, matrix, kMargins, /*ntree_limit=*/0,
                                                     /*training=*/1, &count, &margins),
                                    "margins"));
  return std::span<const float>(margins, count);
}

absl::Status BoostOnce(const BoostingRows& rows, std::uint32_t round, DMatrixHandle matrix,
                       BoosterHandle booster, SoftmaxGradients* gradients) {
  if (gradients == nullptr) {
    return FromXgboost(XGBoosterUpdateOneIter(booster, static_cast<int>(round), matrix), "a round");
  }
  TSUGI_ASSIGN_OR_RETURN(const std::span<const float> margins, LibraryMargins(matrix, booster));
  gradients->Compute(margins);
  return FromXgboost(XGBoosterBoostOneIter(booster, matrix, gradients->first().data(),
                                           gradients->second().data(), rows.labels.size()),
                     "a round");
}

}  // namespace

absl::StatusOr<BoostedTrees> TrainBoostedTrees(const BoostingRows& rows,
                                               const BoostingOptions& options,
                                               std::vector<float>* library_margins) {
  TSUGI_RETURN_IF_ERROR(CheckOptions(options));
  TSUGI_RETURN_IF_ERROR(CheckRows(rows, options.objective));
  TSUGI_ASSIGN_OR_RETURN(const Matrix matrix, MakeMatrix(rows));
  const DMatrixHandle matrices[] = {matrix.get()};
  BoosterHandle handle = nullptr;
  TSUGI_RETURN_IF_ERROR(FromXgboost(XGBoosterCreate(matrices, 1, &handle), "booster"));
  const Booster booster(handle);
  const double base = BaseScore(rows, options.objective);
  TSUGI_RETURN_IF_ERROR(SetParameters(options, base, handle));
  std::optional<SoftmaxGradients> gradients;
  if (options.objective == BoostingObjective::kSoftmax) {
    gradients.emplace(rows.labels, rows.group_sizes);
  }
  for (std::uint32_t round = 0; round < options.rounds; ++round) {
    TSUGI_RETURN_IF_ERROR(BoostOnce(rows, round, matrix.get(), handle,
                                    gradients.has_value() ? &*gradients : nullptr));
    if (options.progress && !options.progress(round + 1)) {
      return absl::CancelledError(
          absl::StrCat("boosting cancelled after ", round + 1, " of ", options.rounds, " trees"));
    }
  }
  if (library_margins != nullptr) {
    TSUGI_ASSIGN_OR_RETURN(const std::span<const float> margins,
                           LibraryMargins(matrix.get(), handle));
    library_margins->assign(margins.begin(), margins.end());
  }
  TSUGI_ASSIGN_OR_RETURN(BoostedTrees trees, ReadTrees(handle, rows.num_features));
  trees.base = static_cast<float>(
      options.objective == BoostingObjective::kLogistic ? std::log(base / (1 - base)) : base);
  return trees;
}

}  // namespace tsugi::models
