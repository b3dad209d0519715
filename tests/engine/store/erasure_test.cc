#include <filesystem>
#include <string>
#include <vector>

#include "engine/store/sqlite_store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tsugi::testing::StatusIs;

class ErasureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {.create = true}));
  }
  WriteResult Write(const std::vector<Fact>& facts) {
    const absl::StatusOr<WriteResult> result = store_->Write(facts, Day(100));
    EXPECT_THAT(result, testing::IsOk());
    return result.ok() ? *result : WriteResult{};
  }
  std::string AllBytes() {
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
      bytes += dir_.Read(entry.path().filename().string());
    }
    return bytes;
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(ErasureTest, FactsGoOrdersStayAnonymousAndATombstoneTells) {
  Write(OneOfEachKind());
  Write({MakeReaction("E9", "", "C2"), MakeCustomer("C2", "old")});
  ASSERT_OK_AND_ASSIGN(const Seq seq, store_->DeleteCustomer("C1", Day(101)));
  EXPECT_THAT(Describe(*store_, 0),
              ElementsAre("1 product P1 tea", "5 campaign K1", "9 order O1  P1*1",
                          "10 customer C2 old", "11 reaction E9", "12 tombstone customer C1"));
  EXPECT_EQ(seq, 12U);
  EXPECT_THAT(store_->Check(), testing::IsOk());
}

TEST_F(ErasureTest, ACustomerNobodyNamesIsNotFound) {
  Write(OneOfEachKind());
  EXPECT_THAT(store_->DeleteCustomer("C9", Day(1)),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("C9")));
  EXPECT_THAT(store_->DeleteCustomer("", Day(1)), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ErasureTest, TheSameOrderArrivingAgainStaysAnonymous) {
  const Order order = MakeOrder("O1", "C1", Day(1), {{"P1", 1}});
  Write({order});
  ASSERT_OK(store_->DeleteCustomer("C1", Day(2)));
  EXPECT_EQ(Write({order}).already_there, 1U);
  Order corrected = order;
  corrected.lines[0].quantity = 2;
  EXPECT_EQ(Write({corrected}).replaced, 1U);
  EXPECT_THAT(Describe(*store_, 2), ElementsAre("3 tombstone order O1", "4 order O1  P1*2"));
}

TEST_F(ErasureTest, CampaignsNoLongerNameTheCustomer) {
  Campaign both = MakeCampaign("K1");
  both.customer_ids = {"C1", "C2"};
  Campaign alone = MakeCampaign("K2");  // without its one customer it would address everyone
  alone.customer_ids = {"C1"};
  Campaign other = MakeCampaign("K3");
  other.customer_ids = {"C11"};
  Write({both, alone, other});
  ASSERT_OK(store_->DeleteCustomer("C1", Day(2)));
  EXPECT_THAT(Describe(*store_, 0),
              ElementsAre("3 campaign K3", "4 tombstone customer C1", "5 tombstone campaign K1",
                          "6 campaign K1", "7 tombstone campaign K2"));
}

TEST_F(ErasureTest, TheBytesAreGoneFromFileAndLog) {
  std::vector<Fact> facts;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    Customer customer = MakeCustomer(i == 150 ? "victim" : "C" + n, "s");
    if (i == 150) customer.region = "SecretRegion";
    facts.emplace_back(customer);
    Signal signal = MakeSignal("E" + n, customer.id);
    signal.subject = i % 2 == 0 ? "plain" : "other";
    if (i == 150) signal.subject = "SecretSubject";
    facts.emplace_back(signal);
    facts.emplace_back(MakeOrder("O" + n, customer.id, Day(1), {{"P1", 1}}));
  }
  Write(facts);
  ASSERT_THAT(AllBytes(), HasSubstr("SecretRegion"));
  ASSERT_OK(store_->DeleteCustomer("victim", Day(2)));
  const std::string bytes = AllBytes();
  EXPECT_THAT(bytes, Not(HasSubstr("SecretRegion")));
  EXPECT_THAT(bytes, Not(HasSubstr("SecretSubject")));
  // The id itself stays in the tombstone, and nowhere else.
  EXPECT_EQ(bytes.find("victim"), bytes.rfind("victim"));
}

TEST_F(ErasureTest, BytesThatAReaderHeldAreGoneWithTheNextWrite) {
  Customer customer = MakeCustomer("C1", "s");
  customer.region = "SecretRegion";
  Write({customer, MakeSignal("E1", "C2")});
  ASSERT_OK_AND_ASSIGN(auto impatient, OpenSqliteStore(dir_.File("shop.db"), {},
                                                       {.busy_timeout = absl::Milliseconds(1)}));
  ASSERT_OK(store_->ReadChanges(0, [&](const Change& change) {
    if (change.seq == 1) {
      EXPECT_OK(impatient->DeleteCustomer("C1", Day(1)));
    }
    return absl::OkStatus();
  }));
  const std::vector<Fact> next = {MakeSignal("E2", "C2")};
  ASSERT_OK(impatient->Write(next, Day(1)));
  EXPECT_THAT(AllBytes(), Not(HasSubstr("SecretRegion")));
}

}  // namespace
}  // namespace tsugi
