// The next basket: boosted trees over what many simple models expect of a customer's next order.
//
// Learned from customers whose next basket is known ("targets"); asked about any customer of the
// histories. Candidates are what the customer bought before and the best of each source
// (sources.h); each gets features of the pair, the customer and the item; trees turn them into the
// chance that it is in the next basket. Items that are no candidate follow behind, by their share
// of targets.
//
//   TSUGI_ASSIGN_OR_RETURN(const NextBasketModel model, TrainNextBasket(histories, targets, {}));
//   NextBasketModel::Workspace workspace(model);
//   model.Score(customer, workspace, scores);
//
// Thread safety: immutable; a workspace belongs to one thread.
#ifndef TSUGI_MODELS_NEXT_BASKET_NEXT_BASKET_H_
#define TSUGI_MODELS_NEXT_BASKET_NEXT_BASKET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "models/next_basket/sources.h"
#include "models/ranker/boosting.h"

namespace tsugi::models {

struct NextBasketOptions {
  BasketSourceOptions sources;
  // Chosen on the validation customers of Ta-Feng (docs/benchmarks.md).
  BoostingOptions boosting = {.rounds = 150,
                              .depth = 6,
                              .learning_rate = 0.05,
                              .min_child_weight = 20,
                              .feature_share = 0.4,
                              .l2 = 10,
                              .bins = 128};
  std::uint32_t bags = 1;     // models of different draws, averaged; >= 1
  double negatives = 0.3;     // share of candidates not bought that are learned from, in (0, 1]
  bool label_shares = false;  // labels of 1 / size of the target in place of 1
};

std::span<const std::string_view> NextBasketFeatureNames();

// Candidates of one customer, ascending, and their features, row-major.
struct BasketCandidates {
  std::vector<std::uint32_t> items;
  std::vector<float> features;
};

class NextBasketModel {
 public:
  using Workspace = BasketSources::Workspace;

  // Scores of all items into out[items]; higher is likelier.
  void Score(std::uint32_t customer, Workspace& workspace, std::span<float> out) const;

  const BasketSources& sources() const { return *sources_; }
  const std::vector<BoostedTrees>& trees() const { return trees_; }

 private:
  friend absl::StatusOr<NextBasketModel> TrainNextBasket(const BasketHistories& histories,
                                                         const SparseView& targets,
                                                         const NextBasketOptions& options);
  std::shared_ptr<const BasketSources> sources_;
  std::vector<BoostedTrees> trees_;
};

// Histories and targets (customers x items, an empty row where unknown) must outlive the model.
// Errors: INVALID_ARGUMENT for shapes and options; those of the models.
absl::StatusOr<NextBasketModel> TrainNextBasket(const BasketHistories& histories,
                                                const SparseView& targets,
                                                const NextBasketOptions& options);

// Fills workspace.scores, then candidates and features of a customer. For training and serving
// alike.
void MakeBasketCandidates(const BasketSources& sources, std::uint32_t customer,
                          BasketSources::Workspace& workspace, BasketCandidates& out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_NEXT_BASKET_H_
