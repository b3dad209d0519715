#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kProductId,
  kName,
  kCategory,
  kKind,
  kFamily,
  kTier,
  kPrice,
  kUnitCost,
  kActive,
  kInStock,
  kConsumable,
  kDurable,
  kSeasonMonths,
  kGoesWith,
  kContents,
  kUsageLimit,
  kBillingMonths,
  kObservedAt,
  kCurrency
};

constexpr std::array<ColumnSpec, 19> kColumns = {{
    {"product_id", true},     {"name", false},           {"category", false},
    {"kind", false},          {"family", false},         {"tier", false},
    {"price", false},         {"unit_cost", false},      {"active", false},
    {"in_stock", false},      {"consumable", false},     {"durable", false},
    {"season_months", false}, {"goes_with", false},      {"contents", false},
    {"usage_limit", false},   {"billing_months", false}, {"observed_at", false},
    {"currency", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  Product& product = fact.emplace<Product>();
  parser.Id(kProductId, product.id);
  parser.Text(kName, product.name);
  parser.Text(kCategory, product.category);
  parser.Enum(kKind, product.kind);
  parser.Text(kFamily, product.family);
  parser.Whole(kTier, product.tier);
  parser.Money(kPrice, product.price);
  parser.Money(kUnitCost, product.unit_cost);
  parser.Flag(kActive, product.active);
  parser.Flag(kInStock, product.in_stock);
  parser.Flag(kConsumable, product.consumable);
  parser.Flag(kDurable, product.durable);
  parser.Months(kSeasonMonths, product.season_months);
  parser.Ids(kGoesWith, product.goes_with);
  parser.Ids(kContents, product.contents);
  parser.Number(kUsageLimit, product.usage_limit);
  parser.Whole(kBillingMonths, product.billing_months);
  parser.Time(kObservedAt, product.observed_at);
  parser.Currency(kCurrency);
}

}  // namespace

Kind ProductRows() { return {"products", kColumns, Convert, kProductId}; }

}  // namespace tsugi::ingest
