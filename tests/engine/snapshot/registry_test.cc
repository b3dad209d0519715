#include "engine/snapshot/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/engine/snapshot/tiny_content.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;
using ::tsugi::testing::TinyModels;

class RegistryTest : public ::testing::Test {
 protected:
  // Publishes the n-th version, created n days after another.
  std::string Publish(int n) {
    SnapshotContent content = tiny_.Content(static_cast<std::uint64_t>(n));
    content.times.created_at = testing::At("2024-03-01") + absl::Hours(24 * n);
    return registry_.Publish(content).value();
  }
  std::string Path(const std::string& version) { return temp_.File("versions/" + version); }
  std::vector<std::string> Listed() {
    std::vector<std::string> versions;
    const std::vector<ModelInfo> models = registry_.List().value();
    for (const ModelInfo& model : models) versions.push_back(model.version);
    return versions;
  }

  TinyModels tiny_;
  TempDir temp_;
  Registry registry_{temp_.path()};
};

TEST_F(RegistryTest, AnEmptyDirectoryHasNothingAndSaysWhatToDo) {
  EXPECT_THAT(Listed(), IsEmpty());
  EXPECT_THAT(registry_.Resolve(kStable),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("tsugi train")));
  EXPECT_THAT(Registry(temp_.File("missing")).List(), IsOkAndHolds(IsEmpty()));
}

TEST_F(RegistryTest, ModelsAreListedNewestFirstWithTheirLabels) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(registry_.Promote(a, kStable));
  EXPECT_THAT(Listed(), ElementsAre(b, a));
  ASSERT_OK_AND_ASSIGN(const ModelInfo info, registry_.Show(a));
  EXPECT_THAT(info.labels, ElementsAre("stable"));
  EXPECT_EQ(info.manifest.info.seed, 1U);
  EXPECT_THAT(registry_.Show("20000101-00000000"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryTest, ALabelGoesBackTheWayItCame) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  const std::string c = Publish(3);
  for (const std::string& version : {a, b, b, c}) ASSERT_OK(registry_.Promote(version, kStable));
  EXPECT_THAT(registry_.Rollback(kStable), IsOkAndHolds(b));
  EXPECT_THAT(registry_.Rollback(kStable), IsOkAndHolds(a));
  EXPECT_THAT(registry_.Rollback(kStable), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(registry_.Resolve(kStable), IsOkAndHolds(a));
  EXPECT_THAT(registry_.Resolve(kCanary), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryTest, ADamagedVersionIsNotPromotedAndTheLabelStays) {
  const std::string a = Publish(1);
  const std::string b = Publish(2);
  ASSERT_OK(registry_.Promote(a, kStable));
  std::filesystem::resize_file(Path(b) + "/ials.gramian.f32", 3);
  EXPECT_THAT(registry_.Promote(b, kStable),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")));
  EXPECT_THAT(registry_.Resolve(kStable), IsOkAndHolds(a));
}

TEST_F(RegistryTest, UnknownLabelsAndVersionsAreRefused) {
  const std::string a = Publish(1);
  EXPECT_THAT(registry_.Promote(a, "beta"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"beta\"")));
  EXPECT_THAT(registry_.Promote("../" + a, kStable), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(registry_.Promote("", kStable), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryTest, PruneKeepsTheNewestTheLabelledAndWhereALabelCanGoBackTo) {
  std::vector<std::string> v;
  for (int n = 0; n < 6; ++n) v.push_back(Publish(n));
  ASSERT_OK(registry_.Promote(v[0], kStable));
  ASSERT_OK(registry_.Promote(v[1], kStable));
  ASSERT_OK(registry_.Promote(v[2], kCanary));
  EXPECT_THAT(registry_.Prune(1), IsOkAndHolds(UnorderedElementsAre(v[3], v[4])));
  EXPECT_THAT(Listed(), UnorderedElementsAre(v[0], v[1], v[2], v[5]));
  EXPECT_THAT(registry_.Prune(0, /*rollback_targets_too=*/true),
              IsOkAndHolds(UnorderedElementsAre(v[0], v[5])));
  EXPECT_THAT(registry_.Rollback(kStable), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(registry_.Resolve(kStable), IsOkAndHolds(v[1]));
  EXPECT_THAT(registry_.Prune(-1), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(RegistryTest, WhatACrashedWriterLeftIsNoModelAndGoesWithTheNextWrite) {
  const std::string a = Publish(1);
  // A crash at each step: nothing written, arrays but no manifest, everything but the rename.
  const std::string left = temp_.File("versions/");
  std::filesystem::create_directories(left + kUnfinishedPrefix + "1-0");
  std::filesystem::create_directories(left + kUnfinishedPrefix + "1-1");
  ASSERT_OK(WriteFileSynced(left + kUnfinishedPrefix + "1-1/ials.gramian.f32", "1234"));
  std::filesystem::copy(Path(a), left + kUnfinishedPrefix + "1-2");
  ASSERT_OK(WriteFileSynced(temp_.File("labels.json.new"), "{"));
  EXPECT_THAT(Listed(), ElementsAre(a));
  EXPECT_THAT(registry_.Show(std::string(kUnfinishedPrefix) + "1-2"),
              StatusIs(absl::StatusCode::kNotFound));
  const std::string b = Publish(2);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(left)) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, UnorderedElementsAre(a, b));
  EXPECT_OK(registry_.Promote(b, kStable));
}

TEST_F(RegistryTest, VerifyFindsDamageForeignFilesAndAWrongName) {
  const std::string a = Publish(1);
  EXPECT_OK(registry_.Verify(a));
  ASSERT_OK(WriteFileSynced(Path(a) + "/notes.txt", "hello"));
  EXPECT_THAT(registry_.Verify(a), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("notes.txt")));
  std::filesystem::remove(Path(a) + "/notes.txt");
  std::filesystem::rename(Path(a), Path("20240229-00000000"));
  EXPECT_THAT(registry_.Verify("20240229-00000000"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(a)));
}

TEST_F(RegistryTest, AModelWithABrokenManifestIsListedWithItsError) {
  const std::string a = Publish(1);
  ASSERT_OK(WriteFileSynced(Path(a) + "/manifest.json", "{}"));
  ASSERT_OK_AND_ASSIGN(const std::vector<ModelInfo> models, registry_.List());
  ASSERT_EQ(models.size(), 1U);
  EXPECT_THAT(models[0].status, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")));
}

TEST_F(RegistryTest, DamagedLabelsAreToldWithTheWayOut) {
  for (const char* bad : {"", "{", "[]", R"({"format":1})", R"({"format":1,"labels":{"stable":1}})",
                          R"({"format":"x","labels":{}})"}) {
    ASSERT_OK(WriteFileSynced(temp_.File("labels.json"), bad));
    EXPECT_THAT(registry_.Resolve(kStable),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("labels.json")))
        << bad;
  }
  ASSERT_OK(WriteFileSynced(temp_.File("labels.json"), R"({"format":2,"labels":{}})"));
  EXPECT_THAT(registry_.Resolve(kStable),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("format 2")));
}

TEST_F(RegistryTest, AWriterWaitsForTheLockAndGivesUp) {
  ASSERT_OK_AND_ASSIGN(const FileLock held, FileLock::Acquire(temp_.File("lock")));
  EXPECT_THAT(FileLock::Acquire(temp_.File("lock"), 0),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("lock")));
}

}  // namespace
}  // namespace tsugi
