// Enforces who may include whom: the table of layers, which libraries belong to which folder, and
// that the folders inside a layer form no cycle. It reads the sources, so it needs no build of
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/testing/sources.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::SourceFile;

struct Include {
  std::string file;  // that includes
  int line = 0;
  std::string target;
  bool quoted = false;
};

// What a layer's files may include of the project. Tests and benchmarks may include everything.
const std::map<std::string, std::set<std::string>>& AllowedLayers() {
  static const auto& layers = *new std::map<std::string, std::set<std::string>>{
      {"base", {"base"}},
      {"models", {"base", "models"}},
      {"engine", {"base", "models", "engine"}},
      {"simulator", {"base", "models", "engine", "simulator"}},
      {"generator", {"base", "generator"}},
      {"proto", {}},
      {"service", {"base", "engine", "proto", "service", "generator", "simulator"}},
      {"tests",
       {"base", "models", "engine", "simulator", "generator", "proto", "service", "tests",
        "bench"}},
      {"bench",
       {"base", "models", "engine", "simulator", "generator", "proto", "service", "tests",
        "bench"}},
  };
  return layers;
}

// A library whose headers only some folders may include, beside tests and bench.
struct LibraryRule {
  std::string name;
  std::vector<std::string> prefixes;  // of the header's name
  std::string suffix;                 // or its end; empty: none
  std::vector<std::string> folders;
};

const std::vector<LibraryRule>& LibraryRules() {
  static const auto& rules = *new std::vector<LibraryRule>{
      {"gRPC and protobuf", {"grpc/", "grpcpp/", "google/protobuf/"}, ".pb.h", {"service/"}},
      {"linear algebra and parallel loops",
       {"Eigen/", "tbb/", "oneapi/", "hwy/"},
       "",
       {"models/", "base/"}},
      {"SQLite", {"sqlite3.h"}, "", {"engine/store/"}},
      {"HTTP, metrics, logging and command line",
       {"httplib.h", "prometheus/", "spdlog/", "CLI/"},
       "",
       {"service/"}},
  };
  return rules;
}

bool StartsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

bool StartsWithAny(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return StartsWith(text, prefix); });
}

std::string Layer(const std::string& path) { return path.substr(0, path.find('/')); }

// The layer, or the layer's folder the file is in: "engine/store" of "engine/store/a/b.h".
std::string Folder(const std::string& path) {
  const std::size_t first = path.find('/');
  const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
  return path.substr(0, second == std::string::npos ? first : second);
}

// The header an #include line names, without its quotes or brackets.
std::optional<Include> ParseInclude(std::string_view line) {
  const auto skip = [&line](std::string_view word) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.substr(0, word.size()) != word) return false;
    line.remove_prefix(word.size());
    return true;
  };
  if (!skip("#") || !skip("include") || !skip("") || line.empty()) return std::nullopt;
  const char open = line.front();
  if (open != '"' && open != '<') return std::nullopt;
  const std::size_t end = line.find(open == '"' ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{"", 0, std::string(line.substr(1, end - 1)), open == '"'};
}

