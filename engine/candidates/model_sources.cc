#include "engine/candidates/model_sources.h"

#include <algorithm>
#include <limits>

#include "base/prefetch.h"
#include "base/status_macros.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"
#include "engine/candidates/segment_evidence.h"

namespace tsugi {
namespace {

// Rows lie far apart and are read once a request: the processor is told of them in time.
void PrefetchRow(const models::ItemRegressionView& view, std::uint32_t source) {
  if (source >= view.num_items) return;
  base::PrefetchAll(view.Targets(source));
  base::PrefetchAll(view.Weights(source));
}

}  // namespace

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
  AddRows(model.models());
  AddHistory(model.models().item_regression);
  FillPool(request);
  FindDetails(model.models());
  absl::Status folded = FoldIn(request);
  if (folded.ok()) Emit(request, out);
  Clear(model.models().item_regression);
  return folded;
}

void ModelSources::Begin(const BoundModel& model) {
  if (in_pool_.size() < model.num_items()) {
    sums_.Grow(model.num_items());
    in_history_.resize(model.num_items());
    in_pool_.resize(model.num_items());
  }
  pool_.clear();
  pool_kinds_.clear();
  strangers_.clear();
  wanted_ = 0;
  unwanted_ = 0;
}

void ModelSources::Clear(const models::ItemRegressionView& view) {
  for (const Bought& bought : history_) in_history_[bought.item] = 0;
  for (const std::uint32_t item : pool_) in_pool_[item] = 0;
  std::size_t added = 0;
  for (const auto* sources : {&basket_, &recent_}) {
    for (const std::uint32_t source : *sources) {
      if (source < view.num_items) added += view.Targets(source).size();
    }
  }
  constexpr std::size_t kFillsAtOnce = 16;  // floats of a cache line
  if (sums_.num_items() < added * kFillsAtOnce) return sums_.ClearAll();
  sums_.Clear();
  if (basket_.empty()) return;  // history was seen like any other source
  for (const std::uint32_t source : recent_) {
    if (source < view.num_items) sums_.Forget(kHistory, view.Targets(source));
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
    if (in_history_[item] == 0) {
      history_.push_back({item, 0, purchase.at});
      in_history_[item] = static_cast<std::uint32_t>(history_.size());
    }
    ++history_[in_history_[item] - 1].times;
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

void ModelSources::AddRows(const ModelSet& models) {
  for (const std::uint32_t seed : seeds_) {
    if (seed >= models.co_purchase.num_items) continue;
    const models::ItemNeighbours near = models.co_purchase.Neighbours(seed);
    sums_.Add(kCoPurchase, near.items, near.scores.data());
  }
  for (const std::uint32_t source : basket_) {
    if (source < models.item_regression.num_items) {
      sums_.Add(kRegression, models.item_regression.Targets(source),
                models.item_regression.Weights(source).data());
    }
    if (source < models.names.num_items) {
      const models::AlikeTexts alike = models.names.Neighbours(source);
      sums_.Raise(kName, alike.items, alike.scores.data());
    }
  }
}

void ModelSources::AddHistory(const models::ItemRegressionView& view) {
  if (!recent_.empty()) PrefetchRow(view, recent_[0]);
  for (std::size_t i = 0; i < recent_.size(); ++i) {
    if (i + 1 < recent_.size()) PrefetchRow(view, recent_[i + 1]);
    if (recent_[i] >= view.num_items) continue;
    const std::span<const std::uint32_t> targets = view.Targets(recent_[i]);
    const float* const weights = view.Weights(recent_[i]).data();
    if (basket_.empty()) {
      sums_.Add(kHistory, targets, weights);
    } else {
      sums_.AddUnseen(kHistory, targets, weights);
    }
  }
}

std::span<const std::uint32_t> ModelSources::MatchesIn(std::span<const std::uint32_t> items) {
  if (matches_.size() <= items.size()) matches_.resize(items.size() + 1);
  // Without a branch: whether an item is in the pool is hard to predict.
  std::size_t count = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    matches_[count] = static_cast<std::uint32_t>(i);
    count += in_pool_[items[i]] != 0 ? 1 : 0;
  }
  return std::span(matches_).first(count);
}

void ModelSources::FindDetails(const ModelSet& models) {
  details_.assign(pool_.size(), Detail());
  DetailNeighbours(models.co_purchase);
  for (const std::uint32_t source : basket_) {
    if (source < models.item_regression.num_items) {
      const std::span<const std::uint32_t> targets = models.item_regression.Targets(source);
      const float* const weights = models.item_regression.Weights(source).data();
      for (const std::uint32_t entry : MatchesIn(targets)) {
        float& best = DetailOf(targets[entry]).regression_best;
        best = std::max(best, weights[entry]);
      }
    }
    if (source < models.names.num_items) {
      const models::AlikeTexts alike = models.names.Neighbours(source);
      for (const std::uint32_t entry : MatchesIn(alike.items)) {
        DetailOf(alike.items[entry]).name += alike.scores[entry];
      }
    }
  }
}

void ModelSources::DetailNeighbours(const models::CoPurchaseView& view) {
  for (const std::uint32_t seed : seeds_) {
    if (seed >= view.num_items) continue;
    const models::ItemNeighbours near = view.Neighbours(seed);
    const auto first = static_cast<std::uint32_t>(view.offsets[seed]);
    const float share = 1.0F / static_cast<float>(std::max(view.item_orders[seed], 1U));
    for (const std::uint32_t entry : MatchesIn(near.items)) {
      Detail& detail = DetailOf(near.items[entry]);
      detail.confidence += share * static_cast<float>(near.orders[entry]);
      // Seeds come by item: of equals the first stays.
      if (near.scores[entry] <= detail.because_score) continue;
      detail.because_score = near.scores[entry];
      detail.because_seed = seed;
      detail.because_pair = first + entry;
      base::Prefetch(&view.since[detail.because_pair]);
    }
  }
}

void ModelSources::PrefetchRows(const ModelSet& models) const {
  for (const std::uint32_t seed : seeds_) {
    if (seed >= models.co_purchase.num_items) continue;
    const models::ItemNeighbours near = models.co_purchase.Neighbours(seed);
    base::PrefetchAll(near.items);
    base::PrefetchAll(near.scores);
  }
  for (const std::uint32_t source : basket_) {
    PrefetchRow(models.item_regression, source);
    if (source >= models.names.num_items) continue;
    base::PrefetchAll(models.names.Neighbours(source).items);
    base::PrefetchAll(models.names.Neighbours(source).scores);
  }
}

absl::Status ModelSources::FoldIn(const Request& request) {
  const models::IalsView& ials = request.model.models().ials;
  affinities_.assign(pool_.size(), 0.0F);
  // The cart alone where there is one: factors of cart and history together rank worse.
  if (ials.dim == 0 || ials.num_items < request.model.num_items() || seeds_.empty() ||
      pool_.empty()) {
    return absl::OkStatus();
  }
  factors_.resize(ials.dim);
  TSUGI_RETURN_IF_ERROR(ials.FoldIn(seeds_, {}, workspace_, factors_));
  ials.ScoreItems(factors_, pool_, affinities_);
  return absl::OkStatus();
}

void ModelSources::FillScores(const Request& request, std::size_t place,
                              SourceScores& scores) const {
  const ModelSet& models = request.model.models();
  const std::uint32_t item = pool_[place];
  const Detail& detail = details_[place];
  scores.co_purchase = sums_.At(kCoPurchase, item);
  scores.co_purchase_best = detail.because_score;
  scores.confidence_sum = detail.confidence;
  scores.item_regression = sums_.At(kRegression, item);
  scores.regression_best = detail.regression_best;
  scores.name_likeness = detail.name;
  scores.name_likeness_best = sums_.At(kName, item);
  scores.id_distance = IdDistance(item);
  scores.item_regression_history = sums_.At(kHistory, item);
  if (item < models.popularity.num_items) {
    scores.popularity = models.popularity.SegmentShare(request.segment, item);
    scores.recent = models.popularity.recent[item];
  }
  if (in_history_[item] != 0) {
    const Bought& bought = history_[in_history_[item] - 1];
    constexpr double kMicrosADay = 86'400e6;
    scores.times_bought = static_cast<float>(bought.times);
    scores.days_since_bought =
        static_cast<float>(static_cast<double>(request.at - bought.last) / kMicrosADay);
  }
}

float ModelSources::IdDistance(std::uint32_t item) const {
  std::uint32_t least = basket_.empty() ? 0 : std::numeric_limits<std::uint32_t>::max();
  for (const std::uint32_t seed : basket_) {
    least = std::min(least, item > seed ? item - seed : seed - item);
  }
  return static_cast<float>(least);
}

void ModelSources::FillDemand(const Request& request, ProductIndex product,
                              SourceScores& scores) const {
  constexpr base::Micros kDay = base::Micros{86'400} * 1'000'000;
  const base::Micros first = request.index.product(product).first_sold;
  if (first > request.at) return;
  scores.days_since_new =
      static_cast<float>(static_cast<double>(request.at - first) / static_cast<double>(kDay));
  scores.sold_week = static_cast<float>(request.index.OrdersWithin(product, 7 * kDay, request.at));
  scores.sold_month =
      static_cast<float>(request.index.OrdersWithin(product, 28 * kDay, request.at));
}

void ModelSources::FillEvidence(const Request& request, std::size_t place,
                                Evidence& evidence) const {
  const std::uint32_t item = pool_[place];
  const Detail& detail = details_[place];
  if (detail.because_score <= 0) return;
  const models::CoPurchaseView& view = request.model.models().co_purchase;
  evidence.because_of =
      request.index.RefAsOf(request.model.ProductOf(detail.because_seed), request.at);
  evidence.orders_together = view.pair_orders[detail.because_pair];
  evidence.base_orders = view.item_orders[detail.because_seed];
  evidence.all_orders = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(view.num_orders, std::numeric_limits<std::uint32_t>::max()));
  const double together = evidence.orders_together;
  evidence.support = together / static_cast<double>(view.num_orders);
  evidence.confidence = together / evidence.base_orders;
  const double share = view.item_orders[item] / static_cast<double>(view.num_orders);
  evidence.lift = share > 0 ? evidence.confidence / share : 0;
  const std::uint32_t since = view.since[detail.because_pair];
  if (since != models::kNoDay) {
    evidence.since = absl::FromUnixSeconds(std::int64_t{since} * 86'400);
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
    FillScores(request, i, candidate.scores);
    FillDemand(request, candidate.product.index, candidate.scores);
    candidate.scores.ials = affinities_[i];
    FillEvidence(request, i, candidate.evidence);
    candidate.scores.confidence = static_cast<float>(
        ConditionOnSegment(request.model.models(), request.segment, request.context.segment,
                           details_[i].because_seed, pool_[i], candidate.evidence));
  }
  for (const auto& [product, kind] : strangers_) {
    FillDemand(request, product, emit(product, kind).scores);
  }
}

}  // namespace tsugi
