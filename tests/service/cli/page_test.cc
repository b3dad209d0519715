#include "service/cli/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/plots.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

Page Sample() {
  Page page("Tea & <biscuits>");
  Table table({"model", ">HR@10"});
  table.Add({"best \"one\"", "0.3"});
  page.Say("first").Add(std::move(table)).Heading("next").Note("a").Note("b");
  page.Plot("<svg></svg>", "what it shows");
  return page;
}

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(PageTest, TextHasTheTablesAndNoPlot) {
  std::ostringstream out;
  Sample().PrintText(out);
  EXPECT_EQ(out.str(),
            "first\n"
            "model       HR@10\n"
            "best \"one\"    0.3\n"
            "\nnext\n- a\n- b\n");
}

TEST(PageTest, HtmlIsWholeEscapedAndNeedsNothingFromOutside) {
  const std::string html = Sample().Html();
  EXPECT_THAT(html, AllOf(HasSubstr("<title>Tea &amp; &lt;biscuits&gt;</title>"),
                          HasSubstr("<th class=\"n\">HR@10</th>"),
                          HasSubstr("<td>best &quot;one&quot;</td>"),
                          HasSubstr("<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
                          HasSubstr("<figure><svg></svg><figcaption>what it shows")));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("http")), Not(HasSubstr("<script"))));
}

TEST(PageTest, ShowWritesJsonOrTextAndTheReport) {
  const testing::TempDir directory;
  const std::string path = directory.path() + "/report.html";
  std::ostringstream out;
  Invocation invocation;
  invocation.out = &out;
  invocation.json = true;
  ASSERT_THAT(Show(invocation, Sample(), "{}", path), IsOk());
  EXPECT_EQ(out.str(), "{}\n");
  std::ifstream file(path);
  const std::string written((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(written, Sample().Html());
  EXPECT_THAT(Show(invocation, Sample(), "{}", directory.path() + "/none/report.html"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("none/report.html")));
}

TEST(PlotTest, AnIntervalPlotHasADotARowAndStaysInsideForInfiniteEnds) {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::vector<LabelledInterval> rows = {{"a<b", {0.1, 0.05, 0.2}},
                                              {"c", {0.3, -infinite, infinite}}};
  const std::string svg = IntervalPlot(rows, "HR@10");
  EXPECT_EQ(Count(svg, "<circle"), 2U);
  EXPECT_THAT(svg, AllOf(HasSubstr("a&lt;b"), HasSubstr(">HR@10</text>"), HasSubstr("</svg>")));
  EXPECT_THAT(svg, Not(HasSubstr("x1=\"inf")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(PlotTest, AReliabilityPlotPutsTrueBinsOnTheDiagonal) {
  const std::vector<models::ReliabilityBin> bins = {
      {.weight = 10, .predicted = 0.01, .observed = 0.01},
      {.weight = 10, .predicted = 0.1, .observed = 0}};
  const std::string svg = ReliabilityPlot(bins);
  EXPECT_EQ(Count(svg, "<circle"), 2U);
  // From 1 to 10 %: the first stands in the lower left corner, the second in the lower right one.
  EXPECT_THAT(svg, AllOf(HasSubstr("<circle cx=\"70.0\" cy=\"392.0\""),
                         HasSubstr("<circle cx=\"450.0\" cy=\"392.0\"")));
  EXPECT_THAT(ReliabilityPlot({}), AllOf(HasSubstr("<svg"), HasSubstr("</svg>")));
}

}  // namespace
}  // namespace tsugi::cli
