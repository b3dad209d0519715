// The item regression of a model solved anew, with the orders that came after the model.
//
// A snapshot holds the Gram matrix G that its regression was solved from
// (models/item_regression.h). Added to G, the orders since give the weights that training on all
// orders would give, for products the model has never seen, too, without reading the history again.
// It takes about as long as the dense regression itself (half a second for 2,700 products on two
// cores), so it is done at boundaries, once in kSolvePeriod; orders since the boundary count by
// small steps (live_row.h).
//
// What is solved depends on the model, the boundary and the orders before it alone: orders are
// added by time, of equal ones by product id, new products stand by id behind the model's.
//
// Thread safety: LiveRegression is immutable.
#ifndef TSUGI_ENGINE_LIVE_LIVE_REGRESSION_H_
#define TSUGI_ENGINE_LIVE_LIVE_REGRESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/snapshot/model_set.h"

namespace tsugi {

// Seconds. The ranker is fitted on replays of windows of 14 days (engine/training/config.h), each
// with models of its beginning: so in serving the regression is as fresh as it was there.
inline constexpr std::uint32_t kSolvePeriod = 14 * 86'400;
// An answer counts on a boundary from so long after it on: time to solve before anybody asks.
inline constexpr std::uint32_t kSolveLag = 3'600;
// Items and new products together: beyond, the model's regression stays.
inline constexpr std::size_t kMostSolved = 8'000;

// The last boundary that an answer at `second` counts on, for a model that knows orders before
// `from`; boundaries are midnights (UTC). 0: none yet.
std::uint32_t SolveBoundary(std::uint32_t from, std::uint32_t second);

// Orders since a model, in its live numbers (slots): its items, then products it has never seen.
struct LiveOrders {
  struct Order {
    std::uint32_t second = 0;
    std::uint32_t count = 0;
    std::size_t first = 0;  // into `slots`
  };
  std::uint32_t before = 0;              // the boundary
  std::uint32_t num_slots = 0;           // every slot is below
  std::vector<std::uint32_t> strangers;  // slots of products that the model does not know, by id
  std::vector<Order> orders;
  std::vector<std::uint32_t> slots;
};

class LiveRegression {
 public:
  // REQUIRES: models.item_regression holds its Gram matrix. Errors: RESOURCE_EXHAUSTED beyond
  // kMostSolved; INTERNAL where the system cannot be solved.
  static absl::StatusOr<LiveRegression> Solve(const ModelSet& models, const LiveOrders& orders);

  std::uint32_t before() const { return before_; }  // orders before this second are in it
  // Ascending slots and their weights; empty for a product of after the boundary.
  std::span<const std::uint32_t> Targets(std::uint32_t slot) const { return Of(targets_, slot); }
  std::span<const float> Weights(std::uint32_t slot) const { return Of(weights_, slot); }

 private:
  template <typename T>
  std::span<const T> Of(const std::vector<T>& values, std::uint32_t slot) const {
    if (slot + std::size_t{1} >= offsets_.size()) return {};
    return std::span(values).subspan(offsets_[slot], offsets_[slot + 1] - offsets_[slot]);
  }

  std::uint32_t before_ = 0;
  std::vector<std::uint64_t> offsets_;  // by slot
  std::vector<std::uint32_t> targets_;
  std::vector<float> weights_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIVE_LIVE_REGRESSION_H_
