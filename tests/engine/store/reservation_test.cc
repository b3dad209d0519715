// Outbound contacts: reserved, counted, confirmed, lapsed; over threads, processes and crashes.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::StatusIs;

const absl::Time kNow = Day(100);

// An answer to C1 that shows P1, with at most two contacts in 30 days.
Reservation Answer(const std::string& recommendation, absl::Time at = kNow) {
  Reservation reservation;
  reservation.recommendation_id = recommendation;
  reservation.customer_id = "C1";
  reservation.at = at;
  reservation.lapses_at = at + absl::Hours(24);
  Exposure offer = MakeExposure(recommendation, "P1", "C1");
  offer.at = at;
  offer.placement = "email";
  reservation.offers = {offer};
  reservation.limit = Reservation::Limit{2, absl::Hours(24 * 30)};
  reservation.outbound_placements = {"account", "email", "cs"};
  return reservation;
}

// How many of `count` requests at one time on this store were granted.
int GrantedInParallel(Store& store, const std::string& name, int count) {
  std::atomic<int> granted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      // Clocks differ: some ask in the future of others.
      const auto result =
          store.Reserve(Answer(absl::StrCat(name, i), kNow + absl::Milliseconds(i % 7)));
      if (result.ok() && result->granted) ++granted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  return granted;
}

class ReservationTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    store_.reset();
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {.create = true}));
  }
  ReserveResult Reserve(const Reservation& reservation) {
    const auto result = store_->Reserve(reservation);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *result : ReserveResult{};
  }
  bool Granted(const Reservation& reservation) { return Reserve(reservation).granted; }
  void Write(const std::vector<Fact>& facts) { ASSERT_OK(store_->Write(facts, kNow)); }
  // Contacts that count at `at`.
  std::vector<CountedContact> Counted(absl::Time at) {
    Reservation question = Answer(absl::StrCat("question ", absl::FormatTime(at)), at);
    question.limit->max_contacts = 0;  // never granted
    return Reserve(question).counted;
  }
  Contact Called(const std::string& recommendation, absl::Time at) {
    Contact contact = MakeContact("call " + recommendation, "C1");
    contact.recommendation_id = recommendation;
    contact.at = at;
    return contact;
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(ReservationTest, TheLimitIsExactForParallelRequests) {
  EXPECT_EQ(GrantedInParallel(*store_, "R", 32), 2);
  EXPECT_THAT(store_->Check(), IsOk());
}

TEST_F(ReservationTest, TheLimitIsExactOverProcesses) {
  std::vector<pid_t> children;
  for (int child = 0; child < 2; ++child) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    const auto store = OpenStore(dir_.File("shop.db"), {});
    _exit(store.ok() ? GrantedInParallel(**store, absl::StrCat("process", child, "."), 16) : 100);
  }
  int granted = 0;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    granted += WEXITSTATUS(status);
  }
  EXPECT_EQ(granted, 2);
}

TEST_F(ReservationTest, TheLimitIsExactAfterKillsAndRestarts) {
  // Whatever instant the process dies at: what was granted before counts afterwards.
  std::size_t granted_before_the_kill = 0;
  for (int round = 0; round < 20; ++round) {
    const absl::Time at = kNow + round * absl::Hours(24 * 60);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto store = OpenStore(dir_.File("shop.db"), {});
      for (int i = 0; store.ok(); ++i) {
        const auto result = (*store)->Reserve(Answer(absl::StrCat("child", round, ".", i), at));
        const char granted = result.ok() && result->granted ? 1 : 0;
        if (write(ends[1], &granted, 1) != 1) break;
      }
      _exit(1);
    }
    close(ends[1]);
    // Killed after so many answers, at whatever it is doing then.
    int acknowledged = 0;
    char granted = 0;
    for (int i = 0; i < round % 4 && read(ends[0], &granted, 1) == 1; ++i) acknowledged += granted;
    usleep(static_cast<useconds_t>(round * 500));
    kill(child, SIGKILL);
    while (read(ends[0], &granted, 1) == 1) acknowledged += granted;
    close(ends[0]);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    Open();
    int after = 0;
    for (int i = 0; i < 8; ++i) {
      after += Granted(Answer(absl::StrCat("parent", round, ".", i), at)) ? 1 : 0;
    }
    // One that was taken and not yet acknowledged counts as well.
    EXPECT_LE(acknowledged + after, 2) << "round " << round;
    EXPECT_THAT(Counted(at), SizeIs(2)) << "round " << round;
    granted_before_the_kill += static_cast<std::size_t>(acknowledged);
  }
  EXPECT_GT(granted_before_the_kill, 0U) << "no child lived long enough to mean anything";
}

