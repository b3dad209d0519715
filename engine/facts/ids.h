// Dense indexes for the store's string ids. An index is given once, in the order in which a fact
// about the id is first seen by the holder of the index (OrderHistory, FactIndex, Snapshot); it is
// never stored in a table and means nothing outside its holder.
#ifndef TSUGI_ENGINE_FACTS_IDS_H_
#define TSUGI_ENGINE_FACTS_IDS_H_

#include "base/strong_id.h"

namespace tsugi {

struct ProductTag;
struct CustomerTag;
struct SegmentTag;
struct CategoryTag;
using ProductIndex = base::StrongId<ProductTag>;
using CustomerIndex = base::StrongId<CustomerTag>;
using SegmentIndex = base::StrongId<SegmentTag>;
using CategoryIndex = base::StrongId<CategoryTag>;

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FACTS_IDS_H_