std::vector<Include> Includes(const std::vector<SourceFile>& files) {
  std::vector<Include> includes;
  for (const SourceFile& file : files) {
    int number = 0;
    for (std::string_view rest = file.text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      ++number;
      if (std::optional<Include> include = ParseInclude(rest.substr(0, end))) {
        include->file = file.path;
        include->line = number;
        includes.push_back(*std::move(include));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return includes;
}

// The rule the include breaks; empty: none.
std::string BrokenRule(const Include& include, const std::set<std::string>& paths) {
  const std::string from = Layer(include.file);
  const std::string to = Layer(include.target);
  const auto layer = AllowedLayers().find(from);
  if (AllowedLayers().count(to) != 0) {
    if (layer->second.count(to) == 0) {
      return absl::StrCat(from, " may include only: ",
                          layer->second.empty() ? "nothing" : absl::StrJoin(layer->second, ", "));
    }
    if (from == "service" && (to == "generator" || to == "simulator") &&
        Folder(include.file) != "service/cli") {
      return absl::StrCat("of service only service/cli may include ", to);
    }
  } else if (include.quoted) {
    const std::filesystem::path beside = std::filesystem::path(include.file).parent_path();
    if (paths.count((beside / include.target).lexically_normal().string()) != 0) {
      return "includes are written from the root";
    }
  }
  if (from == "tests" || from == "bench") return "";
  for (const LibraryRule& rule : LibraryRules()) {
    const bool end_matches =
        !rule.suffix.empty() && include.target.size() >= rule.suffix.size() &&
        include.target.substr(include.target.size() - rule.suffix.size()) == rule.suffix;
    if ((end_matches || StartsWithAny(include.target, rule.prefixes)) &&
        !StartsWithAny(include.file, rule.folders)) {
      return absl::StrCat(rule.name, " may be included only in ",
                          absl::StrJoin(rule.folders, ", "));
    }
  }
  return "";
}

std::vector<std::string> Violations(const std::vector<SourceFile>& files) {
  std::set<std::string> paths;
  for (const SourceFile& file : files) paths.insert(file.path);
  std::vector<std::string> violations;
  for (const Include& include : Includes(files)) {
    const std::string rule = BrokenRule(include, paths);
    if (!rule.empty()) {
      violations.push_back(
          absl::StrCat(include.file, ":", include.line, ": includes ", include.target, ": ", rule));
    }
  }
  return violations;
}

// The folder of a file; a file that stands in a layer's own folder (service/main.cc above all
// others, service/limits.h below them) is a room of its own.
std::string Room(const std::string& file) {
  const std::string folder = Folder(file);
  return folder == Layer(folder) ? file : folder;
}

// The cycles of the graph of folders inside `layer`, each with an include for every step; at least
// one for every group of folders that reach one another.
std::vector<std::string> FolderCycles(const std::vector<SourceFile>& files,
                                      const std::string& layer) {
  std::map<std::string, std::map<std::string, Include>> graph;
  for (const Include& include : Includes(files)) {
    const std::string from = Room(include.file);
    const std::string to = Room(include.target);
    if (from != to && Layer(from) == layer && Layer(to) == layer) graph[from].emplace(to, include);
  }
  std::vector<std::string> cycles;
  std::vector<std::string> path;
  std::set<std::string> done;
  const std::function<void(const std::string&)> visit = [&](const std::string& folder) {
    const auto start = std::find(path.begin(), path.end(), folder);
    if (start != path.end()) {
      std::vector<std::string> steps;
      for (auto it = start; it != path.end(); ++it) {
        const Include& include =
            graph[*it].at(std::next(it) == path.end() ? folder : *std::next(it));
        steps.push_back(absl::StrCat(include.file, ":", include.line, " -> ", include.target));
      }
      cycles.push_back(absl::StrJoin(steps, ", "));
      return;
    }
    if (done.count(folder) != 0) return;
    path.push_back(folder);
    for (const auto& [to, include] : graph[folder]) visit(to);
    path.pop_back();
    done.insert(folder);
  };
  std::vector<std::string> folders;
  folders.reserve(graph.size());
  for (const auto& [folder, edges] : graph) folders.push_back(folder);
  for (const std::string& folder : folders) visit(folder);
  return cycles;
}

std::vector<SourceFile> ReadLayers() {
  std::vector<std::string> layers;
  for (const auto& [layer, allowed] : AllowedLayers()) layers.push_back(layer);
  return testing::ReadSources(layers);
}

TEST(Layering, EveryIncludeKeepsToTheTable) {
  const std::vector<SourceFile> files = ReadLayers();
  ASSERT_GT(files.size(), 20U) << TSUGI_SOURCE_DIR;
  EXPECT_THAT(Violations(files), IsEmpty());
}

TEST(Layering, FoldersInsideALayerFormNoCycle) {
  const std::vector<SourceFile> files = ReadLayers();
  for (const char* layer : {"models", "engine", "service"}) {
    EXPECT_THAT(FolderCycles(files, layer), IsEmpty()) << layer;
  }
}

// The checker itself.

TEST(LayeringChecker, NamesFileLineAndRuleOfAnIncludeUpwards) {
  EXPECT_THAT(
      Violations({{"base/a.h", "// top\n\n#include \"engine/store/store.h\"\n"}}),
      ElementsAre("base/a.h:3: includes engine/store/store.h: base may include only: base"));
  EXPECT_THAT(Violations({{"engine/a.cc", "#include \"service/server.h\"\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"service/a.cc", "#include \"models/ials.h\"\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"models/a.cc", "#include \"base/time.h\"\n#include <vector>\n"}}),
              IsEmpty());
}

TEST(LayeringChecker, OnlyTheCommandLineMayIncludeTheGenerator) {
  const std::string text = "#include \"generator/generator.h\"";
  EXPECT_THAT(Violations({{"service/cli/generate.cc", text}}), IsEmpty());
  EXPECT_THAT(Violations({{"service/server.cc", text}}),
              ElementsAre(HasSubstr("only service/cli may include generator")));
  EXPECT_THAT(Violations({{"engine/store/store.cc", text}}), SizeIs(1));
}

TEST(LayeringChecker, OnlyTheCommandLineMayIncludeTheSimulator) {
  const std::string text = "#include \"simulator/simulate.h\"";
  EXPECT_THAT(Violations({{"service/cli/simulate_command.cc", text}}), IsEmpty());
  EXPECT_THAT(Violations({{"service/server.cc", text}}),
              ElementsAre(HasSubstr("only service/cli may include simulator")));
  EXPECT_THAT(Violations({{"engine/suggest/engine.cc", text}}), SizeIs(1));
  EXPECT_THAT(Violations({{"models/ranker.cc", text}}), SizeIs(1));
}

TEST(LayeringChecker, LibrariesStayInTheirFolders) {
  EXPECT_THAT(Violations({{"engine/a.cc", "#include <grpcpp/grpcpp.h>\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"engine/a.cc", "#include <google/protobuf/message.h>\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"models/a.cc", "#include \"tsugi/v1/common.pb.h\"\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"engine/a.cc", "  #  include <Eigen/Dense>\n"}}), SizeIs(1));
  EXPECT_THAT(Violations({{"engine/history/a.cc", "#include <sqlite3.h>\n"}}),
              ElementsAre(HasSubstr("SQLite may be included only in engine/store/")));
  EXPECT_THAT(Violations({{"engine/store/a.cc", "#include <sqlite3.h>\n"},
                          {"models/a.cc", "#include <Eigen/Dense>\n"},
                          {"service/a.cc", "#include \"proto/tsugi/v1/common.pb.h\"\n"},
                          {"tests/a_test.cc", "#include <grpcpp/grpcpp.h>\n"}}),
              IsEmpty());
}

TEST(LayeringChecker, AnIncludeFromBesideIsWrittenFromTheRoot) {
  EXPECT_THAT(Violations({{"engine/store/a.cc", "#include \"b.h\"\n"}, {"engine/store/b.h", ""}}),
              ElementsAre(HasSubstr("written from the root")));
  EXPECT_THAT(Violations({{"engine/a.cc", "#include \"absl/time/time.h\"\n"}}), IsEmpty());
}

TEST(LayeringChecker, ACycleOfThreeFoldersIsShownWithItsIncludes) {
  const std::vector<SourceFile> files = {
      {"engine/store/a.h", "#include \"engine/history/b.h\"\n"},
      {"engine/history/b.h", "#include \"engine/history/own.h\"\n#include \"engine/state/c.h\"\n"},
      {"engine/state/c.h", "#include \"engine/store/d.h\"\n"}};
  EXPECT_THAT(FolderCycles(files, "engine"), ElementsAre(HasSubstr("engine/history/b.h:2")));
  EXPECT_THAT(FolderCycles(files, "service"), IsEmpty());
  EXPECT_THAT(FolderCycles({files[0], files[1]}, "engine"), IsEmpty());
}

}  // namespace
}  // namespace tsugi
