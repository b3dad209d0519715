// Rows of the item-by-item matrix of pair counts, one at a time on a dense accumulator (Gustavson
// 1978): shared by the top-K model and the full matrix.
#ifndef TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_
#define TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/baskets.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

// What every row needs, made once.
struct PairInput {
  SparseView orders;
  SparseMatrix orders_of_item;          // by day where days are known, else by order
  std::vector<float> weights;           // of orders
  std::span<const std::uint32_t> days;  // of orders; may be empty
  std::vector<std::uint32_t> item_orders;
  std::vector<float> item_weights;
  std::uint64_t num_orders = 0;
  double total_weight = 0;
};

// REQUIRES: valid baskets.
PairInput MakePairInput(const Baskets& baskets, double size_exponent);

class PairRow {
 public:
  PairRow() = default;

  void Compute(const PairInput& input, std::uint32_t item);

  // Items met, each once, `item` itself left out; in no useful order.
  std::span<const std::uint32_t> touched() const { return touched_; }
  std::uint32_t orders(std::uint32_t other) const { return cells_[other].orders; }
  float weight(std::uint32_t other) const { return cells_[other].weight; }
  std::uint32_t since(std::uint32_t other) const { return since_[other]; }

 private:
  struct Cell {
    float weight = 0;
    std::uint32_t orders = 0;
  };
  void Clear();

  std::vector<Cell> cells_;
  std::vector<std::uint32_t> since_;
  std::vector<std::uint32_t> touched_;
};

// One row's part of the result. Arrays that a result does not want stay empty.
struct PairEntries {
  std::vector<std::uint32_t> items;
  std::vector<std::uint32_t> orders;
  std::vector<float> weights;
  std::vector<float> scores;
  std::vector<std::uint32_t> since;
};

struct PairTable {
  std::vector<std::uint64_t> offsets;
  PairEntries entries;
  bool too_large = false;  // stopped: more than max_entries
};

// Computes all rows in parallel; `emit` appends what it keeps of a row to `entries` (equal numbers
// to each array it uses). The result does not depend on the number of threads.
using EmitRow = std::function<void(std::uint32_t item, const PairRow& row, PairEntries& entries)>;
PairTable BuildPairTable(const PairInput& input, std::uint64_t max_entries, const EmitRow& emit);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CO_PURCHASE_PAIR_ROWS_H_
