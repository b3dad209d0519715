// One replayed order: its candidates' features and what became of them.
#ifndef TSUGI_ENGINE_TRAINING_REPLAY_CASE_H_
#define TSUGI_ENGINE_TRAINING_REPLAY_CASE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/candidates/bound_model.h"
#include "engine/history/order_history.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "engine/training/config.h"

namespace tsugi {

inline constexpr std::array<std::string_view, 6> kSourceNames = {
    "popularity", "recent", "co_purchase", "confidence", "item_regression", "ials"};

struct ReplayCase {
  std::vector<float> columns;  // of features; the stride is models::ColumnStride(labels.size())
  std::vector<float> labels;   // 1 / m for a product bought and not in the cart, else 0
  std::vector<std::array<float, kSourceNames.size()>> sources;
  std::size_t hidden = 0;  // the candidate that was hidden; labels.size(): not among them
};

// What the order's customer would have asked in the instant before it, when it was not yet known,
// with these products in the cart. REQUIRES: the read lock of the index.
absl::StatusOr<Context> ContextBefore(const OrderHistory& history, const FactIndex& index,
                                      std::uint32_t order, std::span<const std::uint32_t> cart);

class Replayer {
 public:
  // All must outlive it. REQUIRES: `model` is bound to `index`.
  Replayer(const OrderHistory& history, const FactIndex& index, const BoundModel& model,
           const RankerConfig& config, std::uint64_t seed);

  // Candidates stand by product id, so that nothing depends on how the index numbers products.
  // REQUIRES: the read lock of the index. Safe for concurrent use.
  // `cart`: the how-manieth cart of that order; another one hides another product.
  absl::StatusOr<ReplayCase> Replay(std::uint32_t order, std::uint32_t cart) const;

 private:
  const OrderHistory& history_;
  const FactIndex& index_;
  const BoundModel& model_;
  const RankerConfig& config_;
  const std::uint64_t seed_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_REPLAY_CASE_H_
