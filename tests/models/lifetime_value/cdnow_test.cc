// The published figures of the CDNOW sample (Fader, Hardie, Lee 2005; Fader, Hardie 2013): 2,357
// customers, 39 weeks of calibration.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "models/lifetime_value/bg_nbd.h"
#include "models/lifetime_value/gamma_gamma.h"
#include "tests/testing/compressed_lines.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

class CdnowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("TSUGI_DATA");
    if (data == nullptr) {
      GTEST_SKIP() << "TSUGI_DATA is not set: the published figures were NOT checked";
    }
    std::map<std::string, std::map<absl::CivilDay, double>> customers;
    const absl::CivilDay end(1997, 9, 30);
    for (const std::string& line :
         testing::CompressedLines(std::string(data) + "/cdnow/CDNOW_sample.txt.zst")) {
      const std::vector<std::string> fields =
          absl::StrSplit(line, absl::ByAnyChar(" \r"), absl::SkipEmpty());
      std::int64_t date = 0;
      double value = 0;
      ASSERT_TRUE(absl::SimpleAtoi(fields[2], &date) && absl::SimpleAtod(fields[4], &value));
      const absl::CivilDay day(date / 10'000, date / 100 % 100, date % 100);
      if (day <= end) customers[fields[0]][day] += value;
    }
    for (const auto& [id, days] : customers) {
      const absl::CivilDay first = days.begin()->first;
      double spent = -days.begin()->second;
      for (const auto& [day, value] : days) spent += value;
      const auto repeats = static_cast<double>(days.size() - 1);
      histories_.push_back({repeats, static_cast<double>(days.rbegin()->first - first) / 7,
                            static_cast<double>(end - first) / 7});
      spends_.push_back({repeats, repeats > 0 ? spent / repeats : 0});
    }
  }

  std::vector<PurchaseHistory> histories_;
  std::vector<SpendHistory> spends_;
};

TEST_F(CdnowTest, BgNbdParametersAreThePublishedOnes) {
  ASSERT_EQ(histories_.size(), 2357U);
  ASSERT_OK_AND_ASSIGN(const BgNbdFit fit, FitBgNbd(histories_));
  const BgNbdParameters& found = fit.model.parameters();
  EXPECT_NEAR(found.r, 0.243, 0.0005);
  EXPECT_NEAR(found.alpha, 4.414, 0.0005);
  EXPECT_NEAR(found.a, 0.793, 0.0005);
  EXPECT_NEAR(found.b, 2.426, 0.0005);
  EXPECT_NEAR(fit.log_likelihood, -9582.4, 0.05);
}

TEST_F(CdnowTest, GammaGammaParametersAreThePublishedOnes) {
  ASSERT_OK_AND_ASSIGN(const GammaGammaFit fit, FitGammaGamma(spends_));
  EXPECT_EQ(fit.customers, 946);
  EXPECT_NEAR(fit.model.parameters().p, 6.25, 0.005);
  EXPECT_NEAR(fit.model.parameters().q, 3.74, 0.005);
  EXPECT_NEAR(fit.model.parameters().v, 15.44, 0.005);
}

}  // namespace
}  // namespace tsugi::models
