// What may be offered to whom, from facts alone: the catalogue, what a customer bought and holds.
// For sellers that are not the engine.
//
// Items are numbered in the order in which the catalogue is told, as World::items are.
//
// Not thread-safe.
#ifndef TSUGI_SIMULATOR_SHOP_WINDOW_H_
#define TSUGI_SIMULATOR_SHOP_WINDOW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/facts/facts.h"
#include "simulator/seller.h"

namespace tsugi::simulator {

class ShopWindow {
 public:
  void Hear(const Fact& fact);

  int size() const { return static_cast<int>(products_.size()); }
  const Product& product(int item) const { return products_[static_cast<std::size_t>(item)]; }
  const std::string& customer(std::uint32_t number) const { return customers_[number]; }
  int Find(const std::string& product_id) const;  // -1: none

  // As what an item can be offered; none: not at all (owned, in the cart, no such plan held).
  std::optional<Offer> Make(int item, const Opportunity& opportunity) const;

 private:
  struct Held {
    std::string product;
    SubscriptionStatus status = SubscriptionStatus::kActive;
  };
  struct Shelf {
    absl::flat_hash_map<std::string, absl::Time> durables;
    absl::flat_hash_map<std::string, Held> subscriptions;
  };
  std::optional<Offer> MakeOfGoods(int item, const Opportunity& opportunity,
                                   const Shelf* shelf) const;
  std::optional<Offer> MakeOfSoftware(int item, const Shelf* shelf) const;

  std::vector<Product> products_;
  absl::flat_hash_map<std::string, int> item_of_;
  std::vector<std::string> customers_;
  absl::flat_hash_map<std::string, Shelf> shelves_;  // by customer
};

// For offers of one answer: the same place and time, the same id.
std::string MakeRecommendationId(const Opportunity& opportunity, const std::string& customer);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_SHOP_WINDOW_H_
