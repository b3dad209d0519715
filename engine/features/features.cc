#include "engine/features/features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/fast_log.h"

namespace tsugi {
namespace {

constexpr std::array<std::string_view, kFeatureCount> kNames = {
    "regression",
    "regression_per_seed",
    "regression_to_best",
    "log_regression",
    "regression_best",
    "history",
    "log_history",
    "co_purchase",
    "co_purchase_to_best",
    "co_purchase_best",
    "log_confidence",
    "confidence_mean",
    "log_shrunk",
    "log_together",
    "log_lift",
    "ials",
    "ials_to_best",
    "log_popularity",
    "log_recent",
    "trend",
    "log_sold_week",
    "log_sold_month",
    "log_age",
    "log_cart_size",
    "known_customer",
    "log_own_orders",
    "log_since_order",
    "no_seeds",
    "bought_before",
    "log_times_bought",
    "bought_recency",
    "bought_share",
    "log_price_ratio",
    "log_price_distance",
    "log_price",
    "same_category",
    "completes",
    "name_likeness",
    "name_best",
    "log_id_distance",
    "noisy_or",
};

struct Request {
  float best_regression = 0;
  float best_co_purchase = 0;
  float best_ials = 0;
  float seeds = 0;
  float root_of_seeds = 1;  // at least 1
  float median_price = 0;   // 0: unknown
  float own_days = 0;       // on which the customer bought
  float days_since_order = 0;
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

constexpr base::Micros kDay = base::Micros{86'400} * 1'000'000;

void Summarise(const FactIndex& index, const Context& context,
               std::span<const Candidate> candidates, base::Micros at, Request& request) {
  request.own_days = static_cast<float>(context.order_days);
  if (!context.purchases.empty()) {
    request.days_since_order = static_cast<float>(
        static_cast<double>(at - context.purchases.back().at) / static_cast<double>(kDay));
  }
  for (const Candidate& candidate : candidates) {
    const SourceScores& scores = candidate.scores;
    request.best_regression = std::max(request.best_regression, scores.item_regression);
    request.best_co_purchase = std::max(request.best_co_purchase, scores.co_purchase);
    request.best_ials = std::max(request.best_ials, scores.ials);
  }
  request.seeds = static_cast<float>(context.cart.size() + context.viewed.size());
  request.root_of_seeds = std::sqrt(std::max(request.seeds, 1.0F));
  request.median_price = MedianCartPrice(index, context, at);
  const auto add_category = [&](const ProductRef& product) {
    if (product.facts == nullptr) return;
    const std::uint32_t category = index.EntryAsOf(product.index, at)->category;
    if (category != kNoGroup) request.categories.push_back(category);
  };
  for (const CartItem& item : context.cart) add_category(item.product);
  for (const ProductRef& viewed : context.viewed) add_category(viewed);
}

// One candidate's place in the columns.
class Row {
 public:
  Row(float* first, std::size_t stride) : first_(first), stride_(stride) {}
  float& operator[](Feature feature) { return first_[static_cast<std::size_t>(feature) * stride_]; }

 private:
  float* const first_;
  const std::size_t stride_;
};

float Ratio(float value, float best) { return best > 0 ? std::max(value, 0.0F) / best : 0.0F; }

// Log features hold what their logarithm is taken of; see TakeLogs.
void FillScores(const Request& request, const SourceScores& scores, Row& row) {
  const float seeds = std::max(request.seeds, 1.0F);
  row[Feature::kRegression] = scores.item_regression;
  row[Feature::kRegressionPerSeed] = scores.item_regression / request.root_of_seeds;
  row[Feature::kRegressionToBest] = Ratio(scores.item_regression, request.best_regression);
  row[Feature::kLogRegression] = scores.item_regression;
  row[Feature::kRegressionBest] = scores.regression_best;
  row[Feature::kHistory] = scores.item_regression_history;
  row[Feature::kLogHistory] = scores.item_regression_history;
  row[Feature::kCoPurchase] = scores.co_purchase;
  row[Feature::kCoPurchaseToBest] = Ratio(scores.co_purchase, request.best_co_purchase);
  row[Feature::kCoPurchaseBest] = scores.co_purchase_best;
  row[Feature::kLogConfidence] = scores.confidence;
  row[Feature::kConfidenceMean] = scores.confidence_sum / seeds;
  row[Feature::kIals] = scores.ials;
  row[Feature::kIalsToBest] = Ratio(scores.ials, request.best_ials);
  row[Feature::kLogPopularity] = scores.popularity;
  row[Feature::kLogRecent] = scores.recent;
  row[Feature::kLogSoldWeek] = scores.sold_week;
  row[Feature::kLogSoldMonth] = scores.sold_month;
  row[Feature::kLogAge] = scores.days_since_new;
  const bool bought = scores.days_since_bought >= 0;
  row[Feature::kBoughtBefore] = bought ? 1.0F : 0.0F;
  row[Feature::kLogTimesBought] = scores.times_bought;
  row[Feature::kBoughtRecency] = bought ? 1.0F / (1.0F + scores.days_since_bought / 30.0F) : 0.0F;
  row[Feature::kBoughtShare] = Ratio(scores.times_bought, request.own_days);
  row[Feature::kCompletes] = scores.completes;
  row[Feature::kNameLikeness] = scores.name_likeness;
  row[Feature::kNameBest] = scores.name_likeness_best;
  row[Feature::kLogIdDistance] = scores.id_distance;
  row[Feature::kNoisyOr] = static_cast<float>(FallbackProbability(scores));
}

// Orders with both against those expected by chance, each with one order added: 3 orders where
// 0.01 were expected are no lift of 300.
float LogLift(const Evidence& evidence) {
  if (evidence.orders_together == 0 || evidence.lift <= 0) return 0;
  const auto together = static_cast<float>(evidence.orders_together);
  const float expected = together / static_cast<float>(evidence.lift);
  return models::FastLog((together + 1.0F) / (expected + 1.0F));
}

// Three of four orders say less than thirty of forty: popularity counts as 20 orders.
float ShrunkConfidence(const Evidence& evidence, float popularity) {
  constexpr float kOrders = 20;
  return (static_cast<float>(evidence.orders_together) + kOrders * popularity) /
         (static_cast<float>(evidence.base_orders) + kOrders);
}

void FillRow(const FactIndex& index, const Context& context, const Request& request,
             const Candidate& candidate, base::Micros at, Row row) {
  FillScores(request, candidate.scores, row);
  row[Feature::kLogLift] = LogLift(candidate.evidence);
  row[Feature::kLogShrunk] = ShrunkConfidence(candidate.evidence, candidate.scores.popularity);
  row[Feature::kLogTogether] = static_cast<float>(candidate.evidence.orders_together);
  row[Feature::kLogCartSize] = static_cast<float>(context.cart.size());
  row[Feature::kKnownCustomer] = context.profiled ? 1.0F : 0.0F;
  row[Feature::kLogOwnOrders] = request.own_days;
  row[Feature::kLogSinceOrder] = request.days_since_order;
  row[Feature::kNoSeeds] = request.seeds == 0 ? 1.0F : 0.0F;
  const auto price = static_cast<float>(candidate.price.ToDouble());
  float log_ratio = 0;
  if (request.median_price > 0 && price > 0) {
    log_ratio = std::clamp(models::FastLog(price / request.median_price), -3.0F, 3.0F);
  }
  row[Feature::kLogPriceRatio] = log_ratio;
  row[Feature::kLogPriceDistance] = std::abs(log_ratio);
  row[Feature::kLogPrice] = price;
  bool same = false;
  if (!request.categories.empty() && candidate.product.facts != nullptr) {
    const std::uint32_t category = index.EntryAsOf(candidate.product.index, at)->category;
    same = std::find(request.categories.begin(), request.categories.end(), category) !=
           request.categories.end();
  }
  row[Feature::kSameCategory] = same ? 1.0F : 0.0F;
}

struct Shift {
  Feature feature;
  float floor;
};
constexpr std::array kShifts = {
    Shift{Feature::kLogRegression, 1e-3F}, Shift{Feature::kLogHistory, 1e-2F},
    Shift{Feature::kLogConfidence, 1e-3F}, Shift{Feature::kLogShrunk, 1e-3F},
    Shift{Feature::kLogTogether, 1.0F},    Shift{Feature::kLogPopularity, 1e-5F},
    Shift{Feature::kLogRecent, 1e-5F},     Shift{Feature::kLogSoldWeek, 1.0F},
    Shift{Feature::kLogSoldMonth, 1.0F},   Shift{Feature::kLogAge, 1.0F},
    Shift{Feature::kLogCartSize, 1.0F},    Shift{Feature::kLogOwnOrders, 1.0F},
    Shift{Feature::kLogSinceOrder, 1.0F},  Shift{Feature::kLogTimesBought, 1.0F},
    Shift{Feature::kLogPrice, 1.0F},       Shift{Feature::kLogIdDistance, 1.0F}};

// Column by column.
void TakeLogs(std::size_t stride, std::span<float> columns) {
  for (const Shift& shift : kShifts) {
    models::ShiftedLogs(shift.floor,
                        columns.subspan(static_cast<std::size_t>(shift.feature) * stride, stride));
  }
  const float* const recent =
      columns.data() + static_cast<std::size_t>(Feature::kLogRecent) * stride;
  const float* const all =
      columns.data() + static_cast<std::size_t>(Feature::kLogPopularity) * stride;
  float* const trend = columns.data() + static_cast<std::size_t>(Feature::kTrend) * stride;
  for (std::size_t r = 0; r < stride; ++r) trend[r] = recent[r] - all[r];
}

}  // namespace

std::span<const std::string_view> FeatureNames() { return kNames; }

bool IsRanked(const Candidate& candidate) {
  return candidate.subscription == nullptr &&
         (candidate.kind == OfferKind::kCrossSell || candidate.kind == OfferKind::kAddOn ||
          candidate.kind == OfferKind::kPromotion);
}

double FallbackProbability(const SourceScores& scores) {
  const auto chance = [](float score, double share) {
    return 1 - std::clamp(static_cast<double>(score), 0.0, 1.0) * share;
  };
  return 1 - chance(scores.popularity, 1) * chance(scores.confidence, 0.25) *
                 chance(scores.item_regression, 0.5) *
                 chance(scores.item_regression_history, 0.125);
}

void FillFeatures(const FactIndex& index, const Context& context,
                  std::span<const Candidate> candidates, std::span<float> columns) {
  const base::Micros at = base::ToMicros(context.at);
  Request request;
  Summarise(index, context, candidates, at, request);
  const std::size_t stride = columns.size() / kFeatureCount;
  for (std::size_t r = 0; r < candidates.size(); ++r) {
    FillRow(index, context, request, candidates[r], at, Row(columns.data() + r, stride));
  }
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    std::fill(columns.begin() + static_cast<std::ptrdiff_t>(f * stride + candidates.size()),
              columns.begin() + static_cast<std::ptrdiff_t>((f + 1) * stride), 0.0F);
  }
  TakeLogs(stride, columns);
}

}  // namespace tsugi
