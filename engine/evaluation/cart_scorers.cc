#include "engine/evaluation/cart_scorers.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/status_macros.h"
#include "engine/candidates/candidates.h"
#include "engine/history/baskets.h"
#include "engine/scoring/scoring.h"
#include "engine/training/replay_case.h"
#include "models/popularity.h"

namespace tsugi {
namespace {

enum Row : std::size_t {
  kPopularity,
  kPersonalFrequency,
  kConfidence,
  kCosine,
  kLogLikelihood,
  kItemRegression,
  kLiveRegression,
  kIals,
  kFrozen,
  kCombined,
};
constexpr std::array<std::string_view, kCombined + 1> kNames = {"popularity",
                                                                "personal_frequency",
                                                                "co_purchase confidence",
                                                                "co_purchase cosine",
                                                                "co_purchase llr",
                                                                "item_regression",
                                                                "item_regression, live",
                                                                "ials",
                                                                "combined, not live",
                                                                "combined"};

// `visit` gets each item of each order of the case's customer before the case's order.
template <typename Visit>
void ForEachOwnItem(const OrderHistory& history, const CartCase& one,
                    std::span<const std::uint32_t> item_of_product, const Visit& visit) {
  const std::uint32_t customer = history.columns().customers[one.order];
  if (customer == kNoIndex) return;
  std::vector<std::uint32_t> products;
  for (const std::uint32_t order : history.OrdersOf(customer)) {
    if (order >= one.order) break;
    BasketOf(history, order, products);
    for (const std::uint32_t product : products) {
      if (item_of_product[product] != kNoIndex) visit(item_of_product[product]);
    }
  }
}

// Items bought by the case's customer before the case's order, distinct, cart included.
std::vector<std::uint32_t> HistoryItems(const OrderHistory& history, const CartCase& one,
                                        std::span<const std::uint32_t> item_of_product,
                                        std::span<const std::uint32_t> cart) {
  std::vector<std::uint32_t> items(cart.begin(), cart.end());
  ForEachOwnItem(history, one, item_of_product, [&](std::uint32_t item) { items.push_back(item); });
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

}  // namespace

std::span<const std::string_view> CartScorers::Names() { return kNames; }

bool CartScorers::IsLive(std::size_t model) {
  return model == kLiveRegression || model == kCombined;
}

std::uint32_t CartScorers::SlotOf(std::uint32_t product) const {
  return item_of_product_[product] != kNoIndex ? item_of_product_[product]
                                               : slot_of_product_[product];
}

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
  const auto models = TrainedModels::SetOf(scorers->trained_.models);
  scorers->bound_ = std::make_unique<BoundModel>(
      BoundModel::Bind("evaluation", models, index, LiveUpdates::kWhenAsked));
  scorers->frozen_ = std::make_unique<BoundModel>(
      BoundModel::Bind("evaluation", models, index, LiveUpdates::kNone));
  scorers->NumberSlots();
  return scorers;
}

void CartScorers::NumberSlots() {
  const base::ReaderLock lock(&index_->mutex());
  num_slots_ = num_items();
  slot_of_product_.assign(view_.history->num_products(), kNoIndex);
  const LiveModel* const live = bound_->LiveAsOf(std::numeric_limits<base::Micros>::max());
  if (live == nullptr) return;
  num_slots_ = live->num_slots();
  for (std::uint32_t product = 0; product < slot_of_product_.size(); ++product) {
    const ProductIndex known = index_->FindProduct(view_.history->columns().product_ids[product]);
    if (known.valid()) slot_of_product_[product] = live->SlotOf(known);
  }
}

absl::Status CartScorers::Score(std::size_t model, const CartCase& one,
                                std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0F);
  if (!IsLive(model)) {
    const std::span<float> behind = scores.subspan(num_items());
    std::fill(behind.begin(), behind.end(), -std::numeric_limits<float>::infinity());
    scores = scores.first(num_items());
  }
  std::vector<std::uint32_t> cart;
  for (const std::uint32_t product : one.cart) {
    if (Knows(product)) cart.push_back(item_of_product_[product]);
  }
  const ModelSet& models = trained_.models->set();
  switch (model) {
    case kPopularity:
      std::copy(models.popularity.overall.begin(), models.popularity.overall.end(), scores.begin());
      break;
    case kPersonalFrequency:  // in how many own orders; equal ones by popularity, a share below 1
      std::copy(models.popularity.overall.begin(), models.popularity.overall.end(), scores.begin());
      ForEachOwnItem(*view_.history, one, item_of_product_,
                     [&](std::uint32_t item) { scores[item] += 1; });
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
    case kLiveRegression:
      ScoreLiveRegression(one, scores);
      break;
    case kIals:
      return ScoreFactors(one, cart, scores);
    case kFrozen:
      return ScoreCombined(one, *frozen_, scores);
    default:
      return ScoreCombined(one, *bound_, scores);
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

void CartScorers::ScoreLiveRegression(const CartCase& one, std::span<float> scores) const {
  const base::Micros at = view_.history->columns().times[one.order] - 1;
  const LiveModel* const live = bound_->LiveAsOf(at);
  const models::ItemRegressionView& view = trained_.models->set().item_regression;
  LiveRow scratch;
  for (const std::uint32_t product : one.cart) {
    const std::uint32_t slot = SlotOf(product);
    const LiveRow* const row =
        live != nullptr && slot != kNoIndex ? live->Row(slot, at, scratch) : nullptr;
    if (row != nullptr) {
      for (std::size_t t = 0; t < row->targets.size(); ++t) {
        scores[row->targets[t]] += row->weights[t];
      }
    } else if (slot < view.num_items) {
      const std::span<const std::uint32_t> targets = view.Targets(slot);
      for (std::size_t t = 0; t < targets.size(); ++t) {
        scores[targets[t]] += view.Weights(slot)[t];
      }
    }
  }
}

absl::Status CartScorers::ScoreCombined(const CartCase& one, const BoundModel& model,
                                        std::span<float> scores) const {
  TSUGI_ASSIGN_OR_RETURN(const Context context,
                         ContextBefore(*view_.history, *index_, one.order, one.cart));
  std::vector<ScoredOffer> offers;
  TSUGI_RETURN_IF_ERROR(CollectOffers(model, *index_, context, {}, {}, offers));
  // Behind every candidate (a probability is never negative) the others, by popularity.
  const std::span<const float> popularity = trained_.models->set().popularity.overall;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = (i < popularity.size() ? popularity[i] : 0.0F) - 1.0F;
  }
  const LiveModel* const live = model.LiveAsOf(base::ToMicros(context.at));
  for (const ScoredOffer& offer : offers) {
    std::uint32_t slot = model.ItemOf(offer.candidate.product.index);
    if (slot == kNoItem && live != nullptr) slot = live->SlotOf(offer.candidate.product.index);
    if (slot == kNoItem) continue;
    scores[slot] = std::max(scores[slot], static_cast<float>(offer.probability));
  }
  return absl::OkStatus();
}

}  // namespace tsugi
