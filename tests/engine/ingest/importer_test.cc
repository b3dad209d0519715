#include "engine/ingest/importer.h"

#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tsugi::testing::StatusIs;

class ImporterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {.create = true}));
    options_.kind = "orders";
    options_.max_rejected = 1;
  }
  absl::StatusOr<ImportSummary> TryFile(const std::string& path) {
    const std::vector<std::string> paths = {path};
    return ImportFiles(*store_, paths, options_, Day(100), {}, nullptr);
  }
  absl::StatusOr<ImportSummary> Try(const std::string& text, const std::string& name = "in.csv") {
    return TryFile(dir_.Write(name, text));
  }
  ImportSummary Import(const std::string& text, const std::string& name = "in.csv") {
    const absl::StatusOr<ImportSummary> summary = Try(text, name);
    EXPECT_THAT(summary, testing::IsOk());
    if (!summary.ok()) return {};
    EXPECT_EQ(summary->read, summary->written + summary->already_there + summary->returns +
                                 summary->dropped + summary->rejected);
    return *summary;
  }
  std::vector<std::string> Changes() { return Describe(*store_, 0); }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
  ImportOptions options_;
};

TEST_F(ImporterTest, LinesOfAnOrderAddUpWhereverTheyStandAndItsTimeIsTheEarliest) {
  Import(
      "order_id,customer_id,ordered_at,product_id,quantity\n"
      "O1,C1,2024-01-02,P1,1\n"
      "O2,C2,2024-01-03,P1,1\n"
      "O1,C1,2024-01-01,P1,1\n"
      "O1,,2024-01-05,P2,3\n");
  EXPECT_THAT(Changes(), ElementsAre("1 order O1 C1 P1*1 P1*1 P2*3", "2 order O2 C2 P1*1"));
  ASSERT_OK(store_->ReadChanges(0, [](const Change& change) {
    if (change.seq == 1) {
      EXPECT_EQ(std::get<Stored>(change.what).valid_from, Day(0));
    }
    return absl::OkStatus();
  }));
}

TEST_F(ImporterTest, TheSameFileTwiceChangesNothing) {
  const std::string text =
      "order_id,ordered_at,product_id,quantity\n"
      "O1,2024-01-02,P1,1\nO1,2024-01-02,P1,1\nO2,2024-01-02,P1,-1\n";
  const ImportSummary first = Import(text);
  EXPECT_EQ(first.written, 2U);
  EXPECT_EQ(first.returns, 1U);
  const ImportSummary second = Import(text);
  EXPECT_EQ(second.already_there, 3U);
  EXPECT_EQ(second.written + second.returns, 0U);
  EXPECT_EQ(second.seq, first.seq);
}

TEST_F(ImporterTest, AnOrderWithOtherLinesReplacesTheOldOneAndIsCounted) {
  Import("order_id,ordered_at,product_id\nO1,2024-01-02,P1\n");
  const ImportSummary again = Import("order_id,ordered_at,product_id\nO1,2024-01-02,P2\n");
  EXPECT_EQ(again.replaced, 1U);
  EXPECT_THAT(Changes(), ElementsAre("2 tombstone order O1", "3 order O1  P2*1"));
}

TEST_F(ImporterTest, AppendAddsLinesOnceHoweverOftenThePartArrives) {
  options_.append = true;
  const std::string first = "order_id,ordered_at,product_id\nO1,2024-01-02,P1\n";
  const std::string second = "order_id,ordered_at,product_id\nO1,2024-01-03,P2\n";
  Import(first);
  EXPECT_EQ(Import(second).appended, 1U);
  EXPECT_EQ(Import(second).already_there, 1U);
  EXPECT_EQ(Import(first).already_there, 1U);
  EXPECT_THAT(Changes(), ElementsAre("2 tombstone order O1", "3 order O1  P1*1 P2*1"));
  options_.append = false;  // the whole order, in one file, is the same content
  EXPECT_EQ(
      Import("order_id,ordered_at,product_id\nO1,2024-01-02,P1\nO1,2024-01-02,P2\n").already_there,
      2U);
}

TEST_F(ImporterTest, AppendRejectsTheRowOfAnotherCustomerAndKeepsTheRest) {
  options_.append = true;
  options_.max_rejected = 1;
  Import("order_id,customer_id,ordered_at,product_id\nO1,C1,2024-01-02,P1\n");
  const ImportSummary summary = Import(
      "order_id,customer_id,ordered_at,product_id\n"
      "O1,C2,2024-01-02,P2\nO1,C1,2024-01-02,P3\nO2,C2,2024-01-02,P2\n");
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_THAT(Changes(),
              ElementsAre("2 tombstone order O1", "3 order O1 C1 P1*1 P3*1", "4 order O2 C2 P2*1"));
}

