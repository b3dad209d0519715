// `tsugi simulate`: the form of --json that scripts rely on, and wrong usage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "service/cli/command_line.h"

namespace tsugi::cli {
namespace {

using ::testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

Ran RunTsugi(const std::vector<const char*>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Ran ran;
  ran.code = RunCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, err);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

TEST(SimulateCommand, JsonHasOneLineWithARowForEveryPolicy) {
  const Ran ran = RunTsugi({"tsugi", "simulate", "--json", "--quiet", "--days", "5", "--seeds", "2",
                            "--customers", "20"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out.find('\n'), ran.out.size() - 1);
  const auto json = nlohmann::json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(json.is_object()) << ran.out;
  const std::vector<std::string> policies = {"never",           "random",    "best_seller",
                                             "propensity_only", "no_timing", "no_limits",
                                             "tsugi",           "oracle"};
  ASSERT_EQ(json["rows"].size(), policies.size());
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const auto& row = json["rows"][i];
    EXPECT_EQ(row["policy"], policies[i]);
    for (const char* key : {"mean", "low", "high"}) {
      EXPECT_TRUE(row["gain"][key].is_number()) << policies[i] << " " << key;
    }
    EXPECT_TRUE(row["contacts"].is_number()) << policies[i];
    EXPECT_TRUE(row["churn"].is_number()) << policies[i];
  }
}

TEST(SimulateCommand, RefusesAnUnknownFamilyAndNoDays) {
  EXPECT_EQ(RunTsugi({"tsugi", "simulate", "--family", "c"}).code, 2);
  EXPECT_EQ(RunTsugi({"tsugi", "simulate", "--days", "0"}).code, 2);
}

TEST(SimulateCommand, HelpShowsAnExample) {
  const Ran ran = RunTsugi({"tsugi", "simulate", "--help"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("tsugi simulate --seeds 4"));
}

}  // namespace
}  // namespace tsugi::cli
