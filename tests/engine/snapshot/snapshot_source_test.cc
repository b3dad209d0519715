#include "engine/snapshot/snapshot_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/engine/snapshot/tiny_content.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;
using ::tsugi::testing::TinyModels;

class SnapshotSourceTest : public ::testing::Test {
 protected:
  std::string Publish(std::uint64_t seed) { return registry_.Publish(tiny_.Content(seed)).value(); }

  TinyModels tiny_;
  TempDir temp_;
  Registry registry_{temp_.path()};
  SnapshotSource source_{&registry_};
};

TEST_F(SnapshotSourceTest, FollowsTheLabels) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(source_.Refresh());
  EXPECT_EQ(source_.Current(), nullptr);
  ASSERT_OK(registry_.Promote(a, kStable));
  ASSERT_OK(registry_.Promote(b, kCanary));
  ASSERT_OK(source_.Refresh());
  EXPECT_EQ(source_.Current()->version(), a);
  EXPECT_EQ(source_.Current("stable")->version(), a);
  EXPECT_EQ(source_.Current("canary")->version(), b);
  EXPECT_EQ(source_.Current("other"), nullptr);
}

TEST_F(SnapshotSourceTest, APromotedCanaryIsTheSameSnapshot) {
  const std::string a = Publish(1);
  ASSERT_OK(registry_.Promote(a, kCanary));
  ASSERT_OK(source_.Refresh());
  ASSERT_OK(registry_.Promote(a, kStable));
  ASSERT_OK(source_.Refresh());
  EXPECT_EQ(source_.Current("stable"), source_.Current("canary"));
}

TEST_F(SnapshotSourceTest, ABadSnapshotIsRefusedAndTheOldOneGoesOnServing) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(registry_.Promote(a, kStable));
  ASSERT_OK(source_.Refresh());
  ASSERT_OK(registry_.Promote(b, kStable));
  ASSERT_OK(WriteFileSynced(temp_.File("versions/" + b + "/segments.text.u8"), "HOME"));
  EXPECT_THAT(source_.Refresh(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")));
  EXPECT_EQ(source_.Current()->version(), a);
}

TEST_F(SnapshotSourceTest, AnOldSnapshotIsFreedWithItsLastReader) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(registry_.Promote(a, kStable));
  ASSERT_OK(source_.Refresh());
  std::shared_ptr<const Snapshot> reader = source_.Current();
  const std::weak_ptr<const Snapshot> watched = reader;
  ASSERT_OK(registry_.Promote(b, kStable));
  ASSERT_OK(source_.Refresh());
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(reader->models().product_ids.size(), 2U);
  reader.reset();
  EXPECT_TRUE(watched.expired());
}

TEST_F(SnapshotSourceTest, TwoHundredSwapsDisturbNoReader) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(registry_.Promote(a, kStable));
  ASSERT_OK(source_.Refresh());
  std::atomic<bool> done{false};
  std::atomic<int> failures{0};
  std::atomic<int> reads{0};
  const auto read = [&] {
    while (!done.load()) {
      const std::shared_ptr<const Snapshot> snapshot = source_.Current();
      const bool whole = snapshot != nullptr &&
                         (snapshot->version() == a || snapshot->version() == b) &&
                         snapshot->models().co_purchase.Neighbours(1).items[0] == 0 &&
                         snapshot->models().item_of.at("B") == 1;
      if (!whole) failures.fetch_add(1);
      reads.fetch_add(1);
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  for (int i = 0; i < 100; ++i) {
    EXPECT_OK(registry_.Promote(b, kStable));
    EXPECT_OK(source_.Refresh());
    EXPECT_OK(registry_.Rollback(kStable).status());
    EXPECT_OK(source_.Refresh());
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failures.load(), 0);
  EXPECT_GT(reads.load(), 0);
  EXPECT_EQ(source_.Current()->version(), a);
}

}  // namespace
}  // namespace tsugi
