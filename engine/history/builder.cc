#include "engine/history/builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/history/interner.h"
#include "engine/history/returns.h"

namespace tsugi {
namespace {

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

std::int32_t CutTo32(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

// Versions that are equal in time are left in the order written: the later one comes last and wins.
template <typename Version>
void Insert(std::vector<Version>& versions, Version version) {
  const auto place =
      std::upper_bound(versions.begin(), versions.end(), version.from,
                       [](base::Micros from, const Version& other) { return from < other.from; });
  versions.insert(place, version);
}

void Flatten(const std::vector<std::vector<FlagVersion>>& rows, std::vector<std::uint32_t>& offsets,
             std::vector<FlagVersion>& versions) {
  offsets.reserve(rows.size() + 1);
  offsets.push_back(0);
  for (const std::vector<FlagVersion>& row : rows) {
    versions.insert(versions.end(), row.begin(), row.end());
    offsets.push_back(static_cast<std::uint32_t>(versions.size()));
  }
}

}  // namespace

class OrderHistoryBuilder::Impl {
 public:
  absl::Status Add(const Change& change);
  OrderHistory Build();

 private:
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

absl::Status OrderHistoryBuilder::Impl::Add(const Change& change) {
  if (const auto* tombstone = std::get_if<Tombstone>(&change.what)) {
    Remove(*tombstone);
    return absl::OkStatus();
  }
  const Stored& stored = std::get<Stored>(change.what);
  if (const auto* order = std::get_if<Order>(&stored.fact)) return AddOrder(*order);
  const base::Micros from = base::ToMicros(stored.valid_from);
  if (const auto* product = std::get_if<Product>(&stored.fact)) {
    Insert(active_versions_[products_.Intern(product->id)],
           FlagVersion{.from = from, .on = product->active});
  } else if (const auto* customer = std::get_if<Customer>(&stored.fact)) {
    Insert(customer_versions_[customers_.Intern(customer->id)],
           CustomerVersion{.from = from,
                           .segment = segments_.InternOrNone(customer->segment),
                           .may_profile = customer->consent_profiling});
  }
  return absl::OkStatus();
}

absl::Status OrderHistoryBuilder::Impl::AddOrder(const Order& order) {
  if (std::max({orders_.size(), products_.size(), customers_.size()}) >= kNoIndex - 1) {
    return absl::ResourceExhaustedError(
        absl::StrCat("order ", order.id, ": the history holds at most ", kNoIndex - 2,
                     " orders, products and customers; train on a part of it"));
  }
  const auto number = static_cast<std::uint32_t>(orders_.size());
  const auto [place, added] = order_at_.try_emplace(order.id, number);
  if (!added) {
    orders_[place->second].end = orders_[place->second].begin;  // replaced: no lines, dropped
    place->second = number;
  }
  const std::uint64_t begin = lines_.size();
  for (const OrderLine& line : order.lines) {
    lines_.push_back({.product = products_.Intern(line.product_id),
                      .quantity = CutTo32(line.quantity),
                      .price = PriceOf(line)});
  }
  orders_.push_back({.time = base::ToMicros(order.ordered_at),
                     .customer = customers_.InternOrNone(order.customer_id),
                     .channel = channels_.InternOrNone(order.channel),
                     .begin = begin,
                     .end = lines_.size()});
  return absl::OkStatus();
}

std::uint32_t OrderHistoryBuilder::Impl::PriceOf(const OrderLine& line) {
  if (!line.unit_price.has_value()) return kNoIndex;
  std::int64_t micros = line.unit_price->micros();
  if (line.discount_percent != 0) {
    micros = std::llround(static_cast<double>(micros) * (1 - line.discount_percent / 100));
  }
  const auto [it, added] =
      price_numbers_.try_emplace(micros, static_cast<std::uint32_t>(prices_.size()));
  if (added) prices_.push_back(micros);
  return it->second;
}

void OrderHistoryBuilder::Impl::Remove(const Tombstone& tombstone) {
  if (tombstone.kind == FactKind::kOrder) {
    const auto place = order_at_.find(tombstone.id);
    if (place == order_at_.end()) return;
    orders_[place->second].end = orders_[place->second].begin;
    order_at_.erase(place);
  } else if (tombstone.kind == FactKind::kCustomer) {
    const std::uint32_t customer = customers_.Forget(tombstone.id);
    if (customer == kNoIndex) return;
    erased_.resize(std::max<std::size_t>(erased_.size(), customer + 1), 0);
    erased_[customer] = 1;
    customer_versions_.erase(customer);
  } else if (tombstone.kind == FactKind::kProduct) {
    active_versions_.erase(products_.Intern(tombstone.id));
  }
}

void OrderHistoryBuilder::Impl::SortOrders() {
  order_ids_.assign(orders_.size(), nullptr);
  for (const auto& [id, number] : order_at_) order_ids_[number] = &id;
  sorted_.clear();
  for (std::uint32_t i = 0; i < orders_.size(); ++i) {
    if (order_ids_[i] != nullptr && orders_[i].end > orders_[i].begin) sorted_.push_back(i);
  }
  std::sort(sorted_.begin(), sorted_.end(), [this](std::uint32_t a, std::uint32_t b) {
    if (orders_[a].time != orders_[b].time) return orders_[a].time < orders_[b].time;
    return *order_ids_[a] < *order_ids_[b];
  });
  order_ids_ = {};
  order_at_ = {};
}

void OrderHistoryBuilder::Impl::NumberTexts() {
  erased_.resize(customers_.size(), 0);
  std::vector<std::uint8_t> customers(customers_.size(), 0);
  std::vector<std::uint8_t> channels(channels_.size(), 0);
  std::vector<std::uint8_t> segments(segments_.size(), 0);
  std::vector<std::uint8_t> products(products_.size(), 0);
  for (const std::uint32_t i : sorted_) {
    RawOrder& order = orders_[i];
    if (order.customer != kNoIndex && erased_[order.customer] != 0) order.customer = kNoIndex;
    if (order.customer != kNoIndex) customers[order.customer] = 1;
    if (order.channel != kNoIndex) channels[order.channel] = 1;
    const std::uint32_t segment = SegmentAt(order.customer, order.time);
    if (segment != kNoIndex) segments[segment] = 1;
    for (std::uint64_t l = order.begin; l < order.end; ++l) products[lines_[l].product] = 1;
  }
  std::tie(product_position_, columns_.product_ids) = products_.Sorted(products);
  std::tie(customer_position_, columns_.customer_ids) = customers_.Sorted(customers);
  std::tie(channel_position_, columns_.channel_names) = channels_.Sorted(channels);
  std::tie(segment_position_, columns_.segment_names) = segments_.Sorted(segments);
}

std::uint32_t OrderHistoryBuilder::Impl::SegmentAt(std::uint32_t customer,
                                                   base::Micros time) const {
  if (customer == kNoIndex) return kNoIndex;
  const auto found = customer_versions_.find(customer);
  if (found == customer_versions_.end()) return kNoIndex;
  std::uint32_t segment = kNoIndex;
  for (const CustomerVersion& version : found->second) {
    if (version.from > time) break;
    segment = version.segment;
  }
  return segment;
}

void OrderHistoryBuilder::Impl::WriteLines(const RawOrder& order, std::vector<RawLine>& scratch) {
  scratch.assign(lines_.begin() + static_cast<std::ptrdiff_t>(order.begin),
                 lines_.begin() + static_cast<std::ptrdiff_t>(order.end));
  for (RawLine& line : scratch) line.product = product_position_[line.product];
  const auto key = [this](const RawLine& line) {
    const std::int64_t price = line.price == kNoIndex ? -1 : prices_[line.price];
    return std::make_tuple(line.product, -std::int64_t{line.quantity}, price);
  };
  std::sort(scratch.begin(), scratch.end(),
            [&key](const RawLine& a, const RawLine& b) { return key(a) < key(b); });
  for (const RawLine& line : scratch) {
    columns_.products.push_back(line.product);
    columns_.quantities.push_back(line.quantity);
    columns_.line_prices.push_back(line.price);
  }
}

void OrderHistoryBuilder::Impl::WriteOrders() {
  std::uint64_t lines = 0;
  for (const std::uint32_t i : sorted_) lines += orders_[i].end - orders_[i].begin;
  columns_.times.reserve(sorted_.size());
  columns_.customers.reserve(sorted_.size());
  columns_.segments.reserve(sorted_.size());
  columns_.channels.reserve(sorted_.size());
  columns_.line_offsets.reserve(sorted_.size() + 1);
  columns_.products.reserve(lines);
  columns_.quantities.reserve(lines);
  columns_.line_prices.reserve(lines);
  columns_.line_offsets.push_back(0);
  const auto position = [](const std::vector<std::uint32_t>& of, std::uint32_t number) {
    return number == kNoIndex ? kNoIndex : of[number];
  };
  std::vector<RawLine> scratch;
  for (const std::uint32_t i : sorted_) {
    const RawOrder& order = orders_[i];
    columns_.times.push_back(order.time);
    columns_.customers.push_back(position(customer_position_, order.customer));
    columns_.segments.push_back(position(segment_position_, SegmentAt(order.customer, order.time)));
    columns_.channels.push_back(position(channel_position_, order.channel));
    WriteLines(order, scratch);
    columns_.line_offsets.push_back(columns_.products.size());
  }
}

void OrderHistoryBuilder::Impl::WritePrices() {
  std::vector<std::uint8_t> used(prices_.size(), 0);
  for (const std::uint32_t price : columns_.line_prices) {
    if (price != kNoIndex) used[price] = 1;
  }
  for (std::size_t i = 0; i < prices_.size(); ++i) {
    if (used[i] != 0) columns_.prices.push_back(prices_[i]);
  }
  std::sort(columns_.prices.begin(), columns_.prices.end());
  std::vector<std::uint32_t> position(prices_.size(), kNoIndex);
  for (std::size_t i = 0; i < prices_.size(); ++i) {
    const auto place = std::lower_bound(columns_.prices.begin(), columns_.prices.end(), prices_[i]);
    position[i] = static_cast<std::uint32_t>(place - columns_.prices.begin());
  }
  for (std::uint32_t& price : columns_.line_prices) {
    if (price != kNoIndex) price = position[price];
  }
}

void OrderHistoryBuilder::Impl::WriteCustomerOrders() {
  std::vector<std::uint64_t>& offsets = columns_.customer_offsets;
  offsets.assign(columns_.customer_ids.size() + 1, 0);
  for (const std::uint32_t customer : columns_.customers) {
    if (customer != kNoIndex) ++offsets[customer + 1];
  }
  for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  columns_.customer_orders.resize(offsets.back());
  std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
  for (std::uint32_t order = 0; order < columns_.customers.size(); ++order) {
    const std::uint32_t customer = columns_.customers[order];
    if (customer != kNoIndex) columns_.customer_orders[next[customer]++] = order;
  }
}

void OrderHistoryBuilder::Impl::WriteActiveVersions() {
  std::vector<std::vector<FlagVersion>> versions(columns_.product_ids.size());
  for (auto& [number, of_product] : active_versions_) {
    const std::uint32_t product = product_position_[number];
    if (product != kNoIndex) versions[product] = std::move(of_product);
  }
  Flatten(versions, columns_.active_offsets, columns_.active_versions);
}

void OrderHistoryBuilder::Impl::WriteConsentVersions() {
  std::vector<std::vector<FlagVersion>> versions(columns_.customer_ids.size());
  for (const auto& [number, of_customer] : customer_versions_) {
    const std::uint32_t customer = customer_position_[number];
    if (customer == kNoIndex) continue;
    for (const CustomerVersion& version : of_customer) {
      // Most never withdraw: versions begin with the first that does.
      if (versions[customer].empty() && version.may_profile) continue;
      versions[customer].push_back({.from = version.from, .on = version.may_profile});
    }
  }
  Flatten(versions, columns_.consent_offsets, columns_.consent_versions);
}

OrderHistory OrderHistoryBuilder::Impl::Build() {
  SortOrders();
  NumberTexts();
  WriteOrders();
  orders_ = {};
  lines_ = {};
  WritePrices();
  WriteCustomerOrders();
  WriteActiveVersions();
  WriteConsentVersions();
  MatchReturns(columns_);
  return OrderHistory(std::move(columns_));
}

OrderHistoryBuilder::OrderHistoryBuilder() : impl_(std::make_unique<Impl>()) {}
OrderHistoryBuilder::~OrderHistoryBuilder() = default;
OrderHistoryBuilder::OrderHistoryBuilder(OrderHistoryBuilder&&) noexcept = default;
OrderHistoryBuilder& OrderHistoryBuilder::operator=(OrderHistoryBuilder&&) noexcept = default;

absl::Status OrderHistoryBuilder::Add(const Change& change) { return impl_->Add(change); }

OrderHistory OrderHistoryBuilder::Build() {
  OrderHistory history = impl_->Build();
  impl_ = std::make_unique<Impl>();
  return history;
}

absl::StatusOr<OrderHistory> ReadOrderHistory(const Store& store) {
  OrderHistoryBuilder builder;
  TSUGI_RETURN_IF_ERROR(
      store.ReadChanges(0, [&builder](const Change& change) { return builder.Add(change); })
          .status());
  return builder.Build();
}

}  // namespace tsugi
