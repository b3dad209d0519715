// A shop with a simple truth: products come in pairs P0-P1, P2-P3, ... that are bought together in
// 8 of 10 orders, beside two products picked by chance.
#ifndef TSUGI_TESTS_ENGINE_TRAINING_SAMPLE_STORE_H_
#define TSUGI_TESTS_ENGINE_TRAINING_SAMPLE_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/facts/facts.h"
#include "engine/training/config.h"
#include "tests/testing/shop.h"

namespace tsugi::testing {

// `orders` orders, one an hour from 2024-01-01 on, of `products` products (even) and 20 customers;
// every fifth is a guest's.
inline std::vector<Fact> SampleFacts(int orders, std::uint64_t products = 20,
                                     std::uint64_t seed = 1) {
  std::vector<Fact> facts;
  base::Random random(seed);
  for (int i = 0; i < 20; ++i) {
    Customer customer;
    customer.id = absl::StrCat("C", i);
    customer.segment = i % 2 == 0 ? "even" : "odd";
    facts.emplace_back(customer);
  }
  for (int i = 0; i < orders; ++i) {
    const std::uint64_t pair = random.Below(products / 2);
    std::vector<LineOf> lines = {{absl::StrCat("P", 2 * pair), 1, 2.0}};
    if (random.Chance(0.8)) lines.push_back({absl::StrCat("P", 2 * pair + 1), 1, 3.0});
    lines.push_back({absl::StrCat("P", random.Below(products)), 1, 1.0});
    lines.push_back({absl::StrCat("P", random.Below(products)), 1, 1.0});
    const std::string customer = i % 5 == 0 ? "" : absl::StrCat("C", random.Below(20));
    Order order = OrderOf(absl::StrCat("O", i), customer, "2024-01-01", lines);
    order.ordered_at += absl::Hours(i);
    facts.emplace_back(std::move(order));
  }
  return facts;
}

// Models as small as the shop, so that a test trains in an instant.
inline TrainConfig SmallConfig() {
  TrainConfig config;
  config.ials.dim = 4;
  config.ials.epochs = 2;
  return config;
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_ENGINE_TRAINING_SAMPLE_STORE_H_
