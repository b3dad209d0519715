// Two types of one name in one namespace are undefined behaviour that no compiler reports: the
// linker keeps one copy of what templates made of them. This test reads the sources instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/testing/sources.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SourceFile;

// The name in a line that opens a definition at namespace scope: "Order" of "struct Order {",
// "Mutex" of "class CAPABILITY Mutex : Base {". Empty for any other line.
std::string DefinedType(const std::string& line) {
  std::vector<std::string> words;
  for (const char* head : {"struct ", "class ", "enum class ", "enum ", "union "}) {
    if (line.rfind(head, 0) != 0) continue;
    const std::string rest = line.substr(std::string_view(head).size());
    const std::size_t end = std::min(rest.find(" : "), rest.find(" {"));
    if (rest.find('{') == std::string::npos || end == std::string::npos) return "";
    words = absl::StrSplit(rest.substr(0, end), ' ', absl::SkipEmpty());
    break;
  }
  if (!words.empty() && words.back() == "final") words.pop_back();
  return words.empty() ? "" : words.back();
}

// "tsugi::base" of "namespace tsugi::base {"; an unnamed one is named after its file.
std::string Opened(const std::string& line, const std::string& path) {
  std::string name = line.substr(std::string_view("namespace ").size());
  name = name.substr(0, name.find('{'));
  absl::StripAsciiWhitespace(&name);
  return name.empty() ? path : name;
}

// Types that more than one place defines, with the places.
std::vector<std::string> DefinedTwice(const std::vector<SourceFile>& files) {
  std::map<std::string, std::vector<std::string>> places;
  for (const SourceFile& file : files) {
    std::vector<std::string> scopes;
    int number = 0;
    const std::vector<std::string> lines = absl::StrSplit(file.text, '\n');
    for (const std::string& line : lines) {
      ++number;
      if (line.rfind("namespace ", 0) == 0 && line.back() == '{') {
        scopes.push_back(Opened(line, file.path));
      } else if (line.rfind("}  // namespace", 0) == 0 && !scopes.empty()) {
        scopes.pop_back();
      } else if (const std::string type = DefinedType(line); !type.empty()) {
        places[absl::StrCat(absl::StrJoin(scopes, "::"), "::", type)].push_back(
            absl::StrCat(file.path, ":", number));
      }
    }
  }
  std::vector<std::string> twice;
  for (const auto& [type, where] : places) {
    if (where.size() > 1) twice.push_back(absl::StrCat(type, ": ", absl::StrJoin(where, ", ")));
  }
  return twice;
}

TEST(OneDefinition, NoTypeIsDefinedTwiceInANamespace) {
  const std::vector<SourceFile> files =
      testing::ReadSources({"base", "models", "engine", "generator", "simulator", "service"});
  ASSERT_GT(files.size(), 20U) << TSUGI_SOURCE_DIR;
  EXPECT_THAT(DefinedTwice(files), IsEmpty());
}

TEST(OneDefinitionChecker, NamesBothPlaces) {
  EXPECT_THAT(DefinedTwice({{"a.h", "namespace t {\nstruct Order {\n};\n}  // namespace t\n"},
                            {"b.cc", "namespace t {\nclass X Order final : Base {\n};\n"}}),
              ElementsAre("t::Order: a.h:2, b.cc:2"));
}

TEST(OneDefinitionChecker, OtherNamespacesDeclarationsAndSpecialisationsAreNoSecondDefinition) {
  EXPECT_THAT(
      DefinedTwice({{"a.h", "namespace t {\nstruct Row;\nstruct Row {\n};\n}  // namespace t\n"},
                    {"b.cc", "namespace t {\nnamespace {\nstruct Row {\n};\n}  // namespace\n"},
                    {"c.cc", "namespace t {\nnamespace {\nstruct Row {\n};\n}  // namespace\n"},
                    {"d.h", "namespace u {\nstruct Row {\n};\n}  // namespace u\n"},
                    {"e.h", "namespace t {\nstruct Row<int> {\n};\nclass Row::Part {\n};\n"}}),
      IsEmpty());
}

}  // namespace
}  // namespace tsugi
