#include "engine/candidates/segment_evidence.h"

#include <optional>

namespace tsugi {

double ConditionOnSegment(const ModelSet& models, std::uint32_t segment, std::string_view name,
                          std::uint32_t seed, std::uint32_t item, Evidence& evidence) {
  if (evidence.base_orders == 0) return evidence.confidence;
  const std::optional<models::SegmentPair> pair = models.segment_pairs.Find(segment, seed, item);
  if (!pair.has_value()) return evidence.confidence;
  const double everyone = evidence.confidence;
  const double shrunk = models.segment_pairs.Confidence(*pair, everyone);
  if (shrunk <= everyone) return shrunk;
  evidence.orders_together = pair->together;
  evidence.base_orders = pair->first;
  evidence.all_orders = pair->orders;
  evidence.support = pair->together / static_cast<double>(pair->orders);
  evidence.confidence = pair->together / static_cast<double>(pair->first);
  evidence.lift = evidence.confidence * pair->orders / pair->second;
  evidence.since.reset();  // counted over everyone's orders only
  evidence.segment = name;
  return shrunk;
}

}  // namespace tsugi
