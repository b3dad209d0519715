#include "models/evaluation/rank_all.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/top_k.h"
#include "models/dense/gemm.h"
#include "models/dense/linear_algebra.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/evaluation/rank_all.cc"  // once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

namespace tsugi::models {
#ifndef TSUGI_MODELS_EVALUATION_PANEL
#define TSUGI_MODELS_EVALUATION_PANEL
constexpr std::size_t kPanel = 64;  // items side by side
#endif
}  // namespace tsugi::models

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Tag>;

// The customer's first `head` coordinates times those of `count` items (whole panels, each of
// `head` rows of kPanel), into sums.
void ScoreHeads(const float* panels, std::size_t count, const float* customer, std::size_t head,
                float* sums) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t at = 0; at < count; at += 4 * lanes) {
    const float* row = panels + at / kPanel * kPanel * head + at % kPanel;
    Vec sum0 = hn::Zero(d);
    Vec sum1 = hn::Zero(d);
    Vec sum2 = hn::Zero(d);
    Vec sum3 = hn::Zero(d);
    for (std::size_t h = 0; h < head; ++h, row += kPanel) {
      const Vec factor = hn::Set(d, customer[h]);
      sum0 = hn::MulAdd(factor, hn::LoadU(d, row), sum0);
      sum1 = hn::MulAdd(factor, hn::LoadU(d, row + lanes), sum1);
      sum2 = hn::MulAdd(factor, hn::LoadU(d, row + 2 * lanes), sum2);
      sum3 = hn::MulAdd(factor, hn::LoadU(d, row + 3 * lanes), sum3);
    }
    hn::StoreU(sum0, d, sums + at);
    hn::StoreU(sum1, d, sums + at + lanes);
    hn::StoreU(sum2, d, sums + at + 2 * lanes);
    hn::StoreU(sum3, d, sums + at + 3 * lanes);
  }
}

// The numbers of the items (of `count`, whole panels) with `least` <= sum + rest * rests and
// sum < below; how many. `out` has room for all and a vector more.
std::size_t MayReach(const float* sums, const float* rests, std::size_t count, float rest,
                     float least, float below, std::uint32_t* out) {
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  std::size_t found = 0;
  for (std::size_t at = 0; at < count; at += hn::Lanes(d)) {
    const Vec sum = hn::LoadU(d, sums + at);
    const Vec bound = hn::MulAdd(hn::Set(d, rest), hn::LoadU(d, rests + at), sum);
    const auto reached = hn::And(hn::Ge(bound, hn::Set(d, least)), hn::Lt(sum, hn::Set(d, below)));
    if (hn::AllFalse(d, reached)) continue;
    found += hn::CompressStore(hn::Iota(du, static_cast<std::uint32_t>(at)),
                               hn::RebindMask(du, reached), du, out + found);
  }
  return found;
}

