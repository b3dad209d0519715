// Policies by name (`default`, `open`) or from a file.
#ifndef TSUGI_SERVICE_CLI_POLICY_FILE_H_
#define TSUGI_SERVICE_CLI_POLICY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"

namespace tsugi::cli {

// Errors as ReadTextFile, and INVALID_ARGUMENT listing every mistake of the file.
absl::StatusOr<Policy> ReadPolicy(const std::string& name_or_path);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_POLICY_FILE_H_
