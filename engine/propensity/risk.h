// How likely a contract is to be lost (or a trial not to be converted), and why: a documented prior
// whose logit is shifted by what was learned from contracts that ended (transitions.h).
//
// Cheap on purpose: a list of ten thousand accounts is ordered by it.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_PROPENSITY_RISK_H_
#define TSUGI_ENGINE_PROPENSITY_RISK_H_

#include <cstdint>
#include <vector>

#include "engine/snapshot/behaviour.h"
#include "engine/state/context.h"

namespace tsugi {

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
  double renewal = 0.10;    // a billing period that is the last
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

RiskLevel LevelOf(double probability);

struct AccountRisk {
  double probability = 0;  // that the running billing period, or the trial, is the last
  RiskLevel level = RiskLevel::kLow;
  // What holds and speaks for it, heaviest first. An open complaint and a payment past due are
  // always told; others only where what was learned does not speak against them.
  std::vector<RiskCause> causes;
};

// `price` of one seat and period, 0 where it is not known.
AccountRisk RiskOf(const RiskPrior& prior, const Behaviour& behaviour, const Context& context,
                   const SubscriptionState& subscription, double price);

// The prior's logit alone, of a loss; of a trial that of no conversion.
double RiskPriorLogit(const RiskPrior& prior, const Context& context,
                      const SubscriptionState& subscription);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_RISK_H_
