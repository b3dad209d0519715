#include "engine/candidates/model_sources.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"
#include "engine/candidates/segment_evidence.h"

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
  AddRegression(model.models().item_regression);
  AddNames(model.models().names);
  AddHistory(model.models().item_regression);
  FillPool(request);
  absl::Status folded = FoldIn(request);
  if (folded.ok()) Emit(request, out);
  Clear(model.models().item_regression);
  return folded;
}

void ModelSources::Begin(const BoundModel& model) {
  if (marks_.size() < model.num_items()) {
    sums_.resize(model.num_items());
    history_sums_.resize(model.num_items());
    marks_.resize(model.num_items());
    proposed_.resize(std::size_t{model.num_items()} + 1);  // List writes one past the end
  }
  if (++stamp_ == 0) {  // after 2^32 requests old stamps would look new
    std::fill(marks_.begin(), marks_.end(), Mark());
    stamp_ = 1;
  }
  num_proposed_ = 0;
  pool_.clear();
  pool_kinds_.clear();
  strangers_.clear();
  wanted_ = 0;
  unwanted_ = 0;
}

void ModelSources::Clear(const models::ItemRegressionView& view) {
  for (std::size_t i = 0; i < num_proposed_; ++i) sums_[proposed_[i]] = Sums();
  std::size_t added = 0;
  for (const std::uint32_t source : recent_) {
    if (source < view.num_items) added += view.Targets(source).size();
  }
  constexpr std::size_t kFillsAtOnce = 16;  // floats of a cache line
  if (history_sums_.size() < added * kFillsAtOnce) {
    std::fill(history_sums_.begin(), history_sums_.end(), 0.0F);
    return;
  }
  for (const std::uint32_t source : recent_) {
    if (source >= view.num_items) continue;
    for (const std::uint32_t target : view.Targets(source)) history_sums_[target] = 0;
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

// Without a branch: whether an item was there before is a coin's throw.
inline std::uint32_t* ModelSources::List(std::uint32_t item, std::uint32_t* end) {
  *end = item;
  end += 1 - sums_[item].listed;
  sums_[item].listed = 1;
  return end;
}

void ModelSources::AddNeighbours(const models::CoPurchaseView& view) {
  std::uint32_t* end = proposed_.data() + num_proposed_;
  for (const std::uint32_t seed : seeds_) {
    if (seed >= view.num_items) continue;
    const models::ItemNeighbours near = view.Neighbours(seed);
    const auto first = static_cast<std::uint32_t>(view.offsets[seed]);
    const float share = 1.0F / static_cast<float>(std::max(view.item_orders[seed], 1U));
    for (std::size_t n = 0; n < near.items.size(); ++n) {
      Sums& sums = sums_[near.items[n]];
      const float score = near.scores[n];
      end = List(near.items[n], end);
      sums.co_purchase += score;
      sums.confidence += share * static_cast<float>(near.orders[n]);
      const bool best =
          score > sums.because_score;  // seeds come by item: of equals the first stays
      sums.because_score = best ? score : sums.because_score;
      sums.because_seed = best ? seed : sums.because_seed;
      sums.because_pair = best ? first + static_cast<std::uint32_t>(n) : sums.because_pair;
    }
  }
  num_proposed_ = static_cast<std::size_t>(end - proposed_.data());
}

void ModelSources::AddRegression(const models::ItemRegressionView& view) {
  std::uint32_t* end = proposed_.data() + num_proposed_;
  for (const std::uint32_t source : basket_) {
    if (source >= view.num_items) continue;
    const std::span<const std::uint32_t> targets = view.Targets(source);
    const float* const weights = view.Weights(source).data();
    for (std::size_t t = 0; t < targets.size(); ++t) {
      end = List(targets[t], end);
      Sums& sums = sums_[targets[t]];
      sums.regression += weights[t];
      sums.regression_best = std::max(sums.regression_best, weights[t]);
    }
  }
  num_proposed_ = static_cast<std::size_t>(end - proposed_.data());
}

void ModelSources::AddNames(const models::TextLikenessView& view) {
  std::uint32_t* end = proposed_.data() + num_proposed_;
  for (const std::uint32_t seed : basket_) {
    if (seed >= view.num_items) continue;
    const models::AlikeTexts alike = view.Neighbours(seed);
    for (std::size_t n = 0; n < alike.items.size(); ++n) {
      end = List(alike.items[n], end);
      Sums& sums = sums_[alike.items[n]];
      sums.name += alike.scores[n];
      sums.name_best = std::max(sums.name_best, alike.scores[n]);
    }
  }
  num_proposed_ = static_cast<std::size_t>(end - proposed_.data());
}

void ModelSources::AddHistory(const models::ItemRegressionView& view) {
  float* const sums = history_sums_.data();
  for (const std::uint32_t source : recent_) {
    if (source >= view.num_items) continue;
    const std::span<const std::uint32_t> targets = view.Targets(source);
    const float* const weights = view.Weights(source).data();
    for (std::size_t t = 0; t < targets.size(); ++t) sums[targets[t]] += weights[t];
  }
  if (!basket_.empty()) return;
  std::uint32_t* end = proposed_.data() + num_proposed_;
  for (const std::uint32_t source : recent_) {
    if (source >= view.num_items) continue;
    for (const std::uint32_t target : view.Targets(source)) end = List(target, end);
  }
  num_proposed_ = static_cast<std::size_t>(end - proposed_.data());
}

void ModelSources::PrefetchRows(const ModelSet& models) const {
  static constexpr std::size_t kAhead = 64;  // the processor follows a row that has begun
  static constexpr std::size_t kLine = 16;   // elements of a cache line
  const auto prefetch = [](const auto* row, std::size_t length) {
    for (std::size_t i = 0; i < std::min(length, kAhead); i += kLine) __builtin_prefetch(row + i);
  };
  for (const std::uint32_t seed : seeds_) {
    if (seed >= models.co_purchase.num_items) continue;
    const models::ItemNeighbours near = models.co_purchase.Neighbours(seed);
    prefetch(near.items.data(), near.items.size());
    prefetch(near.scores.data(), near.scores.size());
    prefetch(near.orders.data(), near.orders.size());
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

void ModelSources::FillScores(const Request& request, std::uint32_t item,
                              SourceScores& scores) const {
  const ModelSet& models = request.model.models();
  scores.co_purchase = sums_[item].co_purchase;
  scores.co_purchase_best = sums_[item].because_score;
  scores.confidence_sum = sums_[item].confidence;
  scores.item_regression = sums_[item].regression;
  scores.regression_best = sums_[item].regression_best;
  scores.name_likeness = sums_[item].name;
  scores.name_likeness_best = sums_[item].name_best;
  scores.id_distance = IdDistance(item);
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

void ModelSources::FillEvidence(const Request& request, std::uint32_t item,
                                Evidence& evidence) const {
  const Sums& sums = sums_[item];
  if (sums.because_score <= 0) return;
  const models::CoPurchaseView& view = request.model.models().co_purchase;
  evidence.because_of =
      request.index.RefAsOf(request.model.ProductOf(sums.because_seed), request.at);
  evidence.orders_together = view.pair_orders[sums.because_pair];
  evidence.base_orders = view.item_orders[sums.because_seed];
  evidence.all_orders = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(view.num_orders, std::numeric_limits<std::uint32_t>::max()));
  const double together = evidence.orders_together;
  evidence.support = together / static_cast<double>(view.num_orders);
  evidence.confidence = together / evidence.base_orders;
  const double share = view.item_orders[item] / static_cast<double>(view.num_orders);
  evidence.lift = share > 0 ? evidence.confidence / share : 0;
  const std::uint32_t since = view.since[sums.because_pair];
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
    FillScores(request, pool_[i], candidate.scores);
    FillDemand(request, candidate.product.index, candidate.scores);
    candidate.scores.ials = affinities_[i];
    FillEvidence(request, pool_[i], candidate.evidence);
    candidate.scores.confidence = static_cast<float>(
        ConditionOnSegment(request.model.models(), request.segment, request.context.segment,
                           sums_[pool_[i]].because_seed, pool_[i], candidate.evidence));
  }
  for (const auto& [product, kind] : strangers_) {
    FillDemand(request, product, emit(product, kind).scores);
  }
}

}  // namespace tsugi
