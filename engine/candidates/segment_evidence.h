// Evidence of the customer's own segment in place of everyone's, where the segment carries it.
#ifndef TSUGI_ENGINE_CANDIDATES_SEGMENT_EVIDENCE_H_
#define TSUGI_ENGINE_CANDIDATES_SEGMENT_EVIDENCE_H_

#include <cstdint>
#include <string_view>

#include "engine/offers/offer.h"
#include "engine/snapshot/model_set.h"

namespace tsugi {

// P(item | seed) for a customer of `segment` (the models' number and its name): that of everyone,
// which `evidence` holds, or where the segment's orders carry the pair, theirs shrunk to everyone's
// (models/segment_pairs.h). Where that is more than everyone's, `evidence` becomes the segment's
// raw counts: "customers like you" is said only of what holds for them more than for others.
double ConditionOnSegment(const ModelSet& models, std::uint32_t segment, std::string_view name,
                          std::uint32_t seed, std::uint32_t item, Evidence& evidence);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_SEGMENT_EVIDENCE_H_