TEST_F(ImporterTest, CancelledOrdersAreReturnsWhicheverSignTheFileGives) {
  options_.cancel_prefix = "C";
  const ImportSummary summary = Import(
      "order_id,customer_id,ordered_at,product_id,quantity\n"
      "1,A,2024-01-01,P1,5\n"
      "C2,A,2024-01-02,P1,2\n"
      "C3,A,2024-01-03,P1,-2\n"
      "C4,A,2024-01-04,P1,2\n"   // one of two was sold
      "C5,A,2023-12-31,P1,1\n"   // before any sale
      "C6,,2024-01-05,P1,1\n");  // an unknown visitor
  EXPECT_EQ(summary.written, 1U);
  EXPECT_EQ(summary.returns, 5U);
  EXPECT_EQ(summary.unmatched_returns, 3U);
}

TEST_F(ImporterTest, WhatIsNoProductIsDroppedEvenWhereTheRowIsBad) {
  options_.product_pattern = "^[0-9]{5}[A-Za-z]*$";
  const ImportSummary summary = Import(
      "order_id,ordered_at,product_id,quantity\n"
      "O1,2024-01-01,85123A,1\nO1,2024-01-01,POST,1\nO2,2024-01-01,M,0\n");
  EXPECT_EQ(summary.dropped, 2U);
  EXPECT_EQ(summary.rejected, 0U);
  EXPECT_THAT(Changes(), ElementsAre("1 order O1  85123A*1"));
}

TEST_F(ImporterTest, IdsAreTrimmedAndOtherwiseKeptAsTheyCome) {
  Import("order_id,customer_id,ordered_at,product_id\n o1 , 17850.0,2024-01-01,85123a\t\n");
  EXPECT_THAT(Changes(), ElementsAre("1 order o1 17850.0 85123a*1"));
}

TEST_F(ImporterTest, FoldedIdsAreUpperCase) {
  options_.fold_ids = true;
  Import("order_id,customer_id,ordered_at,product_id\no1,c1,2024-01-01,85123a\n");
  EXPECT_THAT(Changes(), ElementsAre("1 order O1 C1 85123A*1"));
}

TEST_F(ImporterTest, RejectsAreListedWithLineFieldValueAndReason) {
  const ImportSummary summary = Import(
      "order_id,ordered_at,product_id,quantity\n"
      "O1,2024-01-01,P1,1\n"
      "O2,yesterday,\"a,b\",1\n"
      "O3,2024-01-01,P1,0\n");
  EXPECT_EQ(summary.rejected, 2U);
  EXPECT_THAT(summary.rejects_files, ElementsAre(dir_.File("in.csv.rejects.csv")));
  const std::string file = dir_.File("in.csv");
  EXPECT_EQ(dir_.Read("in.csv.rejects.csv"),
            "line,field,value,reason,file\r\n"
            "3,ordered_at,yesterday,\"is not a time; use 2011-09-01T10:00:00Z, 2011-09-01 10:00:00 "
            "or 2011-09-01\"," +
                file +
                "\r\n"
                "4,quantity,0,give a number other than 0; a return is negative," +
                file + "\r\n");
}

TEST_F(ImporterTest, AnOldRejectsFileDoesNotOutliveAnImportWithoutRejects) {
  Import("order_id,ordered_at,product_id,quantity\nO3,2024-01-01,P1,0\n");
  EXPECT_NE(dir_.Read("in.csv.rejects.csv"), "");
  Import("order_id,ordered_at,product_id,quantity\nO3,2024-01-01,P1,1\n");
  EXPECT_EQ(dir_.Read("in.csv.rejects.csv"), "");
}

TEST_F(ImporterTest, MoreRejectsThanAllowedWriteNothing) {
  options_.max_rejected = 0.5;
  const std::string header = "order_id,ordered_at,product_id,quantity\n";
  EXPECT_THAT(Try(header + "O1,2024-01-01,P1,1\nO2,2024-01-01,P1,0\nO3,2024-01-01,P1,0\n"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("2 of 3 rows cannot be used (66.7%)")));
  EXPECT_THAT(Changes(), IsEmpty());
  EXPECT_THAT(Try(header + "O1,2024-01-01,P1,1\nO2,2024-01-01,P1,0\n"), testing::IsOk());
}

TEST_F(ImporterTest, LinesOfOneOrderMayNotNameTwoCustomers) {
  const ImportSummary summary = Import(
      "order_id,customer_id,ordered_at,product_id\nO1,A,2024-01-01,P1\nO1,B,2024-01-01,P2\n");
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_THAT(dir_.Read("in.csv.rejects.csv"),
              HasSubstr("3,customer_id,B,an earlier line of order_id 'O1' names 'A'"));
}

