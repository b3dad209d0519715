#include "engine/snapshot/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "tests/engine/snapshot/tiny_content.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;
using ::tsugi::testing::TinyModels;

// Name and content of each file of a directory.
std::map<std::string, std::string> FilesOf(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files[entry.path().filename().string()] = ReadWholeFile(entry.path().string()).value();
  }
  return files;
}

// Not synced, which the many writes below would feel.
void Overwrite(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
}

// In place: a file cut and written again is flushed by some file systems, which takes its time.
void OverwriteByte(const std::string& path, std::size_t place, char byte) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(place));
  file.put(byte);
}

class SnapshotTest : public ::testing::Test {
 protected:
  // Writes the tiny snapshot and returns its directory.
  std::string WriteTiny() {
    const absl::StatusOr<std::string> version = WriteSnapshot(temp_.path(), tiny_.Content());
    EXPECT_OK(version);
    return temp_.File(version.value());
  }

  TinyModels tiny_;
  TempDir temp_;
};

TEST_F(SnapshotTest, TreesAndAlikeNamesAreReadBackAndChecked) {
  const models::TextLikenessModel names{
      .num_items = 2, .offsets = {0, 1, 2}, .neighbours = {1, 0}, .scores = {0.5F, 0.5F}};
  const models::TreesModel trees{.depth = 1,
                                 .num_trees = 2,
                                 .base = -1.5F,
                                 .features = {0, 0},
                                 .thresholds = {0.25F, std::numeric_limits<float>::infinity()},
                                 .leaves = {1, 2, 3, 3}};
  SnapshotContent content = tiny_.Content();
  content.models.names = names.View();
  content.models.ranker->kind = models::RankerKind::kBoostedTrees;
  content.models.ranker->trees = trees.View();
  ASSERT_OK_AND_ASSIGN(const std::string version, WriteSnapshot(temp_.path(), content));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(temp_.File(version)));
  const models::RankerView& ranker = *snapshot->models().ranker;
  EXPECT_EQ(ranker.kind, models::RankerKind::kBoostedTrees);
  EXPECT_EQ(ranker.trees.depth, 1U);
  EXPECT_EQ(ranker.trees.num_trees, 2U);
  EXPECT_EQ(ranker.trees.base, -1.5F);
  EXPECT_THAT(ranker.trees.leaves, ElementsAre(1, 2, 3, 3));
  EXPECT_OK(ranker.Fits(ranker.num_features, ranker.feature_version));
  EXPECT_THAT(snapshot->models().names.Neighbours(1).items, ElementsAre(0U));

  models::TreesModel torn = trees;
  torn.leaves.pop_back();
  content.models.ranker->trees = torn.View();
  EXPECT_THAT(std::string(WriteSnapshot(temp_.path(), content).status().message()),
              ::testing::HasSubstr("ranker.leaves"));
}

TEST_F(SnapshotTest, WhatIsWrittenIsReadBack) {
  const std::string directory = WriteTiny();
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(directory));
  const ModelSet& models = snapshot->models();
  EXPECT_THAT(models.product_ids, ElementsAre("A", "B"));
  EXPECT_EQ(models.item_of.at("B"), 1U);
  EXPECT_THAT(models.segments, ElementsAre("home"));
  EXPECT_THAT(models.popularity.overall, ElementsAre(0.75F, 0.5F));
  EXPECT_EQ(models.popularity.ranked_items, 2U);
  EXPECT_THAT(models.co_purchase.Neighbours(0).orders, ElementsAre(2U));
  EXPECT_EQ(models.co_purchase.num_orders, 4U);
  EXPECT_EQ(models.co_purchase.total_weight, 3.5);
  EXPECT_THAT(models.item_regression.weights, ElementsAre(0.25F, 0.125F));
  EXPECT_EQ(models.ials.solver, models::IalsSolver::kCholesky);
  EXPECT_EQ(models.ials.unobserved_weight, 0.1);
  EXPECT_THAT(models.ials.item_factors, ElementsAre(0.5F, -0.5F));
  ASSERT_TRUE(models.ranker.has_value());
  EXPECT_THAT(models.ranker->coefficients, ElementsAre(-3, 1.5));
  EXPECT_EQ(models.ranker->feature_version, 7U);
  EXPECT_EQ(snapshot->manifest().info.orders, 4U);
  EXPECT_EQ(snapshot->manifest().info.report, R"({"log_loss":0.1})");
  EXPECT_EQ(OpenTimes(directory).created_at, testing::At("2024-03-01"));
}

