// The models of a cart-completion table as functions of one case: a score for every product of the
// history. Made for one training; see cart_completion.h for what each row is.
#ifndef TSUGI_ENGINE_EVALUATION_CART_SCORERS_H_
#define TSUGI_ENGINE_EVALUATION_CART_SCORERS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/candidates/bound_model.h"
#include "engine/evaluation/cart_completion.h"
#include "engine/history/order_history.h"
#include "engine/state/fact_index.h"
#include "engine/training/train.h"
#include "models/association.h"
#include "models/co_purchase.h"

namespace tsugi {

// Thread safety: Score is safe for concurrent use while the caller holds the index's read lock.
class CartScorers {
 public:
  // Trains as of the view's end. `index` and the view's history must outlive it.
  static absl::StatusOr<std::unique_ptr<CartScorers>> Train(const HistoryView& view,
                                                            FactIndex* index,
                                                            const CartCompletionOptions& options);

  static std::span<const std::string_view> Names();  // of the rows; `combined` is the last

  // Does the row count orders since the training?
  static bool IsLive(std::size_t model);

  // Does the training know the product?
  bool Knows(std::uint32_t product) const { return item_of_product_[product] != kNoIndex; }
  // A number for scores and ranks: an item of the training, or one behind them for a product that
  // was sold since; kNoIndex for others.
  std::uint32_t SlotOf(std::uint32_t product) const;
  std::size_t num_items() const { return product_of_item_.size(); }
  std::size_t num_slots() const { return num_slots_; }
  const RankerReport& ranker() const { return trained_.ranker; }

  // Before cases between these instants are scored; without the index's lock.
  void Prepare(base::Micros from, base::Micros until) const { bound_->PrepareBetween(from, until); }

  // Row `model` of Names(): scores of all slots into scores[num_slots()]; a row that is not live
  // gives those behind the items minus infinity.
  absl::Status Score(std::size_t model, const CartCase& one, std::span<float> scores) const;

 private:
  CartScorers(const HistoryView& view, FactIndex* index) : view_(view), index_(index) {}

  void NumberSlots();
  absl::Status ScoreFactors(const CartCase& one, std::span<const std::uint32_t> cart,
                            std::span<float> scores) const;
  absl::Status ScoreCombined(const CartCase& one, const BoundModel& model,
                             std::span<float> scores) const;
  void ScoreLiveRegression(const CartCase& one, std::span<float> scores) const;

  const HistoryView view_;
  FactIndex* const index_;
  TrainedSet trained_;
  std::unique_ptr<BoundModel> bound_;   // as served
  std::unique_ptr<BoundModel> frozen_;  // as trained
  models::PairCounts raw_pairs_;        // confidence, log-likelihood ratio
  models::PairCounts weighted_pairs_;   // cosine, as served
  std::vector<std::uint32_t> product_of_item_;
  std::vector<std::uint32_t> item_of_product_;
  std::vector<std::uint32_t> slot_of_product_;
  std::size_t num_slots_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_CART_SCORERS_H_
