// The inside of OrderHistoryBuilder: builder.cc takes changes in, builder_columns.cc makes columns
// of them.
#ifndef TSUGI_ENGINE_HISTORY_BUILDER_IMPL_H_
#define TSUGI_ENGINE_HISTORY_BUILDER_IMPL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "engine/history/builder.h"
#include "engine/history/interner.h"
#include "engine/history/order_history.h"

namespace tsugi {

class OrderHistoryBuilder::Impl {
 public:
  absl::Status Add(const Change& change);
  OrderHistory Build();

 private:
  struct RawLine {
    std::uint32_t product = 0;
    std::int32_t quantity = 0;
    std::uint32_t price = kNoIndex;  // into the builder's prices, in the order of first sight
  };

  struct RawOrder {
    base::Micros time = 0;
    std::uint32_t customer = kNoIndex;
    std::uint32_t channel = kNoIndex;
    std::uint64_t begin = 0;  // lines
    std::uint64_t end = 0;
  };

  struct CustomerVersion {
    base::Micros from = 0;
    std::uint32_t segment = kNoIndex;
    bool may_profile = true;
  };

  absl::Status AddOrder(const Order& order);
  void Remove(const Tombstone& tombstone);
  std::uint32_t PriceOf(const OrderLine& line);

  void SortOrders();
  void NumberTexts();
  void WriteOrders();
  void WriteLines(const RawOrder& order, std::vector<RawLine>& scratch);
  void WritePrices();
  void WriteCustomerOrders();
  void WriteActiveVersions();
  void WriteConsentVersions();
  std::uint32_t SegmentAt(std::uint32_t customer, base::Micros time) const;

  Interner products_;
  Interner customers_;
  Interner segments_;
  Interner channels_;
  absl::flat_hash_map<std::string, std::uint32_t> order_at_;
  std::vector<const std::string*> order_ids_;  // null: gone; filled by SortOrders
  std::vector<RawOrder> orders_;
  std::vector<RawLine> lines_;
  std::vector<std::uint8_t> erased_;  // by customer number
  absl::flat_hash_map<std::int64_t, std::uint32_t> price_numbers_;
  std::vector<std::int64_t> prices_;
  absl::flat_hash_map<std::uint32_t, std::vector<CustomerVersion>> customer_versions_;
  absl::flat_hash_map<std::uint32_t, std::vector<FlagVersion>> active_versions_;

  std::vector<std::uint32_t> sorted_;  // orders by (time, id)
  std::vector<std::uint32_t> product_position_;
  std::vector<std::uint32_t> customer_position_;
  std::vector<std::uint32_t> segment_position_;
  std::vector<std::uint32_t> channel_position_;
  HistoryColumns columns_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_BUILDER_IMPL_H_
