// Logits and probabilities of the candidates of one request, on the widest vectors that the
// processor has.
//
// Thread safety: pure function.
#ifndef TSUGI_MODELS_RANKER_LOGITS_H_
#define TSUGI_MODELS_RANKER_LOGITS_H_

#include <span>

#include "models/ranker/trees.h"

namespace tsugi::models {

// logits[r] = coefficients[0] + the sum over f of coefficients[f + 1] * feature f of row r, added
// in the order of the features: to the bit the same on any processor. REQUIRES: logits.size() =
// columns.stride; what lies behind the rows may be any number.
void Logits(std::span<const double> coefficients, const FeatureColumns& columns,
            std::span<double> logits);

// 1 / (1 + exp(-x)) of each, in place; below -700 that of -700. Within 4 units in the last place of
// Sigmoid (logistic.h), not to the bit. REQUIRES: as many as a multiple of kColumnLanes.
void Sigmoids(std::span<double> values);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_LOGITS_H_
