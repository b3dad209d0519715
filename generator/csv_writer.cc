#include "generator/csv_writer.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace tsugi::generator {
namespace {

constexpr std::size_t kBufferBytes = 1U << 16U;

void AppendNumber(std::int64_t value, std::string* out) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), end);
}

}  // namespace

CsvWriter::CsvWriter(const std::filesystem::path& path,
                     std::initializer_list<std::string_view> columns)
    : path_(path.string()), file_(std::fopen(path.c_str(), "wb")), columns_(columns.size()) {
  if (file_ == nullptr) Fail("open");
  buffer_.reserve(kBufferBytes + 4096);
  for (const std::string_view column : columns) Text(column);
  EndRow();
  rows_ = 0;
}

CsvWriter& CsvWriter::Text(std::string_view text) {
  StartField();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    buffer_.append(text);
    return *this;
  }
  buffer_.push_back('"');
  for (const char c : text) {
    if (c == '"') buffer_.push_back('"');
    buffer_.push_back(c);
  }
  buffer_.push_back('"');
  return *this;
}

CsvWriter& CsvWriter::Number(std::int64_t value) {
  StartField();
  AppendNumber(value, &buffer_);
  return *this;
}

CsvWriter& CsvWriter::Money(Cents value) {
  StartField();
  if (value < 0) buffer_.push_back('-');
  const Cents absolute = value < 0 ? -value : value;
  AppendNumber(absolute / 100, &buffer_);
  buffer_.push_back('.');
  buffer_.push_back(static_cast<char>('0' + absolute / 10 % 10));
  buffer_.push_back(static_cast<char>('0' + absolute % 10));
  return *this;
}

CsvWriter& CsvWriter::Time(Seconds time) {
  StartField();
  AppendTime(time, &buffer_);
  return *this;
}

void CsvWriter::EndRow() {
  if (fields_ != columns_ && status_.ok()) {
    status_ = absl::InternalError(
        absl::StrCat(path_, ": a row of ", fields_, " fields under ", columns_, " columns"));
  }
  buffer_.push_back('\n');
  fields_ = 0;
  ++rows_;
  if (buffer_.size() >= kBufferBytes) Flush();
}

absl::Status CsvWriter::Close() {
  Flush();
  std::FILE* const file = file_.release();
  if (file != nullptr && std::fclose(file) != 0) Fail("close");
  return status_;
}

void CsvWriter::StartField() {
  if (fields_ > 0) buffer_.push_back(',');
  ++fields_;
}

void CsvWriter::Flush() {
  if (file_ != nullptr &&
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) {
    Fail("write");
  }
  buffer_.clear();
}

void CsvWriter::Fail(std::string_view what) {
  if (!status_.ok()) return;
  status_ = absl::UnavailableError(absl::StrCat("cannot ", std::string(what), " \"", path_,
                                                "\": ", std::generic_category().message(errno),
                                                "; choose another directory or free some space"));
}

}  // namespace tsugi::generator
