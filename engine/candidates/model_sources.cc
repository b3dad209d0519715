#include "engine/candidates/model_sources.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/prefetch.h"
#include "base/status_macros.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"
#include "engine/candidates/segment_evidence.h"

namespace tsugi {
namespace {

constexpr base::Micros kDay = base::Micros{86'400} * 1'000'000;

}  // namespace

absl::Status ModelSources::Collect(const BoundModel& model, const FactIndex& index,
                                   const Context& context, const CandidateOptions& options,
                                   std::span<const ProductIndex> taken,
                                   std::vector<Candidate>& out) {
  const base::Micros at = base::ToMicros(context.at);
  const LiveModel* const live = model.LiveAsOf(at);
  const Request request{model,
                        index,
                        context,
                        options,
                        taken,
                        at,
                        model.SegmentOf(context.segment),
                        live,
                        live == nullptr ? LiveModel::Totals() : live->TotalsAsOf(at),
                        SoldSpan(7 * kDay, at),
                        SoldSpan(28 * kDay, at)};
  Begin(request);
  FindHistory(request);
  FindSeeds(request);
  FindRows(request);
  if (live != nullptr) FindLiveRows(request);
  PrefetchRows(model.models());
  FindComplements(index, context, complements_);
  AddRows(request);
  AddHistory();
  FillPool(request);
  FindDetails(model.models());
  absl::Status folded = FoldIn(request);
  if (folded.ok()) Emit(request, out);
  Clear();
  return folded;
}

void ModelSources::Begin(const Request& request) {
  const std::uint32_t items =
      request.live != nullptr ? request.live->num_slots() : request.model.num_items();
  if (in_pool_.size() < items) {
    sums_.Grow(items);
    in_history_.resize(items);
    in_pool_.resize(items);
  }
  pool_.clear();
  pool_kinds_.clear();
  strangers_.clear();
  num_made_ = 0;
  wanted_ = 0;
  unwanted_ = 0;
}

void ModelSources::Clear() {
  for (const Bought& bought : history_) in_history_[bought.item] = 0;
  for (const std::uint32_t item : pool_) in_pool_[item] = 0;
  std::size_t added = 0;
  for (const auto* rows : {&basket_rows_, &recent_rows_}) {
    for (const Weights& row : *rows) added += row.targets.size();
  }
  constexpr std::size_t kFillsAtOnce = 16;  // floats of a cache line
  if (sums_.num_items() < added * kFillsAtOnce) return sums_.ClearAll();
  sums_.Clear();
  for (const Weights& row : recent_rows_) sums_.ForgetBackground(row.targets);
}

void ModelSources::FindHistory(const Request& request) {
  const std::span<const Purchase> all = request.context.purchases;
  const std::span<const Purchase> lines =
      all.last(std::min({all.size(), std::size_t{request.options.history_lines}, kMostPlaces}));
  history_.resize(lines.size() + 1);
  // Whether a product came before is hard to predict, so without a branch: every line is written,
  // and kept if it did not.
  std::uint32_t count = 0;
  for (std::size_t i = lines.size(); i-- > 0;) {
    const Purchase& purchase = lines[i];
    if (purchase.quantity <= 0) continue;
    const std::uint32_t item = request.ItemOf(purchase.product);
    if (item == kNoItem) continue;
    const std::uint32_t known = in_history_[item];
    const std::uint32_t is_new = known == 0 ? 1 : 0;
    history_[count] = {item, 0, purchase.at};
    count += is_new;
    const std::uint32_t place = known + is_new * count;
    in_history_[item] = static_cast<Place>(place);
    ++history_[place - 1].times;
  }
  history_.resize(count);
}

void ModelSources::FindSeeds(const Request& request) {
  basket_.clear();
  recent_.clear();
  unknown_groups_.clear();
  const auto add = [&](const ProductRef& product) {
    if (!product.known()) return;
    const std::uint32_t item = request.ItemOf(product.index);
    if (item != kNoItem) basket_.push_back(item);
    if (item < request.model.num_items()) return;
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

absl::Status ModelSources::FoldIn(const Request& request) {
  const models::IalsView& ials = request.model.models().ials;
  affinities_.assign(pool_.size(), 0.0F);
  // The cart alone where there is one: factors of cart and history together rank worse.
  if (ials.dim == 0 || ials.num_items < request.model.num_items() || seeds_.empty() ||
      pool_.empty()) {
    return absl::OkStatus();
  }
  factors_.resize(ials.dim);
  if (request.live == nullptr) {
    TSUGI_RETURN_IF_ERROR(ials.FoldIn(seeds_, {}, workspace_, factors_));
    ials.ScoreItems(factors_, pool_, affinities_);
    return absl::OkStatus();
  }
  const auto keep_known = [&](const std::vector<std::uint32_t>& items) {
    known_.clear();
    std::copy_if(items.begin(), items.end(), std::back_inserter(known_),
                 [&](std::uint32_t item) { return item < ials.num_items; });
  };
  keep_known(seeds_);
  if (known_.empty()) return absl::OkStatus();
  TSUGI_RETURN_IF_ERROR(ials.FoldIn(known_, {}, workspace_, factors_));
  keep_known(pool_);
  known_affinities_.assign(known_.size(), 0.0F);
  ials.ScoreItems(factors_, known_, known_affinities_);
  std::size_t next = 0;
  for (std::size_t i = 0; i < pool_.size(); ++i) {
    if (pool_[i] < ials.num_items) affinities_[i] = known_affinities_[next++];
  }
  return absl::OkStatus();
}

void ModelSources::FillScores(const Request& request, std::size_t place,
                              SourceScores& scores) const {
  const ModelSet& models = request.model.models();
  const std::uint32_t item = pool_[place];
  const Detail& detail = details_[place];
  scores.co_purchase = detail.co_purchase;
  scores.co_purchase_best = detail.because_score;
  scores.confidence_sum = detail.confidence;
  scores.item_regression = detail.regression;
  scores.regression_best = detail.regression_best;
  scores.name_likeness = detail.name;
  scores.name_likeness_best = detail.name_best;
  scores.id_distance = IdDistance(request, item);
  scores.item_regression_history = sums_.Background(item);
  if (item < models.popularity.num_items) {
    scores.popularity = models.popularity.SegmentShare(request.segment, item);
    scores.recent = models.popularity.recent[item];
  }
  if (request.live != nullptr) {
    scores.popularity = request.live->Share(item, scores.popularity, request.totals);
    scores.recent = request.live->RecentShare(item, scores.recent, request.totals);
  }
  if (in_history_[item] != 0) {
    const Bought& bought = history_[in_history_[item] - 1];
    scores.times_bought = static_cast<float>(bought.times);
    scores.days_since_bought = static_cast<float>(static_cast<double>(request.at - bought.last) /
                                                  static_cast<double>(kDay));
  }
}

float ModelSources::IdDistance(const Request& request, std::uint32_t item) const {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  if (item >= request.model.num_items()) return 0;
  std::uint32_t least = kNone;
  for (const std::uint32_t seed : basket_) {
    if (seed >= request.model.num_items()) continue;
    least = std::min(least, item > seed ? item - seed : seed - item);
  }
  return least == kNone ? 0.0F : static_cast<float>(least);
}

void ModelSources::FillDemand(const Request& request, ProductIndex product,
                              SourceScores& scores) const {
  const base::Micros first = request.index.product(product).first_sold;
  if (first > request.at) return;
  scores.days_since_new =
      static_cast<float>(static_cast<double>(request.at - first) / static_cast<double>(kDay));
  scores.sold_week = static_cast<float>(request.index.OrdersWithin(product, request.week));
  scores.sold_month = static_cast<float>(request.index.OrdersWithin(product, request.month));
}

void ModelSources::FillEvidence(const Request& request, std::size_t place,
                                Evidence& evidence) const {
  const std::uint32_t item = pool_[place];
  const Detail& detail = details_[place];
  if (detail.because_score <= 0) return;
  const models::CoPurchaseView& view = request.model.models().co_purchase;
  const models::ItemNeighbours& near = near_[detail.because_row];
  evidence.because_of = seed_refs_[detail.because_row];
  evidence.orders_together = near.orders[detail.because_pair];
  evidence.base_orders = base_orders_[detail.because_row];
  std::uint32_t orders = item < view.num_items ? view.item_orders[item] : 0;
  auto all = static_cast<double>(view.num_orders);
  if (request.live != nullptr) {
    orders += request.live->OrdersOf(item, request.at);
    all += request.totals.orders;
  }
  evidence.all_orders =
      static_cast<std::uint32_t>(std::min<double>(all, std::numeric_limits<std::uint32_t>::max()));
  const double together = evidence.orders_together;
  evidence.support = together / all;
  evidence.confidence = together / evidence.base_orders;
  const double share = orders / all;
  evidence.lift = share > 0 ? evidence.confidence / share : 0;
  const std::uint32_t since = near.since[detail.because_pair];
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
    candidate.price = request.index.PriceOrZeroAsOf(product, request.at);
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
    Candidate& candidate = emit(request.ProductOf(pool_[i]), pool_kinds_[i]);
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
