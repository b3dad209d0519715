#include "engine/state/fact_index.h"

#include <algorithm>

namespace tsugi {
namespace {

// The newest of `records`, which are by time, at `at` or before.
template <typename Record>
const Record* NewestAsOf(const std::vector<Record>& records, base::Micros at) {
  if (records.empty()) return nullptr;
  if (records.back().at <= at) return &records.back();
  if (records.front().at > at) return nullptr;
  const auto after =
      std::upper_bound(records.begin(), records.end(), at,
                       [](base::Micros time, const Record& record) { return time < record.at; });
  return &*(after - 1);
}

}  // namespace

ProductIndex FactIndex::FindProduct(std::string_view id) const {
  const auto found = product_of_.find(id);
  return found == product_of_.end() ? ProductIndex() : ProductIndex(found->second);
}

bool FactIndex::KnownAsOf(ProductIndex index, base::Micros at) const {
  const ProductRecord& record = product(index);
  return record.first_sold <= at || record.versions.AsOf(at) != nullptr;
}

std::optional<base::Decimal> FactIndex::SoldPriceAsOf(ProductIndex index, base::Micros at) const {
  const ProductRecord& record = product(index);
  if (record.last_sold.price_micros > 0 && record.last_sold.at <= at) {
    return base::Decimal::FromMicros(record.last_sold.price_micros);
  }
  const SoldPrice* sold = NewestAsOf(record.sold_prices, at);
  if (sold == nullptr) return std::nullopt;
  return base::Decimal::FromMicros(sold->price_micros);
}

std::optional<base::Decimal> FactIndex::PriceAsOf(ProductIndex index, base::Micros at) const {
  const CatalogEntry* entry = EntryAsOf(index, at);
  if (entry != nullptr && entry->facts.price.has_value()) return entry->facts.price;
  return SoldPriceAsOf(index, at);
}

std::string_view FactIndex::NameAsOf(ProductIndex index, base::Micros at) const {
  const CatalogEntry* entry = EntryAsOf(index, at);
  if (entry != nullptr && !entry->facts.name.empty()) return entry->facts.name;
  const SoldName* sold = NewestAsOf(product(index).sold_names, at);
  return sold == nullptr ? std::string_view(product(index).id) : std::string_view(sold->name);
}

std::span<const ProductIndex> FactIndex::OfCategory(std::uint32_t category) const {
  return categories_.members[category];
}

std::span<const ProductIndex> FactIndex::OfFamily(std::uint32_t family) const {
  return families_.members[family];
}

std::uint32_t FactIndex::FindCategory(std::string_view name) const {
  return categories_.Find(name);
}

CustomerIndex FactIndex::FindCustomerIndex(std::string_view id) const {
  const auto found = customer_of_.find(id);
  return found == customer_of_.end() ? CustomerIndex() : CustomerIndex(found->second);
}

const CustomerRecord* FactIndex::FindCustomer(std::string_view id) const {
  const CustomerIndex index = FindCustomerIndex(id);
  return index.valid() ? &customers_[index.value()] : nullptr;
}

std::span<const Purchase> FactIndex::PurchasesAsOf(const CustomerRecord& customer,
                                                   base::Micros at) {
  const std::vector<Purchase>& all = customer.purchases;
  if (all.empty() || all.back().at <= at) return all;
  const auto after = std::upper_bound(
      all.begin(), all.end(), at, [](base::Micros time, const Purchase& p) { return time < p.at; });
  return {all.begin(), after};
}

const SubscriptionRecord* FactIndex::FindSubscription(std::string_view id) const {
  const auto found = subscription_of_.find(id);
  return found == subscription_of_.end() ? nullptr : &subscriptions_[found->second];
}

std::uint32_t FactIndex::Groups::Find(std::string_view name) const {
  const auto found = of.find(name);
  return found == of.end() ? kNoGroup : found->second;
}

}  // namespace tsugi
