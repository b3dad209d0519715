// Text in aligned columns, for people.
#ifndef TSUGI_SERVICE_CLI_TABLE_H_
#define TSUGI_SERVICE_CLI_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace tsugi::cli {

class Table {
 public:
  // A title that starts with '>' is of a column set flush right (numbers); the mark is not printed.
  explicit Table(const std::vector<std::string>& titles);

  // REQUIRES: as many cells as there are titles.
  void Add(std::vector<std::string> cells);
  void Print(std::ostream& out) const;

  const std::vector<std::vector<std::string>>& rows() const { return rows_; }  // titles first
  bool right(std::size_t column) const { return right_[column]; }

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // titles first
};

// Columns a terminal gives to UTF-8 text: 2 for each wide (East Asian) character.
std::size_t DisplayWidth(const std::string& text);

// Digits in groups of three: 370,931.
std::string Grouped(std::uint64_t value);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_TABLE_H_
