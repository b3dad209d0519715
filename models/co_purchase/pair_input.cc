#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "models/co_purchase/pair_rows.h"

namespace tsugi::models {
namespace {

constexpr std::uint32_t kMostNarrow = 65'536;
constexpr std::size_t kBlocks = 8;  // of orders; each takes 16 bytes an item

// Makes a PairInput in steps over blocks of orders, whose sums are added in the order of blocks.
class InputMaker {
 public:
  InputMaker(const Baskets& baskets, double size_exponent) : baskets_(baskets) {
    input_.num_items = baskets.orders.num_columns;
    input_.entries = baskets.orders.entries();
    input_.dated = !baskets.days.empty();
    input_.narrow = input_.num_items <= kMostNarrow;
    input_.weighted = size_exponent != 0 || !baskets.order_weights.empty();
    if (input_.weighted) weights_ = LearningWeights(baskets, size_exponent);
  }

  PairInput Make() {
    CountOrders();
    CountItems();
    FillPlaces();
    SortOrders();
    PlaceRecords();
    input_.narrow ? FillRecords<std::uint16_t>() : FillRecords<std::uint32_t>();
    input_.narrow ? FillVisits<std::uint16_t>() : FillVisits<std::uint32_t>();
    SortVisitsByDay();
    return std::move(input_);
  }

 private:
  std::size_t Orders() const { return baskets_.orders.rows(); }

  // body(block, first order, end)
  template <typename Body>
  void ForBlocks(const Body& body) const {
    base::ParallelFor(kBlocks, 1, [&](base::Chunk chunk) {
      const std::size_t b = chunk.index;
      body(b, Orders() * b / kBlocks, Orders() * (b + 1) / kBlocks);
    });
  }

  void CountOrders() {
    for (std::size_t o = 0; o < Orders(); ++o) {
      if (baskets_.orders.offsets[o] == baskets_.orders.offsets[o + 1]) continue;
      ++input_.num_orders;
      input_.total_weight += weights_.empty() ? 1.0 : double{weights_[o]};
    }
  }

  void CountItems() {
    const std::size_t items = input_.num_items;
    std::vector<std::vector<std::uint32_t>> counts(kBlocks);
    std::vector<std::vector<double>> sums(kBlocks);
    ForBlocks([&](std::size_t b, std::size_t begin, std::size_t end) {
      counts[b].assign(items, 0);
      if (input_.weighted) sums[b].assign(items, 0.0);
      for (std::size_t o = begin; o < end; ++o) {
        for (const std::uint32_t item : baskets_.orders.Row(o)) {
          ++counts[b][item];
          if (input_.weighted) sums[b][item] += double{weights_[o]};
        }
      }
    });
    input_.item_orders.assign(items, 0);
    input_.item_weights.assign(items, 0.0F);
    base::ParallelFor(items, 4096, [&](base::Chunk chunk) {
      for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
        double weight = 0;
        for (std::size_t b = 0; b < kBlocks; ++b) {
          input_.item_orders[i] += counts[b][i];
          weight += input_.weighted ? sums[b][i] : static_cast<double>(counts[b][i]);
        }
        input_.item_weights[i] = static_cast<float>(weight);
      }
    });
  }

  // Items by falling number of orders, ties by item.
  void FillPlaces() {
    input_.item_at.resize(input_.num_items);
    input_.place_of.resize(input_.num_items);
    std::iota(input_.item_at.begin(), input_.item_at.end(), 0U);
    std::stable_sort(input_.item_at.begin(), input_.item_at.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       return input_.item_orders[a] > input_.item_orders[b];
                     });
    for (std::uint32_t place = 0; place < input_.num_items; ++place) {
      input_.place_of[input_.item_at[place]] = place;
    }
  }

  // By size where days do not matter: a row's additions then end after as many items as the order
  // before had, which processors foresee.
  void SortOrders() {
    constexpr std::size_t kSizes = 64;
    order_at_.resize(Orders());
    if (input_.dated) return std::iota(order_at_.begin(), order_at_.end(), 0U);
    const auto size_class = [&](std::size_t o) { return std::min(SizeOf(o), kSizes); };
    std::array<std::array<std::size_t, kSizes + 1>, kBlocks> next = {};
    ForBlocks([&](std::size_t b, std::size_t begin, std::size_t end) {
      for (std::size_t o = begin; o < end; ++o) ++next[b][size_class(o)];
    });
    std::size_t at = 0;
    for (std::size_t size = 0; size <= kSizes; ++size) {
      for (auto& block : next) at += std::exchange(block[size], at);
    }
    ForBlocks([&](std::size_t b, std::size_t begin, std::size_t end) {
      for (std::size_t o = begin; o < end; ++o) {
        order_at_[next[b][size_class(o)]++] = static_cast<std::uint32_t>(o);
      }
    });
  }

