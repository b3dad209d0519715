#include "engine/ingest/rejects.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/row.h"

namespace tsugi::ingest {

RejectsFile::RejectsFile(std::string path) : path_(std::move(path)) {
  std::error_code ignored;  // where it cannot be removed, opening it says why
  std::filesystem::remove(path_, ignored);
}

absl::Status RejectsFile::Open() {
  out_.open(path_, std::ios::binary | std::ios::trunc);
  out_ << "line,field,value,reason,file\r\n";
  return out_ ? absl::OkStatus() : Broken();
}

absl::Status RejectsFile::Broken() const {
  return absl::UnavailableError(
      absl::StrCat("cannot write '", path_, "'; give another file with --rejects"));
}

absl::Status RejectsFile::Add(const std::string& input, std::int64_t line,
                              const Violation& violation) {
  if (!out_.is_open()) TSUGI_RETURN_IF_ERROR(Open());
  out_ << line << ',' << CsvField(violation.field) << ',' << CsvField(violation.value) << ','
       << CsvField(violation.fix) << ',' << CsvField(input) << "\r\n";
  return out_ ? absl::OkStatus() : Broken();
}

absl::Status RejectsFile::Close() {
  if (!out_.is_open()) return absl::OkStatus();
  out_.close();
  return out_ ? absl::OkStatus() : Broken();
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace tsugi::ingest
