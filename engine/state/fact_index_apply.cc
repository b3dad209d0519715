// How changes enter the index: everything that needs the write lock.
#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/state/by_time.h"
#include "engine/state/fact_index.h"

namespace tsugi {
namespace {

template <typename T>
void AddUnique(std::vector<T>& values, T value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

std::int32_t ToQuantity(std::int64_t quantity) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(quantity, -kMost, kMost));
}

std::int64_t RevenueMicros(const OrderLine& line) {
  if (!line.unit_price.has_value()) return 0;
  const double paid = line.unit_price->ToDouble() * (1 - line.discount_percent / 100);
  if (line.discount_percent == 0 && std::abs(line.quantity) < 1'000'000 &&
      line.unit_price->micros() < 1'000'000'000'000) {
    return line.unit_price->micros() * line.quantity;  // exact
  }
  const double micros = paid * static_cast<double>(line.quantity) * base::Decimal::kScale;
  return static_cast<std::int64_t>(std::llround(std::clamp(micros, -9e18, 9e18)));
}

}  // namespace

FactIndex::Digest FactIndex::DigestOf(std::string_view id) {
  return {base::Fingerprint(id, 0), base::Fingerprint(id, 1)};
}

std::uint32_t FactIndex::Groups::Add(const std::string& name, ProductIndex member) {
  if (name.empty()) return kNoGroup;
  const auto found = of.find(name);
  std::uint32_t group = 0;
  if (found == of.end()) {
    group = static_cast<std::uint32_t>(names.size());
    names.push_back(name);
    of.emplace(names.back(), group);
    members.emplace_back();
  } else {
    group = found->second;
  }
  // A version more of the same product names the group again, mostly as the last that came.
  std::vector<ProductIndex>& list = members[group];
  if (list.empty() || list.back() != member) AddUnique(list, member);
  return group;
}

ProductIndex FactIndex::InternProduct(const std::string& id) {
  const auto found = product_of_.find(id);
  if (found != product_of_.end()) return ProductIndex(found->second);
  const ProductIndex index(products_.size());
  products_.emplace_back().id = id;
  traits_.push_back(0);
  product_of_.emplace(products_.back().id, index.value());
  return index;
}

CustomerIndex FactIndex::InternCustomer(const std::string& id) {
  const auto found = customer_of_.find(id);
  if (found != customer_of_.end()) return CustomerIndex(found->second);
  const CustomerIndex index(customers_.size());
  customers_.emplace_back().id = id;
  customer_of_.emplace(customers_.back().id, index.value());
  return index;
}

std::vector<ProductIndex> FactIndex::InternProducts(std::span<const std::string> ids) {
  constexpr std::size_t kAtATime = 4096;
  std::vector<ProductIndex> indexes;
  indexes.reserve(ids.size());
  for (std::size_t begin = 0; begin < ids.size(); begin += kAtATime) {
    const base::WriterLock lock(&mutex_);
    for (const std::string& id : ids.subspan(begin, std::min(kAtATime, ids.size() - begin))) {
      indexes.push_back(InternProduct(id));
    }
  }
  return indexes;
}

void FactIndex::Apply(std::span<const Change> changes) {
  {
    const base::WriterLock lock(&mutex_);
    for (const Change& change : changes) ApplyOne(change);
    TellFollowers();
  }
  SettleFollowers();
}

void FactIndex::TellFollowers() {
  std::erase_if(followers_, [](const auto& follower) { return follower.expired(); });
  if (!followers_.empty() && !touched_.empty()) {
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const auto& weak : followers_) {
      if (const auto follower = weak.lock()) follower->Touched(touched_);
    }
  }
  touched_.clear();
}

void FactIndex::Follow(const std::shared_ptr<OrderFollower>& follower) {
  const base::WriterLock lock(&mutex_);
  std::vector<ProductIndex> all;
  for (std::size_t p = 0; p < order_log_.num_products(); ++p) {
    if (!order_log_.Of(ProductIndex(p)).empty()) all.emplace_back(p);
  }
  follower->Touched(all);
  followers_.push_back(follower);
}

