#include <sqlite3.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/store/sqlite_schema.h"
#include "engine/store/sqlite_store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

void RunSql(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
}

TEST(OpenTest, AMissingStoreIsMadeOnlyWhereItMayBe) {
  const testing::TempDir dir;
  EXPECT_THAT(OpenStore(dir.File("a.db"), {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("a.db")));
  EXPECT_THAT(OpenStore(dir.File("a.db"), {.create = true}), testing::IsOk());
  EXPECT_THAT(OpenStore(dir.File("a.db"), {}), testing::IsOk());
}

TEST(OpenTest, SettingsAreThoseOfTheCreation) {
  const testing::TempDir dir;
  const StoreSettings yen = {.currency = "JPY", .time_zone = "Asia/Tokyo"};
  ASSERT_OK(OpenStore(dir.File("a.db"), {.create = true, .settings = yen}));
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(dir.File("a.db"), {.create = true}));
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store->Info());
  EXPECT_EQ(info.settings.currency, "JPY");
  EXPECT_EQ(info.settings.time_zone, "Asia/Tokyo");
}

TEST(OpenTest, SettingsThatCannotBeAreRefused) {
  const testing::TempDir dir;
  EXPECT_THAT(OpenStore(dir.File("a.db"), {.create = true, .settings = {.currency = "usd"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("currency 'usd'")));
  EXPECT_THAT(OpenStore(dir.File("b.db"), {.create = true, .settings = {.time_zone = "Mars/Base"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("timezone 'Mars/Base'")));
}

TEST(OpenTest, PostgresIsNotPartOfThisBuild) {
  EXPECT_THAT(OpenStore("postgresql://localhost/shop", {.create = true}),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(OpenTest, WhatIsNoStoreIsRefusedAndLeftAsItIs) {
  const testing::TempDir dir;
  const std::string text = dir.Write("notes.txt", std::string(5000, 'x'));
  EXPECT_THAT(OpenStore(text, {.create = true}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(dir.Read("notes.txt"), std::string(5000, 'x'));
  RunSql(dir.File("other.db"), "CREATE TABLE mine(x)");
  EXPECT_THAT(OpenStore(dir.File("other.db"), {.create = true}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no Tsugi store")));
}

TEST(OpenTest, AnOlderSchemaIsBroughtUpToDateAndANewerOneRefused) {
  const testing::TempDir dir;
  const std::string path = dir.File("a.db");
  ASSERT_OK_AND_ASSIGN(auto store, OpenStore(path, {.create = true}));
  const std::vector<Fact> facts = {MakeSignal("E1", "C1")};
  ASSERT_OK(store->Write(facts, Day(1)));
  store.reset();
  std::vector<std::string> steps(SchemaSteps().begin(), SchemaSteps().end());
  steps.push_back("ALTER TABLE signals ADD COLUMN mood TEXT;");
  EXPECT_THAT(OpenSqliteStore(path, {.read_only = true}, {.schema_steps = steps}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("open it once")));
  ASSERT_OK_AND_ASSIGN(store, OpenSqliteStore(path, {}, {.schema_steps = steps}));
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store->Info());
  EXPECT_EQ(info.schema_version, SchemaVersionOf(steps));
  EXPECT_THAT(Describe(*store, 0), ElementsAre("1 signal E1"));
  store.reset();
  RunSql(path, "SELECT mood FROM signals");
  EXPECT_THAT(OpenStore(path, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("schema version 3")));
}

TEST(OpenTest, AStoreOfTheFirstVersionLearnsReservationsAndKeepsItsContacts) {
  const testing::TempDir dir;
  const std::string path = dir.File("a.db");
  const std::span<const std::string> first_version;
  ASSERT_OK(OpenSqliteStore(path, {.create = true}, {.schema_steps = first_version}));
  RunSql(path,
         "INSERT INTO contacts VALUES (1, 'E1', 'C1', 0, 'cs', ''); "
         "UPDATE meta SET value = 1 WHERE key = 'seq'");
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(path, {}));
  EXPECT_THAT(Describe(*store, 0), ElementsAre("1 contact E1"));
  Reservation reservation;
  reservation.recommendation_id = "R1";
  reservation.customer_id = "C1";
  reservation.at = absl::UnixEpoch() + absl::Hours(1);
  reservation.lapses_at = reservation.at + absl::Hours(24);
  reservation.limit = Reservation::Limit{2, absl::Hours(24)};
  ASSERT_OK_AND_ASSIGN(const ReserveResult result, store->Reserve(reservation));
  EXPECT_TRUE(result.granted);
  EXPECT_EQ(result.counted.size(), 1U);
  EXPECT_THAT(store->Check(), testing::IsOk());
}

TEST(OpenTest, AMigrationThatFailsLeavesTheOldStore) {
  const testing::TempDir dir;
  ASSERT_OK(OpenStore(dir.File("a.db"), {.create = true}));
  std::vector<std::string> steps(SchemaSteps().begin(), SchemaSteps().end());
  steps.insert(steps.end(), {"CREATE TABLE extra(x);", "no sql at all;"});
  EXPECT_FALSE(OpenSqliteStore(dir.File("a.db"), {}, {.schema_steps = steps}).ok());
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(dir.File("a.db"), {}));
  EXPECT_THAT(store->Check(), testing::IsOk());
}

TEST(OpenTest, ManyMayMakeTheSameStoreAtOnce) {
  const testing::TempDir dir;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&dir, i] {
      const auto store = OpenStore(dir.File("a.db"), {.create = true});
      ASSERT_TRUE(store.ok()) << store.status();
      const std::vector<Fact> facts = {MakeSignal("E" + std::to_string(i), "C1")};
      EXPECT_OK((*store)->Write(facts, Day(1)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(dir.File("a.db"), {}));
  EXPECT_EQ(Describe(*store, 0).size(), 4U);
}

TEST(CheckTest, ADamagedStoreIsFound) {
  const testing::TempDir dir;
  const std::string path = dir.File("a.db");
  ASSERT_OK_AND_ASSIGN(auto store, OpenStore(path, {.create = true}));
  const std::vector<Fact> facts = {MakeOrder("O1", "C1", Day(1), {{"P1", 1}, {"P2", 1}}),
                                   MakeSignal("E1", "C1")};
  ASSERT_OK(store->Write(facts, Day(1)));
  ASSERT_THAT(store->Check(), testing::IsOk());
  RunSql(path, "UPDATE order_lines SET quantity = 5 WHERE line = 1");
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("order O1")));
  RunSql(path, "UPDATE order_lines SET quantity = 1; UPDATE signals SET seq = 9");
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("seq 9")));
  RunSql(path, "UPDATE meta SET value = 9 WHERE key = 'seq'; UPDATE signals SET seq = 1");
  EXPECT_THAT(store->Check(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("two rows")));
}

TEST(CheckTest, ACutFileIsDataLoss) {
  const testing::TempDir dir;
  const std::string path = dir.File("a.db");
  ASSERT_OK_AND_ASSIGN(auto store, OpenStore(path, {.create = true}));
  std::vector<Fact> facts;
  for (int i = 0; i < 500; ++i) facts.emplace_back(MakeSignal("E" + std::to_string(i), "C1"));
  ASSERT_OK(store->Write(facts, Day(1)));
  store.reset();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_THAT(OpenStore(path, {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("restore it from a backup")));
}

}  // namespace
}  // namespace tsugi
