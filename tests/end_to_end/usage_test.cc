// Exit codes and messages of a command line that is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using testing::Finished;
using ::testing::HasSubstr;
using testing::RunProgram;
using testing::TempDir;

Finished Tsugi(const TempDir& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(TSUGI_BINARY_DIR) + "/tsugi");
  return RunProgram(arguments, directory.path());
}

struct WrongUsage {
  std::vector<std::string> arguments;
  std::string says;
};

TEST(Usage, WhatDoesNotParseIsExitCodeTwo) {
  const TempDir directory;
  const std::vector<WrongUsage> table = {
      {{}, "subcommand"},
      {{"sell"}, "sell"},
      {{"import", "chickens", "x.csv"}, "chickens"},
      {{"suggest", "--at", "yesterday"}, "yesterday"},
      {{"suggest", "--moment", "lunch"}, "lunch"},
      {{"renewals", "--within", "soon"}, "soon"},
      {{"renewals", "--rank", "E"}, "\"E\""},
      {{"train", "--label", "gold"}, "gold"},
      {{"import", "orders", "x.csv", "--max-rejected", "lots"}, "lots"},
      {{"import", "orders", "x.csv", "--columns", "order_id"}, "order_id"},
      {{"models", "promote"}, "VERSION"},
  };
  for (const WrongUsage& wrong : table) {
    const Finished done = Tsugi(directory, wrong.arguments);
    EXPECT_EQ(done.exit_code, 2) << ::testing::PrintToString(wrong.arguments);
    EXPECT_THAT(done.err, HasSubstr(wrong.says)) << ::testing::PrintToString(wrong.arguments);
  }
}

TEST(Usage, WhatFailsIsExitCodeOneAndSaysWhatToDo) {
  const TempDir directory;
  const std::vector<WrongUsage> table = {
      {{"store", "check"}, "tsugi.db"},
      {{"suggest", "--cart", "A"}, "tsugi.db"},
      {{"import", "orders", "missing.csv"}, "missing.csv"},
      {{"policy", "check", "missing.yaml"}, "missing.yaml"},
      {{"models", "show", "20200101-00000000"}, "20200101-00000000"},
      {{"suggest", "--server", "127.0.0.1:1", "--cart", "A"}, "127.0.0.1:1"},
  };
  for (const WrongUsage& wrong : table) {
    const Finished done = Tsugi(directory, wrong.arguments);
    EXPECT_EQ(done.exit_code, 1) << ::testing::PrintToString(wrong.arguments) << done.err;
    EXPECT_THAT(done.err, HasSubstr(wrong.says)) << ::testing::PrintToString(wrong.arguments);
  }
}

TEST(Usage, EveryCommandHelpsWithAnExample) {
  const TempDir directory;
  for (const char* command : {"store", "import", "train", "models", "evaluate", "suggest",
                              "renewals", "policy", "serve", "generate", "delete-customer"}) {
    const Finished done = Tsugi(directory, {command, "--help"});
    EXPECT_EQ(done.exit_code, 0) << command;
    EXPECT_THAT(done.out, HasSubstr("tsugi " + std::string(command))) << command;
  }
}

TEST(Usage, AnUntrainedStoreSaysWhatToRun) {
  const TempDir directory;
  ASSERT_EQ(Tsugi(directory, {"store", "init"}).exit_code, 0);
  const Finished done = Tsugi(directory, {"suggest", "--cart", "A"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("tsugi train"));
}

TEST(Usage, EveryMistakeOfAPolicyFileIsReportedWithItsPlace) {
  const TempDir directory;
  std::ofstream(std::string(directory.path()) + "/p.yaml")
      << "version: 1\ncontact_policy:\n  max_suggestons: 3\nrules:\n  - id: a\n    moment: lunch\n"
         "    offers: [cross_sell]\n";
  const Finished done = Tsugi(directory, {"policy", "check", "p.yaml"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.out, HasSubstr("p.yaml:3:3: "));
  EXPECT_THAT(done.out, HasSubstr("max_suggestions"));
  EXPECT_THAT(done.out, HasSubstr("p.yaml:6:13: "));
}

}  // namespace
}  // namespace tsugi
