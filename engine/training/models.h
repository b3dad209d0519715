// Trains all models on a view of history, in memory.
//
//   const OrderHistory history = ...;
//   TSUGI_ASSIGN_OR_RETURN(auto models, TrainModels(history.AsOf(t), config, /*seed=*/1));
//   models->set() ...                      // as a snapshot would give it; no ranker yet
//
// Nothing of after the view's end enters. A history without orders gives models without items.
//
// Thread safety: TrainedModels is immutable once it is shared.
#ifndef TSUGI_ENGINE_TRAINING_MODELS_H_
#define TSUGI_ENGINE_TRAINING_MODELS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/history/baskets.h"
#include "engine/history/order_history.h"
#include "engine/lifetime_value/learn.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"
#include "engine/training/config.h"
#include "engine/training/progress.h"

namespace tsugi {

class TrainedModels {
 public:
  TrainedModels() = default;
  TrainedModels(const TrainedModels&) = delete;
  TrainedModels& operator=(const TrainedModels&) = delete;

  const ModelSet& set() const { return set_; }
  // Shares the ownership: for BoundModel::Bind.
  static std::shared_ptr<const ModelSet> SetOf(std::shared_ptr<const TrainedModels> models) {
    const ModelSet* set = &models->set_;
    return {std::move(models), set};
  }

  void SetRanker(models::RankerModel ranker);
  // What was learned of habits takes the place of behaviour's own; `beginnings` is empty where
  // habits.begins is 0.
  void SetBehaviour(Behaviour behaviour, Habits habits, Beginnings beginnings);
  void SetAcceptance(AcceptanceModel acceptance);

  // For reports.
  std::uint64_t rows() const { return rows_; }                  // orders with an item
  std::uint64_t interactions() const { return interactions_; }  // (customer, item) pairs
  const std::string& regression_form() const { return regression_.form_reason; }

 private:
  friend class ModelTrainer;

  models::PopularityModel popularity_;
  models::CoPurchaseModel co_purchase_;
  models::SegmentPairsModel segment_pairs_;
  models::ItemRegressionModel regression_;
  models::IalsModel ials_;
  models::TextLikenessModel names_;
  std::optional<models::RankerModel> ranker_;
  Habits habits_;
  Beginnings beginnings_;
  std::uint64_t rows_ = 0;
  std::uint64_t interactions_ = 0;
  ModelSet set_;
};

// Parts of the whole that the steps of one TrainModels take of StepTimer's total.
struct TrainShares {
  double total = 1;
  std::string prefix;  // of the steps' names
};

// `timer` may be null. `index`, from which products' names are read (its read lock is taken for
// moments), may be null: then no two names are alike. Errors: those of the models; CANCELLED.
absl::StatusOr<std::shared_ptr<TrainedModels>> TrainModels(
    const HistoryView& view, const TrainConfig& config, std::uint64_t seed,
    StepTimer* timer = nullptr, const TrainShares& shares = {}, const FactIndex* index = nullptr);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_MODELS_H_
