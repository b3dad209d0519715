// The rejects file: what an import could not use, as a CSV of line, field, value, reason, file.
#ifndef TSUGI_ENGINE_INGEST_REJECTS_H_
#define TSUGI_ENGINE_INGEST_REJECTS_H_

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "engine/facts/validate.h"

namespace tsugi::ingest {

class RejectsFile {
 public:
  // The file is made when the first row comes; one of an earlier import is removed.
  explicit RejectsFile(std::string path);

  absl::Status Add(const std::string& input, std::int64_t line, const Violation& violation);
  absl::Status Close();  // errors of writing that came late

  const std::string& path() const { return path_; }

 private:
  absl::Status Open();
  absl::Status Broken() const;

  const std::string path_;
  std::ofstream out_;
};

// A CSV field: quoted where it must be.
std::string CsvField(const std::string& text);

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_REJECTS_H_
