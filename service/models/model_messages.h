// Models of the registry as messages.
#ifndef TSUGI_SERVICE_MODELS_MODEL_MESSAGES_H_
#define TSUGI_SERVICE_MODELS_MODEL_MESSAGES_H_

#include "engine/snapshot/registry.h"

namespace tsugi::v1 {
class Model;
}  // namespace tsugi::v1

namespace tsugi {

enum class WithReport { kNo, kYes };

// A model whose manifest cannot be read is filled as far as it is known, and marked damaged.
void FillModel(const ModelInfo& from, WithReport report, v1::Model* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_MODELS_MODEL_MESSAGES_H_