void FactIndex::SettleFollowers() {
  for (bool more = true; more;) {
    more = false;
    const base::WriterLock lock(&mutex_);
    for (const auto& weak : followers_) {
      if (const auto follower = weak.lock()) more = follower->Settle() || more;
    }
  }
}

void FactIndex::LogOrder(const Digest& digest, const Order& order, base::Micros at) {
  std::vector<std::pair<ProductIndex, std::int64_t>> units;
  units.reserve(order.lines.size());
  for (const OrderLine& line : order.lines) {
    units.emplace_back(InternProduct(line.product_id), ToQuantity(line.quantity));
  }
  std::sort(units.begin(), units.end());
  std::vector<ProductIndex> bought;
  for (std::size_t i = 0; i < units.size();) {
    std::int64_t net = 0;
    const ProductIndex product = units[i].first;
    for (; i < units.size() && units[i].first == product; ++i) net += units[i].second;
    if (net > 0) bought.push_back(product);
  }
  const std::uint64_t compactions = order_log_.compactions();
  order_log_.Add(digest, at, bought);
  touched_.insert(touched_.end(), bought.begin(), bought.end());
  if (order_log_.compactions() == compactions) return;
  for (std::size_t p = 0; p < order_log_.num_products(); ++p) touched_.emplace_back(p);
}

void FactIndex::ApplyOne(const Change& change) {
  if (const auto* tombstone = std::get_if<Tombstone>(&change.what)) {
    Remove(*tombstone);
  } else {
    const Stored& stored = std::get<Stored>(change.what);
    const base::Micros at = base::ToMicros(stored.valid_from);
    std::visit([&](const auto& fact) { ApplyFact(fact, at, change.seq); }, stored.fact);
  }
  seq_ = std::max(seq_, change.seq);
}

void FactIndex::ApplyFact(const Order& order, base::Micros /*at*/, Seq /*seq*/) {
  const Digest digest = DigestOf(order.id);
  RemoveOrder(digest);
  const base::Micros at = base::ToMicros(order.ordered_at);
  LogOrder(digest, order, at);
  if (order.customer_id.empty()) {
    for (const OrderLine& line : order.lines) {
      RememberSale(InternProduct(line.product_id), line, at);
    }
    return;
  }
  const CustomerIndex index = InternCustomer(order.customer_id);
  CustomerRecord& customer = customers_[index.value()];
  const std::uint32_t number = next_order_++;
  orders_[digest] = {index, number};
  const auto place =
      std::upper_bound(customer.purchases.begin(), customer.purchases.end(), at,
                       [](base::Micros time, const Purchase& other) { return time < other.at; });
  const auto offset = place - customer.purchases.begin();
  std::vector<Purchase> bought;
  bought.reserve(order.lines.size());
  for (const OrderLine& line : order.lines) {
    const ProductIndex product = InternProduct(line.product_id);
    RememberSale(product, line, at);
    bought.push_back({at, product, ToQuantity(line.quantity), RevenueMicros(line)});
  }
  customer.purchases.insert(place, bought.begin(), bought.end());
  customer.purchase_orders.insert(customer.purchase_orders.begin() + offset, bought.size(), number);
}

void FactIndex::RememberSale(ProductIndex index, const OrderLine& line, base::Micros at) {
  if (line.quantity <= 0) return;
  ProductRecord& product = products_[index.value()];
  product.first_sold = std::min(product.first_sold, at);
  product.sold.Add(at);
  if (line.unit_price.has_value() && line.unit_price->micros() > 0) {
    // A price of the catalogue since the beginning of time answers every question about prices.
    const bool catalogued =
        !product.versions.empty() &&
        product.versions.all().front().valid_from == std::numeric_limits<base::Micros>::min() &&
        std::all_of(product.versions.all().begin(), product.versions.all().end(),
                    [](const auto& version) { return version.facts.facts.price.has_value(); });
    if (!catalogued) {
      InsertByTime(product.sold_prices, SoldPrice{at, line.unit_price->micros()});
      product.last_sold = product.sold_prices.back();
    }
  }
  if (line.product_name.empty()) return;
  const auto after =
      std::upper_bound(product.sold_names.begin(), product.sold_names.end(), at,
                       [](base::Micros time, const SoldName& other) { return time < other.at; });
  if (after != product.sold_names.begin() && (after - 1)->name == line.product_name) return;
  product.sold_names.insert(after, SoldName{at, line.product_name});
}

