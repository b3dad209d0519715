#include "engine/live/live_regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/item_regression.h"

namespace tsugi {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr double kDay = 86'400;

// How much of an order's weight is left after so many seconds.
double Left(const LiveBasis& basis, double seconds) {
  return basis.half_life_days > 0 ? std::exp2(-seconds / (kDay * basis.half_life_days)) : 1.0;
}

// Rows of the matrix: the model's items, then strangers by id.
class Rows {
 public:
  Rows(std::uint32_t items, const LiveOrders& orders) : slots_(items), row_of_(orders.num_slots) {
    for (std::uint32_t item = 0; item < items; ++item) slots_[item] = item;
    slots_.insert(slots_.end(), orders.strangers.begin(), orders.strangers.end());
    std::fill(row_of_.begin(), row_of_.end(), kNone);
    for (std::uint32_t row = 0; row < slots_.size(); ++row) row_of_[slots_[row]] = row;
  }
  std::size_t size() const { return slots_.size(); }
  std::uint32_t SlotOf(std::uint32_t row) const { return slots_[row]; }
  std::uint32_t RowOf(std::uint32_t slot) const { return row_of_[slot]; }

 private:
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint32_t> row_of_;
};

// The model's matrix, its weights as old as they are at the boundary.
std::vector<float> ModelGram(const ModelSet& models, std::uint32_t before, std::size_t rows) {
  const models::ItemRegressionView& view = models.item_regression;
  const double age = before - static_cast<double>(models.live.until) / 1e6;
  const auto left = static_cast<float>(Left(models.live, std::max(age, 0.0)));
  std::vector<float> gram(rows * rows);
  const float* from = view.gram.data();
  for (std::size_t row = 0; row < view.gram_items; ++row) {
    for (std::size_t other = 0; other <= row; ++other) gram[row * rows + other] = left * *from++;
  }
  return gram;
}

struct OrderRows {
  std::uint32_t second = 0;
  std::span<const std::uint32_t> rows;  // ascending
};

void AddOrders(const LiveBasis& basis, const LiveOrders& orders, const Rows& rows,
               std::span<float> gram) {
  std::vector<std::uint32_t> all(orders.slots.size());
  std::transform(orders.slots.begin(), orders.slots.end(), all.begin(),
                 [&](std::uint32_t slot) { return rows.RowOf(slot); });
  std::vector<OrderRows> sorted;
  sorted.reserve(orders.orders.size());
  for (const LiveOrders::Order& order : orders.orders) {
    const std::span<std::uint32_t> own = std::span(all).subspan(order.first, order.count);
    std::sort(own.begin(), own.end());
    sorted.push_back({order.second, own});
  }
  std::sort(sorted.begin(), sorted.end(), [](const OrderRows& a, const OrderRows& b) {
    if (a.second != b.second) return a.second < b.second;
    return std::lexicographical_compare(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end());
  });
  for (const OrderRows& order : sorted) {
    const auto size = static_cast<double>(order.rows.size());
    const double age = orders.before - order.second;
    const auto weight =
        static_cast<float>(std::pow(size, -basis.regression_exponent) * Left(basis, age));
    for (std::size_t i = 0; i < order.rows.size(); ++i) {
      float* const row = &gram[order.rows[i] * rows.size()];
      for (std::size_t j = 0; j <= i; ++j) row[order.rows[j]] += weight;
    }
  }
}

}  // namespace

std::uint32_t SolveBoundary(std::uint32_t from, std::uint32_t second) {
  constexpr std::uint64_t kSecondsADay = 86'400;
  const std::uint64_t midnight = (from + kSecondsADay - 1) / kSecondsADay * kSecondsADay;
  const std::uint64_t first = midnight + kSolvePeriod;
  if (second < first + kSolveLag) return 0;
  const std::uint64_t periods = (second - kSolveLag - midnight) / kSolvePeriod;
  return static_cast<std::uint32_t>(midnight + periods * kSolvePeriod);
}

absl::StatusOr<LiveRegression> LiveRegression::Solve(const ModelSet& models,
                                                     const LiveOrders& orders) {
  const Rows rows(models.item_regression.gram_items, orders);
  if (rows.size() > kMostSolved) {
    return absl::ResourceExhaustedError(absl::StrCat("item regression: ", rows.size(),
                                                     " products with orders, more than ",
                                                     kMostSolved, "; train anew"));
  }
  std::vector<float> gram = ModelGram(models, orders.before, rows.size());
  AddOrders(models.live, orders, rows, gram);
  const models::ItemRegressionOptions options{
      .l2 = models.live.l2, .l2_per_order = models.live.l2_per_order, .kept = models.live.kept};
  TSUGI_ASSIGN_OR_RETURN(const models::ItemRegressionModel solved,
                         models::SolveItemRegression(static_cast<std::uint32_t>(rows.size()),
                                                     std::move(gram), options));
  const models::ItemRegressionView view = solved.View();
  LiveRegression result;
  result.before_ = orders.before;
  result.offsets_.assign(1, 0);
  std::vector<std::pair<std::uint32_t, float>> entries;
  for (std::uint32_t slot = 0; slot < orders.num_slots; ++slot) {
    const std::uint32_t row = rows.RowOf(slot);
    entries.clear();
    for (std::size_t e = 0; row != kNone && e < view.Targets(row).size(); ++e) {
      entries.emplace_back(rows.SlotOf(view.Targets(row)[e]), view.Weights(row)[e]);
    }
    std::sort(entries.begin(), entries.end());
    for (const auto& [target, weight] : entries) {
      result.targets_.push_back(target);
      result.weights_.push_back(weight);
    }
    result.offsets_.push_back(result.targets_.size());
  }
  return result;
}

}  // namespace tsugi
