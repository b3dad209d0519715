// What each simple model expects in a customer's next basket: the raw material from which
// next_basket.h makes candidates and features.
//
// Learners are customers whose next basket ("targets") is known. Whatever is learned from targets
// is asked about a learner as if that learner's were unknown: item shares come from the other
// folds, the regression leaves the learner out, neighbours are never oneself.
//
// Thread safety: immutable; a workspace belongs to one thread.
#ifndef TSUGI_MODELS_NEXT_BASKET_SOURCES_H_
#define TSUGI_MODELS_NEXT_BASKET_SOURCES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/co_purchase.h"
#include "models/item_regression.h"
#include "models/next_basket/histories.h"
#include "models/next_basket/target_regression.h"
#include "models/next_basket/transitions.h"
#include "models/next_basket/user_neighbours.h"
#include "models/sparse_accumulator.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

enum class BasketSource : std::uint8_t {
  kTargetShare,        // share of learners whose next basket holds the item
  kTargetWeight,       // the same, each learner's items weighing 1 / their number
  kTargetRegression,   // ridge from decayed history to targets
  kItemRegression,     // EASE over customers' histories
  kTransitions,        // from all of the customer's baskets, decayed
  kNewestTransitions,  // from the newest one
  kCoPurchase,         // cosine within baskets, decayed
  kNeighbourHistory,   // what similar customers bought
  kNeighbourTargets,   // what similar learners bought next
};
inline constexpr std::size_t kBasketSources = 9;

struct BasketSourceOptions {
  double decay = 0.8;              // of a basket by its age
  double target_l2 = 30;           // of the regression on targets
  double item_l2 = 200;            // of the item regression
  std::uint32_t neighbours = 300;  // customers
  std::uint32_t folds = 5;         // >= 2
  std::uint64_t seed = 1;          // of the folds
};

class BasketSources {
 public:
  struct Workspace {
    explicit Workspace(const BasketSources& sources);
    std::array<std::vector<float>, kBasketSources> scores;  // by source: one an item
    SparseAccumulator customers;
  };

  // `targets`: customers x items, an empty row where they are unknown. Both must outlive it.
  // Errors: INVALID_ARGUMENT for shapes that differ or no learner; those of the models.
  static absl::StatusOr<BasketSources> Train(const BasketHistories& histories,
                                             const SparseView& targets,
                                             const BasketSourceOptions& options);

  // Fills workspace.scores.
  void Score(std::uint32_t customer, Workspace& workspace) const;

  // Share of the learners who had the item in their history that bought it next; by the folds.
  float RepeatShare(std::uint32_t customer, std::uint32_t item) const {
    return ByFold(folds_of_items_.repeat, customer)[item];
  }

  const SparseView& targets() const { return targets_; }
  const BasketHistories& histories() const { return histories_; }
  SparseView decayed() const { return decayed_.View(); }
  SparseView counts() const { return counts_.View(); }
  const BasketCounts& item_counts() const { return item_counts_; }
  std::span<const float> self_transition() const { return transitions_.repeat_share; }

 private:
  // Shares of items by fold; the last one is of all learners.
  struct FoldShares {
    std::vector<std::vector<float>> share;
    std::vector<std::vector<float>> weight;
    std::vector<std::vector<float>> repeat;
  };

  BasketSources(const BasketHistories& histories, const SparseView& targets)
      : histories_(histories), targets_(targets) {}

  std::span<const float> ByFold(const std::vector<std::vector<float>>& shares,
                                std::uint32_t customer) const {
    return shares[fold_[customer]];
  }
  void CountTargets(const BasketSourceOptions& options);
  std::vector<float>& Scores(Workspace& workspace, BasketSource source) const {
    return workspace.scores[static_cast<std::size_t>(source)];
  }

  BasketHistories histories_;
  SparseView targets_;
  std::size_t neighbours_ = 0;
  SparseMatrix decayed_;
  SparseMatrix counts_;
  SparseMatrix unit_;  // decayed, divided by the root of its sum: what the regression reads
  BasketCounts item_counts_;
  std::vector<std::uint8_t> learns_;  // by customer
  std::vector<std::uint32_t> fold_;   // by customer; options.folds where the target is unknown
  FoldShares folds_of_items_;
  Transitions transitions_;
  ItemRegressionModel item_regression_;
  CoPurchaseModel co_purchase_;
  std::optional<UserNeighbours> user_neighbours_;
  std::optional<TargetRegression> target_regression_;
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_SOURCES_H_
