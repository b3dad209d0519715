// The trained models as the serving path sees them: views over arrays that a snapshot maps from
// files, or that training holds in memory while it replays history. One feature and scoring code
// serves both.
#ifndef TSUGI_ENGINE_SNAPSHOT_MODEL_SET_H_
#define TSUGI_ENGINE_SNAPSHOT_MODEL_SET_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/time.h"
#include "engine/snapshot/behaviour.h"
#include "models/co_purchase.h"
#include "models/ials.h"
#include "models/item_regression.h"
#include "models/popularity.h"
#include "models/ranker.h"
#include "models/segment_pairs.h"
#include "models/text_likeness.h"

namespace tsugi {

// What it takes to bring a model up to orders that came after it (engine/live).
struct LiveBasis {
  base::Micros until = std::numeric_limits<base::Micros>::max();  // it knows orders before this
  double l2 = 0;                                                  // of the item regression
  double regression_exponent = 0;  // a of an order's weight n^-a there
  double co_purchase_exponent = 0;
  double recent_days = 0;    // half-life of popularity.recent; 0: none
  double recent_orders = 0;  // orders before `until`, weighed by it
  // Of the item regression, beside l2.
  double l2_per_order = 0;
  std::uint32_t kept = 0;     // weights an item; 0: all
  double half_life_days = 0;  // of an order's weight; 0: none
};

// `item` below is the snapshot's own dense product number, in the order of `product_ids`.
struct ModelSet {
  std::vector<std::string> product_ids;  // sorted
  absl::flat_hash_map<std::string, std::uint32_t> item_of;
  std::vector<std::string> segments;  // sorted; position is the popularity model's segment
  models::PopularityView popularity;
  models::CoPurchaseView co_purchase;
  models::SegmentPairsView segment_pairs;  // of `segments`; empty where none carries anything
  models::ItemRegressionView item_regression;
  models::IalsView ials;
  models::TextLikenessView names;            // which products have alike names
  std::optional<models::RankerView> ranker;  // none while its own training data is being made
  Behaviour behaviour;
  LiveBasis live;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_MODEL_SET_H_
