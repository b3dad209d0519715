// OrderHistoryBuilder: from what was taken in to sorted, dense columns.
#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/history/builder_impl.h"
#include "engine/history/returns.h"

namespace tsugi {
namespace {

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

}  // namespace tsugi
