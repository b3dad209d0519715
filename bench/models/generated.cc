#include "bench/models/generated.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numeric>
#include <span>

namespace tsugi::models {
namespace {

// Fills the alias table of weights that add to their number.
void FillAlias(std::vector<double> weights, std::vector<double>& threshold,
               std::vector<std::uint32_t>& alias) {
  threshold.assign(weights.size(), 1.0);
  alias.resize(weights.size());
  std::iota(alias.begin(), alias.end(), 0U);
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < weights.size(); ++i) (weights[i] < 1 ? small : large).push_back(i);
  while (!small.empty() && !large.empty()) {
    const std::uint32_t low = small.back();
    const std::uint32_t high = large.back();
    small.pop_back();
    threshold[low] = weights[low];
    alias[low] = high;
    weights[high] -= 1 - weights[low];
    if (weights[high] < 1) {
      large.pop_back();
      small.push_back(high);
    }
  }
}

template <typename T>
void Write(std::ofstream& out, std::span<const T> values) {
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size_bytes()));
}

template <typename T>
void Read(std::ifstream& in, std::vector<T>& values) {
  in.read(reinterpret_cast<char*>(values.data()),
          static_cast<std::streamsize>(values.size() * sizeof(T)));
}

}  // namespace

RowGenerator::RowGenerator(const GeneratedOptions& options)
    : options_(options), random_(options.seed), drawn_for_(options.items, 0) {
  std::vector<double> weights(options.items);
  for (std::size_t r = 0; r < weights.size(); ++r) {
    weights[r] = std::pow(static_cast<double>(r + 1), -options.popularity_exponent);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
  FillAlias(std::move(weights), threshold_, alias_);
  item_of_rank_.resize(options.items);
  std::iota(item_of_rank_.begin(), item_of_rank_.end(), 0U);
  random_.Shuffle(std::span(item_of_rank_));
  const double mean = static_cast<double>(options.pairs) / static_cast<double>(options.rows);
  log_mean_ = std::log(mean) - options.activity_sigma * options.activity_sigma / 2;
}

std::uint32_t RowGenerator::DrawItem() {
  const auto rank = static_cast<std::uint32_t>(random_.Below(options_.items));
  return item_of_rank_[random_.Uniform() < threshold_[rank] ? rank : alias_[rank]];
}

std::uint64_t RowGenerator::DrawLength() {
  const double most = std::max(1.0, options_.items / 8.0);
  const double drawn = std::exp(log_mean_ + options_.activity_sigma * random_.Normal());
  const double wanted = std::clamp(drawn, 1.0, most) + carried_;
  const double length = std::clamp(std::round(wanted), 1.0, most);
  carried_ = std::clamp(wanted - length, -1.0, 1.0);
  return static_cast<std::uint64_t>(length);
}

void RowGenerator::Next(std::vector<std::uint32_t>& items) {
  ++row_;
  items.clear();
  const std::uint64_t length = DrawLength();
  while (items.size() < length) {
    const std::uint32_t item = DrawItem();
    if (drawn_for_[item] == row_) continue;
    drawn_for_[item] = row_;
    items.push_back(item);
  }
  std::sort(items.begin(), items.end());
}

bool GenerateFile(const std::string& path, const GeneratedOptions& options,
                  std::uint64_t& entries) {
  RowGenerator generator(options);
  std::ofstream out(path, std::ios::binary);
  std::vector<std::uint64_t> offsets(1, 0);
  std::vector<std::uint32_t> row;
  out.seekp(static_cast<std::streamoff>((3 + options.rows + 1) * sizeof(std::uint64_t)));
  for (std::size_t r = 0; r < options.rows; ++r) {
    generator.Next(row);
    Write<std::uint32_t>(out, row);
    offsets.push_back(offsets.back() + row.size());
  }
  entries = offsets.back();
  out.seekp(0);
  Write<std::uint64_t>(out, std::array<std::uint64_t, 3>{options.rows, options.items, entries});
  Write<std::uint64_t>(out, offsets);
  return static_cast<bool>(out.flush());
}

bool ReadMatrix(const std::string& path, SparseMatrix& matrix) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::uint64_t> shape(3);
  Read(in, shape);
  if (!in) return false;
  matrix.num_columns = static_cast<std::uint32_t>(shape[1]);
  matrix.offsets.resize(shape[0] + 1);
  matrix.columns.resize(shape[2]);
  Read(in, matrix.offsets);
  Read(in, matrix.columns);
  return static_cast<bool>(in);
}

}  // namespace tsugi::models
