// A CSV file (RFC 4180, line feeds, UTF-8) written row by row through a fixed buffer.
//
//   CsvWriter file(path, {"order_id", "quantity"});
//   file.Text("O-1").Number(2).EndRow();
//   TSUGI_RETURN_IF_ERROR(file.Close());
//
// The first error (a file that cannot be opened or written, a row with too few or too many fields)
// is kept and reported by Close(). Not thread-safe.
#ifndef TSUGI_GENERATOR_CSV_WRITER_H_
#define TSUGI_GENERATOR_CSV_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "generator/calendar.h"

namespace tsugi::generator {

// An amount of money in hundredths.
using Cents = std::int64_t;

class CsvWriter {
 public:
  CsvWriter(const std::filesystem::path& path, std::initializer_list<std::string_view> columns);

  CsvWriter& Text(std::string_view text);  // quoted where it must be
  CsvWriter& Empty() { return Text(""); }
  CsvWriter& Number(std::int64_t value);
  CsvWriter& Money(Cents value);  // 12.90
  CsvWriter& Time(Seconds time);
  CsvWriter& TimeOrEmpty(Seconds time) { return time == 0 ? Empty() : Time(time); }
  CsvWriter& Flag(bool value) { return Text(value ? "true" : "false"); }
  void EndRow();

  std::int64_t rows() const { return rows_; }  // the header not counted
  absl::Status Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };

  void StartField();
  void Flush();
  void Fail(std::string_view what);

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  absl::Status status_;
  std::string buffer_;
  std::size_t columns_;
  std::size_t fields_ = 0;  // of the row begun
  std::int64_t rows_ = 0;
};

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_CSV_WRITER_H_
