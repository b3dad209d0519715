#include "engine/store/versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <vector>

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using Place = std::optional<base::Micros>;

constexpr base::Micros kBeginning = std::numeric_limits<base::Micros>::min();
constexpr base::Micros kNow = 100;
constexpr Place kThere = std::nullopt;

// Digests stand for contents: A, B, ...
constexpr std::int64_t kA = 1;
constexpr std::int64_t kB = 2;

StoredVersion Stored(std::int64_t digest, base::Micros from) { return {digest, {}, from}; }
StoredVersion Dated(std::int64_t digest, base::Micros at) { return {digest, at, at}; }

std::vector<Place> Put(const std::vector<StoredVersion>& stored,
                       const std::vector<IncomingVersion>& incoming) {
  return PlaceVersions(stored, incoming, kNow);
}
IncomingVersion Undated(std::int64_t digest) { return {digest, {}, kBeginning}; }
IncomingVersion At(std::int64_t digest, base::Micros at) { return {digest, at, kBeginning}; }

TEST(VersionsTest, TheFirstUndatedVersionHoldsFromItsBeginningALaterOneFromNow) {
  EXPECT_THAT(Put({}, {Undated(kA)}), ElementsAre(kBeginning));
  EXPECT_THAT(Put({}, {{kA, {}, 7}}), ElementsAre(7));
  EXPECT_THAT(Put({Stored(kA, kBeginning)}, {Undated(kB)}), ElementsAre(kNow));
  EXPECT_THAT(Put({}, {Undated(kA), Undated(kB)}), ElementsAre(kBeginning, kNow));
}

TEST(VersionsTest, ADatedVersionHoldsFromItsInstantEvenBeforeTheNewest) {
  EXPECT_THAT(Put({Dated(kA, 50)}, {At(kB, 20)}), ElementsAre(20));
  EXPECT_THAT(Put({}, {At(kA, 20), Undated(kB)}), ElementsAre(20, kNow));
}

TEST(VersionsTest, TheSameFileAgainChangesNothing) {
  EXPECT_THAT(Put({Stored(kA, kBeginning), Stored(kB, 10)}, {Undated(kA), Undated(kB)}),
              ElementsAre(kThere, kThere));
  EXPECT_THAT(Put({Stored(kA, kBeginning), Dated(kB, 10)}, {Undated(kA), At(kB, 10)}),
              ElementsAre(kThere, kThere));
  EXPECT_THAT(Put({Dated(kA, 10), Dated(kB, 10)}, {At(kA, 10), At(kB, 10)}),
              ElementsAre(kThere, kThere));
}

TEST(VersionsTest, AFileThatGrewAddsOnlyItsNewRows) {
  EXPECT_THAT(Put({Stored(kA, kBeginning)}, {Undated(kA), Undated(kB)}), ElementsAre(kThere, kNow));
  EXPECT_THAT(Put({Dated(kA, 10)}, {At(kA, 10), At(kB, 20)}), ElementsAre(kThere, 20));
}

TEST(VersionsTest, AValueThatComesBackIsANewVersion) {
  EXPECT_THAT(Put({Stored(kA, kBeginning), Stored(kB, 10)}, {Undated(kA)}), ElementsAre(kNow));
  EXPECT_THAT(Put({Stored(kA, kBeginning), Dated(kB, 10)}, {Undated(kA)}), ElementsAre(kNow));
  EXPECT_THAT(Put({Dated(kA, 10)}, {At(kA, 20)}), ElementsAre(20));
}

TEST(VersionsTest, AnUndatedRowThatSaysWhatHoldsNowIsAlreadyThere) {
  EXPECT_THAT(Put({Dated(kA, 10), Dated(kB, 200)}, {Undated(kA)}), ElementsAre(kThere));
  EXPECT_THAT(Put({Dated(kA, 10), Dated(kB, 20)}, {Undated(kA)}), ElementsAre(kNow));
}

TEST(VersionsTest, OfEqualInstantsTheLaterWrittenHolds) {
  EXPECT_THAT(Put({Dated(kA, 10), Dated(kB, 10)}, {Undated(kB)}), ElementsAre(kThere));
  EXPECT_THAT(Put({Dated(kA, 10), Dated(kB, 10)}, {Undated(kA)}), ElementsAre(kNow));
}

}  // namespace
}  // namespace tsugi
