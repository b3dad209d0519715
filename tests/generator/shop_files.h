// Reads back what the generator wrote, with a CSV reader that shares no code with the writer.
#ifndef TSUGI_TESTS_GENERATOR_SHOP_FILES_H_
#define TSUGI_TESTS_GENERATOR_SHOP_FILES_H_

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tsugi::generator {

using Row = std::map<std::string, std::string>;

std::string ReadBytes(const std::filesystem::path& path);

// RFC 4180: fields of each record, the header included.
std::vector<std::vector<std::string>> ParseCsv(const std::string& text);

// Rows by column name; a test failure where a row's length differs from the header's.
std::vector<Row> ReadCsv(const std::filesystem::path& path);

}  // namespace tsugi::generator

#endif  // TSUGI_TESTS_GENERATOR_SHOP_FILES_H_