void FactIndex::ApplyFact(const Product& product, base::Micros at, Seq seq) {
  const ProductIndex index = InternProduct(product.id);
  CatalogEntry entry;
  entry.facts = product;
  entry.category = categories_.Add(product.category, index);
  entry.family = families_.Add(product.family, index);
  for (const std::string& id : product.goes_with) {
    const ProductIndex other = InternProduct(id);
    AddUnique(entry.goes_with, other);
    AddUnique(products_[other.value()].completed_by, index);
    if (product.season_months != 0) AddTrait(other, kCompletedInSeason);
  }
  if (product.kind == ProductKind::kBundle) {
    for (const std::string& id : product.contents) {
      const ProductIndex content = InternProduct(id);
      entry.contents.push_back(content);  // two of one product are listed twice
      AddUnique(products_[content.value()].bundled_in, index);
    }
  }
  if (product.kind == ProductKind::kAddOn) AddUnique(add_ons_, index);
  if (product.durable) AddTrait(index, kEverDurable);
  if (product.consumable) AddTrait(index, kEverConsumable);
  if (product.season_months != 0) AddTrait(index, kEverSeasonal);
  if (!entry.contents.empty()) AddTrait(index, kEverBundle);
  products_[index.value()].versions.Add(at, seq, std::move(entry));
}

void FactIndex::AddTrait(ProductIndex product, ProductTrait trait) {
  traits_[product.value()] |= trait;
  any_traits_ |= trait;
}

void FactIndex::ApplyFact(const Customer& customer, base::Micros at, Seq seq) {
  customers_[InternCustomer(customer.id).value()].versions.Add(at, seq, customer);
}

void FactIndex::ApplyFact(const Subscription& subscription, base::Micros at, Seq seq) {
  std::uint32_t position = 0;
  const auto found = subscription_of_.find(subscription.id);
  if (found == subscription_of_.end()) {
    position = static_cast<std::uint32_t>(subscriptions_.size());
    subscriptions_.emplace_back().id = subscription.id;
    subscription_of_.emplace(subscriptions_.back().id, position);
  } else {
    position = found->second;
  }
  CustomerRecord& customer = customers_[InternCustomer(subscription.customer_id).value()];
  const auto place = std::lower_bound(customer.subscriptions.begin(), customer.subscriptions.end(),
                                      position, [this](std::uint32_t a, std::uint32_t b) {
                                        return subscriptions_[a].id < subscriptions_[b].id;
                                      });
  if (place == customer.subscriptions.end() || *place != position) {
    customer.subscriptions.insert(place, position);
  }
  subscriptions_[position].versions.Add(at, seq,
                                        {subscription, InternProduct(subscription.product_id)});
}

void FactIndex::ApplyFact(const Signal& signal, base::Micros /*at*/, Seq /*seq*/) {
  if (signal.type == SignalType::kVisit || signal.type == SignalType::kInquiry) return;
  CustomerRecord& customer = customers_[InternCustomer(signal.customer_id).value()];
  InsertByTime(customer.signals,
               SignalRecord{base::ToMicros(signal.at), signal.type, signal.value, signal.subject});
}

void FactIndex::ApplyFact(const Campaign& campaign, base::Micros /*at*/, Seq /*seq*/) {
  CampaignRecord record{campaign, {}};
  std::sort(record.facts.customer_ids.begin(), record.facts.customer_ids.end());
  std::sort(record.facts.segments.begin(), record.facts.segments.end());
  for (const std::string& id : campaign.product_ids) AddUnique(record.products, InternProduct(id));
  std::sort(record.products.begin(), record.products.end());
  const auto place = std::lower_bound(
      campaigns_.begin(), campaigns_.end(), campaign.id,
      [](const CampaignRecord& c, const std::string& id) { return c.facts.id < id; });
  if (place != campaigns_.end() && place->facts.id == campaign.id) {
    *place = std::move(record);
  } else {
    campaigns_.insert(place, std::move(record));
  }
}

}  // namespace tsugi
