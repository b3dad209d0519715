// The attribution token of an answer.
#ifndef TSUGI_ENGINE_SUGGEST_RECOMMENDATION_ID_H_
#define TSUGI_ENGINE_SUGGEST_RECOMMENDATION_ID_H_

#include <string>

#include "engine/state/request.h"

namespace tsugi {

// 32 hexadecimal digits from everything that is asked, the model and request.nonce: equal requests
// have equal ids, so a caller who wants two apart gives two nonces.
std::string RecommendationId(const SuggestRequest& request, const std::string& model_version);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_RECOMMENDATION_ID_H_
