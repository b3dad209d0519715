// History as the models read it: baskets (the distinct products of each order) and interactions
// (which customer bought which products).
//
// An *item* is a product that occurs in a basket of the view, numbered 0, 1, ... in the order of
// product ids. A product counts for an order where more of it was bought than given back within
// that order; products the catalogue marks inactive at the view's end are left out, and orders that
// hold no item are no row. Orders of customers who do not consent to profiling at the view's end
// count like those of unknown visitors: no segment, no row of interactions that joins them.
#ifndef TSUGI_ENGINE_HISTORY_BASKETS_H_
#define TSUGI_ENGINE_HISTORY_BASKETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/history/order_history.h"
#include "models/baskets.h"
#include "models/sparse_matrix.h"

namespace tsugi {

struct HistoryBaskets {
  std::vector<std::uint32_t> product_of_item;  // into the history's product_ids, ascending
  std::vector<std::uint32_t> item_of_product;  // kNoIndex where it is no item
  std::vector<std::string> segment_names;      // sorted; those of rows
  std::vector<std::uint32_t> order_of_row;     // the history's order, ascending
  models::SparseMatrix orders;                 // rows x items
  std::vector<float> weights;                  // recency; 1 at the last order of the view
  std::vector<std::uint32_t> days;
  std::vector<std::uint32_t> segments;         // into segment_names, or models::kNoSegment
  std::vector<std::uint32_t> customer_of_row;  // the history's, or kNoIndex

  std::uint32_t num_items() const { return static_cast<std::uint32_t>(product_of_item.size()); }
  models::Baskets View() const;
};

// Weights halve every `half_life` before the view's last order; infinite: all 1.
HistoryBaskets MakeBaskets(const HistoryView& view,
                           absl::Duration half_life = absl::InfiniteDuration());

// Customers x items without values: a row for each customer that bought an item, in the order of
// customer ids, then one for each order without a customer (see above), by time.
models::SparseMatrix MakeInteractions(const HistoryBaskets& baskets);

// The distinct products of one order (as above, without regard to the catalogue), ascending.
void BasketOf(const OrderHistory& history, std::size_t order, std::vector<std::uint32_t>& products);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_BASKETS_H_
