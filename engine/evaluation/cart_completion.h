// Cart completion: how well a model guesses what else is in an order.
//
// Orders of the test period with two or more distinct products that can be sold; by the seed, one
// is hidden and up to ten of the others, shuffled, are the cart; the customer and the order's time
// are given. All products not in the cart are ranked; a hidden product that a model does not know
// is a miss. The rank of the hidden one, ties counted half, decides the measures. Splits are by
// time: a model is trained on what came before the orders it is asked about.
//
// Rows: popularity, personal frequency (in how many of the customer's earlier orders, then by
// popularity), three measures of co-purchase over the whole pair matrix, item regression, factors
// folded in from cart and history, and `combined`: what the server would answer, candidates
// by their probability of purchase, and behind them all other products by popularity. `combined`
// and `item_regression, live` count the orders between training and case (engine/live), as a server
// does; `combined, not live` does not.
#ifndef TSUGI_ENGINE_EVALUATION_CART_COMPLETION_H_
#define TSUGI_ENGINE_EVALUATION_CART_COMPLETION_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"
#include "engine/training/config.h"
#include "models/evaluation/metrics.h"

namespace tsugi {

struct CartCompletionOptions {
  absl::Time test_from;                            // REQUIRED; included
  absl::Time test_until = absl::InfiniteFuture();  // not included
  // Models are trained anew every so often within the test period; infinite: once, at test_from.
  absl::Duration retrain_every = absl::InfiniteDuration();
  std::uint64_t seed = 1;
  std::uint32_t resamples = 1000;  // of the bootstrap
  TrainConfig config;
  std::function<void(double fraction)> progress;  // may be empty
  const std::atomic<bool>* cancelled = nullptr;
};

enum class CartMeasure : std::uint8_t { kHitAt5, kHitAt10, kReciprocalRank, kNdcgAt10 };
inline constexpr std::size_t kCartMeasures = 4;
inline constexpr std::array<const char*, kCartMeasures> kCartMeasureNames = {"hr@5", "hr@10", "mrr",
                                                                             "ndcg@10"};

struct CartCompletionRow {
  std::string model;
  std::array<models::Interval, kCartMeasures> measures;  // by CartMeasure
  // HR@10 of `combined` less this model's on the same orders; zero for combined itself.
  models::Interval combined_lead;
};

struct CartCompletionTable {
  std::size_t cases = 0;
  std::size_t unknown = 0;  // of them: the hidden product was never sold before training ended
  std::size_t trainings = 0;
  std::string ranker;  // what the last training says of its ranker
  std::vector<CartCompletionRow> rows;
};

// Errors: FAILED_PRECONDITION where the test period holds no such order or nothing came before it;
// CANCELLED; those of store and models.
absl::StatusOr<CartCompletionTable> EvaluateCartCompletion(const Store& store,
                                                           const CartCompletionOptions& options);

// One order with a product hidden. Numbers are the history's.
struct CartCase {
  std::uint32_t order = 0;
  std::uint32_t hidden = 0;
  std::vector<std::uint32_t> cart;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_CART_COMPLETION_H_
