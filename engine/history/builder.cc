#include "engine/history/builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/history/builder_impl.h"

namespace tsugi {
namespace {

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

}  // namespace

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
