#include "service/call/stream_state.h"

#include <gtest/gtest.h>

#include "service/call/stream_gate.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::tsugi::testing::StatusIs;

TEST(StreamStateTest, AStreamEndsOnce) {
  StreamState state;
  EXPECT_TRUE(state.End(absl::StatusCode::kNotFound));
  EXPECT_FALSE(state.End(absl::StatusCode::kOk));
  EXPECT_EQ(state.code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(state.Read([] { FAIL() << "a read after the end"; }));
}

TEST(StreamStateTest, AWaitingStreamEndsWhenTheServerStops) {
  StreamState state;
  ASSERT_TRUE(state.Read([] {}));
  int finished = 0;
  state.Stop([&] { ++finished; });
  EXPECT_EQ(finished, 1);
  EXPECT_FALSE(state.ReadDone());  // the stream is over: its reader does nothing more
  EXPECT_EQ(state.code(), absl::StatusCode::kUnavailable);
}

TEST(StreamStateTest, AnAnsweringStreamEndsAfterItsAnswer) {
  StreamState state;
  ASSERT_TRUE(state.Read([] {}));
  ASSERT_TRUE(state.ReadDone());
  state.Stop([] { FAIL() << "it is at work"; });
  EXPECT_FALSE(state.Read([] { FAIL() << "a read after the stop"; }));
  EXPECT_TRUE(state.End(absl::StatusCode::kUnavailable));
}

TEST(StreamGateTest, BoundsOpenStreamsAndStopsThem) {
  StreamGate gate(1);
  int stopped = 0;
  const int a = 0;
  const int b = 0;
  ASSERT_OK(gate.Enter(&a, [&] { ++stopped; }));
  EXPECT_THAT(gate.Enter(&b, [] {}), StatusIs(absl::StatusCode::kResourceExhausted));
  gate.Leave(&a);
  ASSERT_OK(gate.Enter(&b, [&] { ++stopped; }));
  gate.Stop();
  EXPECT_EQ(stopped, 1);
  EXPECT_THAT(gate.Enter(&a, [] {}), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace tsugi
