// Who bought what together of late: the newest orders of everyone, known or not, as products only.
// From it follows what a model cannot know that was trained before them (engine/live).
//
// Orders come in any order and may be taken back or replaced. Of an order count the products of
// which more was bought than given back within it. Instants are rounded up to seconds, so that
// nothing counts before it was there.
//
// Bounded: beyond kMostLines the oldest quarter is forgotten. Memory: 12 bytes a line, 60 an order.
//
// Thread safety: none of its own; FactIndex guards it.
#ifndef TSUGI_ENGINE_STATE_ORDER_LOG_H_
#define TSUGI_ENGINE_STATE_ORDER_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/time.h"
#include "engine/facts/ids.h"

namespace tsugi {

// Seconds since 1970 that an instant counts from; the second an instant has reached.
std::uint32_t SecondFrom(base::Micros at);  // rounded up
std::uint32_t SecondAt(base::Micros at);    // rounded down

class OrderLog {
 public:
  using Id = std::array<std::uint64_t, 2>;  // 128 bits of the order's id
  static constexpr std::size_t kMostLines = std::size_t{1} << 20;

  // A product in an order.
  struct Holding {
    std::uint32_t second = 0;
    std::uint32_t slot = 0;  // for Products
  };

  explicit OrderLog(std::size_t most_lines = kMostLines) : most_lines_(most_lines) {}

  // `products`: distinct. Replaces what the id stood for.
  void Add(const Id& id, base::Micros at, std::span<const ProductIndex> products);
  void Remove(const Id& id);

  // Orders that hold the product, by second; within a second in no meaningful order.
  std::span<const Holding> Of(ProductIndex product) const {
    return product.value() < holdings_.size() ? std::span<const Holding>(holdings_[product.value()])
                                              : std::span<const Holding>();
  }
  // Those with from <= second <= until.
  std::span<const Holding> Of(ProductIndex product, std::uint32_t from, std::uint32_t until) const;
  std::span<const ProductIndex> Products(std::uint32_t slot) const {
    const Placed& placed = orders_[slot];
    return std::span(lines_).subspan(placed.first, placed.count);
  }
  // Of an order that is there; else empty.
  std::span<const ProductIndex> ProductsOf(const Id& id) const {
    const auto found = slot_of_.find(id);
    return found == slot_of_.end() ? std::span<const ProductIndex>() : Products(found->second);
  }
  // Orders with from <= second <= until.
  std::size_t CountOrders(std::uint32_t from, std::uint32_t until) const;
  // Equal for equal orders of the days from that of `from` to the one before that of `until`, in
  // this log and (all but certainly) unequal for others.
  std::uint64_t DigestOfDays(std::uint32_t from, std::uint32_t until) const;
  // Calls visit(second, products) for orders with from <= second < until, in no meaningful order.
  template <typename Visit>
  void ForEachOrder(std::uint32_t from, std::uint32_t until, const Visit& visit) const {
    for (std::uint32_t slot = 0; slot < orders_.size(); ++slot) {
      const Placed& placed = orders_[slot];
      if (placed.count == 0 || placed.second < from || placed.second >= until) continue;
      visit(placed.second, Products(slot));
    }
  }

  // Of how often the oldest orders were forgotten.
  std::uint64_t compactions() const { return compactions_; }
  std::size_t num_lines() const { return live_lines_; }
  std::size_t num_products() const { return holdings_.size(); }  // indexes below may be held

 private:
  struct Placed {
    Id id = {};
    std::uint32_t second = 0;
    std::uint32_t count = 0;  // 0: taken back
    std::size_t first = 0;
  };

  struct Day {
    std::vector<std::uint32_t> seconds;  // of all its orders, ascending
    std::uint64_t digest = 0;            // of them, added up
  };

  static std::uint64_t DigestOf(std::uint32_t second, std::span<const ProductIndex> products);
  void Insert(const Id& id, std::uint32_t second, std::span<const ProductIndex> products);
  void Compact();

  std::size_t most_lines_;
  std::uint64_t compactions_ = 0;
  std::size_t live_lines_ = 0;
  std::vector<Placed> orders_;
  std::vector<ProductIndex> lines_;
  std::map<std::uint32_t, Day> days_;
  std::vector<std::vector<Holding>> holdings_;
  absl::flat_hash_map<Id, std::uint32_t> slot_of_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_ORDER_LOG_H_
