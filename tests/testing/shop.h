// Short ways to write facts in tests.
//
//   store.Put({OrderOf("O1", "C1", "2024-01-02", {{"A"}, {"B", 2, 3.5}})});
#ifndef TSUGI_TESTS_TESTING_SHOP_H_
#define TSUGI_TESTS_TESTING_SHOP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "base/time.h"
#include "engine/facts/facts.h"

namespace tsugi::testing {

inline absl::Time At(std::string_view text) { return base::ParseTime(text).value(); }

struct LineOf {
  std::string product_id;
  std::int64_t quantity = 1;
  std::optional<double> price = std::nullopt;
  double discount_percent = 0;
};

inline Order OrderOf(std::string id, std::string customer, std::string_view at,
                     const std::vector<LineOf>& lines) {
  Order order;
  order.id = std::move(id);
  order.customer_id = std::move(customer);
  order.ordered_at = At(at);
  for (const LineOf& line : lines) {
    OrderLine out;
    out.product_id = line.product_id;
    out.quantity = line.quantity;
    if (line.price.has_value()) out.unit_price = base::Decimal::FromDouble(*line.price);
    out.discount_percent = line.discount_percent;
    order.lines.push_back(out);
  }
  return order;
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_SHOP_H_
