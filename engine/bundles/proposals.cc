#include "engine/bundles/proposals.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/status_macros.h"
#include "engine/history/baskets.h"

namespace tsugi {
namespace {

bool CanBeBundled(const FactIndex& index, ProductIndex product, base::Micros at) {
  if (!product.valid() || !index.PriceAsOf(product, at).has_value()) return false;
  const CatalogEntry* entry = index.EntryAsOf(product, at);
  if (entry == nullptr) return index.product(product).first_sold <= at;
  const Product& facts = entry->facts;
  return facts.active && facts.in_stock &&
         (facts.kind == ProductKind::kGoods || facts.kind == ProductKind::kService);
}

// The rows from `from` on, with only the items that can be bundled. `items` are their products.
models::SparseMatrix RowsOf(const HistoryBaskets& baskets, const OrderHistory& history,
                            const FactIndex& index, const ProposalOptions& options,
                            std::vector<ProductIndex>& items) {
  const base::Micros at = base::ToMicros(options.to);
  std::vector<std::uint32_t> kept(baskets.num_items(), kNoIndex);
  for (std::uint32_t item = 0; item < baskets.num_items(); ++item) {
    const std::string& id = history.columns().product_ids[baskets.product_of_item[item]];
    const ProductIndex product = index.FindProduct(id);
    if (!CanBeBundled(index, product, at)) continue;
    kept[item] = static_cast<std::uint32_t>(items.size());
    items.push_back(product);
  }
  models::SparseMatrix rows;
  rows.offsets.push_back(0);
  rows.num_columns = static_cast<std::uint32_t>(items.size());
  const models::SparseView all = baskets.orders.View();
  for (std::size_t row = 0; row < all.rows(); ++row) {
    const base::Micros time = history.columns().times[baskets.order_of_row[row]];
    if (options.from > absl::InfinitePast() && time < base::ToMicros(options.from)) continue;
    for (const std::uint32_t item : all.Row(row)) {
      if (kept[item] != kNoIndex) rows.columns.push_back(kept[item]);
    }
    rows.offsets.push_back(rows.columns.size());
  }
  return rows;
}

std::optional<base::Decimal> PriceOf(const BundleProposal& row, const ProposalOptions& options) {
  const double margin = (row.singly - row.cost).ToDouble();
  if (margin <= 0) return std::nullopt;
  const double off =
      std::min(options.advantage * row.singly.ToDouble(), options.share_of_margin * margin);
  std::int64_t unit = base::Decimal::kScale;
  for (int i = 0; i < options.decimals; ++i) unit /= 10;
  const auto micros = row.singly.micros() - std::llround(off * base::Decimal::kScale);
  const std::int64_t rounded = (micros + unit - 1) / unit * unit;
  if (rounded >= row.singly.micros()) return std::nullopt;  // less than the smallest unit
  return base::Decimal::FromMicros(rounded);
}

// The bundle that can be sold and holds just these, the first by id.
std::string SoldAs(const FactIndex& index, std::vector<ProductIndex> items, base::Micros at) {
  std::sort(items.begin(), items.end());
  std::string found;
  for (const ProductIndex bundle : index.product(items[0]).bundled_in) {
    const CatalogEntry* entry = index.EntryAsOf(bundle, at);
    if (entry == nullptr || !entry->facts.active) continue;
    std::vector<ProductIndex> contents = entry->contents;
    std::sort(contents.begin(), contents.end());
    if (contents == items && (found.empty() || entry->facts.id < found)) found = entry->facts.id;
  }
  return found;
}

BundleProposal Propose(const ProductSet& set, const std::vector<ProductIndex>& products,
                       const FactIndex& index, const ProposalOptions& options) {
  const base::Micros at = base::ToMicros(options.to);
  BundleProposal row;
  row.orders = set.orders;
  row.lift = set.lift;
  row.llr = set.llr;
  std::vector<ProductIndex> items;
  for (const std::uint32_t item : set.items) {
    const ProductIndex product = products[item];
    items.push_back(product);
    row.product_ids.push_back(index.product(product).id);
    row.names.emplace_back(index.NameAsOf(product, at));
    const base::Decimal price = index.PriceOrZeroAsOf(product, at);
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    const bool known = entry != nullptr && entry->facts.unit_cost.has_value();
    row.singly = row.singly + price;
    row.cost = row.cost +
               (known ? *entry->facts.unit_cost
                      : base::Decimal::FromDouble(price.ToDouble() * (1 - options.default_margin)));
    row.cost_known = row.cost_known && known;
  }
  row.price = PriceOf(row, options);
  row.sold_as = SoldAs(index, items, at);
  return row;
}

}  // namespace

absl::StatusOr<BundleProposals> ProposeBundles(const OrderHistory& history, const FactIndex& index,
                                               const ProposalOptions& options) {
  const HistoryBaskets baskets = MakeBaskets(history.AsOf(options.to));
  std::vector<ProductIndex> products;
  const models::SparseMatrix rows = RowsOf(baskets, history, index, options, products);
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ProductSet> sets, FindSets(rows.View(), options.sets));
  BundleProposals proposals;
  proposals.orders = rows.View().rows();
  for (const ProductSet& set : sets) {
    proposals.rows.push_back(Propose(set, products, index, options));
  }
  return proposals;
}

}  // namespace tsugi
