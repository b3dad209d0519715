// Sellers that learn nothing: silence, chance, what sells best; and the light random offers of the
// warm-up, from which reactions exist before anything is trained.
#ifndef TSUGI_SIMULATOR_SIMPLE_SELLERS_H_
#define TSUGI_SIMULATOR_SIMPLE_SELLERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/facts/facts.h"
#include "simulator/dice.h"
#include "simulator/limits.h"
#include "simulator/seller.h"
#include "simulator/shop_window.h"

namespace tsugi::simulator {

class NeverSeller : public Seller {
 public:
  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity&) override {
    return std::vector<Offer>();
  }
  void Hear(const Fact&) override {}
  absl::Status StartDay(int) override { return absl::OkStatus(); }
};

// Any sellable product at every opportunity that the limits allow.
class RandomSeller : public Seller {
 public:
  RandomSeller(Dice dice, LimitOptions limits) : dice_(dice), limits_(limits) {}

  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) override;
  void Hear(const Fact& fact) override;
  absl::Status StartDay(int) override { return absl::OkStatus(); }

 private:
  const Dice dice_;
  Limits limits_;
  ShopWindow window_;
};

// The products that sold most in the last 90 days and that the customer does not have.
class BestSeller : public Seller {
 public:
  explicit BestSeller(LimitOptions limits) : limits_(limits) {}

  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) override;
  void Hear(const Fact& fact) override;
  absl::Status StartDay(int day) override;

 private:
  Limits limits_;
  ShopWindow window_;
  struct Sale {
    absl::Time at;
    int item;
  };
  std::vector<Sale> sales_;
  std::vector<int> ranking_;  // items, best first; made anew every week
  int ranked_on_ = -1'000'000;
};

// The warm-up: silence for a while, then now and then one random product.
class WarmUpSeller : public Seller {
 public:
  WarmUpSeller(Dice dice, LimitOptions limits, int offers_from)
      : dice_(dice), random_(dice, limits), offers_from_(offers_from) {}

  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) override;
  void Hear(const Fact& fact) override {
    random_.Hear(fact);
    facts_.push_back(fact);
  }
  absl::Status StartDay(int) override { return absl::OkStatus(); }

  const std::vector<Fact>& facts() const { return facts_; }

 private:
  const Dice dice_;
  RandomSeller random_;
  const int offers_from_;
  std::vector<Fact> facts_;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_SIMPLE_SELLERS_H_
