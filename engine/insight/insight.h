// What is known of one customer as of an instant: value, risk, rank, habits, what comes next, what
// was offered. Everything follows from facts of that instant and before.
//
// Thread safety: takes the index's read lock.
#ifndef TSUGI_ENGINE_INSIGHT_INSIGHT_H_
#define TSUGI_ENGINE_INSIGHT_INSIGHT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/candidates/bound_model.h"
#include "engine/insight/next_moments.h"
#include "engine/propensity/risk.h"
#include "engine/suggest/engine.h"
#include "engine/worklist/account.h"

namespace tsugi {

struct RecentOffer {
  std::string product_id;
  std::optional<absl::Time> shown_at;  // of the newest that was not answered
  std::optional<Reaction> reaction;    // the newest
  std::optional<absl::Time> reacted_at;
};

struct CustomerInsight {
  std::string customer_id;
  std::string segment;
  std::string stage;  // outcomes/stages.h; empty: not known
  AccountRank rank = AccountRank::kD;
  RankFigures figures;
  base::Decimal lifetime_value;  // to come, orders and contracts
  base::Decimal revenue_to_date;
  AccountRisk risk;  // of the dearest running subscription; without one, of having stopped to buy
  std::vector<std::string> risk_texts;
  int orders = 0;  // days with an order
  std::optional<absl::Time> first_order;
  std::optional<absl::Time> last_order;
  std::optional<double> nps;
  std::optional<double> csat;
  int open_complaints = 0;
  std::vector<std::pair<std::string, double>> categories;  // share of spending, greatest first
  struct Due {
    std::string product_id;
    absl::Time at;
    double interval_days = 0;
  };
  std::vector<Due> due;  // soonest first
  int counted_contacts = 0;
  std::vector<NextMoment> moments;
  std::vector<RecentOffer> offers;  // newest first
};

// Errors: NOT_FOUND for a customer not known at `at`; PERMISSION_DENIED without consent to
// profiling. `language`: of texts.
absl::StatusOr<CustomerInsight> InsightOf(const Engine& engine, const BoundModel& model,
                                          const PolicyInForce& policy,
                                          const std::string& customer_id, absl::Time at,
                                          const std::string& language);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_INSIGHT_INSIGHT_H_