TEST_F(SnapshotTest, TheGramMatrixOfTheRegressionIsReadBackAndItsSizeChecked) {
  SnapshotContent content = tiny_.Content();
  const std::vector<float> gram = {3, 1, 2};
  content.models.item_regression.gram_items = 2;
  content.models.item_regression.gram = gram;
  content.models.live = {.until = 7, .l2_per_order = 0.5, .kept = 200, .half_life_days = 30};
  ASSERT_OK_AND_ASSIGN(const std::string version, WriteSnapshot(temp_.path(), content));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(temp_.File(version)));
  EXPECT_EQ(snapshot->models().item_regression.gram_items, 2U);
  EXPECT_THAT(snapshot->models().item_regression.gram, ElementsAre(3, 1, 2));
  EXPECT_EQ(snapshot->models().live.l2_per_order, 0.5);
  EXPECT_EQ(snapshot->models().live.kept, 200U);
  EXPECT_EQ(snapshot->models().live.half_life_days, 30);
  content.models.item_regression.gram = std::span(gram).first(2);
  EXPECT_THAT(std::string(WriteSnapshot(temp_.path(), content).status().message()),
              ::testing::HasSubstr("item_regression.gram"));
}

TEST_F(SnapshotTest, PairsOfSegmentsAreReadBackAndBoundsChecked) {
  models::SegmentPairsModel within;
  within.prior_orders = 50;
  within.segment_offsets = {0, 1};
  within.segment_orders = {40};
  within.row_items = {0};
  within.row_orders = {30};
  within.offsets = {0, 1};
  within.neighbours = {1};
  within.pair_orders = {10};
  within.neighbour_orders = {12};
  SnapshotContent content = tiny_.Content();
  content.models.segment_pairs = within.View();
  ASSERT_OK_AND_ASSIGN(const std::string version, WriteSnapshot(temp_.path(), content));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(temp_.File(version)));
  const models::SegmentPairsView& read = snapshot->models().segment_pairs;
  EXPECT_EQ(read.prior_orders, 50);
  const auto pair = read.Find(0, 0, 1);
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->together, 10U);
  EXPECT_EQ(pair->first, 30U);
  EXPECT_EQ(pair->second, 12U);
  EXPECT_EQ(pair->orders, 40U);
  within.neighbours = {2};  // there are two items
  content.models.segment_pairs = within.View();
  EXPECT_THAT(WriteSnapshot(temp_.path(), content), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SnapshotTest, BehaviourIsReadBackAsItWasWritten) {
  SnapshotContent content = tiny_.Content();
  const std::vector<float> repeats = {2.5F, 0};
  Behaviour& written = content.models.behaviour;
  written.orders.push_back({.segment = "",
                            .purchases = {.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426},
                            .spend = models::GammaGammaParameters{.p = 6.25, .q = 3.74, .v = 15.44},
                            .mean_order = 35.1,
                            .customers = 2357,
                            .repeat_customers = 946});
  written.contracts.push_back({.segment = "home",
                               .billing_months = 12,
                               .parameters = {.alpha = 0.1, .beta = 3.8},
                               .lost = 7,
                               .alive = 90});
  written.transitions[0] = TransitionModel{.coefficients = {-0.1, 1.0 / 3},
                                           .means = {0.5},
                                           .feature_version = 1,
                                           .rows = 100,
                                           .events = 9};
  written.repeats_per_year = repeats;
  written.habit_goes_on = 0.8;
  written.habit_replaced = 0.25;
  const std::vector<float> intervals = {30, 0};
  const std::vector<std::uint32_t> begun = {7, 0};
  const std::vector<std::uint64_t> offsets = {0, 1, 1};
  const std::vector<std::uint32_t> bases = {1};
  const std::vector<std::uint32_t> together = {4};
  written.habit_begins = 0.6;
  written.interval_days = intervals;
  written.interval_spread = {.customer = 0.2, .habit = 0.1, .interval = 0.4};
  written.beginnings = {.orders = begun, .offsets = offsets, .bases = bases, .together = together};
  ASSERT_OK_AND_ASSIGN(const std::string version, WriteSnapshot(temp_.path(), content));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(temp_.path() + "/" + version));
  const Behaviour& read = snapshot->models().behaviour;
  ASSERT_EQ(read.orders.size(), 1);
  EXPECT_EQ(read.orders[0].purchases.alpha, 4.414);
  EXPECT_EQ(read.orders[0].spend->v, 15.44);
  ASSERT_EQ(read.contracts.size(), 1);
  EXPECT_EQ(read.contracts[0].segment, "home");
  EXPECT_EQ(read.contracts[0].parameters.alpha, 0.1);
  EXPECT_EQ(read.transitions[0]->coefficients, (std::vector<double>{-0.1, 1.0 / 3}));
  EXPECT_FALSE(read.transitions[1].has_value());
  EXPECT_EQ(read.repeats_per_year[0], 2.5F);
  EXPECT_EQ(read.habit_goes_on, 0.8);
  EXPECT_EQ(read.habit_replaced, 0.25);
  EXPECT_EQ(read.habit_begins, 0.6);
  EXPECT_EQ(read.interval_days[0], 30);
  EXPECT_EQ(read.interval_spread.customer, 0.2);
  EXPECT_EQ(read.interval_spread.interval, 0.4);
  EXPECT_EQ(read.beginnings.orders[0], 7);
  EXPECT_EQ(read.beginnings.offsets[1], 1);
  EXPECT_EQ(read.beginnings.bases[0], 1);
  EXPECT_EQ(read.beginnings.together[0], 4);
}

