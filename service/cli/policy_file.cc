#include "service/cli/policy_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/policy/parse.h"

namespace tsugi::cli {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  constexpr std::size_t kMaxBytes = 1 << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad() || (text.fail() && file.peek() != std::ifstream::traits_type::eof())) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  }
  if (text.str().size() > kMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", text.str().size(), " bytes; at most ", kMaxBytes, " are read"));
  }
  return text.str();
}

absl::StatusOr<Policy> ReadPolicy(const std::string& name_or_path) {
  if (name_or_path == "default") return DefaultPolicy();
  if (name_or_path == "open") return OpenPolicy();
  TSUGI_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(name_or_path));
  return LoadPolicy(name_or_path, yaml);
}

}  // namespace tsugi::cli
