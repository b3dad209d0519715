// What a customer-success representative should know of an account before calling: how likely it is
// to be lost and why, what hangs on it, and where it stands on the map of room x record.
//
// Cheap on purpose: a list of ten thousand accounts is ordered by it. The risk is a documented
// prior (see RiskPrior) until one learned from renewals takes its place.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_WORKLIST_ACCOUNT_H_
#define TSUGI_ENGINE_WORKLIST_ACCOUNT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "engine/policy/policy.h"
#include "engine/reasons/texts.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// In the order of gravity in which causes are listed.
enum class RiskCause : std::uint8_t {
  kOpenComplaint,
  kPastDue,
  kDetractor,     // newest NPS 0 to 6
  kDiscontent,    // newest CSAT 1 or 2
  kLowUsage,      // under a fifth of the plan's limit
  kNewCustomer,   // for less than 90 days; not of a trial
  kLastDeclined,  // the newest reaction to an offer was a refusal
};

// A logit, moved by what is known; unknown facts move nothing. The signs are the field's, the sizes
// judgement.
struct RiskPrior {
  double renewal = 0.10;    // a renewal that does not happen
  double trial_end = 0.60;  // a trial that is not converted
  double open_complaint = 1.0;
  double past_due = 1.2;
  double detractor = 0.9;
  double discontent = 0.6;
  double low_usage = 0.8;
  double new_customer = 0.4;
  double last_declined = 0.2;
  double promoter = -0.6;       // newest NPS 9 or 10
  double content = -0.2;        // newest CSAT 4 or 5
  double high_usage = -0.5;     // four fifths of the plan's limit or more
  double long_standing = -0.4;  // a year or more
};

enum class RiskLevel : std::uint8_t { kLow, kMedium, kHigh };  // below 0.15, below 0.4, above

struct AccountRisk {
  double probability = 0;
  RiskLevel level = RiskLevel::kLow;
  std::vector<RiskCause> causes;
};

AccountRisk RiskOf(const RiskPrior& prior, const Context& context,
                   const SubscriptionState& subscription);

// LWP analysis. Room is large where a higher tier of the plan or an add-on that goes with it can be
// sold and is not held; the record is strong for a customer of 180 days or more whose newest NPS is
// no detractor's and who has no open complaint.
enum class AccountRank : std::uint8_t { kA, kB, kC, kD };
AccountRank RankOf(bool large_room, bool strong_record);
bool HasRoom(const FactIndex& index, const Context& context, const SubscriptionState& subscription);
bool HasRecord(const Context& context);

// Price of a year, all seats; 0 where no price is known.
double YearlyPrice(const FactIndex& index, const SubscriptionState& subscription, base::Micros at);

// The margin expected from `at` on within the policy's horizon: yearly margin, discounted as
// policy/value.h does it, times the chance that the subscription goes on.
double LifetimeValue(const FactIndex& index, const Policy& policy,
                     const SubscriptionState& subscription, const AccountRisk& risk,
                     base::Micros at);

std::string RiskText(RiskCause cause, Language language);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_WORKLIST_ACCOUNT_H_