  // Where each record begins.
  void PlaceRecords() {
    constexpr std::size_t kUnit = PairInput::kAlign;
    constexpr std::size_t kLine = PairInput::kLine / kUnit;
    begins_.resize(Orders());
    std::size_t at = 0;
    for (std::size_t k = 0; k < Orders(); ++k) {
      const std::size_t size = SizeOf(order_at_[k]);
      const std::size_t words = input_.narrow ? (size + 1) / 2 : size;
      const std::size_t units = size > 1 ? (input_.Header() + words + kUnit - 1) / kUnit : 0;
      const std::size_t used = at % kLine;
      if (used != 0 && (used + units + kLine - 1) / kLine > (units + kLine - 1) / kLine) {
        at += kLine - used;
      }
      begins_[k] = static_cast<std::uint32_t>(at);
      at += units;
    }
    input_.records.resize(at * kUnit);
  }

  std::size_t SizeOf(std::size_t order) const {
    return baskets_.orders.offsets[order + 1] - baskets_.orders.offsets[order];
  }
  std::uint32_t* Record(std::size_t k) {
    return input_.records.data() + std::size_t{begins_[k]} * PairInput::kAlign;
  }

  template <typename Place>
  void FillRecords() {
    base::ParallelFor(Orders(), 8192, [&](base::Chunk chunk) {
      for (std::size_t k = chunk.begin; k < chunk.end; ++k) {
        const std::size_t o = order_at_[k];
        const std::span<const std::uint32_t> items = baskets_.orders.Row(o);
        if (items.size() < 2) continue;
        std::uint32_t* to = Record(k);
        *to++ = static_cast<std::uint32_t>(items.size());
        if (input_.weighted) *to++ = std::bit_cast<std::uint32_t>(weights_[o]);
        if (input_.dated) *to++ = baskets_.days[o];
        char* place_to = reinterpret_cast<char*>(to);
        for (const std::uint32_t item : items) {
          const auto place = static_cast<Place>(input_.place_of[item]);
          std::memcpy(place_to, &place, sizeof(Place));
          place_to += sizeof(Place);
        }
      }
    });
  }

  // visit(begin of the record, place) for each item of records `begin` to `end`.
  template <typename Place, typename Visit>
  void ForVisits(std::size_t begin, std::size_t end, const Visit& visit) {
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t size = SizeOf(order_at_[k]);
      if (size < 2) continue;
      const char* const places = reinterpret_cast<const char*>(Record(k) + input_.Header());
      for (std::size_t i = 0; i < size; ++i) {
        Place place = 0;
        std::memcpy(&place, places + i * sizeof(Place), sizeof(Place));
        visit(begins_[k], std::size_t{place});
      }
    }
  }

  template <typename Place>
  void FillVisits() {
    std::vector<std::vector<std::uint64_t>> next(kBlocks);
    ForBlocks([&](std::size_t b, std::size_t begin, std::size_t end) {
      next[b].assign(input_.num_items, 0);
      ForVisits<Place>(begin, end, [&](std::uint32_t, std::size_t place) { ++next[b][place]; });
    });
    input_.visit_begins.push_back(0);
    std::uint64_t at = 0;
    for (std::size_t place = 0; place < input_.num_items; ++place) {
      for (std::vector<std::uint64_t>& block : next) at += std::exchange(block[place], at);
      input_.visit_begins.push_back(at);
    }
    input_.visits.resize(at);
    ForBlocks([&](std::size_t b, std::size_t begin, std::size_t end) {
      ForVisits<Place>(begin, end, [&](std::uint32_t record, std::size_t place) {
        input_.visits[next[b][place]++] = record;
      });
    });
  }

  // The first order of an item that holds a pair then is the earliest, at no cost in the inner
  // loop.
  void SortVisitsByDay() {
    if (!input_.dated || std::is_sorted(baskets_.days.begin(), baskets_.days.end())) return;
    const auto day = [&](std::uint32_t begin) {
      return input_.records[std::size_t{begin} * PairInput::kAlign + input_.Header() - 1];
    };
    base::ParallelFor(input_.num_items, 64, [&](base::Chunk chunk) {
      for (std::size_t place = chunk.begin; place < chunk.end; ++place) {
        const auto first = input_.visits.begin();
        std::stable_sort(first + static_cast<std::ptrdiff_t>(input_.visit_begins[place]),
                         first + static_cast<std::ptrdiff_t>(input_.visit_begins[place + 1]),
                         [&](std::uint32_t a, std::uint32_t b) { return day(a) < day(b); });
      }
    });
  }

  const Baskets& baskets_;
  std::vector<float> weights_;              // of orders; empty: 1
  std::vector<std::uint32_t> order_at_;     // of a record
  base::HugeVector<std::uint32_t> begins_;  // of a record, in units of kAlign words
  PairInput input_;
};

}  // namespace

PairInput MakePairInput(const Baskets& baskets, double size_exponent) {
  return InputMaker(baskets, size_exponent).Make();
}

}  // namespace tsugi::models
