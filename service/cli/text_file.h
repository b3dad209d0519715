// Whole files in memory, unpacked where their name ends in .zst or .gz; for files that are small by
// nature.
#ifndef TSUGI_SERVICE_CLI_TEXT_FILE_H_
#define TSUGI_SERVICE_CLI_TEXT_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace tsugi::cli {

// `-` is standard input. Errors: those of ingest::OpenInput naming the path; INVALID_ARGUMENT above
// `max_bytes`.
absl::StatusOr<std::string> ReadTextFile(const std::string& path,
                                         std::size_t max_bytes = std::size_t{1} << 20);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_TEXT_FILE_H_
