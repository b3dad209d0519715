#include "engine/features/features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace tsugi {
namespace {

constexpr std::array<std::string_view, kFeatureCount> kNames = {
    "regression",
    "regression_per_seed",
    "regression_to_best",
    "log_regression",
    "history",
    "log_history",
    "co_purchase",
    "co_purchase_to_best",
    "log_confidence",
    "log_lift",
    "ials",
    "ials_to_best",
    "log_popularity",
    "log_recent",
    "log_cart_size",
    "known_customer",
    "no_seeds",
    "bought_before",
    "log_times_bought",
    "bought_recency",
    "log_price_ratio",
    "log_price_distance",
    "same_category",
    "completes",
};

// Natural logarithm within 1e-4 of the exact one, several times as fast: a row holds ten of them.
// REQUIRES: x > 0, normal.
float FastLog(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
  const auto m = std::bit_cast<float>((bits & 0x7FFFFFU) | 0x3F800000U);  // [1, 2)
  // log2 on [1, 2): (m - 1) times a minimax polynomial, so that log(1) is 0.
  float p = -3.4436006e-2F;
  for (const float c : {3.1821337e-1F, -1.2315303F, 2.5988452F, -3.3241990F, 3.1157899F}) {
    p = p * m + c;
  }
  const float log2m = p * (m - 1.0F);
  return (exponent + log2m) * 0.69314718F;
}

// log(x + floor) - log(floor): 0 for 0, rising, and steep near it.
float ShiftedLog(float x, float floor) { return FastLog((std::max(x, 0.0F) + floor) / floor); }

struct Request {
  float best_regression = 0;
  float best_co_purchase = 0;
  float best_ials = 0;
  float seeds = 0;
  float log_cart_size = 0;
  float median_price = 0;  // 0: unknown
  std::vector<std::uint32_t> categories;
};

float PriceOf(const FactIndex& index, ProductIndex product, base::Micros at) {
  const std::optional<base::Decimal> price = index.PriceAsOf(product, at);
  return price.has_value() ? static_cast<float>(price->ToDouble()) : 0.0F;
}

float MedianCartPrice(const FactIndex& index, const Context& context, base::Micros at) {
  std::vector<float> prices;
  prices.reserve(context.cart.size());
  for (const CartItem& item : context.cart) {
    float price = 0;
    if (item.unit_price.has_value()) {
      price = static_cast<float>(item.unit_price->ToDouble());
    } else if (item.product.known()) {
      price = PriceOf(index, item.product.index, at);
    }
    if (price > 0) prices.push_back(price);
  }
  if (prices.empty()) return 0;
  const auto middle = prices.begin() + static_cast<std::ptrdiff_t>(prices.size() / 2);
  std::nth_element(prices.begin(), middle, prices.end());
  return *middle;
}

Request Summarise(const FactIndex& index, const Context& context,
                  std::span<const Candidate> candidates, base::Micros at) {
  Request request;
  for (const Candidate& candidate : candidates) {
    const SourceScores& scores = candidate.scores;
    request.best_regression = std::max(request.best_regression, scores.item_regression);
    request.best_co_purchase = std::max(request.best_co_purchase, scores.co_purchase);
    request.best_ials = std::max(request.best_ials, scores.ials);
  }
  request.seeds = static_cast<float>(context.cart.size() + context.viewed.size());
  request.log_cart_size = ShiftedLog(static_cast<float>(context.cart.size()), 1.0F);
  request.median_price = MedianCartPrice(index, context, at);
  const auto add_category = [&](const ProductRef& product) {
    if (product.facts == nullptr) return;
    const std::uint32_t category = index.EntryAsOf(product.index, at)->category;
    if (category != kNoGroup) request.categories.push_back(category);
  };
  for (const CartItem& item : context.cart) add_category(item.product);
  for (const ProductRef& viewed : context.viewed) add_category(viewed);
  return request;
}

class Row {
 public:
  explicit Row(std::span<float> values) : values_(values) {}
  float& operator[](Feature feature) { return values_[static_cast<std::size_t>(feature)]; }

