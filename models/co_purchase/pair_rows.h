// Rows of the item-by-item matrix of pair counts, one at a time on a dense accumulator (Gustavson
// 1978): shared by the top-K model and the full matrix.
#ifndef TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_
#define TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/huge_pages.h"
#include "models/baskets.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

// What every row needs, made once.
//
// `records` holds one record an order, so that a visit to an order reads one place in memory, and
// as little of it as will do: number of items; weight (the bits of a float) where orders have
// weights; day where they have days; the items, two a word where there are no more than 65,536. A
// record begins at a multiple of kAlign words, and at a line of the cache where it would lie in one
// more of them otherwise. An item's visits are its orders with other items in them, by day where
// days are known, else by their size.
//
// Inside, items go by *places*, the most bought first: most additions then fall on cells that stand
// together in the nearest cache.
struct PairInput {
  static constexpr std::size_t kAlign = 4;
  static constexpr std::size_t kLine = 16;  // words

  base::HugeVector<std::uint32_t> records;
  std::vector<std::uint64_t> visit_begins;  // of each place, and the end of the last, into
  base::HugeVector<std::uint32_t> visits;   // starts of records, in units of kAlign words
  bool weighted = false;                    // else every order weighs 1
  bool dated = false;
  bool narrow = false;  // places of 16 bits
  std::uint32_t num_items = 0;
  std::vector<std::uint32_t> item_at;   // of a place
  std::vector<std::uint32_t> place_of;  // of an item
  std::vector<std::uint32_t> item_orders;
  std::vector<float> item_weights;
  std::uint64_t num_orders = 0;
  double total_weight = 0;
  std::uint64_t entries = 0;

  std::size_t Header() const { return 1U + (weighted ? 1U : 0U) + (dated ? 1U : 0U); }
  std::span<const std::uint32_t> Visits(std::uint32_t item) const {
    const std::uint32_t place = place_of[item];
    return std::span(visits).subspan(visit_begins[place],
                                     visit_begins[place + 1] - visit_begins[place]);
  }
};

// REQUIRES: valid baskets.
PairInput MakePairInput(const Baskets& baskets, double size_exponent);

class PairRow {
 public:
  PairRow() = default;

  void Compute(const PairInput& input, std::uint32_t item);

  // Places of the items met, each once, `item` itself left out; in no useful order.
  std::span<const std::uint32_t> touched() const { return std::span(touched_).first(num_touched_); }
  std::uint32_t orders(std::uint32_t place) const { return words_[OrdersAt(place)]; }
  float weight(std::uint32_t place) const {
    return weighted_ ? std::bit_cast<float>(words_[2 * std::size_t{place}])
                     : static_cast<float>(words_[place]);
  }
  std::uint32_t since(std::uint32_t place) const { return dated_ ? since_[place] : kNoDay; }

  // For vectors: where `weighted`, words 2 * place and 2 * place + 1 hold the weight (the bits of a
  // float) and the orders; else word `place` holds the orders, which are the weight.
  const std::uint32_t* words() const { return words_.data(); }
  bool weighted() const { return weighted_; }

 private:
  std::size_t OrdersAt(std::uint32_t place) const {
    return weighted_ ? 2 * std::size_t{place} + 1 : place;
  }
  void Clear();
  template <typename Place, bool kWeighted, bool kDated>
  void Add(const PairInput& input, std::uint32_t item);
  template <typename Place>
  void AddAny(const PairInput& input, std::uint32_t item);

  bool weighted_ = false;
  bool dated_ = false;
  base::HugeVector<std::uint32_t> words_;  // 0 but for what the last row touched
  base::HugeVector<std::uint32_t> since_;
  std::vector<std::uint32_t>
      touched_;  // one place more than items, for a write that does not count
  std::size_t num_touched_ = 0;
};

// One row's part of the result. Arrays that a result does not want stay empty.
struct PairEntries {
  std::vector<std::uint32_t> items;
  std::vector<std::uint32_t> orders;
  std::vector<float> weights;
  std::vector<float> scores;
  std::vector<std::uint32_t> since;

  // Of all arrays: room for so many; and `count` more, where they begin.
  void Reserve(std::size_t size);
  std::size_t Grow(std::size_t count);
};

struct PairTable {
  std::vector<std::uint64_t> offsets;
  PairEntries entries;
  bool too_large = false;  // stopped: more than max_entries
};

// Computes all rows in parallel; `emit` appends what it keeps of a row to `entries` (equal numbers
// to each array it uses). Where every array is used, `most_a_row` says how much room a row may
// take; 0: it is found as it comes. The result does not depend on the number of threads.
using EmitRow = std::function<void(std::uint32_t item, const PairRow& row, std::size_t worker,
                                   PairEntries& entries)>;
PairTable BuildPairTable(const PairInput& input, std::uint64_t max_entries, const EmitRow& emit,
                         std::size_t most_a_row = 0);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_