TEST_F(SnapshotTest, HabitsOutOfRangeAreNotWritten) {
  const std::vector<float> repeats = {2.5F, 0};
  SnapshotContent content = tiny_.Content();
  Behaviour& behaviour = content.models.behaviour;
  behaviour.repeats_per_year = repeats;
  behaviour.habit_goes_on = 0.8;
  const auto code = [&] { return WriteSnapshot(temp_.path(), content).status().code(); };
  behaviour.habit_begins = 1;
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument);
  behaviour.habit_begins = 0.5;  // and no intervals
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument);
  behaviour.habit_begins = 0;
  behaviour.interval_spread.habit = 0;
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument);
  behaviour.interval_spread.habit = 0.1;
  EXPECT_EQ(code(), absl::StatusCode::kOk);
}

TEST_F(SnapshotTest, BehaviourOutOfRangeIsNotWritten) {
  SnapshotContent content = tiny_.Content();
  content.models.behaviour.contracts.emplace_back().parameters = {.alpha = -1, .beta = 1};
  EXPECT_EQ(WriteSnapshot(temp_.path(), content).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(SnapshotTest, TheVersionIsTheLastDayAndAChecksum) {
  EXPECT_THAT(std::filesystem::path(WriteTiny()).filename().string(),
              ::testing::MatchesRegex("20240229-[0-9a-f]{8}"));
}

TEST_F(SnapshotTest, ArraysStartOnAlignedAddresses) {
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(WriteTiny()));
  const auto address =
      reinterpret_cast<std::uintptr_t>(snapshot->models().ials.item_factors.data());
  EXPECT_EQ(address % 64, 0U);
}

TEST_F(SnapshotTest, EqualContentGivesEqualBytesTimesApart) {
  TempDir other;
  SnapshotContent later = tiny_.Content();
  later.times.created_at = testing::At("2025-01-01");
  ASSERT_OK_AND_ASSIGN(const std::string first, WriteSnapshot(temp_.path(), tiny_.Content()));
  ASSERT_OK_AND_ASSIGN(const std::string second, WriteSnapshot(other.path(), later));
  EXPECT_EQ(first, second);
  std::map<std::string, std::string> a = FilesOf(temp_.File(first));
  std::map<std::string, std::string> b = FilesOf(other.File(second));
  EXPECT_NE(a["times.json"], b["times.json"]);
  a.erase("times.json");
  b.erase("times.json");
  EXPECT_EQ(a, b);
}

TEST_F(SnapshotTest, OtherContentGivesAnotherVersion) {
  ASSERT_OK_AND_ASSIGN(const std::string first, WriteSnapshot(temp_.path(), tiny_.Content(1)));
  ASSERT_OK_AND_ASSIGN(const std::string second, WriteSnapshot(temp_.path(), tiny_.Content(2)));
  EXPECT_NE(first, second);
}

TEST_F(SnapshotTest, EveryFlippedByteIsRefusedWithTheWordChecksum) {
  const std::string directory = WriteTiny();
  int flipped = 0;
  for (const auto& [name, content] : FilesOf(directory)) {
    const std::string path = absl::StrCat(directory, "/", name);
    for (std::size_t i = 0; i < content.size(); ++i) {
      OverwriteByte(path, i, static_cast<char>(content[i] ^ 0x41));
      const absl::Status status = Snapshot::Open(directory).status();
      if (name == "times.json") {
        EXPECT_OK(status);
      } else {
        ASSERT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")))
            << name << " byte " << i;
      }
      OverwriteByte(path, i, content[i]);
      ++flipped;
    }
  }
  EXPECT_GT(flipped, 1000);
  EXPECT_OK(Snapshot::Open(directory));
}

TEST_F(SnapshotTest, CutLongerAndMissingFilesAreRefused) {
  const std::string directory = WriteTiny();
  for (const auto& [name, content] : FilesOf(directory)) {
    if (name == "times.json") continue;
    const std::string path = absl::StrCat(directory, "/", name);
    std::vector<std::string> damaged = {content + "x", content + content + "12345678"};
    if (!content.empty()) {
      damaged.push_back("");
      damaged.push_back(content.substr(0, content.size() - 1));
      damaged.push_back(content.substr(0, content.size() / 2));
    }
    for (const std::string& bad : damaged) {
      Overwrite(path, bad);
      EXPECT_THAT(Snapshot::Open(directory),
                  StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")))
          << name << " of " << bad.size() << " bytes";
    }
    std::filesystem::remove(path);
    EXPECT_THAT(Snapshot::Open(directory),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")))
        << name << " missing";
    Overwrite(path, content);
  }
}

TEST_F(SnapshotTest, MissingTimesAreNoError) {
  const std::string directory = WriteTiny();
  std::filesystem::remove(directory + "/times.json");
  EXPECT_OK(Snapshot::Open(directory));
  EXPECT_EQ(OpenTimes(directory).created_at, absl::InfinitePast());
}

// Rewrites the manifest with `from` replaced by `to`, under a checksum that fits.
void Rewrite(const std::string& directory, const std::string& from, const std::string& to) {
  std::string text = ReadWholeFile(directory + "/manifest.json").value();
  const std::size_t place = text.find(from);
  ASSERT_NE(place, std::string::npos) << from;
  text.replace(place, from.size(), to);
  ASSERT_OK(WriteFileSynced(directory + "/manifest.json", text));
  ASSERT_OK(WriteFileSynced(directory + "/manifest.checksum", base::Checksum(text) + "\n"));
}

TEST_F(SnapshotTest, ANewerFormatIsRefusedByName) {
  const std::string directory = WriteTiny();
  Rewrite(directory, R"("format": 1)", R"("format": 2)");
  EXPECT_THAT(Snapshot::Open(directory),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("format 2 is newer")));
}

TEST_F(SnapshotTest, AManifestThatLiesAboutSizesIsRefused) {
  const std::vector<std::pair<std::string, std::string>> lies = {
      {R"("ranked_items": 2)", R"("ranked_items": 200)"},
      {R"("dim": 1,)", R"("dim": 64,)"},
      {R"("num_features": 1)", R"("num_features": 40)"},
      {R"("num_segments": 1,)", R"("num_segments": 2,)"},
      {R"("form": 1,)", R"("shape": 1,)"},
      {R"("count": 2,)", R"("count": 18446744073709551615,)"}};
  for (const auto& [from, to] : lies) {
    const std::string directory = WriteTiny();
    Rewrite(directory, from, to);
    EXPECT_THAT(Snapshot::Open(directory), StatusIs(absl::StatusCode::kDataLoss)) << to;
    std::filesystem::remove_all(directory);
  }
}

TEST_F(SnapshotTest, BoundsAreCheckedEvenWhereChecksumsAreNot) {
  const std::string directory = WriteTiny();
  const std::uint32_t outside[2] = {1, 2};
  ASSERT_OK(WriteFileSynced(directory + "/co_purchase.neighbours.u32",
                            {reinterpret_cast<const char*>(outside), sizeof(outside)}));
  EXPECT_THAT(Snapshot::Open(directory, VerifySnapshot::kNo),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("co_purchase.neighbours")));
}

TEST_F(SnapshotTest, FallingOffsetsAreRefused) {
  const std::string directory = WriteTiny();
  const std::uint64_t falling[3] = {0, 5, 2};
  ASSERT_OK(WriteFileSynced(directory + "/item_regression.offsets.u64",
                            {reinterpret_cast<const char*>(falling), sizeof(falling)}));
  EXPECT_THAT(Snapshot::Open(directory, VerifySnapshot::kNo),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("item_regression.offsets")));
}

