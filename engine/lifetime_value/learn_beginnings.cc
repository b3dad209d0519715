#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/lifetime_value/learn.h"

namespace tsugi {
namespace {

class Learner {
 public:
  Learner(const HistoryView& view, const FactIndex& index,
          const std::vector<std::string>& product_ids)
      : view_(view), until_(ObservedUntil(view)) {
    const base::ReaderLock lock(&index.mutex());
    const std::size_t products = view.history->columns().product_ids.size();
    item_.assign(products, kNoIndex);
    consumable_.assign(products, 0);
    durable_.assign(products, 0);
    for (std::size_t i = 0; i < product_ids.size(); ++i) {
      const ProductIndex product = index.FindProduct(product_ids[i]);
      const std::uint32_t p = view.history->FindProduct(product_ids[i]);
      if (!product.valid() || p == kNoIndex) continue;
      const CatalogEntry* const entry = index.EntryAsOf(product, until_);
      if (entry == nullptr) continue;
      item_[p] = static_cast<std::uint32_t>(i);
      consumable_[p] = entry->facts.consumable ? 1 : 0;
      durable_[p] = entry->facts.durable ? 1 : 0;
    }
    begun_.assign(product_ids.size(), 0);
  }

  Beginnings Learn() {
    for (std::uint32_t c = 0; c < view_.history->num_customers(); ++c) {
      if (view_.history->MayProfileAt(c, until_)) AddCustomer(c);
    }
    return Rows();
  }

 private:
  void AddCustomer(std::uint32_t customer) {
    absl::flat_hash_set<std::uint32_t> known;
    std::vector<std::uint32_t> begun;
    std::vector<std::uint32_t> beside;
    for (const std::uint32_t order : view_.history->OrdersOf(customer)) {
      if (order >= view_.num_orders) break;
      begun.clear();
      beside.clear();
      const auto [begin, end] = view_.history->LinesOf(order);
      for (std::uint64_t l = begin; l < end; ++l) {
        const HistoryLine line = view_.history->Line(l);
        if (line.quantity <= 0 || item_[line.product] == kNoIndex) continue;
        const bool first = consumable_[line.product] != 0 && known.insert(line.product).second;
        if (first) begun.push_back(item_[line.product]);
        if (durable_[line.product] != 0) beside.push_back(item_[line.product]);
      }
      std::sort(beside.begin(), beside.end());
      beside.erase(std::unique(beside.begin(), beside.end()), beside.end());
      for (const std::uint32_t consumable : begun) {
        ++begun_[consumable];
        for (const std::uint32_t base : beside) {
          if (base != consumable) ++together_[{consumable, base}];
        }
      }
    }
  }

  Beginnings Rows() const {
    std::vector<std::pair<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>> pairs(
        together_.begin(), together_.end());
    std::sort(pairs.begin(), pairs.end());
    Beginnings out;
    out.orders = begun_;
    out.offsets.assign(begun_.size() + 1, 0);
    for (const auto& [pair, count] : pairs) {
      ++out.offsets[pair.first + 1];
      out.bases.push_back(pair.second);
      out.together.push_back(count);
    }
    for (std::size_t i = 1; i < out.offsets.size(); ++i) out.offsets[i] += out.offsets[i - 1];
    return out;
  }

  const HistoryView& view_;
  const base::Micros until_;
  std::vector<std::uint32_t> item_;  // by the history's product; kNoIndex: none
  std::vector<std::uint8_t> consumable_;
  std::vector<std::uint8_t> durable_;
  std::vector<std::uint32_t> begun_;  // by item
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> together_;
};

}  // namespace

Beginnings LearnBeginnings(const HistoryView& view, const FactIndex& index,
                           const std::vector<std::string>& product_ids) {
  return Learner(view, index, product_ids).Learn();
}

}  // namespace tsugi
