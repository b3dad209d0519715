#include "models/next_basket/next_basket.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "models/logistic.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kGrain = 32;  // customers a parallel task

// Rows to learn from.
struct Rows {
  std::vector<float> features;
  std::vector<float> labels;
};

// All candidates bought, and a drawn share of the others.
void AppendRows(const BasketCandidates& candidates, std::span<const std::uint32_t> target,
                const NextBasketOptions& options, base::Random random, Rows& rows) {
  const std::size_t width = NextBasketFeatureNames().size();
  const float label = options.label_shares ? 1.0F / static_cast<float>(target.size()) : 1.0F;
  for (std::size_t r = 0; r < candidates.items.size(); ++r) {
    const bool bought = std::ranges::binary_search(target, candidates.items[r]);
    const bool drawn = random.Chance(options.negatives);
    if (!bought && !drawn) continue;
    const auto row = std::span(candidates.features).subspan(r * width, width);
    rows.features.insert(rows.features.end(), row.begin(), row.end());
    rows.labels.push_back(bought ? label : 0.0F);
  }
}

Rows MakeRows(const BasketSources& sources, const NextBasketOptions& options) {
  const SparseView& targets = sources.targets();
  std::vector<Rows> parts((targets.rows() + kGrain - 1) / kGrain);
  base::ParallelFor(targets.rows(), kGrain, [&](base::Chunk chunk) {
    BasketSources::Workspace workspace(sources);
    BasketCandidates candidates;
    for (std::size_t c = chunk.begin; c < chunk.end; ++c) {
      if (targets.Row(c).empty()) continue;
      MakeBasketCandidates(sources, static_cast<std::uint32_t>(c), workspace, candidates);
      AppendRows(candidates, targets.Row(c), options,
                 base::Random(base::Mix64(options.boosting.seed) ^ base::Mix64(c)),
                 parts[chunk.index]);
    }
  });
  Rows rows;
  for (Rows& part : parts) {
    rows.features.insert(rows.features.end(), part.features.begin(), part.features.end());
    rows.labels.insert(rows.labels.end(), part.labels.begin(), part.labels.end());
    part = Rows();
  }
  return rows;
}

}  // namespace

void NextBasketModel::Score(std::uint32_t customer, Workspace& workspace,
                            std::span<float> out) const {
  BasketCandidates candidates;
  MakeBasketCandidates(*sources_, customer, workspace, candidates);
  const std::vector<float>& shares =
      workspace.scores[static_cast<std::size_t>(BasketSource::kTargetShare)];
  std::ranges::copy(shares, out.begin());
  const std::size_t width = NextBasketFeatureNames().size();
  for (std::size_t r = 0; r < candidates.items.size(); ++r) {
    const auto row = std::span(candidates.features).subspan(r * width, width);
    double margin = 0;
    for (const BoostedTrees& trees : trees_) margin += static_cast<double>(trees.Margin(row));
    margin /= static_cast<double>(trees_.size());
    // A probability and 1 stands above every share.
    out[candidates.items[r]] = 1.0F + static_cast<float>(Sigmoid(margin));
  }
}

absl::StatusOr<NextBasketModel> TrainNextBasket(const BasketHistories& histories,
                                                const SparseView& targets,
                                                const NextBasketOptions& options) {
  if (!(options.negatives > 0 && options.negatives <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("negatives: ", options.negatives, " must be above 0, at most 1"));
  }
  if (options.bags == 0) return absl::InvalidArgumentError("bags: must be 1 or more");
  TSUGI_ASSIGN_OR_RETURN(BasketSources sources,
                         BasketSources::Train(histories, targets, options.sources));
  NextBasketModel model;
  model.sources_ = std::make_shared<const BasketSources>(std::move(sources));
  const Rows rows = MakeRows(*model.sources_, options);
  for (std::uint32_t bag = 0; bag < options.bags; ++bag) {
    BoostingOptions boosting = options.boosting;
    boosting.seed += bag;
    TSUGI_ASSIGN_OR_RETURN(BoostedTrees trees,
                           TrainBoostedTrees({.features = rows.features,
                                              .num_features = NextBasketFeatureNames().size(),
                                              .labels = rows.labels},
                                             boosting));
    model.trees_.push_back(std::move(trees));
  }
  return model;
}

}  // namespace tsugi::models