 private:
  std::span<float> values_;
};

float Ratio(float value, float best) { return best > 0 ? std::max(value, 0.0F) / best : 0.0F; }

void FillScores(const Request& request, const SourceScores& scores, Row& row) {
  row[Feature::kRegression] = scores.item_regression;
  row[Feature::kRegressionPerSeed] = request.seeds > 1
                                         ? scores.item_regression / std::sqrt(request.seeds)
                                         : scores.item_regression;
  row[Feature::kRegressionToBest] = Ratio(scores.item_regression, request.best_regression);
  row[Feature::kLogRegression] = ShiftedLog(scores.item_regression, 1e-3F);
  row[Feature::kHistory] = scores.item_regression_history;
  row[Feature::kLogHistory] = ShiftedLog(scores.item_regression_history, 1e-2F);
  row[Feature::kCoPurchase] = scores.co_purchase;
  row[Feature::kCoPurchaseToBest] = Ratio(scores.co_purchase, request.best_co_purchase);
  row[Feature::kLogConfidence] = ShiftedLog(scores.confidence, 1e-3F);
  row[Feature::kIals] = scores.ials;
  row[Feature::kIalsToBest] = Ratio(scores.ials, request.best_ials);
  row[Feature::kLogPopularity] = ShiftedLog(scores.popularity, 1e-5F);
  row[Feature::kLogRecent] = ShiftedLog(scores.recent, 1e-5F);
  const bool bought = scores.days_since_bought >= 0;
  row[Feature::kBoughtBefore] = bought ? 1.0F : 0.0F;
  row[Feature::kLogTimesBought] = ShiftedLog(scores.times_bought, 1.0F);
  row[Feature::kBoughtRecency] = bought ? 1.0F / (1.0F + scores.days_since_bought / 30.0F) : 0.0F;
  row[Feature::kCompletes] = scores.completes;
}

// Orders with both against those expected by chance, each with one order added: 3 orders where
// 0.01 were expected are no lift of 300.
float LogLift(const Evidence& evidence) {
  if (evidence.orders_together == 0 || evidence.lift <= 0) return 0;
  const auto together = static_cast<float>(evidence.orders_together);
  const float expected = together / static_cast<float>(evidence.lift);
  return FastLog((together + 1.0F) / (expected + 1.0F));
}

void FillRow(const FactIndex& index, const Context& context, const Request& request,
             const Candidate& candidate, base::Micros at, Row row) {
  FillScores(request, candidate.scores, row);
  row[Feature::kLogLift] = LogLift(candidate.evidence);
  row[Feature::kLogCartSize] = request.log_cart_size;
  row[Feature::kKnownCustomer] = context.profiled ? 1.0F : 0.0F;
  row[Feature::kNoSeeds] = request.seeds == 0 ? 1.0F : 0.0F;
  float log_ratio = 0;
  if (request.median_price > 0) {
    const float price = PriceOf(index, candidate.product.index, at);
    if (price > 0) log_ratio = std::clamp(FastLog(price / request.median_price), -3.0F, 3.0F);
  }
  row[Feature::kLogPriceRatio] = log_ratio;
  row[Feature::kLogPriceDistance] = std::abs(log_ratio);
  bool same = false;
  if (!request.categories.empty() && candidate.product.facts != nullptr) {
    const std::uint32_t category = index.EntryAsOf(candidate.product.index, at)->category;
    same = std::find(request.categories.begin(), request.categories.end(), category) !=
           request.categories.end();
  }
  row[Feature::kSameCategory] = same ? 1.0F : 0.0F;
}

}  // namespace

std::span<const std::string_view> FeatureNames() { return kNames; }

void FillFeatures(const FactIndex& index, const Context& context,
                  std::span<const Candidate> candidates, std::span<float> matrix) {
  const base::Micros at = base::ToMicros(context.at);
  const Request request = Summarise(index, context, candidates, at);
  for (std::size_t r = 0; r < candidates.size(); ++r) {
    FillRow(index, context, request, candidates[r], at,
            Row(matrix.subspan(r * kFeatureCount, kFeatureCount)));
  }
}

}  // namespace tsugi