TEST_F(ImporterTest, JsonLinesHoldTheSameColumns) {
  options_.kind = "products";
  const ImportSummary summary = Import(
      "{\"product_id\":\"P1\",\"price\":0.10,\"goes_with\":[\"A\",\"B\"],\"season_months\":[7,8],"
      "\"active\":false,\"tier\":2,\"category\":null,\"colour\":\"red\"}\n"
      "\n"
      "{\"product_id\":\"P2\",\"price\":{\"amount\":1}}\n"
      "not json\n"
      "[1]\n",
      "in.jsonl");
  EXPECT_EQ(summary.read, 4U);
  EXPECT_EQ(summary.rejected, 3U);
  EXPECT_THAT(summary.unknown_columns, ElementsAre("colour"));
  ASSERT_OK(store_->ReadChanges(0, [](const Change& change) {
    const auto& product = std::get<Product>(std::get<Stored>(change.what).fact);
    EXPECT_EQ(product.price, base::Decimal::FromMicros(100'000));
    EXPECT_THAT(product.goes_with, ElementsAre("A", "B"));
    EXPECT_EQ(product.season_months, (1U << 6) | (1U << 7));
    EXPECT_FALSE(product.active);
    EXPECT_EQ(product.tier, 2);
    return absl::OkStatus();
  }));
}

TEST_F(ImporterTest, PackedFilesAreReadDirectly) {
  const std::string text = "order_id,ordered_at,product_id\nO1,2024-01-02,P1\n";
  std::string zstd(ZSTD_compressBound(text.size()), '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 1));
  EXPECT_EQ(Import(zstd, "in.csv.zst").written, 1U);
  const std::string path = dir_.File("in2.csv.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  ASSERT_OK_AND_ASSIGN(const ImportSummary gzip, TryFile(path));
  EXPECT_EQ(gzip.already_there, 1U);
  EXPECT_THAT(Try(zstd.substr(0, zstd.size() - 3), "cut.csv.zst"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cut.csv.zst")));
  EXPECT_THAT(Try("no gzip at all", "bad.csv.gz"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ImporterTest, AMissingFileAndAFolderAreErrors) {
  EXPECT_THAT(TryFile(dir_.File("none.csv")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.csv")));
  EXPECT_THAT(TryFile(dir_.path()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("folder")));
}

TEST_F(ImporterTest, OptionsThatCannotBeAreErrors) {
  options_.kind = "things";
  EXPECT_THAT(Try(""), StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("kind 'things': give one of orders, products")));
  options_.kind = "orders";
  options_.product_pattern = "(";
  EXPECT_THAT(Try(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("product_pattern")));
}

TEST_F(ImporterTest, AStoppedImportWritesNothing) {
  std::string text = "order_id,ordered_at,product_id\n";
  for (int i = 0; i < 10'000; ++i) text += "O" + std::to_string(i) + ",2024-01-02,P1\n";
  const std::vector<std::string> paths = {dir_.Write("in.csv", text)};
  const std::atomic<bool> stop = true;
  EXPECT_THAT(ImportFiles(*store_, paths, options_, Day(1), {}, &stop),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(ImporterTest, ProgressEndsWithAllRowsAndBytes) {
  const std::string text = "order_id,ordered_at,product_id\nO1,2024-01-02,P1\n";
  const std::vector<std::string> paths = {dir_.Write("a.csv", text), dir_.Write("b.csv", text)};
  ImportProgress last;
  ASSERT_OK(ImportFiles(
      *store_, paths, options_, Day(1),
      [&last](const ImportProgress& progress) { last = progress; }, nullptr));
  EXPECT_EQ(last.rows, 2U);
  EXPECT_EQ(last.bytes_read, 2 * text.size());
  EXPECT_EQ(last.bytes_total, 2 * text.size());
  EXPECT_TRUE(last.committing);
}

TEST_F(ImporterTest, UndatedVersionsOfOneFileAreWrittenOnce) {
  options_.kind = "products";
  const std::string text = "product_id,name\nP1,old\nP1,new\n";
  EXPECT_EQ(Import(text).written, 2U);
  EXPECT_EQ(Import(text).already_there, 2U);
}

TEST_F(ImporterTest, AnEventTwiceInOneFileCountsOnce) {
  options_.kind = "signals";
  const ImportSummary summary =
      Import("event_id,customer_id,at,type\nE1,C1,2024-01-01,visit\nE1,C1,2024-01-01,visit\n");
  EXPECT_EQ(summary.written, 1U);
  EXPECT_EQ(summary.already_there, 1U);
}

}  // namespace
}  // namespace tsugi::ingest
