#include "service/status/status.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "base/utf8.h"
#include "service/limits.h"

namespace tsugi {
namespace {

TEST(GrpcStatusTest, ALongMessageIsCutSoThatATrailerCarriesIt) {
  std::string kana;
  for (int i = 0; i < 2000; ++i) kana += "あ";
  const grpc::Status status = ToGrpcStatus(absl::InvalidArgumentError(kana));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_LE(status.error_message().size() * 3,
            static_cast<std::size_t>(limits::kMaxStatusMessageBytes));
  EXPECT_TRUE(base::IsUtf8(status.error_message()));
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("short")).error_message(), "short");
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
}

}  // namespace
}  // namespace tsugi
