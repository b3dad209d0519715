#include "models/sparse_matrix.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kTransposeBlocks = 4;        // each takes 8 bytes a column
constexpr std::size_t kParallelEntries = 100'000;  // below, one block does

absl::Status ValidateShape(const SparseView& matrix, const std::string& name) {
  constexpr std::size_t kMaxRows = std::numeric_limits<std::uint32_t>::max() - 1;
  if (matrix.offsets.empty() ? !matrix.columns.empty() : matrix.offsets.front() != 0) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": offsets must start with 0"));
  }
  if (matrix.rows() > kMaxRows) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": ", matrix.rows(), " rows are more than ", kMaxRows));
  }
  for (std::size_t r = 0; r < matrix.rows(); ++r) {
    if (matrix.offsets[r] > matrix.offsets[r + 1]) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": offsets fall at row ", r));
    }
  }
  if (!matrix.offsets.empty() && matrix.offsets.back() != matrix.columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": the last offset is ",
                                                   matrix.offsets.back(), ", but there are ",
                                                   matrix.columns.size(), " columns"));
  }
  if (!matrix.values.empty() && matrix.values.size() != matrix.columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", matrix.values.size(), " values for ",
                                                   matrix.columns.size(), " columns"));
  }
  return absl::OkStatus();
}

std::uint64_t EntriesBefore(const SparseView& matrix, std::size_t row) {
  return matrix.offsets.empty() ? 0 : matrix.offsets[row];
}

// Bounds of blocks of rows with about equally many entries.
std::vector<std::size_t> RowBlocks(const SparseView& matrix, std::size_t blocks) {
  std::vector<std::size_t> bounds(blocks + 1, matrix.rows());
  bounds[0] = 0;
  for (std::size_t b = 1; b < blocks; ++b) {
    const std::uint64_t share = matrix.entries() / blocks * b;
    const auto found = std::lower_bound(matrix.offsets.begin(), matrix.offsets.end() - 1, share);
    bounds[b] = static_cast<std::size_t>(found - matrix.offsets.begin());
  }
  return bounds;
}

// Whether the row's columns rise and are all in range.
bool RowIsSound(const SparseView& matrix, std::size_t r) {
  const std::span<const std::uint32_t> row = matrix.Row(r);
  bool sound = row.empty() || row.back() < matrix.num_columns;
  for (std::size_t e = 1; e < row.size(); ++e) sound &= row[e - 1] < row[e];
  return sound;
}

absl::Status RowMistake(const SparseView& matrix, std::size_t r, const std::string& name) {
  const std::span<const std::uint32_t> row = matrix.Row(r);
  for (std::size_t e = 0; e < row.size(); ++e) {
    if (row[e] >= matrix.num_columns) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": row ", r, " has column ", row[e], " of only ", matrix.num_columns));
    }
    if (e > 0 && row[e] <= row[e - 1]) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, ": columns of row ", r, " do not rise at ", row[e], "; use SortedDistinct"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const SparseView& matrix, const std::string& name) {
  if (absl::Status status = ValidateShape(matrix, name); !status.ok()) return status;
  std::atomic<std::size_t> first_bad{matrix.rows()};
  base::ParallelFor(matrix.rows(), 8192, [&](base::Chunk chunk) {
    for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
      if (RowIsSound(matrix, r)) continue;
      std::size_t seen = first_bad.load();
      while (r < seen && !first_bad.compare_exchange_weak(seen, r)) {
      }
      return;
    }
  });
  if (first_bad < matrix.rows()) return RowMistake(matrix, first_bad, name);
  for (std::size_t e = 0; e < matrix.values.size(); ++e) {
    if (!std::isfinite(matrix.values[e])) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": value ", e, " is not finite"));
    }
  }
  return absl::OkStatus();
}

SparseMatrix Transpose(const SparseView& matrix) {
  SparseMatrix result;
  result.num_columns = static_cast<std::uint32_t>(matrix.rows());
  result.offsets.assign(std::size_t{matrix.num_columns} + 1, 0);
  result.columns.resize(matrix.entries());
  result.values.resize(matrix.values.size());
  // Each block of rows counts its columns, then writes its own part of each row of the result.
  const std::size_t blocks = matrix.entries() < kParallelEntries ? 1 : kTransposeBlocks;
  const std::vector<std::size_t> bounds = RowBlocks(matrix, blocks);
  std::vector<std::vector<std::uint64_t>> next(blocks);
  base::ParallelFor(blocks, 1, [&](base::Chunk chunk) {
    std::vector<std::uint64_t>& counts = next[chunk.index];
    counts.assign(matrix.num_columns, 0);
    const std::uint64_t end = EntriesBefore(matrix, bounds[chunk.index + 1]);
    for (std::uint64_t e = EntriesBefore(matrix, bounds[chunk.index]); e < end; ++e) {
      ++counts[matrix.columns[e]];
    }
  });
  std::uint64_t at = 0;
  for (std::size_t c = 0; c < matrix.num_columns; ++c) {
    for (std::vector<std::uint64_t>& counts : next) at += std::exchange(counts[c], at);
    result.offsets[c + 1] = at;
  }
  base::ParallelFor(blocks, 1, [&](base::Chunk chunk) {
    std::vector<std::uint64_t>& to = next[chunk.index];
    for (std::size_t r = bounds[chunk.index]; r < bounds[chunk.index + 1]; ++r) {
      for (std::uint64_t e = matrix.offsets[r]; e < matrix.offsets[r + 1]; ++e) {
        const std::uint64_t place = to[matrix.columns[e]]++;
        result.columns[place] = static_cast<std::uint32_t>(r);
        if (!matrix.values.empty()) result.values[place] = matrix.values[e];
      }
    }
  });
  return result;
}

SparseMatrix SortedDistinct(const SparseView& rows) {
  SparseMatrix result;
  result.num_columns = rows.num_columns;
  result.offsets.push_back(0);
  result.columns.reserve(rows.entries());
  result.values.reserve(rows.values.size());
  std::vector<std::pair<std::uint32_t, float>> row;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::span<const std::uint32_t> columns = rows.Row(r);
    const std::span<const float> values = rows.RowValues(r);
    row.clear();
    for (std::size_t e = 0; e < columns.size(); ++e) {
      row.emplace_back(columns[e], values.empty() ? 1.0F : values[e]);
    }
    std::stable_sort(row.begin(), row.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const std::size_t begin = result.columns.size();
    for (const auto& [column, value] : row) {
      if (result.columns.size() > begin && result.columns.back() == column) {
        if (!rows.values.empty()) result.values.back() += value;
        continue;
      }
      result.columns.push_back(column);
      if (!rows.values.empty()) result.values.push_back(value);
    }
    result.offsets.push_back(result.columns.size());
  }
  return result;
}

SparseMatrix FromRows(const std::vector<std::vector<std::uint32_t>>& rows,
                      std::uint32_t num_columns) {
  SparseMatrix matrix;
  matrix.num_columns = num_columns;
  matrix.offsets.push_back(0);
  for (const std::vector<std::uint32_t>& row : rows) {
    matrix.columns.insert(matrix.columns.end(), row.begin(), row.end());
    matrix.offsets.push_back(matrix.columns.size());
  }
  return SortedDistinct(matrix.View());
}

}  // namespace tsugi::models
