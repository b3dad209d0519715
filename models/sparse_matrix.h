// Sparse matrices in compressed rows (CSR), as views over someone's arrays and as owners of them.
//
// Row r holds the columns `columns[offsets[r] .. offsets[r + 1])`, strictly ascending, each with a
// value of `values` (no values: every entry is 1). Entries with column >= num_columns do not occur.
// Offsets count entries, so 10^9 entries fit; rows and columns stay below 2^32 - 1.
//
// Dense matrices in this folder are row-major: element (r, c) of a matrix with n columns is
// `data[r * n + c]`. They travel as spans; row_matrix.h gives Eigen's name for them to .cc files.
//
// Thread safety: views are immutable values.
#ifndef TSUGI_MODELS_SPARSE_MATRIX_H_
#define TSUGI_MODELS_SPARSE_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace tsugi::models {

struct SparseView {
  std::span<const std::uint64_t> offsets;  // rows + 1 of them; empty: no row
  std::span<const std::uint32_t> columns;
  std::span<const float> values = {};  // empty, or one a column entry
  std::uint32_t num_columns = 0;

  std::size_t rows() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::size_t entries() const { return columns.size(); }
  std::span<const std::uint32_t> Row(std::size_t r) const {
    return columns.subspan(offsets[r], offsets[r + 1] - offsets[r]);
  }
  // Empty where the matrix has no values.
  std::span<const float> RowValues(std::size_t r) const {
    if (values.empty()) return {};
    return values.subspan(offsets[r], offsets[r + 1] - offsets[r]);
  }
};

struct SparseMatrix {
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> columns;
  std::vector<float> values;
  std::uint32_t num_columns = 0;

  SparseView View() const { return {offsets, columns, values, num_columns}; }
};

// OK if `matrix` keeps the promises above and its values are finite. Errors: INVALID_ARGUMENT
// naming `name`, the row and what is wrong.
absl::Status Validate(const SparseView& matrix, const std::string& name);

// Columns become rows, each ascending; values go along.
SparseMatrix Transpose(const SparseView& matrix);

// Rows of any order and with repeats, brought into the form above: sorted, equal columns merged
// (values added; without values an entry is just there). REQUIRES: columns < num_columns.
SparseMatrix SortedDistinct(const SparseView& rows);

// From one vector a row; for tests and small inputs.
SparseMatrix FromRows(const std::vector<std::vector<std::uint32_t>>& rows,
                      std::uint32_t num_columns);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_SPARSE_MATRIX_H_
