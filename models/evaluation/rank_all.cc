#include "models/evaluation/rank_all.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/top_k.h"
#include "models/dense/gemm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "models/evaluation/rank_all.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Places of scores[0, count) that are at least `cut`, ascending, into out; how many.
std::size_t AtLeast(const float* scores, std::size_t count, float cut, std::uint32_t* out) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto least = hn::Set(d, cut);
  std::size_t found = 0;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto mask = hn::Ge(hn::LoadU(d, scores + i), least);
    if (hn::AllFalse(d, mask)) continue;
    for (std::size_t j = i; j < i + lanes; ++j) {
      out[found] = static_cast<std::uint32_t>(j);
      found += scores[j] >= cut ? 1 : 0;
    }
  }
  for (; i < count; ++i) {
    out[found] = static_cast<std::uint32_t>(i);
    found += scores[i] >= cut ? 1 : 0;
  }
  return found;
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(AtLeast);

namespace {

constexpr std::size_t kCustomers = 64;
constexpr std::size_t kItems = 768;
constexpr float kSlack = 1.00001F;  // what rounding may add to a score beyond its bound

float Length(const float* row, std::size_t dim) {
  return std::sqrt(std::inner_product(row, row + dim, row, 0.0F));
}

// The items by falling length, ties by item.
struct OrderedItems {
  std::vector<std::uint32_t> item_at;
  std::vector<float> lengths;
  base::HugeVector<float> rows;
};

OrderedItems OrderItems(std::span<const float> items, std::size_t dim) {
  const std::size_t count = items.size() / dim;
  std::vector<float> lengths(count);
  for (std::size_t i = 0; i < count; ++i) lengths[i] = Length(items.data() + i * dim, dim);
  OrderedItems ordered;
  ordered.item_at.resize(count);
  std::iota(ordered.item_at.begin(), ordered.item_at.end(), 0U);
  std::stable_sort(ordered.item_at.begin(), ordered.item_at.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return lengths[a] > lengths[b]; });
  ordered.lengths.resize(count);
  ordered.rows.resize(items.size());
  for (std::size_t at = 0; at < count; ++at) {
    ordered.lengths[at] = lengths[ordered.item_at[at]];
    std::copy_n(items.data() + ordered.item_at[at] * dim, dim, ordered.rows.data() + at * dim);
  }
  return ordered;
}

// One block of customers; those that are done leave it.
class Block {
 public:
  Block(const RankAllRequest& request, const OrderedItems& items)
      : request_(request), items_(items), scores_(kCustomers * kItems), places_(kItems + 1) {}

  void Rank(std::size_t begin, std::size_t end, std::span<std::uint32_t> ranked) {
    Start(begin, end);
    for (std::size_t at = 0; at < items_.item_at.size() && !active_.empty(); at += kItems) {
      DropDone(items_.lengths[at]);
      const std::size_t count = std::min(kItems, items_.item_at.size() - at);
      Gemm({active_.size(), count, request_.dim}, Rows(rows_.data(), request_.dim),
           Transposed(items_.rows.data() + at * request_.dim, request_.dim), 1.0F, false,
           scores_.data(), kItems);
      for (std::size_t a = 0; a < active_.size(); ++a) {
        Take(active_[a], std::span(scores_).subspan(a * kItems, count), at);
      }
    }
    for (std::size_t c = begin; c < end; ++c) {
      const std::span<std::uint32_t> out = ranked.subspan(c * request_.k, request_.k);
      std::fill(out.begin(), out.end(), kNoItem);
      std::size_t to = 0;
      for (const auto& entry : best_[c - begin].Sorted()) out[to++] = entry.key;
    }
  }

 private:
  using Best = base::TopK<float, std::uint32_t>;

  void Start(std::size_t begin, std::size_t end) {
    begin_ = begin;
    active_.resize(end - begin);
    std::iota(active_.begin(), active_.end(), std::size_t{0});
    best_.assign(end - begin, Best(request_.k));
    const auto first = request_.rows.begin() + static_cast<std::ptrdiff_t>(begin * request_.dim);
    rows_.assign(first, first + static_cast<std::ptrdiff_t>((end - begin) * request_.dim));
    lengths_.clear();
    for (std::size_t c = 0; c < end - begin; ++c) {
      lengths_.push_back(Length(rows_.data() + c * request_.dim, request_.dim));
    }
  }

  void DropDone(float longest) {
    std::size_t kept = 0;
    for (std::size_t a = 0; a < active_.size(); ++a) {
      const std::size_t customer = active_[a];
      if (!best_[customer].Admits(lengths_[customer] * longest * kSlack)) continue;
      if (kept != a) {
        active_[kept] = customer;
        std::copy_n(rows_.data() + a * request_.dim, request_.dim,
                    rows_.data() + kept * request_.dim);
      }
      ++kept;
    }
    active_.resize(kept);
  }

  void Take(std::size_t customer, std::span<const float> scores, std::size_t first) {
    Best& best = best_[customer];
    const std::size_t found =
        HWY_DYNAMIC_DISPATCH(AtLeast)(scores.data(), scores.size(), best.Least(), places_.data());
    const std::size_t row = begin_ + customer;
    const std::span<const std::uint32_t> seen =
        row < request_.seen.rows() ? request_.seen.Row(row) : std::span<const std::uint32_t>();
    for (std::size_t f = 0; f < found; ++f) {
      const std::uint32_t item = items_.item_at[first + places_[f]];
      if (!best.Admits(scores[places_[f]])) continue;
      if (std::binary_search(seen.begin(), seen.end(), item)) continue;
      best.Push(scores[places_[f]], item);
    }
  }

  const RankAllRequest& request_;
  const OrderedItems& items_;
  std::size_t begin_ = 0;
  std::vector<std::size_t> active_;  // customers of the block, by row of rows_
  std::vector<Best> best_;
  std::vector<float> rows_;
  std::vector<float> lengths_;
  base::HugeVector<float> scores_;
  std::vector<std::uint32_t> places_;
};

}  // namespace

void RankAll(const RankAllRequest& request, std::span<std::uint32_t> ranked) {
  if (request.k == 0 || request.dim == 0) return;
  const OrderedItems items = OrderItems(request.items, request.dim);
  std::vector<Block> blocks(base::MaxWorkers(), Block(request, items));
  base::ParallelForWithWorker(request.rows.size() / request.dim, kCustomers,
                              [&](base::Chunk chunk, std::size_t worker) {
                                blocks[worker].Rank(chunk.begin, chunk.end, ranked);
                              });
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
