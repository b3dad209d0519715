#include "engine/candidates/model_sources.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"

namespace tsugi {

absl::Status ModelSources::Collect(const BoundModel& model, const FactIndex& index,
                                   const Context& context, const CandidateOptions& options,
                                   std::span<const ProductIndex> taken,
                                   std::vector<Candidate>& out) {
  const Request request{model,
                        index,
                        context,
                        options,
                        taken,
                        base::ToMicros(context.at),
                        model.SegmentOf(context.segment)};
  Begin(model);
  FindHistory(request);
  FindSeeds(request);
  PrefetchRows(model.models());
  FindComplements(index, context, complements_);
  AddNeighbours(model.models().co_purchase);
  AddRegression(model.models().item_regression, basket_, regression_);
  AddRegression(model.models().item_regression, recent_, history_sums_);
  FillPool(request);
  FindBecause(model.models().co_purchase);
  absl::Status folded = FoldIn(request);
  if (folded.ok()) Emit(request, out);
  Clear();
  return folded;
}

void ModelSources::Begin(const BoundModel& model) {
  if (marks_.size() < model.num_items()) {
    const std::size_t blocks = (model.num_items() + kBlock - 1) / kBlock;
    for (auto* sums : {&co_purchase_, &regression_, &history_sums_}) sums->resize(blocks * kBlock);
    touched_.resize(blocks);
    marks_.resize(model.num_items());
  }
  if (++stamp_ == 0) {  // after 2^32 requests old stamps would look new
    std::fill(marks_.begin(), marks_.end(), Mark());
    stamp_ = 1;
  }
  pool_.clear();
  pool_kinds_.clear();
  strangers_.clear();
  wanted_ = 0;
  unwanted_ = 0;
}

void ModelSources::Clear() {
  for (std::size_t block = 0; block < touched_.size(); ++block) {
    if (touched_[block] == 0) continue;
    touched_[block] = 0;
    for (auto* sums : {&co_purchase_, &regression_, &history_sums_}) {
      std::fill_n(sums->begin() + static_cast<std::ptrdiff_t>(block * kBlock), kBlock, 0.0F);
    }
  }
}

void ModelSources::FindHistory(const Request& request) {
  history_.clear();
  const std::span<const Purchase> all = request.context.purchases;
  const std::size_t lines = std::min<std::size_t>(all.size(), request.options.history_lines);
  for (std::size_t i = 0; i < lines; ++i) {
    const Purchase& purchase = all[all.size() - 1 - i];
    if (purchase.quantity <= 0) continue;
    const std::uint32_t item = request.model.ItemOf(purchase.product);
    if (item == kNoItem) continue;
    Mark& mark = marks_[item];
    if (mark.history_stamp != stamp_) {
      mark.history_stamp = stamp_;
      mark.history = static_cast<std::uint32_t>(history_.size());
      history_.push_back({item, 0, purchase.at});
    }
    ++history_[mark.history].times;
  }
}

void ModelSources::FindSeeds(const Request& request) {
  basket_.clear();
  recent_.clear();
  unknown_groups_.clear();
  const auto add = [&](const ProductRef& product) {
    if (!product.known()) return;
    const std::uint32_t item = request.model.ItemOf(product.index);
    if (item != kNoItem) {
      basket_.push_back(item);
      return;
    }
    const CatalogEntry* entry = request.index.EntryAsOf(product.index, request.at);
    if (entry != nullptr && entry->category != kNoGroup) unknown_groups_.push_back(entry->category);
  };
  for (const CartItem& item : request.context.cart) add(item.product);
  for (const ProductRef& viewed : request.context.viewed) add(viewed);
  std::sort(basket_.begin(), basket_.end());
  basket_.erase(std::unique(basket_.begin(), basket_.end()), basket_.end());
  const std::size_t most = std::min<std::size_t>(history_.size(), request.options.history_items);
  for (std::size_t i = 0; i < most; ++i) {
    if (!std::binary_search(basket_.begin(), basket_.end(), history_[i].item)) {
      recent_.push_back(history_[i].item);
    }
  }
  std::sort(recent_.begin(), recent_.end());
  seeds_ = basket_.empty() ? recent_ : basket_;
}

void ModelSources::AddNeighbours(const models::CoPurchaseView& view) {
  for (const std::uint32_t seed : seeds_) {
    if (seed >= view.num_items) continue;
    const models::ItemNeighbours near = view.Neighbours(seed);
    for (std::size_t n = 0; n < near.items.size(); ++n) {
      co_purchase_[near.items[n]] += near.scores[n];
      touched_[near.items[n] / kBlock] = 1;
    }
  }
}

void ModelSources::PrefetchRows(const ModelSet& models) const {
  static constexpr std::size_t kAhead = 64;  // the processor follows a row that has begun
  const auto prefetch = [](const auto* row, std::size_t length) {
    for (std::size_t i = 0; i < std::min(length, kAhead); i += kBlock) __builtin_prefetch(row + i);
  };
  for (const std::uint32_t seed : seeds_) {
    if (seed >= models.co_purchase.num_items) continue;
    const models::ItemNeighbours near = models.co_purchase.Neighbours(seed);
    prefetch(near.items.data(), near.items.size());
    prefetch(near.scores.data(), near.scores.size());
    prefetch(near.orders.data(), near.orders.size());
    prefetch(near.since.data(), near.since.size());
  }
  for (const auto* basket : {&basket_, &recent_}) {
    for (const std::uint32_t source : *basket) {
      if (source >= models.item_regression.num_items) continue;
      const std::span<const std::uint32_t> targets = models.item_regression.Targets(source);
      prefetch(targets.data(), targets.size());
      prefetch(models.item_regression.Weights(source).data(), targets.size());
    }
  }
}

void ModelSources::AddRegression(const models::ItemRegressionView& view,
                                 std::span<const std::uint32_t> basket, std::vector<float>& sums) {
  float* const sum = sums.data();
  std::uint8_t* const touched = touched_.data();
  for (const std::uint32_t source : basket) {
    if (source >= view.num_items) continue;
    const std::span<const std::uint32_t> targets = view.Targets(source);
    const float* const weights = view.Weights(source).data();
    for (std::size_t t = 0; t < targets.size(); ++t) {
      sum[targets[t]] += weights[t];
      touched[targets[t] / kBlock] = 1;
    }
  }
}

void ModelSources::FindBecause(const models::CoPurchaseView& view) {
  because_.assign(pool_.size(), Because());
  for (const std::uint32_t seed : seeds_) {
    if (seed >= view.num_items) continue;
    const models::ItemNeighbours near = view.Neighbours(seed);
    for (std::size_t n = 0; n < near.items.size(); ++n) {
      const Mark& mark = marks_[near.items[n]];
      if (mark.pooled_stamp != stamp_) continue;
      Because& because = because_[mark.pooled];
      if (near.scores[n] > because.score) {  // seeds come by item: of equals the first stays
        because = {near.scores[n], seed, near.orders[n], near.since[n]};
      }
    }
  }
}

absl::Status ModelSources::FoldIn(const Request& request) {
  const models::IalsView& ials = request.model.models().ials;
  affinities_.assign(pool_.size(), 0.0F);
  fold_items_.clear();
  std::set_union(basket_.begin(), basket_.end(), recent_.begin(), recent_.end(),
                 std::back_inserter(fold_items_));
  if (ials.dim == 0 || ials.num_items < request.model.num_items() || fold_items_.empty() ||
      pool_.empty()) {
    return absl::OkStatus();
  }
  factors_.resize(ials.dim);
  TSUGI_RETURN_IF_ERROR(ials.FoldIn(fold_items_, {}, workspace_, factors_));
  ials.ScoreItems(factors_, pool_, affinities_);
  return absl::OkStatus();
}

void ModelSources::FillScores(const Request& request, std::uint32_t item,
                              SourceScores& scores) const {
  const ModelSet& models = request.model.models();
  scores.co_purchase = co_purchase_[item];
  scores.item_regression = regression_[item];
  scores.item_regression_history = history_sums_[item];
  if (item < models.popularity.num_items) {
    scores.popularity = models.popularity.SegmentShare(request.segment, item);
    scores.recent = models.popularity.recent[item];
  }
  if (marks_[item].history_stamp == stamp_) {
    const Bought& bought = history_[marks_[item].history];
    constexpr double kMicrosADay = 86'400e6;
    scores.times_bought = static_cast<float>(bought.times);
    scores.days_since_bought =
        static_cast<float>(static_cast<double>(request.at - bought.last) / kMicrosADay);
  }
}

void ModelSources::FillEvidence(const Request& request, std::uint32_t item, const Because& because,
                                Evidence& evidence) const {
  if (because.together == 0) return;
  const models::CoPurchaseView& view = request.model.models().co_purchase;
  evidence.because_of = request.index.RefAsOf(request.model.ProductOf(because.seed), request.at);
  evidence.orders_together = because.together;
  evidence.base_orders = view.item_orders[because.seed];
  evidence.all_orders = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(view.num_orders, std::numeric_limits<std::uint32_t>::max()));
  const double together = because.together;
  evidence.support = together / static_cast<double>(view.num_orders);
  evidence.confidence = together / evidence.base_orders;
  const double share = view.item_orders[item] / static_cast<double>(view.num_orders);
  evidence.lift = share > 0 ? evidence.confidence / share : 0;
  if (because.since != models::kNoDay) {
    evidence.since = absl::FromUnixSeconds(std::int64_t{because.since} * 86'400);
  }
}

void ModelSources::Emit(const Request& request, std::vector<Candidate>& out) {
  const auto complement = [&](ProductIndex product) -> const ProductRef* {
    const auto found =
        std::lower_bound(complements_.begin(), complements_.end(), product,
                         [](const auto& entry, ProductIndex key) { return entry.first < key; });
    return found != complements_.end() && found->first == product ? &found->second : nullptr;
  };
  out.reserve(out.size() + pool_.size() + strangers_.size());
  const auto emit = [&](ProductIndex product, OfferKind kind) -> Candidate& {
    Candidate& candidate = out.emplace_back();
    candidate.product = request.index.RefAsOf(product, request.at);
    candidate.kind = kind;
    if (const ProductRef* completed = complement(product)) {
      candidate.scores.completes = 1;
      candidate.evidence.because_of = *completed;
    }
    if (kind == OfferKind::kAddOn) {
      candidate.subscription =
          SubscriptionTo(request.context, request.index.EntryAsOf(product, request.at)->goes_with);
    }
    return candidate;
  };
  for (std::size_t i = 0; i < pool_.size(); ++i) {
    Candidate& candidate = emit(request.model.ProductOf(pool_[i]), pool_kinds_[i]);
    FillScores(request, pool_[i], candidate.scores);
    candidate.scores.ials = affinities_[i];
    FillEvidence(request, pool_[i], because_[i], candidate.evidence);
    candidate.scores.confidence = static_cast<float>(candidate.evidence.confidence);
  }
  for (const auto& [product, kind] : strangers_) emit(product, kind);
}

}  // namespace tsugi
