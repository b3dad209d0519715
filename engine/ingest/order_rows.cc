#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kOrderId,
  kCustomerId,
  kOrderedAt,
  kProductId,
  kQuantity,
  kUnitPrice,
  kProductName,
  kDiscountPercent,
  kChannel,
  kRecommendationId,
  kCurrency
};

constexpr std::array<ColumnSpec, 11> kColumns = {{
    {"order_id", true},
    {"customer_id", false},
    {"ordered_at", true},
    {"product_id", true},
    {"quantity", false},
    {"unit_price", false},
    {"product_name", false},
    {"discount_percent", false},
    {"channel", false},
    {"recommendation_id", false},
    {"currency", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  if (!std::holds_alternative<Order>(fact)) fact.emplace<Order>();
  Order& order = std::get<Order>(fact);
  order.lines.resize(1);
  OrderLine& line = order.lines.front();
  parser.Id(kOrderId, order.id);
  parser.Id(kCustomerId, order.customer_id);
  parser.Time(kOrderedAt, order.ordered_at);
  parser.Id(kProductId, line.product_id);
  line.quantity = 1;
  parser.Whole(kQuantity, line.quantity);
  parser.Money(kUnitPrice, line.unit_price);
  parser.Text(kProductName, line.product_name);
  line.discount_percent = 0;
  parser.Number(kDiscountPercent, line.discount_percent);
  parser.Text(kChannel, order.channel);
  parser.Id(kRecommendationId, line.recommendation_id);
  parser.Currency(kCurrency);
}

}  // namespace

Kind OrderRows() { return {"orders", kColumns, Convert, kProductId}; }

}  // namespace tsugi::ingest