TEST_F(ReservationTest, AReservationCountsUntilItLapses) {
  EXPECT_TRUE(Granted(Answer("R1")));
  EXPECT_THAT(Counted(kNow + absl::Hours(24) - absl::Microseconds(1)), SizeIs(1));
  EXPECT_THAT(Counted(kNow + absl::Hours(24)), IsEmpty());
  EXPECT_THAT(store_->ExposuresOf("R1"), IsOkAndHolds(IsEmpty()));  // it has served
}

TEST_F(ReservationTest, AConfirmedContactCountsUntilItLeavesThePeriod) {
  EXPECT_TRUE(Granted(Answer("R1")));
  Write({Called("R1", kNow + absl::Hours(3))});
  const absl::Time leaves = kNow + absl::Hours(24 * 30);
  const std::vector<CountedContact> counted = Counted(leaves - absl::Microseconds(1));
  ASSERT_THAT(counted, SizeIs(1));  // the answer and the call are one
  EXPECT_EQ(counted[0].at, kNow);
  EXPECT_TRUE(counted[0].confirmed);
  EXPECT_THAT(Counted(leaves), IsEmpty());
}

TEST_F(ReservationTest, ACallAnExposureOrAReactionConfirms) {
  Exposure seen = MakeExposure("R2", "P1", "C1");
  seen.at = kNow;
  ReactionEvent reaction = MakeReaction("E3", "R3", "C1");
  reaction.at = kNow;
  const std::vector<std::pair<std::string, Fact>> facts = {
      {"R1", Called("R1", kNow)}, {"R2", seen}, {"R3", reaction}};
  for (const auto& [recommendation, fact] : facts) {
    Reservation answer = Answer(recommendation);
    answer.limit.reset();
    ASSERT_TRUE(Granted(answer));
    Write({fact});
    EXPECT_THAT(store_->ExposuresOf(recommendation), IsOkAndHolds(SizeIs(1)));
  }
  const std::vector<CountedContact> counted = Counted(kNow + absl::Hours(48));
  EXPECT_THAT(counted, SizeIs(3));
  for (const CountedContact& contact : counted) EXPECT_TRUE(contact.confirmed);
}

TEST_F(ReservationTest, OffersBecomeExposuresWithTheConfirmationAndFollowersHearOfBoth) {
  EXPECT_TRUE(Granted(Answer("R1")));
  EXPECT_THAT(Describe(*store_, 0), ElementsAre("1 contact reserved R1"));
  EXPECT_THAT(store_->ExposuresOf("R1"), IsOkAndHolds(SizeIs(1)));  // a reaction may name it
  Write({Called("R1", kNow)});
  EXPECT_THAT(Describe(*store_, 1),
              ElementsAre("2 contact call R1", "3 contact reserved R1", "4 exposure R1 P1"));
  EXPECT_THAT(store_->ExposuresOf("R1"), IsOkAndHolds(SizeIs(1)));
  Write({Called("R1", kNow)});  // a retry
  EXPECT_THAT(Describe(*store_, 4), IsEmpty());
}

