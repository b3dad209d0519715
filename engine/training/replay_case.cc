#include "engine/training/replay_case.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/status_macros.h"
#include "engine/candidates/candidates.h"
#include "engine/features/features.h"
#include "engine/history/cart_split.h"
#include "engine/offers/offer.h"
#include "engine/state/request.h"
#include "engine/state/resolve_context.h"
#include "models/ranker/trees.h"

namespace tsugi {
namespace {

CartSplit SplitOrder(const OrderHistory& history, std::uint32_t order, std::uint32_t cart,
                     const RankerConfig& config, std::uint64_t seed) {
  base::Random random(base::Mix64(seed + cart) ^ base::Mix64(order));
  const bool known = history.columns().customers[order] != kNoIndex;
  const bool empty_cart = random.Chance(config.empty_carts) && known;
  const int shown = empty_cart ? 0 : config.cart_at_most;
  return SplitCart(history, order, static_cast<std::size_t>(shown), random);
}

std::array<float, kSourceNames.size()> SourcesOf(const SourceScores& scores) {
  return {scores.popularity, scores.recent,          scores.co_purchase,
          scores.confidence, scores.item_regression, scores.ials};
}

}  // namespace

absl::StatusOr<Context> ContextBefore(const OrderHistory& history, const FactIndex& index,
                                      std::uint32_t order, std::span<const std::uint32_t> cart) {
  const HistoryColumns& columns = history.columns();
  SuggestRequest request;
  if (columns.customers[order] != kNoIndex) {
    request.customer_id = columns.customer_ids[columns.customers[order]];
  }
  for (const std::uint32_t product : cart) {
    request.cart.push_back({columns.product_ids[product], 1, std::nullopt});
  }
  request.at = base::FromMicros(columns.times[order] - 1);
  return ResolveContext(index, ContextOptions(), request);
}

Replayer::Replayer(const OrderHistory& history, const FactIndex& index, const BoundModel& model,
                   const RankerConfig& config, std::uint64_t seed)
    : history_(history), index_(index), model_(model), config_(config), seed_(seed) {}

absl::StatusOr<ReplayCase> Replayer::Replay(std::uint32_t order, std::uint32_t cart) const {
  const CartSplit split = SplitOrder(history_, order, cart, config_, seed_);
  ReplayCase result;
  if (split.rest.empty()) return result;
  TSUGI_ASSIGN_OR_RETURN(const Context context, ContextBefore(history_, index_, order, split.cart));
  std::vector<Candidate> candidates;
  TSUGI_RETURN_IF_ERROR(CollectCandidates(model_, index_, context, config_.candidates, candidates));
  std::erase_if(candidates, [](const Candidate& c) { return !IsRanked(c); });
  const auto id = [this](const Candidate& c) -> const std::string& {
    return index_.product(c.product.index).id;
  };
  std::sort(candidates.begin(), candidates.end(), [&id](const Candidate& a, const Candidate& b) {
    return std::pair(std::string_view(id(a)), a.kind) < std::pair(std::string_view(id(b)), b.kind);
  });
  result.columns.resize(kFeatureCount * models::ColumnStride(candidates.size()));
  FillFeatures(index_, context, candidates, result.columns);
  result.hidden = candidates.size();
  const float label = 1.0F / static_cast<float>(split.rest.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::uint32_t product = history_.FindProduct(id(candidates[i]));
    const bool bought = std::binary_search(split.rest.begin(), split.rest.end(), product);
    result.labels.push_back(bought ? label : 0.0F);
    result.sources.push_back(SourcesOf(candidates[i].scores));
    if (product == split.hidden) result.hidden = i;
  }
  return result;
}

}  // namespace tsugi
