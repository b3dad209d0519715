// How what was taken back or erased leaves the index. Needs the write lock.
#include <vector>

#include "engine/state/fact_index.h"

namespace tsugi {

void FactIndex::Remove(const Tombstone& tombstone) {
  switch (tombstone.kind) {
    case FactKind::kOrder:
      RemoveOrder(DigestOf(tombstone.id));
      break;
    case FactKind::kCustomer:
      RemoveCustomer(tombstone.id);
      break;
    case FactKind::kSubscription:
      RemoveSubscription(tombstone.id);
      break;
    case FactKind::kCampaign:
      std::erase_if(campaigns_,
                    [&](const CampaignRecord& c) { return c.facts.id == tombstone.id; });
      break;
    case FactKind::kProduct:
    case FactKind::kSignal:
    case FactKind::kExposure:
    case FactKind::kReaction:
    case FactKind::kContact:
      break;  // never taken back one by one; a customer's go with the customer
  }
}

void FactIndex::RemoveOrder(const Digest& order) {
  const std::span<const ProductIndex> held = order_log_.ProductsOf(order);
  touched_.insert(touched_.end(), held.begin(), held.end());
  order_log_.Remove(order);
  const auto found = orders_.find(order);
  if (found == orders_.end()) return;
  CustomerRecord& customer = customers_[found->second.customer.value()];
  const std::uint32_t number = found->second.number;
  orders_.erase(found);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < customer.purchases.size(); ++i) {
    if (customer.purchase_orders[i] == number) continue;
    customer.purchases[kept] = customer.purchases[i];
    customer.purchase_orders[kept] = customer.purchase_orders[i];
    ++kept;
  }
  customer.purchases.resize(kept);
  customer.purchase_orders.resize(kept);
}

void FactIndex::RemoveCustomer(const std::string& id) {
  const auto found = customer_of_.find(id);
  if (found == customer_of_.end()) return;
  CustomerRecord& customer = customers_[found->second];
  customer_of_.erase(found);
  for (const std::uint32_t position : customer.subscriptions) {
    SubscriptionRecord& record = subscriptions_[position];
    subscription_of_.erase(record.id);
    record.id.clear();
    record.versions.clear();
  }
  // Digests of the customer's orders and recommendations stay behind and point to nobody.
  customer = CustomerRecord();
}

void FactIndex::RemoveSubscription(const std::string& id) {
  const auto found = subscription_of_.find(id);
  if (found == subscription_of_.end()) return;
  subscriptions_[found->second].versions.clear();
}

}  // namespace tsugi
