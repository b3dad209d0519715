// Made-up histories of the sizes that training is measured on, and files of them that other
// programs can read.
//
// Activity is lognormal and popularity falls like rank^-exponent, as shops see them; which item has
// which rank is shuffled, so that popular items are not neighbours in memory. Equal options give
// equal bytes everywhere. There is no taste in the data: accuracy is compared on real data.
#ifndef TSUGI_BENCH_MODELS_GENERATED_H_
#define TSUGI_BENCH_MODELS_GENERATED_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

struct GeneratedOptions {
  std::size_t rows = 0;
  std::uint32_t items = 0;
  std::uint64_t pairs = 0;          // distinct (row, item) pairs; reached to within rounding
  double activity_sigma = 1.2;      // of the logarithm of a row's length
  double popularity_exponent = .9;  // Zipf
  std::uint64_t seed = 1;
};

// Rows one after the other, for histories that should not be held in memory.
class RowGenerator {
 public:
  explicit RowGenerator(const GeneratedOptions& options);

  // The next row's distinct items, ascending.
  void Next(std::vector<std::uint32_t>& items);

 private:
  std::uint32_t DrawItem();
  std::uint64_t DrawLength();

  GeneratedOptions options_;
  base::Random random_;
  double log_mean_ = 0;
  double carried_ = 0;             // what rounding took from the lengths so far
  std::vector<double> threshold_;  // alias method (Vose 1991)
  std::vector<std::uint32_t> alias_;
  std::vector<std::uint32_t> item_of_rank_;
  std::vector<std::uint64_t> drawn_for_;  // the row an item was last drawn for
  std::uint64_t row_ = 0;
};

// Files are little-endian: rows, items, entries (3 x u64), offsets (rows + 1 x u64), columns
// (entries x u32). False where a file cannot be written or read. Rows are written as they are
// drawn: only the offsets are held.
bool GenerateFile(const std::string& path, const GeneratedOptions& options, std::uint64_t& entries);
bool ReadMatrix(const std::string& path, SparseMatrix& matrix);

}  // namespace tsugi::models

#endif  // TSUGI_BENCH_MODELS_GENERATED_H_
