#include "engine/evaluation/cart_completion.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/parallel_status.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/evaluation/cart_scorers.h"
#include "engine/history/cart_split.h"
#include "engine/training/train.h"

namespace tsugi {
namespace {

constexpr std::size_t kCartAtMost = 10;
constexpr std::size_t kChunk = 16;  // cases a parallel task

std::vector<CartCase> MakeCases(const OrderHistory& history, base::Micros from, base::Micros until,
                                std::uint64_t seed) {
  std::vector<CartCase> cases;
  const std::vector<base::Micros>& times = history.columns().times;
  const auto first = std::lower_bound(times.begin(), times.end(), from);
  const auto last = std::lower_bound(first, times.end(), until);
  for (auto it = first; it != last; ++it) {
    const auto order = static_cast<std::uint32_t>(it - times.begin());
    base::Random random(base::Mix64(seed) ^ base::Mix64(order));
    CartSplit split = SplitCart(history, order, kCartAtMost, random);
    if (split.cart.empty()) continue;
    cases.push_back({order, split.hidden, std::move(split.cart)});
  }
  return cases;
}

// By row of CartScorers::Names(): the hidden product's rank in each case, infinite for a miss.
class Ranks {
 public:
  explicit Ranks(std::size_t cases)
      : ranks_(CartScorers::Names().size(),
               std::vector<double>(cases, std::numeric_limits<double>::infinity())) {}

  // Fills the ranks of cases [begin, begin + cases.size()).
  absl::Status Measure(const CartScorers& scorers, std::span<const CartCase> cases,
                       std::size_t begin) {
    return base::ParallelForStatus(cases.size(), kChunk, [&](base::Chunk chunk) {
      std::vector<float> scores(scorers.num_slots());
      std::vector<std::uint8_t> excluded(scorers.num_slots());
      for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
        TSUGI_RETURN_IF_ERROR(MeasureOne(scorers, cases[i], begin + i, scores, excluded));
      }
      return absl::OkStatus();
    });
  }

  std::vector<double> Values(std::size_t row, CartMeasure measure) const {
    std::vector<double> values;
    values.reserve(ranks_[row].size());
    for (const double rank : ranks_[row]) values.push_back(Value(rank, measure));
    return values;
  }

 private:
  static double Value(double rank, CartMeasure measure) {
    switch (measure) {
      case CartMeasure::kHitAt5:
        return models::HitAt(rank, 5);
      case CartMeasure::kHitAt10:
        return models::HitAt(rank, 10);
      case CartMeasure::kReciprocalRank:
        return models::ReciprocalRank(rank);
      case CartMeasure::kNdcgAt10:
        return models::NdcgAt(rank, 10);
    }
    return 0;
  }

  absl::Status MeasureOne(const CartScorers& scorers, const CartCase& one, std::size_t at,
                          std::span<float> scores, std::vector<std::uint8_t>& excluded) {
    const std::uint32_t hidden = scorers.SlotOf(one.hidden);
    if (hidden == kNoIndex) return absl::OkStatus();
    std::fill(excluded.begin(), excluded.end(), std::uint8_t{0});
    for (const std::uint32_t product : one.cart) {
      const std::uint32_t slot = scorers.SlotOf(product);
      if (slot != kNoIndex) excluded[slot] = 1;
    }
    for (std::size_t row = 0; row < ranks_.size(); ++row) {
      if (!CartScorers::IsLive(row) && hidden >= scorers.num_items()) continue;
      TSUGI_RETURN_IF_ERROR(scorers.Score(row, one, scores));
      ranks_[row][at] = models::RankOf(scores, hidden, excluded);
    }
    return absl::OkStatus();
  }

  std::vector<std::vector<double>> ranks_;
};

absl::Status FillRows(const Ranks& ranks, const CartCompletionOptions& options,
                      CartCompletionTable& table) {
  const std::span<const std::string_view> names = CartScorers::Names();
  const models::BootstrapOptions bootstrap = {.resamples = options.resamples, .seed = options.seed};
  const std::vector<double> combined = ranks.Values(names.size() - 1, CartMeasure::kHitAt10);
  for (std::size_t row = 0; row < names.size(); ++row) {
    CartCompletionRow& out = table.rows.emplace_back();
    out.model = std::string(names[row]);
    for (std::size_t m = 0; m < kCartMeasures; ++m) {
      TSUGI_ASSIGN_OR_RETURN(
          out.measures[m],
          models::BootstrapMean(ranks.Values(row, static_cast<CartMeasure>(m)), bootstrap));
    }
    TSUGI_ASSIGN_OR_RETURN(
        out.combined_lead,
        models::BootstrapDifference(combined, ranks.Values(row, CartMeasure::kHitAt10), bootstrap));
  }
  return absl::OkStatus();
}

// Instants at which models are trained; the last one is the end of the test period.
std::vector<base::Micros> TrainingTimes(const CartCompletionOptions& options, base::Micros end) {
  std::vector<base::Micros> times;
  absl::Time at = options.test_from;
  do {
    times.push_back(base::ToMicros(at));
    at += options.retrain_every;
  } while (at < absl::InfiniteFuture() && base::ToMicros(at) < end);
  times.push_back(end);
  return times;
}

}  // namespace

absl::StatusOr<CartCompletionTable> EvaluateCartCompletion(const Store& store,
                                                           const CartCompletionOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(store));
  const OrderHistory& history = scanned.history;
  const base::Micros from = base::ToMicros(options.test_from);
  const base::Micros until =
      options.test_until == absl::InfiniteFuture()
          ? (history.num_orders() == 0 ? from : history.columns().times.back() + 1)
          : base::ToMicros(options.test_until);
  const std::vector<CartCase> cases = MakeCases(history, from, until, options.seed);
  if (cases.empty() || history.AsOf(options.test_from).num_orders == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing to evaluate: ", cases.size(), " orders with two or more products from ",
        base::FormatTime(options.test_from), " on, ", history.AsOf(options.test_from).num_orders,
        " orders before it; choose a --test-from inside the history"));
  }
  CartCompletionTable table;
  table.cases = cases.size();
  Ranks ranks(cases.size());
  const std::vector<base::Micros> times = TrainingTimes(options, until);
  std::size_t begin = 0;
  for (std::size_t t = 0; t + 1 < times.size(); ++t) {
    std::size_t end = begin;
    while (end < cases.size() && history.columns().times[cases[end].order] < times[t + 1]) ++end;
    if (end == begin) continue;
    TSUGI_ASSIGN_OR_RETURN(
        const std::unique_ptr<CartScorers> scorers,
        CartScorers::Train(history.AsOf(base::FromMicros(times[t])), scanned.index.get(), options));
    ++table.trainings;
    table.ranker = scorers->ranker().why;
    const std::span<const CartCase> part = std::span(cases).subspan(begin, end - begin);
    for (const CartCase& one : part) table.unknown += scorers->Knows(one.hidden) ? 0 : 1;
    scorers->Prepare(times[t], times[t + 1]);
    {
      const base::ReaderLock lock(&scanned.index->mutex());
      TSUGI_RETURN_IF_ERROR(ranks.Measure(*scorers, part, begin));
    }
    begin = end;
    if (options.progress) {
      options.progress(static_cast<double>(end) / static_cast<double>(cases.size()));
    }
  }
  TSUGI_RETURN_IF_ERROR(FillRows(ranks, options, table));
  return table;
}

}  // namespace tsugi
