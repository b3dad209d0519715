// The worklist of customer success: accounts whose renewal, trial end or usage limit is coming up,
// most worth calling first, each with what to propose.
//
//   WorklistQuery query{.at = now, .within = absl::Hours(24 * 30)};
//   TSUGI_ASSIGN_OR_RETURN(const auto model, engine.ModelOf(""));
//   TSUGI_ASSIGN_OR_RETURN(const auto page, ListAccounts(engine, *model, *engine.policy(), query));
//
// All accounts in the window are weighed cheaply (account.h), sorted, and only those of the page
// get a full answer: what to propose for the contract that comes up (a higher plan, an add-on, the
// plan on trial), not goods beside it. Pages fit together when `at`, model and query are the same,
// as far as the facts are: a fact that arrives between two pages may move an account. Listing is no
// contact.
//
// A usage limit comes up for an active subscription that has used four fifths of it (as the
// policy's default says): at the instant it will be reached if usage goes on growing as it did,
// else now. Of two events of a subscription the earlier counts, the renewal between equals.
//
// Thread safety: safe for concurrent use. Takes the index's read lock for a few hundred accounts at
// a time.
#ifndef TSUGI_ENGINE_WORKLIST_WORKLIST_H_
#define TSUGI_ENGINE_WORKLIST_WORKLIST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/candidates/bound_model.h"
#include "engine/facts/facts.h"
#include "engine/suggest/engine.h"
#include "engine/worklist/account.h"

namespace tsugi {

enum class WorklistOrder : std::uint8_t { kValueAtRisk, kEventAt, kLifetimeValue };

struct WorklistQuery {
  absl::Time at;
  absl::Duration within = absl::Hours(24 * 30);  // events in [at, at + within)
  std::vector<AccountRank> ranks;                // empty: all
  std::vector<std::string> segments;             // empty: all
  WorklistOrder order_by = WorklistOrder::kValueAtRisk;
  bool descending = true;  // ties by subscription id, rising
  std::size_t offset = 0;
  std::size_t page_size = 20;
  std::string placement = "cs";
  std::string language;     // "en" or "ja"; empty: the customer's
  std::uint64_t nonce = 0;  // of the recommendation ids
};

struct WorklistAccount {
  std::string customer_id;
  std::string subscription_id;
  std::string plan_id;
  std::string plan_name;
  SubscriptionStatus status = SubscriptionStatus::kActive;
  std::int64_t seats = 1;
  std::optional<base::Decimal> unit_price;  // a seat, a billing period
  Moment moment = Moment::kRenewal;         // or kTrialEnd, kUsageLimit
  absl::Time event_at;
  int days_left = 0;  // whole days
  AccountRank rank = AccountRank::kD;
  RankFigures rank_figures;
  std::string segment;
  std::optional<double> usage_share;
  base::Decimal lifetime_value;  // of the subscription (lifetime_value/customer_value.h)
  // What hangs on the event, a year: at a renewal the price of all seats times the probability of
  // its loss; at a trial's end, which brings nothing yet, times that of its conversion; at a usage
  // limit, where the contract itself goes on, the room to expand times how likely it is taken.
  base::Decimal value_at_risk;
  AccountRisk risk;
  std::vector<std::string> risk_texts;  // of risk.causes
  bool open_complaint = false;
  std::vector<std::string> talking_points;  // about the account as a whole
  Suggestions answer;
};

struct WorklistPage {
  std::vector<WorklistAccount> accounts;
  std::size_t total = 0;  // on all pages
  std::string model_version;
  absl::Time at;
};

// Errors: INVALID_ARGUMENT for a `within` that is not above 0 or a page size of 0; those of
// Engine::Suggest.
absl::StatusOr<WorklistPage> ListAccounts(const Engine& engine, const BoundModel& model,
                                          const PolicyInForce& policy, const WorklistQuery& query);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_WORKLIST_WORKLIST_H_
