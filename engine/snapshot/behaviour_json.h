// Behaviour as the manifest has it: all but its arrays.
#ifndef TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_JSON_H_
#define TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"
#include "engine/snapshot/behaviour.h"

namespace tsugi {

// Nothing learned gives null.
nlohmann::json BehaviourJson(const Behaviour& behaviour);

// Throws nlohmann::json::exception, as reading a manifest does throughout.
void ReadBehaviour(const nlohmann::json& in, Behaviour& behaviour);

// OK if all parameters are in the range their models take. Errors: DATA_LOSS naming the part.
absl::Status ValidateBehaviour(const Behaviour& behaviour);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_JSON_H_
