#include "engine/suggest/reserve.h"

#include <atomic>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/policy/parse.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

// Everything may be offered; two outbound contacts in 30 days.
Policy TwoContacts() {
  Policy policy = OpenPolicy();
  policy.contact_policy.max_suggestions = 2;
  policy.contact_policy.outbound = ContactPolicy::Outbound{};
  return policy;
}

// What one server process has: a store of its own on the common file, facts, engine, ledger.
struct OneServer {
  explicit OneServer(const std::string& path)
      : store(*OpenStore(path, {.create = true})),
        follower(store.get(), &index),
        engine(*Engine::Create(&index, TwoContacts(), {})),
        ledger(MakeStoreLedger(store.get(), &follower)) {
    EXPECT_THAT(engine->SetModel("stable", "v1", testing::TrainModels(testing::TeaShopOrders())),
                IsOk());
    EXPECT_THAT(follower.CatchUp(), IsOk());
  }

  absl::StatusOr<ReservedAnswer> Ask(const SuggestRequest& request, std::uint64_t print = 0) {
    return SuggestAndReserve(
        *engine, *ledger, request,
        {print, [](const Suggestions& answer) { return "kept " + answer.recommendation_id; }});
  }

  std::unique_ptr<Store> store;
  FactIndex index;
  Follower follower;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Ledger> ledger;
};

SuggestRequest MailTo(const std::string& customer, std::uint64_t nonce = 0) {
  SuggestRequest request;
  request.customer_id = customer;
  request.placement = "email";
  request.at = absl::FromUnixSeconds(2'000'000'000);
  request.viewed_product_ids = {"tea"};
  request.moment = Moment::kPrePurchase;
  request.nonce = nonce;
  return request;
}

class ReserveTest : public ::testing::Test {
 protected:
  ReserveTest() : first_(dir_.File("shop.db")), second_(dir_.File("shop.db")) {
    const std::vector<Fact> catalog = testing::TeaShopCatalog();
    EXPECT_THAT(first_.store->Write(catalog, absl::FromUnixSeconds(1'999'000'000)), IsOk());
    EXPECT_THAT(first_.follower.CatchUp(), IsOk());
    EXPECT_THAT(second_.follower.CatchUp(), IsOk());
  }

  std::size_t ContactsLeft() {
    std::size_t left = 0;
    while (left < 3) {
      const auto answer = second_.Ask(MailTo("ann", 1000 + left));
      if (!answer.ok() || answer->answer.suggestions.empty()) break;
      ++left;
    }
    return left;
  }

  testing::TempDir dir_;
  OneServer first_;
  OneServer second_;
};

TEST_F(ReserveTest, ParallelRequestsToTwoServersMakeAsManyOffersAsContactsAreLeft) {
  std::atomic<int> offers = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 32; ++i) {
    threads.emplace_back([&, i] {
      const auto answer = (i % 2 == 0 ? first_ : second_).Ask(MailTo("ann", i));
      ASSERT_OK(answer);
      if (!answer->answer.suggestions.empty()) {
        EXPECT_TRUE(answer->reserved);
        ++offers;
      } else {
        EXPECT_EQ(answer->answer.no_offer->reason, Outcome::kContactLimit);
        EXPECT_EQ(answer->answer.no_offer->retry_at, MailTo("").at + absl::Hours(24 * 30));
        EXPECT_THAT(answer->answer.no_offer_text, Not(IsEmpty()));
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(offers, 2);
  EXPECT_EQ(refused, 30);
}

TEST_F(ReserveTest, DryRunsExplanationsVisitorsAndInboundAnswersTakeNoContact) {
  SuggestRequest dry = MailTo("ann");
  dry.dry_run = true;
  SuggestRequest explained = MailTo("ann");
  explained.explain = true;
  SuggestRequest inbound = MailTo("ann");
  inbound.placement = "product_page";
  for (const SuggestRequest& request : {dry, explained, inbound, MailTo("")}) {
    const auto answer = first_.Ask(request);
    ASSERT_OK(answer);
    EXPECT_FALSE(answer->reserved);
  }
  EXPECT_EQ(ContactsLeft(), 2U);
}

TEST_F(ReserveTest, ARepeatedRequestIsAnsweredFromTheLedgerOnAnyServer) {
  SuggestRequest request = MailTo("ann");
  request.request_id = "mail 1";
  const auto given = first_.Ask(request, 7);
  ASSERT_OK(given);
  EXPECT_TRUE(given->reserved);
  for (OneServer* server : {&first_, &second_}) {
    request.nonce = 99;
    const auto again = server->Ask(request, 7);
    ASSERT_OK(again);
    EXPECT_EQ(again->repeated, "kept " + given->answer.recommendation_id);
  }
  EXPECT_THAT(second_.Ask(request, 8), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ContactsLeft(), 1U);
}

TEST_F(ReserveTest, RetriesAtOneTimeAreOneContact) {
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (std::uint64_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      SuggestRequest request = MailTo("ann", i);
      request.request_id = "mail 1";
      const auto answer = (i % 2 == 0 ? first_ : second_).Ask(request, 7);
      ASSERT_OK(answer);
      if (answer->reserved || answer->repeated.has_value()) ++answered;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 8);
  EXPECT_EQ(ContactsLeft(), 1U);
}

}  // namespace
}  // namespace tsugi
