#include "tests/generator/shop_files.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "gtest/gtest.h"

namespace tsugi::generator {

std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<std::vector<std::string>> ParseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      fields.back().push_back('"');
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c == '\n' && !quoted) {
      records.push_back(std::move(fields));
      fields.assign(1, "");
    } else {
      fields.back().push_back(c);
    }
  }
  return records;
}

std::vector<Row> ReadCsv(const std::filesystem::path& path) {
  const auto records = ParseCsv(ReadBytes(path));
  std::vector<Row> rows;
  for (std::size_t i = 1; i < records.size(); ++i) {
    EXPECT_EQ(records[i].size(), records[0].size()) << path << " line " << i + 1;
    Row row;
    for (std::size_t c = 0; c < records[i].size(); ++c) row[records[0][c]] = records[i][c];
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tsugi::generator
