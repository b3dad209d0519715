// Lines of a published data set, as it is kept: compressed. Read by the zstd program, since what
// reads data sets in the product (engine/ingest) stands above the models that are tested.
#ifndef TSUGI_TESTS_TESTING_COMPRESSED_LINES_H_
#define TSUGI_TESTS_TESTING_COMPRESSED_LINES_H_

#include <stdio.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace tsugi::testing {

// None where the file cannot be read.
inline std::vector<std::string> CompressedLines(const std::string& path) {
  FILE* pipe = popen(("zstd -dcq '" + path + "'").c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  std::vector<char> buffer(1 << 16);
  std::size_t got = 0;
  while ((got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) text.append(buffer.data(), got);
  pclose(pipe);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_COMPRESSED_LINES_H_
