// The policy file (YAML): parsed and checked as a whole.
#ifndef TSUGI_ENGINE_POLICY_PARSE_H_
#define TSUGI_ENGINE_POLICY_PARSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"

namespace tsugi {

struct PolicyMistake {
  int line = 0;         // 1 is the first
  int column = 0;       // 1 is the first
  std::string message;  // the key, the value, and what would be right
};

struct ParsedPolicy {
  Policy policy;                        // usable only where there is no mistake
  std::vector<PolicyMistake> mistakes;  // in the order of the file
};

// Never fails as a whole: text that is no YAML is a mistake at its place.
ParsedPolicy ParsePolicy(const std::string& name, const std::string& yaml);

// As ParsePolicy; INVALID_ARGUMENT lists every mistake as `name:line:column: message`, a line each.
absl::StatusOr<Policy> LoadPolicy(const std::string& name, const std::string& yaml);

// `default` and `open`.
const Policy& DefaultPolicy();
const Policy& OpenPolicy();

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_PARSE_H_
