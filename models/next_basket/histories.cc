#include "models/next_basket/histories.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "models/sparse_accumulator.h"

namespace tsugi::models {

absl::Status Validate(const BasketHistories& histories) {
  if (absl::Status status = Validate(histories.baskets, "baskets"); !status.ok()) return status;
  const std::span<const std::uint64_t> offsets = histories.customer_offsets;
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != histories.baskets.rows()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "customer_offsets: must run from 0 to the number of baskets, ", histories.baskets.rows()));
  }
  if (!std::is_sorted(offsets.begin(), offsets.end())) {
    return absl::InvalidArgumentError("customer_offsets: must ascend");
  }
  return absl::OkStatus();
}

SparseMatrix DecayedVectors(const BasketHistories& histories, double decay) {
  SparseMatrix out;
  out.num_columns = histories.items();
  out.offsets.push_back(0);
  SparseAccumulator sums(histories.items());
  for (std::size_t c = 0; c < histories.customers(); ++c) {
    double weight = 1;
    for (std::size_t age = 0; age < histories.BasketsOf(c) && weight > 0; ++age) {
      for (const std::uint32_t item : histories.Basket(c, age)) {
        sums.Add(item, static_cast<float>(weight));
      }
      weight *= decay;
    }
    std::vector<std::uint32_t> items(sums.touched().begin(), sums.touched().end());
    std::sort(items.begin(), items.end());
    for (const std::uint32_t item : items) {
      out.columns.push_back(item);
      out.values.push_back(sums[item]);
    }
    out.offsets.push_back(out.columns.size());
    sums.Clear();
  }
  return out;
}

BasketCounts CountBaskets(const BasketHistories& histories) {
  BasketCounts counts;
  counts.baskets.resize(histories.items(), 0);
  counts.newest.resize(histories.items(), 0);
  counts.customers.resize(histories.items(), 0);
  std::vector<std::size_t> last_customer(histories.items(), histories.customers());
  for (std::size_t c = 0; c < histories.customers(); ++c) {
    for (std::size_t age = 0; age < histories.BasketsOf(c); ++age) {
      for (const std::uint32_t item : histories.Basket(c, age)) {
        ++counts.baskets[item];
        if (age == 0) ++counts.newest[item];
        if (last_customer[item] != c) ++counts.customers[item];
        last_customer[item] = c;
      }
    }
  }
  return counts;
}

}  // namespace tsugi::models
