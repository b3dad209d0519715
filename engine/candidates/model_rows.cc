// ModelSources: the rows of what the customer has and bought, added up over all items, then looked
// up again for those of the pool.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/prefetch.h"
#include "engine/candidates/model_sources.h"

namespace tsugi {
namespace {

constexpr std::size_t kRowsAhead = 3;  // of history, asked for before they are read

// Rows lie far apart and are read once a request: the processor is told of them in time.
void PrefetchRow(std::span<const std::uint32_t> targets, const float* weights) {
  base::PrefetchAll(targets);
  base::PrefetchAll(std::span(weights, targets.size()));
}

}  // namespace

void ModelSources::FindRows(const Request& request) {
  const ModelSet& models = request.model.models();
  near_.assign(seeds_.size(), {});
  base_orders_.assign(seeds_.size(), 0);
  seed_refs_.resize(seeds_.size());
  for (std::size_t s = 0; s < seeds_.size(); ++s) {
    seed_refs_[s] = request.index.RefAsOf(request.ProductOf(seeds_[s]), request.at);
    if (seeds_[s] >= models.co_purchase.num_items) continue;
    near_[s] = models.co_purchase.Neighbours(seeds_[s]);
    base_orders_[s] = models.co_purchase.item_orders[seeds_[s]];
  }
  const auto find = [&](const std::vector<std::uint32_t>& sources, std::vector<Weights>& rows) {
    rows.assign(sources.size(), {});
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (sources[i] >= models.item_regression.num_items) continue;
      rows[i] = {models.item_regression.Targets(sources[i]),
                 models.item_regression.Weights(sources[i]).data()};
    }
  };
  find(basket_, basket_rows_);
  find(recent_, recent_rows_);
}

void ModelSources::FindLiveRows(const Request& request) {
  if (made_rows_.size() < basket_.size() + recent_.size()) {
    made_rows_.resize(basket_.size() + recent_.size());
  }
  if (live_scores_.size() < seeds_.size()) live_scores_.resize(seeds_.size());
  const auto find = [&](const std::vector<std::uint32_t>& sources, std::vector<Weights>& rows,
                        bool are_seeds) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const LiveRow* const row = FindLiveRow(request, sources[i]);
      if (row == nullptr) continue;
      rows[i] = {row->targets, row->weights.data()};
      if (are_seeds) PutLiveNeighbours(request, i, *row);
    }
  };
  find(basket_, basket_rows_, !basket_.empty());
  find(recent_, recent_rows_, basket_.empty());
}

const LiveRow* ModelSources::FindLiveRow(const Request& request, std::uint32_t item) {
  LiveRow& scratch = made_rows_[num_made_];
  const LiveRow* const row = request.live->Row(item, request.at, scratch);
  if (row == &scratch) ++num_made_;
  return row;
}

void ModelSources::PutLiveNeighbours(const Request& request, std::size_t seed, const LiveRow& row) {
  const LiveModel& live = *request.live;
  const float* const roots = live.InverseRoots(request.at);
  const float root = live.InverseRoot(seeds_[seed], request.at);
  std::vector<float>& scores = live_scores_[seed];
  scores.resize(row.partners.size());
  for (std::size_t n = 0; n < scores.size(); ++n) {
    const std::uint32_t other = row.partners[n];
    const float other_root = roots != nullptr ? roots[other] : live.InverseRoot(other, request.at);
    scores[n] = row.pair_weights[n] * root * other_root;
  }
  near_[seed] = {row.partners, row.together, row.pair_weights, scores, row.since};
  base_orders_[seed] = row.orders;
}

void ModelSources::AddRows(const Request& request) {
  const models::TextLikenessView& names = request.model.models().names;
  for (const models::ItemNeighbours& near : near_) {
    sums_.Add(request.options.co_purchase_weight, near.items, near.scores.data());
  }
  for (std::size_t i = 0; i < basket_.size(); ++i) {
    sums_.Add(1, basket_rows_[i].targets, basket_rows_[i].weights);
    if (basket_[i] < names.num_items) {
      const models::AlikeTexts alike = names.Neighbours(basket_[i]);
      sums_.Raise(request.options.name_weight, alike.items, alike.scores.data());
    }
  }
}

void ModelSources::AddHistory() {
  for (std::size_t i = 0; i < recent_rows_.size(); ++i) {
    if (i + kRowsAhead < recent_rows_.size()) {
      PrefetchRow(recent_rows_[i + kRowsAhead].targets, recent_rows_[i + kRowsAhead].weights);
    }
    sums_.AddBackground(recent_rows_[i].targets, recent_rows_[i].weights);
    if (basket_.empty()) sums_.Touch(recent_rows_[i].targets);
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
  DetailNeighbours();
  for (std::size_t i = 0; i < basket_.size(); ++i) {
    const std::span<const std::uint32_t> targets = basket_rows_[i].targets;
    const float* const weights = basket_rows_[i].weights;
    for (const std::uint32_t entry : MatchesIn(targets)) {
      Detail& detail = DetailOf(targets[entry]);
      detail.regression += weights[entry];
      detail.regression_best = std::max(detail.regression_best, weights[entry]);
    }
    if (basket_[i] < models.names.num_items) {
      const models::AlikeTexts alike = models.names.Neighbours(basket_[i]);
      for (const std::uint32_t entry : MatchesIn(alike.items)) {
        Detail& detail = DetailOf(alike.items[entry]);
        detail.name += alike.scores[entry];
        detail.name_best = std::max(detail.name_best, alike.scores[entry]);
      }
    }
  }
}

void ModelSources::DetailNeighbours() {
  for (std::size_t s = 0; s < seeds_.size(); ++s) {
    const models::ItemNeighbours& near = near_[s];
    const float share = 1.0F / static_cast<float>(std::max(base_orders_[s], 1U));
    for (const std::uint32_t entry : MatchesIn(near.items)) {
      Detail& detail = DetailOf(near.items[entry]);
      detail.co_purchase += near.scores[entry];
      detail.confidence += share * static_cast<float>(near.orders[entry]);
      // Seeds come by item: of equals the first stays.
      if (near.scores[entry] <= detail.because_score) continue;
      detail.because_score = near.scores[entry];
      detail.because_seed = seeds_[s];
      detail.because_row = static_cast<std::uint32_t>(s);
      detail.because_pair = entry;
      base::Prefetch(&near.since[entry]);
    }
  }
}

void ModelSources::PrefetchRows(const ModelSet& models) const {
  for (const models::ItemNeighbours& near : near_) {
    base::PrefetchAll(near.items);
    base::PrefetchAll(near.scores);
  }
  for (std::size_t i = 0; i < basket_.size(); ++i) {
    PrefetchRow(basket_rows_[i].targets, basket_rows_[i].weights);
    if (basket_[i] >= models.names.num_items) continue;
    base::PrefetchAll(models.names.Neighbours(basket_[i]).items);
    base::PrefetchAll(models.names.Neighbours(basket_[i]).scores);
  }
  const std::size_t first = std::min(kRowsAhead, recent_rows_.size());
  for (std::size_t i = 0; i < first; ++i) {  // AddHistory asks for the others
    PrefetchRow(recent_rows_[i].targets, recent_rows_[i].weights);
  }
}

}  // namespace tsugi
