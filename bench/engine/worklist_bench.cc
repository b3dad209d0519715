// How long a page of the worklist takes in process, with as many subscriptions as asked for:
//
//   worklist_bench [SUBSCRIPTIONS=10000]
//
// Every subscription is of a customer of its own with a satisfaction score, two usage figures and a
// renewal within 30 days (the worst case: all of them are weighed) or within a year (a usual one).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/policy/parse.h"
#include "engine/suggest/engine.h"
#include "engine/worklist/worklist.h"

namespace tsugi {
namespace {

const absl::Time kNow = base::FromMicros(1'700'000'000'000'000);

class Filler {
 public:
  explicit Filler(FactIndex* index) : index_(index) {}

  void Fill(int subscriptions, int days) {
    Put(Plan("basic", 1, 10), absl::InfinitePast());
    Put(Plan("team", 2, 40), absl::InfinitePast());
    for (int i = 0; i < subscriptions; ++i) {
      const std::string customer = absl::StrCat("c", i);
      Subscription subscription;
      subscription.id = absl::StrCat("s", i);
      subscription.customer_id = customer;
      subscription.product_id = i % 3 == 0 ? "team" : "basic";
      subscription.started_at = kNow - absl::Hours(24 * (10 + i % 900));
      subscription.renews_at = kNow + absl::Hours(24) * (i % days) + absl::Hours(1);
      subscription.seats = 1 + i % 40;
      Put(subscription, subscription.started_at);
      Say(customer, SignalType::kNps, i % 11, 20);
      Say(customer, SignalType::kUsage, i % 90, 20);
      Say(customer, SignalType::kUsage, i % 120, 2);
    }
    index_->Apply(changes_);
  }

 private:
  static Product Plan(const std::string& id, int tier, double price) {
    Product plan;
    plan.id = id;
    plan.kind = ProductKind::kPlan;
    plan.family = "crm";
    plan.tier = tier;
    plan.price = base::Decimal::FromDouble(price);
    plan.usage_limit = 100;
    return plan;
  }

  void Say(const std::string& customer, SignalType type, double value, int days_ago) {
    Signal signal;
    signal.event_id = absl::StrCat("e", changes_.size());
    signal.customer_id = customer;
    signal.type = type;
    signal.value = value;
    signal.at = kNow - absl::Hours(24 * days_ago);
    Put(signal, signal.at);
  }

  void Put(Fact fact, absl::Time valid_from) {
    Change change;
    change.seq = static_cast<Seq>(changes_.size() + 1);
    change.what = Stored{std::move(fact), valid_from};
    changes_.push_back(std::move(change));
  }

  FactIndex* const index_;
  std::vector<Change> changes_;
};

absl::Status Measure(const char* name, int subscriptions, int days) {
  FactIndex index;
  Filler(&index).Fill(subscriptions, days);
  TSUGI_ASSIGN_OR_RETURN(const auto engine, Engine::Create(&index, DefaultPolicy(), {}));
  TSUGI_RETURN_IF_ERROR(engine->SetModel("stable", "none", std::make_shared<ModelSet>()));
  TSUGI_ASSIGN_OR_RETURN(const auto model, engine->ModelOf(""));
  WorklistQuery query;
  query.at = kNow;
  std::vector<double> milliseconds;
  std::size_t total = 0;
  constexpr int kRounds = 21;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    TSUGI_ASSIGN_OR_RETURN(const WorklistPage page,
                           ListAccounts(*engine, *model, *engine->policy(), query));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    milliseconds.push_back(took.count());
    total = page.total;
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  std::printf("%-28s %zu of %d subscriptions listed, a page of %zu: p50 %.1f ms, best %.1f ms\n",
              name, total, subscriptions, query.page_size, milliseconds[kRounds / 2],
              milliseconds.front());
  return absl::OkStatus();
}

absl::Status Run(int subscriptions) {
  TSUGI_RETURN_IF_ERROR(Measure("all renew within 30 days", subscriptions, 30));
  return Measure("spread over a year", subscriptions, 365);
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  const int subscriptions = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const absl::Status status = tsugi::Run(std::max(1, subscriptions));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
