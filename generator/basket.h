// What one visit ends with: something the shopper came for, what completes it, and a few other
// things.
//
// Every product that enters a basket (repeated purchases of a consumable apart) draws each of its
// complements with that complement's probability, once, unless it is there or owned already. That
// is the truth a model should find; a suggestion shown raises the probability by kShownFactor.
#ifndef TSUGI_GENERATOR_BASKET_H_
#define TSUGI_GENERATOR_BASKET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generator/campaigns.h"
#include "generator/catalogue.h"
#include "generator/people.h"
#include "generator/sink.h"
#include "generator/streams.h"

namespace tsugi::generator {

inline constexpr double kShownFactor = 1.3;
inline constexpr double kShownShare = 0.3;    // of baskets filled on the web or in the app
inline constexpr double kControlShare = 0.1;  // of those that would have been shown something

struct BasketLine {
  ProductNumber product;
  int quantity;
  std::string recommendation_id;  // of the suggestion that brought it; empty: none
};
using Basket = std::vector<BasketLine>;

bool Holds(const Basket& basket, ProductNumber product);

// One who visits; `owned` has bit i for a durable article i.
struct Visit {
  const Person* person;
  std::string_view customer_id;  // empty: a guest
  std::uint64_t owned;
  const Campaign* campaign;  // addressed to the visitor now; null: none
  std::string_view channel;
  Seconds at;
};

class BasketFiller {
 public:
  BasketFiller(const Catalogue* catalogue, Sink* sink) : catalogue_(*catalogue), sink_(*sink) {}

  // A visit to shop: one thing or two, complements, and some more.
  void Fill(const Visit& visit, base::Random* random, Basket* basket);
  // One more thing, with its complements.
  void AddSomething(const Visit& visit, base::Random* random, Basket* basket);

  int Quantity(ProductNumber product, Segment segment, base::Random* random) const;

 private:
  bool Wanted(const Visit& visit, ProductNumber product, const Basket& basket) const;
  struct Shown {
    ProductNumber product;
    double taken;  // the probability that it is
    std::string_view rule;
  };
  std::vector<Shown> Widget(const Visit& visit, const Basket& basket, base::Random* random) const;
  void Suggest(const Visit& visit, base::Random* random, Basket* basket);
  void AddComplements(const Visit& visit, std::size_t from, base::Random* random, Basket* basket);

  const Catalogue& catalogue_;
  Sink& sink_;
};

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_BASKET_H_