TEST_F(ReservationTest, ACallAfterTheLapseIsAContactOfItsOwnTime) {
  EXPECT_TRUE(Granted(Answer("R1")));
  const absl::Time late = kNow + absl::Hours(30);
  Write({Called("R1", late)});
  const std::vector<CountedContact> counted = Counted(late);
  ASSERT_THAT(counted, SizeIs(1));
  EXPECT_EQ(counted[0].at, late);
}

TEST_F(ReservationTest, ImportedOutboundExposuresAreContactsOneARecommendation) {
  std::vector<Fact> facts;
  for (const auto& [recommendation, product, placement] :
       {std::tuple{"R1", "P1", "email"}, std::tuple{"R1", "P2", "email"},
        std::tuple{"R2", "P1", "checkout"}, std::tuple{"R3", "P1", "cs"}}) {
    Exposure exposure = MakeExposure(recommendation, product, "C1");
    exposure.placement = placement;
    exposure.at = kNow;
    exposure.control = recommendation == std::string("R3");  // withheld: nobody was contacted
    facts.emplace_back(exposure);
  }
  Write(facts);
  EXPECT_THAT(Counted(kNow), SizeIs(1));
}

TEST_F(ReservationTest, ARepeatedRequestCountsOnceAndGetsItsAnswerAgain) {
  Reservation answer = Answer("R1");
  answer.request_id = "request";
  answer.request_print = 7;
  answer.answer = std::string("bytes \0 of any kind", 19);
  EXPECT_TRUE(Granted(answer));
  Open();  // another process
  Reservation again = Answer("R2");
  again.request_id = "request";
  const ReserveResult result = Reserve(again);
  EXPECT_FALSE(result.granted);
  ASSERT_TRUE(result.repeated.has_value());
  EXPECT_EQ(result.repeated->recommendation_id, "R1");
  EXPECT_EQ(result.repeated->request_print, 7U);
  EXPECT_EQ(result.repeated->answer, answer.answer);
  ASSERT_OK_AND_ASSIGN(const std::optional<KeptAnswer> kept, store_->FindAnswer("request"));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->answer, answer.answer);
  EXPECT_THAT(Counted(kNow), SizeIs(1));
}

TEST_F(ReservationTest, ARequestIdMayBeUsedAgainOnceItsAnswerIsForgotten) {
  Reservation answer = Answer("R1");
  answer.request_id = "request";
  EXPECT_TRUE(Granted(answer));
  Reservation later = Answer("R2", kNow + Store::kRequestIdLifetime);
  later.request_id = "request";
  EXPECT_TRUE(Granted(later));
}

TEST_F(ReservationTest, AnErasedCustomersReservationsGoToo) {
  Reservation answer = Answer("R1");
  answer.request_id = "request";
  answer.answer = "a letter to C1";
  EXPECT_TRUE(Granted(answer));
  ASSERT_OK(store_->DeleteCustomer("C1", kNow));
  EXPECT_THAT(Counted(kNow), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const std::optional<KeptAnswer> kept, store_->FindAnswer("request"));
  EXPECT_FALSE(kept.has_value());
  EXPECT_THAT(store_->ExposuresOf("R1"), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(dir_.Read("shop.db").find("a letter"), std::string::npos);
}

TEST_F(ReservationTest, AReservationNeedsACustomerAndATime) {
  Reservation nobody = Answer("R1");
  nobody.customer_id.clear();
  EXPECT_THAT(store_->Reserve(nobody), StatusIs(absl::StatusCode::kInvalidArgument));
  Reservation no_time = Answer("R1");
  no_time.lapses_at = no_time.at;
  EXPECT_THAT(store_->Reserve(no_time), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReservationTest, OnlyTheStoreReserves) {
  Contact contact = MakeContact("E1", "C1");
  contact.lapses_at = kNow;
  const std::vector<Fact> facts = {contact};
  EXPECT_THAT(store_->Write(facts, kNow), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tsugi
