// GoogleMock matchers for absl::Status and absl::StatusOr, which this Abseil does not bring.
//
//   EXPECT_THAT(store.Write(facts), IsOk());
//   EXPECT_THAT(Decimal::Parse("2.5"), IsOkAndHolds(Decimal::FromMicros(2'500'000)));
//   EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound, HasSubstr("order_id")));
//   ASSERT_OK_AND_ASSIGN(auto store, OpenStore(path, {}));
#ifndef TSUGI_TESTS_TESTING_STATUS_MATCHERS_H_
#define TSUGI_TESTS_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"

namespace tsugi::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const absl::Status& status = StatusOf(arg);
  if (!status.ok()) *result_listener << "which is " << status.ToString();
  return status.ok();
}

MATCHER_P(StatusIs, code, "has status code " + absl::StatusCodeToString(code)) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher,
           "has status code " + absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message_matcher, negation)) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code &&
         ::testing::Matches(message_matcher)(std::string(status.message()));
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds a matching value") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace tsugi::testing

#define ASSERT_OK(expression) ASSERT_THAT(expression, ::tsugi::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT(expression, ::tsugi::testing::IsOk())

#define ASSERT_OK_AND_ASSIGN(lhs, expression) \
  TSUGI_ASSERT_OK_AND_ASSIGN_IMPL_(TSUGI_CONCAT_(tsugi_test_result_, __LINE__), lhs, expression)

// `lhs` may be a declaration, which takes no parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define TSUGI_ASSERT_OK_AND_ASSIGN_IMPL_(result, lhs, expression) \
  auto result = (expression);                                     \
  ASSERT_TRUE(result.ok()) << result.status().ToString();         \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // TSUGI_TESTS_TESTING_STATUS_MATCHERS_H_
