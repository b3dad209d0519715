#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/facts/validate.h"
#include "engine/store/line_log.h"
#include "engine/store/staged_orders.h"
#include "engine/store/store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

OrderLine Line(const std::string& product, int quantity) {
  OrderLine line;
  line.product_id = product;
  line.quantity = quantity;
  return line;
}

TEST(LineLogTest, LinesComeBackAsTheyWere) {
  LineLog log;
  OrderLine line = Line("P1", -7);
  line.unit_price = base::Decimal::FromMicros(1);
  line.discount_percent = 12.5;
  line.recommendation_id = "R1";
  line.product_name = "a name with ; and \n";
  std::string chunk;
  AppendLine(line, chunk);
  AppendLine(Line("", 0), chunk);
  ASSERT_OK_AND_ASSIGN(const ChunkPlace place, log.Append(chunk));
  std::vector<OrderLine> lines(5);
  ASSERT_OK(log.Read(place, lines));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].product_id, "P1");
  EXPECT_EQ(lines[0].quantity, -7);
  EXPECT_EQ(lines[0].unit_price, base::Decimal::FromMicros(1));
  EXPECT_EQ(lines[0].discount_percent, 12.5);
  EXPECT_EQ(lines[0].recommendation_id, "R1");
  EXPECT_EQ(lines[0].product_name, "a name with ; and \n");
  EXPECT_EQ(lines[1].product_id, "");
  EXPECT_EQ(lines[1].unit_price, std::nullopt);
}

TEST(LineLogTest, ScatteredChunksComeTogetherEvenBeyondTheBuffers) {
  LineLog log;
  base::Random random(1);
  constexpr int kOrders = 50;
  struct Chain {
    ChunkPlace first = kNoChunk;
    ChunkPlace last = kNoChunk;
    std::vector<std::int64_t> quantities;
  };
  std::vector<Chain> chains(kOrders);
  for (int i = 0; i < 20'000; ++i) {
    Chain& chain = chains[random.Below(kOrders)];
    std::string chunk;
    AppendLine(Line(std::string(200, 'p'), i), chunk);
    chain.quantities.push_back(i);
    ASSERT_OK_AND_ASSIGN(const ChunkPlace place, log.Append(chunk));
    if (chain.last == kNoChunk) {
      chain.first = place;
    } else {
      ASSERT_OK(log.Link(chain.last, place));
    }
    chain.last = place;
  }
  for (const Chain& chain : chains) {
    std::vector<OrderLine> lines;
    ASSERT_OK(log.Read(chain.first, lines));
    std::vector<std::int64_t> quantities;
    for (const OrderLine& line : lines) quantities.push_back(line.quantity);
    EXPECT_EQ(quantities, chain.quantities);
  }
}

class StagingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {.create = true}));
    ASSERT_OK_AND_ASSIGN(staging_, store_->BeginImport());
  }
  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Staging> staging_;
};

TEST_F(StagingTest, ScatteredLinesAreTheSameOrderAsOnesThatStandTogether) {
  base::Random random(2);
  std::vector<Order> whole;
  std::vector<std::pair<int, int>> pieces;  // order, line
  for (int i = 0; i < 40; ++i) {
    std::vector<std::pair<std::string, int>> lines;
    for (int line = 0; line < 1 + i; ++line) {
      lines.emplace_back(absl::StrCat("P", line), line + 1);
      pieces.emplace_back(i, line);
    }
    whole.push_back(MakeOrder(absl::StrCat("O", i), absl::StrCat("C", i), Day(i), lines));
  }
  random.Shuffle(std::span(pieces));
  for (const auto& [order, line] : pieces) {
    Order piece = whole[static_cast<std::size_t>(order)];
    piece.lines = {piece.lines[static_cast<std::size_t>(line)]};
    ASSERT_OK(staging_->Add(piece));
  }
  ASSERT_OK_AND_ASSIGN(const WriteResult staged, staging_->Commit(Day(100), {}));
  EXPECT_EQ(staged.written, pieces.size());
  const std::vector<Fact> facts(whole.begin(), whole.end());
  ASSERT_OK_AND_ASSIGN(const WriteResult again, store_->Write(facts, Day(100)));
  EXPECT_EQ(again.already_there, pieces.size());
  EXPECT_THAT(store_->Check(), testing::IsOk());
}

TEST_F(StagingTest, AnOrderOfTooManyLinesIsCutOff) {
  Order order = MakeOrder("O1", "C1", Day(1), {{"P1", 1}});
  order.lines.resize(kMaxOrderLines - 1, order.lines[0]);
  ASSERT_OK(staging_->Add(order));
  order.lines.resize(1);
  ASSERT_OK(staging_->Add(order));
  EXPECT_THAT(staging_->Add(order),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 100000 lines")));
}

TEST_F(StagingTest, ContradictionsAreRefusedAndTheRestGoesOn) {
  Campaign campaign = MakeCampaign("K1");
  ASSERT_OK(staging_->Add(campaign));
  ASSERT_OK(staging_->Add(campaign));
  campaign.name = "other";
  EXPECT_THAT(staging_->Add(campaign),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("campaign_id 'K1'")));
  EXPECT_THAT(staging_->Add(MakeOrder("O1", "C1", Day(1), {{"P1", 0}})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("quantity '0'")));
  ASSERT_OK(staging_->Add(MakeSignal("E1", "C1")));
  ASSERT_OK_AND_ASSIGN(const WriteResult result, staging_->Commit(Day(100), {}));
  EXPECT_EQ(result.written, 2U);
  EXPECT_EQ(result.already_there, 1U);
  EXPECT_THAT(Describe(*store_, 0), ElementsAre("1 signal E1", "2 campaign K1"));
}

TEST_F(StagingTest, AppendingForAnotherCustomerWritesNothing) {
  const std::vector<Fact> facts = {MakeOrder("O1", "C1", Day(1), {{"P1", 1}})};
  ASSERT_OK(store_->Write(facts, Day(1)));
  ASSERT_OK(staging_->Add(MakeOrder("O0", "C2", Day(1), {{"P2", 1}})));
  ASSERT_OK(staging_->Add(MakeOrder("O1", "C2", Day(1), {{"P2", 1}})));
  EXPECT_THAT(staging_->Commit(Day(2), {.append_lines = true}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("belongs to 'C1'")));
  EXPECT_THAT(Describe(*store_, 0), ElementsAre("1 order O1 C1 P1*1"));
}

}  // namespace
}  // namespace tsugi