// The products of one row with those of the rows of `dim` whose numbers are given.
void Dots(const float* row, const float* rows, std::size_t dim, const std::uint32_t* numbers,
          std::size_t count, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t n = 0; n < count; ++n) {
    const float* const other = rows + std::size_t{numbers[n]} * dim;
    if (n + 4 < count) {
      const float* const next = rows + std::size_t{numbers[n + 4]} * dim;
      for (std::size_t i = 0; i < dim; i += 16) __builtin_prefetch(next + i);
    }
    Vec even = hn::Zero(d);
    Vec odd = hn::Zero(d);
    std::size_t i = 0;
    for (; i + 2 * lanes <= dim; i += 2 * lanes) {
      even = hn::MulAdd(hn::LoadU(d, row + i), hn::LoadU(d, other + i), even);
      odd = hn::MulAdd(hn::LoadU(d, row + i + lanes), hn::LoadU(d, other + i + lanes), odd);
    }
    out[n] = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
    for (; i < dim; ++i) out[n] += row[i] * other[i];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(ScoreHeads);
HWY_EXPORT(MayReach);
HWY_EXPORT(Dots);

namespace {

constexpr std::size_t kCustomers = 64;  // turned at a time
constexpr std::size_t kStep = 256;      // items judged at a time
constexpr std::size_t kWarm = 1024;     // items among which a first k are looked for
constexpr float kRounding = 1e-5F;      // of two lengths' product: more than a score's rounding

float Length(const float* row, std::size_t dim) {
  return std::sqrt(std::inner_product(row, row + dim, row, 0.0F));
}

// Coordinates that are judged by: half of them, in which most of the items' energy is.
std::size_t HeadOf(std::size_t dim) { return std::min(dim, std::max<std::size_t>(8, dim / 2)); }

// The items' principal axes, those of most energy first, as rows.
std::vector<float> PrincipalAxes(std::span<const float> items, std::size_t dim) {
  std::vector<float> gram(dim * dim, 0.0F);
  AddGram(items.size() / dim, dim, items, gram);
  const auto n = static_cast<Eigen::Index>(dim);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver(
      Eigen::Map<const Eigen::MatrixXf>(gram.data(), n, n));
  std::vector<float> axes(dim * dim, 0.0F);
  for (std::size_t a = 0; a < dim; ++a) {
    for (std::size_t i = 0; i < dim; ++i) {
      axes[a * dim + i] = solver.info() == Eigen::Success
                              ? solver.eigenvectors()(static_cast<Eigen::Index>(i),
                                                      n - 1 - static_cast<Eigen::Index>(a))
                              : (a == i ? 1.0F : 0.0F);
    }
  }
  return axes;
}

// The items by falling length, ties by item; and turned to their axes, in panels.
struct OrderedItems {
  std::size_t head = 0;
  std::vector<float> axes;
  std::vector<std::uint32_t> item_at;
  std::vector<float> lengths;
  base::HugeVector<float> rows;
  base::HugeVector<float> panels;  // each of `head` rows of kPanel
  std::vector<float> rests;        // length beyond the head; panels are filled up with zeros
};

void FillPanels(std::size_t dim, OrderedItems& ordered) {
  const std::size_t count = ordered.item_at.size();
  const std::size_t panels = (count + kPanel - 1) / kPanel;
  ordered.panels.resize(panels * ordered.head * kPanel);
  ordered.rests.resize(panels * kPanel);
  base::ParallelFor(panels, 8, [&](base::Chunk chunk) {
    std::vector<float> turned(kPanel * dim);
    for (std::size_t p = chunk.begin; p < chunk.end; ++p) {
      const std::size_t held = std::min(kPanel, count - p * kPanel);
      Gemm({held, dim, dim}, Rows(ordered.rows.data() + p * kPanel * dim, dim),
           Transposed(ordered.axes.data(), dim), 1.0F, false, turned.data(), dim);
      float* const panel = ordered.panels.data() + p * ordered.head * kPanel;
      for (std::size_t i = 0; i < held; ++i) {
        const float* const row = turned.data() + i * dim;
        for (std::size_t h = 0; h < ordered.head; ++h) panel[h * kPanel + i] = row[h];
        ordered.rests[p * kPanel + i] = Length(row + ordered.head, dim - ordered.head);
      }
    }
  });
}

OrderedItems OrderItems(std::span<const float> items, std::size_t dim) {
  const std::size_t count = items.size() / dim;
  std::vector<float> lengths(count);
  for (std::size_t i = 0; i < count; ++i) lengths[i] = Length(items.data() + i * dim, dim);
  OrderedItems ordered;
  ordered.head = HeadOf(dim);
  ordered.axes = PrincipalAxes(items, dim);
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
  FillPanels(dim, ordered);
  return ordered;
}

// Ranks for a block of customers at a time, so that a step's items are read from the nearest cache;
// one a worker.
class Ranker {
 public:
  Ranker(const RankAllRequest& request, const OrderedItems& items)
      : request_(request),
        items_(items),
        turned_(kCustomers * request.dim),
        sums_(kCustomers * kWarm),
        found_(kWarm + kPanel),
        scores_(kWarm) {}

  void Rank(std::size_t begin, std::size_t end, std::span<std::uint32_t> ranked) {
    Start(begin, end);
    Warm();
    for (std::size_t first = 0; first < items_.rests.size() && !active_.empty(); first += kStep) {
      std::erase_if(active_, [&](std::size_t c) {
        const float most = customers_[c].length * items_.lengths[first];
        return !customers_[c].best.Admits(most + most * kRounding);
      });
      for (const std::size_t c : active_) Judge(c, first);
    }
    for (std::size_t c = begin; c < end; ++c) {
      const std::span<std::uint32_t> out = ranked.subspan(c * request_.k, request_.k);
      std::fill(out.begin(), out.end(), kNoItem);
      std::size_t to = 0;
      for (const auto& entry : customers_[c - begin].best.Sorted()) out[to++] = entry.key;
    }
  }

 private:
  static constexpr float kNone = std::numeric_limits<float>::infinity();

  struct Customer {
    base::TopK<float, std::uint32_t> best;
    float length;       // rounded up, as is
    float rest;         // the length beyond the head
    float cut = kNone;  // among the first kWarm, what has this sum or more has been offered
  };

  const float* Turned(std::size_t c) const { return turned_.data() + c * request_.dim; }

  void Start(std::size_t begin, std::size_t end) {
    const std::size_t dim = request_.dim;
    begin_ = begin;
    Gemm({end - begin, dim, dim}, Rows(request_.rows.data() + begin * dim, dim),
         Transposed(items_.axes.data(), dim), 1.0F, false, turned_.data(), dim);
    customers_.clear();
    for (std::size_t c = 0; c < end - begin; ++c) {
      const float* const beyond = Turned(c) + items_.head;
      customers_.push_back({base::TopK<float, std::uint32_t>(request_.k),
                            Length(Turned(c), dim) * (1 + kRounding),
                            Length(beyond, dim - items_.head) * (1 + kRounding)});
    }
    active_.resize(end - begin);
    std::iota(active_.begin(), active_.end(), std::size_t{0});
  }

  // Offers those of the longest items that promise most, so that the k-th best is known early.
  void Warm() {
    constexpr std::size_t kSample = 64;
    const std::size_t promising = 3 * request_.k * kSample / kWarm;
    if (items_.item_at.size() < 2 * kWarm || promising + 1 >= kSample) return;
    for (std::size_t first = 0; first < kWarm; first += kStep) {
      for (const std::size_t c : active_) Score(c, first, kStep, &sums_[c * kWarm + first]);
    }
    for (const std::size_t c : active_) {
      const float* const sums = &sums_[c * kWarm];
      float sample[kSample];
      for (std::size_t i = 0; i < kSample; ++i) sample[i] = sums[i * (kWarm / kSample)];
      std::nth_element(sample, sample + promising, sample + kSample, std::greater<>());
      customers_[c].cut = sample[promising];
      const std::size_t found = HWY_DYNAMIC_DISPATCH(MayReach)(
          sums, items_.rests.data(), kWarm, 0.0F, sample[promising], kNone, found_.data());
      Offer(c, 0, found);
    }
  }

  // Offers those items of a step that may be among the customer's best and have not been offered.
  void Judge(std::size_t c, std::size_t first) {
    const Customer& customer = customers_[c];
    const std::size_t count = std::min(kStep, items_.rests.size() - first);
    const bool warm = first < kWarm && customer.cut < kNone;
    float* const sums = &sums_[c * kWarm + (warm ? first : 0)];
    if (!warm) Score(c, first, count, sums);
    const float slack = customer.length * items_.lengths[first] * kRounding;
    const std::size_t found = HWY_DYNAMIC_DISPATCH(MayReach)(
        sums, items_.rests.data() + first, count, customer.rest, customer.best.Least() - slack,
        warm ? customer.cut : kNone, found_.data());
    Offer(c, first, found);
  }

  void Score(std::size_t c, std::size_t first, std::size_t count, float* sums) const {
    HWY_DYNAMIC_DISPATCH(ScoreHeads)
    (items_.panels.data() + first * items_.head, count, Turned(c), items_.head, sums);
  }

  // The first `found` of found_, counted from item `first`.
  void Offer(std::size_t c, std::size_t first, std::size_t found) {
    while (found > 0 && first + found_[found - 1] >= items_.item_at.size()) {
      --found;  // what fills the last panel up
    }
    const std::size_t dim = request_.dim;
    const std::size_t row = begin_ + c;
    HWY_DYNAMIC_DISPATCH(Dots)
    (request_.rows.data() + row * dim, items_.rows.data() + first * dim, dim, found_.data(), found,
     scores_.data());
    const std::span<const std::uint32_t> seen =
        row < request_.seen.rows() ? request_.seen.Row(row) : std::span<const std::uint32_t>();
    base::TopK<float, std::uint32_t>& best = customers_[c].best;
    for (std::size_t f = 0; f < found; ++f) {
      if (!best.Admits(scores_[f])) continue;
      const std::uint32_t item = items_.item_at[first + found_[f]];
      if (!std::binary_search(seen.begin(), seen.end(), item)) best.Push(scores_[f], item);
    }
  }

  const RankAllRequest& request_;
  const OrderedItems& items_;
  std::size_t begin_ = 0;
  std::vector<Customer> customers_;  // of the block
  std::vector<std::size_t> active_;  // those not done
  std::vector<float> turned_;        // their rows in the items' axes
  std::vector<float> sums_;          // kWarm a customer: the heads' part of scores
  std::vector<std::uint32_t> found_;
  std::vector<float> scores_;  // of those found
};

}  // namespace

void RankAll(const RankAllRequest& request, std::span<std::uint32_t> ranked) {
  if (request.k == 0 || request.dim == 0) return;
  const OrderedItems items = OrderItems(request.items, request.dim);
  std::vector<Ranker> rankers(base::MaxWorkers(), Ranker(request, items));
  base::ParallelForWithWorker(request.rows.size() / request.dim, kCustomers,
                              [&](base::Chunk chunk, std::size_t worker) {
                                rankers[worker].Rank(chunk.begin, chunk.end, ranked);
                              });
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
