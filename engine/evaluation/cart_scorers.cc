#include "engine/evaluation/cart_scorers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "engine/candidates/candidates.h"
#include "engine/history/baskets.h"
#include "engine/scoring/scoring.h"
#include "engine/state/request.h"
#include "engine/state/resolve_context.h"
#include "models/popularity.h"

namespace tsugi {
namespace {

enum Row : std::size_t {
  kPopularity,
  kConfidence,
  kCosine,
  kLogLikelihood,
  kItemRegression,
  kIals,
  kCombined,
};
constexpr std::array<std::string_view, kCombined + 1> kNames = {
    "popularity",      "co_purchase confidence", "co_purchase cosine",
    "co_purchase llr", "item_regression",        "ials",
    "combined"};

// Items bought by the case's customer before the case's order, distinct, cart included.
std::vector<std::uint32_t> HistoryItems(const OrderHistory& history, const CartCase& one,
                                        std::span<const std::uint32_t> item_of_product,
                                        std::span<const std::uint32_t> cart) {
  std::vector<std::uint32_t> items(cart.begin(), cart.end());
  const std::uint32_t customer = history.columns().customers[one.order];
  if (customer != kNoIndex) {
    std::vector<std::uint32_t> products;
    for (const std::uint32_t order : history.OrdersOf(customer)) {
      if (order >= one.order) break;
      BasketOf(history, order, products);
      for (const std::uint32_t product : products) {
        if (item_of_product[product] != kNoIndex) items.push_back(item_of_product[product]);
      }
    }
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

SuggestRequest RequestOf(const OrderHistory& history, const CartCase& one) {
  const HistoryColumns& columns = history.columns();
  SuggestRequest request;
  const std::uint32_t customer = columns.customers[one.order];
  if (customer != kNoIndex) request.customer_id = columns.customer_ids[customer];
  for (const std::uint32_t product : one.cart) {
    request.cart.push_back({columns.product_ids[product], 1, std::nullopt});
  }
  request.at = base::FromMicros(columns.times[one.order] - 1);  // the order itself is not known
  return request;
}

}  // namespace

std::span<const std::string_view> CartScorers::Names() { return kNames; }

absl::StatusOr<std::unique_ptr<CartScorers>> CartScorers::Train(
    const HistoryView& view, FactIndex* index, const CartCompletionOptions& options) {
  std::unique_ptr<CartScorers> scorers(new CartScorers(view, index));
  TrainConfig config = options.config;
  config.item_regression.keep_dense = true;  // its row ranks by all weights, not by those served
  StepTimer timer({}, options.cancelled);
  TSUGI_ASSIGN_OR_RETURN(scorers->trained_,
                         TrainWithRanker(view, index, config, options.seed, &timer));
  const HistoryBaskets baskets = MakeBaskets(view, config.half_life);
  TSUGI_ASSIGN_OR_RETURN(scorers->raw_pairs_, models::CountPairs(baskets.View(), {}));
  TSUGI_ASSIGN_OR_RETURN(
      scorers->weighted_pairs_,
      models::CountPairs(baskets.View(), {.size_exponent = config.co_purchase.size_exponent}));
  scorers->product_of_item_ = baskets.product_of_item;
  scorers->item_of_product_ = baskets.item_of_product;
  scorers->bound_ = std::make_unique<BoundModel>(
      BoundModel::Bind("evaluation", TrainedModels::SetOf(scorers->trained_.models), index));
  return scorers;
}

absl::Status CartScorers::Score(std::size_t model, const CartCase& one,
                                std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0F);
  std::vector<std::uint32_t> cart;
  for (const std::uint32_t product : one.cart) {
    if (Knows(product)) cart.push_back(ItemOf(product));
  }
  const ModelSet& models = trained_.models->set();
  switch (model) {
    case kPopularity:
      std::copy(models.popularity.overall.begin(), models.popularity.overall.end(), scores.begin());
      break;
    case kConfidence:
      raw_pairs_.ScoreAll(cart, {}, models::Association::kConfidence, scores);
      break;
    case kCosine:
      weighted_pairs_.ScoreAll(cart, {}, models::Association::kCosine, scores);
      break;
    case kLogLikelihood:
      raw_pairs_.ScoreAll(cart, {}, models::Association::kLogLikelihood, scores);
      break;
    case kItemRegression:
      models.item_regression.Score(cart, {}, scores);
      break;
    case kIals:
      return ScoreFactors(one, cart, scores);
    default:
      return ScoreCombined(one, scores);
  }
  return absl::OkStatus();
}

absl::Status CartScorers::ScoreFactors(const CartCase& one, std::span<const std::uint32_t> cart,
                                       std::span<float> scores) const {
  const models::IalsView& ials = trained_.models->set().ials;
  const std::vector<std::uint32_t> items =
      HistoryItems(*view_.history, one, item_of_product_, cart);
  models::IalsWorkspace workspace;
  std::vector<float> row(ials.dim);
  TSUGI_RETURN_IF_ERROR(ials.FoldIn(items, {}, workspace, row));
  ials.ScoreAll(row, scores);
  return absl::OkStatus();
}

absl::Status CartScorers::ScoreCombined(const CartCase& one, std::span<float> scores) const {
  const ContextOptions context_options;
  TSUGI_ASSIGN_OR_RETURN(const Context context,
                         ResolveContext(*index_, context_options, RequestOf(*view_.history, one)));
  std::vector<Candidate> candidates;
  TSUGI_RETURN_IF_ERROR(CollectCandidates(*bound_, *index_, context, {}, candidates));
  const std::vector<ScoredOffer> offers =
      tsugi::Score(*bound_, *index_, context, {}, std::move(candidates));
  // Behind every candidate (a probability is never negative) the others, by popularity.
  const std::span<const float> popularity = trained_.models->set().popularity.overall;
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = popularity[i] - 1.0F;
  for (const ScoredOffer& offer : offers) {
    const std::uint32_t item = bound_->ItemOf(offer.candidate.product.index);
    if (item == kNoItem) continue;
    scores[item] = std::max(scores[item], static_cast<float>(offer.probability));
  }
  return absl::OkStatus();
}

}  // namespace tsugi
