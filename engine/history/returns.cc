#include "engine/history/returns.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace tsugi {
namespace {

struct OpenSale {
  std::uint64_t line = 0;
  std::int64_t left = 0;
};
// Sales not yet taken back, the latest last, by (customer, product).
using OpenSales = absl::flat_hash_map<std::uint64_t, std::vector<OpenSale>>;

std::uint64_t KeyOf(std::uint32_t customer, std::uint32_t product) {
  return (std::uint64_t{customer} << 32) | product;
}

// Takes `wanted` units from the latest sales; returns how many found none.
std::int64_t TakeBack(std::uint64_t return_line, std::int64_t wanted, std::vector<OpenSale>& sales,
                      std::vector<ReturnMatch>& matches) {
  while (wanted > 0 && !sales.empty()) {
    OpenSale& latest = sales.back();
    const std::int64_t taken = std::min(wanted, latest.left);
    matches.push_back({.return_line = return_line,
                       .sale_line = latest.line,
                       .quantity = static_cast<std::int32_t>(taken)});
    wanted -= taken;
    latest.left -= taken;
    if (latest.left == 0) sales.pop_back();
  }
  return wanted;
}

// Pairs that have a return at all: only their sales need keeping.
OpenSales PairsWithReturns(const HistoryColumns& columns) {
  OpenSales pairs;
  for (std::size_t order = 0; order < columns.times.size(); ++order) {
    const std::uint32_t customer = columns.customers[order];
    if (customer == kNoIndex) continue;
    for (std::uint64_t i = columns.line_offsets[order]; i < columns.line_offsets[order + 1]; ++i) {
      if (columns.quantities[i] < 0) pairs[KeyOf(customer, columns.products[i])];
    }
  }
  return pairs;
}

}  // namespace

void MatchReturns(HistoryColumns& columns) {
  OpenSales open = PairsWithReturns(columns);
  columns.returns.clear();
  std::int64_t unmatched = 0;
  for (std::size_t order = 0; order < columns.times.size(); ++order) {
    const std::uint32_t customer = columns.customers[order];
    for (std::uint64_t i = columns.line_offsets[order]; i < columns.line_offsets[order + 1]; ++i) {
      const std::int64_t quantity = columns.quantities[i];
      const auto pair =
          customer == kNoIndex ? open.end() : open.find(KeyOf(customer, columns.products[i]));
      if (quantity < 0) {
        unmatched +=
            pair == open.end() ? -quantity : TakeBack(i, -quantity, pair->second, columns.returns);
      } else if (pair != open.end()) {
        pair->second.push_back({.line = i, .left = quantity});
      }
    }
  }
  columns.unmatched_returns = static_cast<std::uint64_t>(unmatched);
}

}  // namespace tsugi
