// What a customer-success representative should know of an account before calling: where it stands
// on the map of room x record, how full its plan is, and what can be said about it aloud. How
// likely it is to be lost is propensity/risk.h, what hangs on it lifetime_value/customer_value.h.
//
// Cheap on purpose: a list of ten thousand accounts is filtered by it.
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_WORKLIST_ACCOUNT_H_
#define TSUGI_ENGINE_WORKLIST_ACCOUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/propensity/risk.h"
#include "engine/reasons/texts.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// LWP analysis: list (whom), what (what they do and how they react to offers), pace (how often).
//
//   room    large where what could be added is kLargeRoom of what is paid, or more; of a customer
//           without a subscription where kLargeShare of the catalogue's categories was never bought
//   record  strong for a customer of kRecordDays or more with a running subscription or
//           kRecordPurchases purchases in the last 365 days, whose newest NPS is no detractor's,
//           who has no open complaint and has not declined kDeclinedBalance offers more than
//           accepted
inline constexpr double kLargeRoom = 0.2;
inline constexpr double kLargeShare = 0.5;
inline constexpr int kRecordDays = 180;
inline constexpr double kRecordPurchases = 3;
inline constexpr int kDeclinedBalance = 3;

struct RankFigures {
  double room_a_year = 0;  // in money: the next higher tier's extra price and add-ons not held
  double room_share = 0;   // of what is paid a year; without a subscription: of categories
  int tenure_days = 0;
  double purchases_a_year = 0;  // orders of the last 365 days
  int accepted = 0;
  int declined = 0;
  bool large_room = false;
  bool strong_record = false;
};

enum class AccountRank : std::uint8_t { kA, kB, kC, kD };
// A: large room, strong record; B: large room, weak record; C: small, strong; D: small, weak.
AccountRank RankOf(const RankFigures& figures);
AccountRank RankOf(bool large_room, bool strong_record);

// `subscription` may be null: the customer as a shopper.
RankFigures FiguresOf(const FactIndex& index, const Context& context,
                      const SubscriptionState* subscription);

// The newest usage of a subscription as a share of its plan's limit, and when the limit will be
// reached if usage goes on growing as between the two newest figures: `reached_at` is none where it
// does not grow or there is one figure only, and `at` where it is reached.
struct UsageOutlook {
  double share = 0;
  std::optional<absl::Time> reached_at;
};
std::optional<UsageOutlook> UsageOf(const FactIndex& index, const SubscriptionRecord& record,
                                    absl::Time at);

std::string RiskText(RiskCause cause, Language language);

// What the talking points of what is offered tell already.
struct AlreadySaid {
  bool event = false;  // that the plan renews or the trial ends
  bool usage = false;
};

// What can be said about the account as a whole, in an order in which it can be said.
struct AccountEvent {
  Moment moment = Moment::kRenewal;  // kTrialEnd, kUsageLimit
  absl::Time at;
};
std::vector<std::string> AccountPoints(const Context& context,
                                       const SubscriptionState& subscription,
                                       const AccountEvent& event,
                                       const std::optional<UsageOutlook>& usage,
                                       const AlreadySaid& said, Language language);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_WORKLIST_ACCOUNT_H_
