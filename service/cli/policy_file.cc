#include "service/cli/policy_file.h"

#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "service/cli/text_file.h"

namespace tsugi::cli {

absl::StatusOr<Policy> ReadPolicy(const std::string& name_or_path) {
  if (name_or_path == "default") return DefaultPolicy();
  if (name_or_path == "open") return OpenPolicy();
  TSUGI_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(name_or_path));
  return LoadPolicy(name_or_path, yaml);
}

}  // namespace tsugi::cli
