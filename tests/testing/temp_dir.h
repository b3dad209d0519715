// A directory of its own for one test, removed with all it holds when the object goes away.
#ifndef TSUGI_TESTS_TESTING_TEMP_DIR_H_
#define TSUGI_TESTS_TESTING_TEMP_DIR_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace tsugi::testing {

class TempDir {
 public:
  TempDir() : path_(::testing::TempDir() + "/tsugi_XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "cannot make a directory " << path_;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes `content` to the file `name` and returns its path.
  std::string Write(std::string_view name, std::string_view content) const {
    std::string path = File(name);
    std::ofstream out(path, std::ios::binary);
    out << content;
    return path;
  }

  std::string Read(std::string_view name) const {
    std::ifstream in(File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_TEMP_DIR_H_
