#include "engine/candidates/bound_model.h"

#include <algorithm>
#include <utility>

namespace tsugi {

BoundModel BoundModel::Bind(std::string version, std::shared_ptr<const ModelSet> models,
                            FactIndex* index) {
  BoundModel bound;
  bound.version_ = std::move(version);
  bound.models_ = std::move(models);
  bound.product_of_ = index->InternProducts(bound.models_->product_ids);
  std::uint32_t most = 0;
  for (const ProductIndex product : bound.product_of_) most = std::max(most, product.value() + 1);
  bound.item_of_.assign(most, kNoItem);
  for (std::uint32_t item = 0; item < bound.num_items(); ++item) {
    bound.item_of_[bound.product_of_[item].value()] = item;
  }
  return bound;
}

std::uint32_t BoundModel::SegmentOf(std::string_view segment) const {
  const std::vector<std::string>& segments = models_->segments;
  const auto found = std::lower_bound(segments.begin(), segments.end(), segment);
  if (segment.empty() || found == segments.end() || *found != segment) return models::kNoSegment;
  return static_cast<std::uint32_t>(found - segments.begin());
}

}  // namespace tsugi
