#include "base/status_macros.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return absl::InvalidArgumentError("odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  TSUGI_ASSIGN_OR_RETURN(const int half, Half(value));
  int quarter = 0;
  TSUGI_ASSIGN_OR_RETURN(quarter, Half(half));
  return quarter;
}

absl::Status Check(absl::Status status, bool* reached) {
  TSUGI_RETURN_IF_ERROR(std::move(status));
  *reached = true;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<int>> Pass(absl::StatusOr<std::unique_ptr<int>> value) {
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<int> kept, std::move(value));
  return kept;
}

TEST(StatusMacrosTest, AssignsOrReturnsTheFirstError) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(3).status().message(), "odd");
  EXPECT_EQ(Quarter(6).status().message(), "odd");
}

TEST(StatusMacrosTest, ReturnsEarlyOnlyOnAnError) {
  bool reached = false;
  EXPECT_EQ(Check(absl::NotFoundError("gone"), &reached), absl::NotFoundError("gone"));
  EXPECT_FALSE(reached);
  EXPECT_TRUE(Check(absl::OkStatus(), &reached).ok());
  EXPECT_TRUE(reached);
}

TEST(StatusMacrosTest, MovesWhatCannotBeCopied) { EXPECT_EQ(**Pass(std::make_unique<int>(5)), 5); }

}  // namespace
}  // namespace tsugi::base
