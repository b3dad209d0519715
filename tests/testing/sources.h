// The project's own sources, for the tests that hold them to a rule.
#ifndef TSUGI_TESTS_TESTING_SOURCES_H_
#define TSUGI_TESTS_TESTING_SOURCES_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tsugi::testing {

struct SourceFile {
  std::string path;  // from the root, with slashes
  std::string text;
};

// Every .h and .cc file below `folders`.
inline std::vector<SourceFile> ReadSources(const std::vector<std::string>& folders) {
  std::vector<SourceFile> files;
  const std::filesystem::path root(TSUGI_SOURCE_DIR);
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream stream(entry.path());
      files.push_back({entry.path().lexically_relative(root).generic_string(),
                       std::string(std::istreambuf_iterator<char>(stream), {})});
    }
  }
  return files;
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_SOURCES_H_
