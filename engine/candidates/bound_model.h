// A trained model tied to the products of a FactIndex: the model's item numbers and the index's
// product indexes are translated by table, not by hashing ids in every request.
//
//   const BoundModel model = BoundModel::Bind("20110901-1", models, &index);
//
// Products that come to the index later are unknown to the model and stay so: a snapshot does not
// change. What orders since the model say of them, and of those it knows, stands in the LiveModel
// that is bound with it.
//
// Thread safety: immutable once bound; the LiveModel is guarded by the index's lock.
#ifndef TSUGI_ENGINE_CANDIDATES_BOUND_MODEL_H_
#define TSUGI_ENGINE_CANDIDATES_BOUND_MODEL_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/facts/ids.h"
#include "engine/live/live_model.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// Whether orders since the model count: not at all; worked out when asked (replays, which ask as of
// the past); kept ready as of now (serving).
enum class LiveUpdates : std::uint8_t { kNone, kWhenAsked, kReady };

inline constexpr std::uint32_t kNoItem = std::numeric_limits<std::uint32_t>::max();

class BoundModel {
 public:
  // Takes the index's write lock for moments: not from under its read lock. To bind a snapshot,
  // hand in a pointer that shares its ownership: {snapshot, &snapshot->models()}.
  static BoundModel Bind(std::string version, std::shared_ptr<const ModelSet> models,
                         FactIndex* index, LiveUpdates updates = LiveUpdates::kReady);

  const std::string& version() const { return version_; }
  const ModelSet& models() const { return *models_; }
  std::uint32_t num_items() const { return static_cast<std::uint32_t>(product_of_.size()); }

  ProductIndex ProductOf(std::uint32_t item) const { return product_of_[item]; }
  // kNoItem: the model does not know the product.
  std::uint32_t ItemOf(ProductIndex product) const {
    return product.value() < item_of_.size() ? item_of_[product.value()] : kNoItem;
  }
  // Null where no order of after the model counts at `at`. REQUIRES: the index's read lock.
  const LiveModel* LiveAsOf(base::Micros at) const {
    return live_ != nullptr && live_->AnyAsOf(at) ? live_.get() : nullptr;
  }
  // What answers as of an instant, or of a span of time, count on and takes long to make
  // (LiveModel::Prepare); Keep is for requests of now. Not under the index's lock.
  void Prepare(base::Micros at) const;
  void PrepareBetween(base::Micros from, base::Micros until) const;
  void Keep(base::Micros at) const;
  // Orders that hold the product at `at`: the model's, and those since.
  std::uint32_t OrdersOf(ProductIndex product, base::Micros at) const;

  // The popularity model's number for a segment, models::kNoSegment where there is none.
  std::uint32_t SegmentOf(std::string_view segment) const;

 private:
  std::string version_;
  std::shared_ptr<const ModelSet> models_;
  std::vector<ProductIndex> product_of_;  // by item
  std::vector<std::uint32_t> item_of_;    // by product
  std::shared_ptr<LiveModel> live_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_BOUND_MODEL_H_