TEST_F(SnapshotTest, ModelsThatCouldNotBeReadBackAreNotWritten) {
  tiny_.ials.item_factors[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(WriteSnapshot(temp_.path(), tiny_.Content()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ials.item_factors")));
  EXPECT_THAT(FilesOf(temp_.path()), IsEmpty());
}

TEST_F(SnapshotTest, ADamagedDirectoryOfTheSameVersionIsReplaced) {
  const std::string directory = WriteTiny();
  ASSERT_OK(WriteFileSynced(directory + "/ials.gramian.f32", "bad!"));
  ASSERT_THAT(Snapshot::Open(directory), Not(testing::IsOk()));
  EXPECT_EQ(WriteTiny(), directory);
  EXPECT_OK(Snapshot::Open(directory));
}

TEST_F(SnapshotTest, AnEmptySnapshotIsValid) {
  SnapshotContent content;
  ASSERT_OK_AND_ASSIGN(const std::string version, WriteSnapshot(temp_.path(), content));
  EXPECT_THAT(version, ::testing::MatchesRegex("nodata-[0-9a-f]{8}"));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(temp_.File(version)));
  EXPECT_THAT(snapshot->models().product_ids, IsEmpty());
  EXPECT_FALSE(snapshot->models().ranker.has_value());
}

TEST_F(SnapshotTest, OpenFilesOutliveTheirDirectory) {
  const std::string directory = WriteTiny();
  ASSERT_OK_AND_ASSIGN(const auto snapshot, Snapshot::Open(directory));
  std::filesystem::remove_all(directory);
  EXPECT_THAT(snapshot->models().popularity.item_orders, ElementsAre(3U, 2U));
}

TEST_F(SnapshotTest, NoSuchDirectoryIsNotFound) {
  EXPECT_THAT(Snapshot::Open(temp_.File("nothing")), StatusIs(absl::StatusCode::kNotFound));
}

// docs/snapshot_format.md shows these bytes; change both together, with the format's number.
TEST_F(SnapshotTest, TheDocumentedBytesAreTheBytesWritten) {
  const std::string directory = WriteTiny();
  const auto hex = [&directory](const std::string& name) {
    const std::string bytes = ReadWholeFile(directory + "/" + name).value();
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      constexpr char kDigits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(bytes[i]);
      if (i > 0) out += ' ';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    return out;
  };
  const std::string doc = ReadWholeFile(TSUGI_SOURCE_DIR "/docs/snapshot_format.md").value();
  int shown = 0;
  for (const auto& [name, content] : FilesOf(directory)) {
    const std::size_t line = doc.find("\n" + name + "  ");
    if (line == std::string::npos) continue;
    const std::string rest = doc.substr(line + 1, doc.find('\n', line + 1) - line - 1);
    EXPECT_EQ(rest.substr(rest.find("  ") + 2), hex(name)) << name;
    ++shown;
  }
  EXPECT_EQ(shown, 6);
  const std::string manifest = ReadWholeFile(directory + "/manifest.json").value();
  const std::size_t begin = doc.find("```json\n") + 8;
  std::istringstream lines(doc.substr(begin, doc.find("```", begin) - begin));
  std::size_t place = 0;
  int seen = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("...") != std::string::npos) continue;  // left out of the excerpt
    const std::size_t found = manifest.find(line, place);
    ASSERT_NE(found, std::string::npos) << line << " is not in\n" << manifest;
    place = found + line.size();
    ++seen;
  }
  EXPECT_GT(seen, 40);
  EXPECT_THAT(doc, HasSubstr(ReadWholeFile(directory + "/manifest.checksum").value()));
}

}  // namespace
}  // namespace tsugi
