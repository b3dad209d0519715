#include "service/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tsugi {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, CallsAreCountedByMethodAndCode) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        metrics.CountCall(Method::kGetSuggestions, absl::StatusCode::kOk, absl::Microseconds(30));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  metrics.CountCall(Method::kSetLabel, absl::StatusCode::kNotFound, absl::Seconds(1));
  const std::string page = metrics.Render({});
  EXPECT_THAT(page, HasSubstr(R"(tsugi_calls_total{code="OK",method="GetSuggestions"} 400)"));
  EXPECT_THAT(page, HasSubstr(R"(tsugi_calls_total{code="NOT_FOUND",method="SetLabel"} 1)"));
  EXPECT_THAT(page,
              HasSubstr(R"(tsugi_call_seconds_bucket{method="GetSuggestions",le="5e-05"} 400)"));
}

TEST(MetricsTest, GaugesAreThoseOfTheMoment) {
  Metrics metrics;
  Gauges gauges;
  gauges.models = {{"stable", "20260101-ab"}};
  gauges.store_seq = 12;
  gauges.index_seq = 10;
  const std::string page = metrics.Render(gauges);
  EXPECT_THAT(page, HasSubstr("tsugi_index_lag 2"));
  EXPECT_THAT(page, HasSubstr(R"(tsugi_model_info{label="stable",version="20260101-ab"} 1)"));
}

}  // namespace
}  // namespace tsugi
