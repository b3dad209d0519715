// What the offers of a period achieved: what is credited to them, and what they added to what
// customers would have bought anyway.
//
// Credit (attribution.h) says which offer a purchase followed. The effect compares *all* purchases,
// whatever they were credited to, of the customers to whom something was shown with those of the
// control group, from whom something was withheld: each customer from the first offer in the row
// on, for the attribution window, in the arm of that first offer. The arm is a hash of the
// customer, so the difference is what the offers added (the analysis of triggered units by assigned
// arm; Kohavi, Tang, Xu 2020, "Trustworthy Online Controlled Experiments", chapter 20). Unknown
// visitors' purchases cannot be told apart, so they are in the counts of what was shown, and in
// neither arm.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_OUTCOMES_REPORT_H_
#define TSUGI_ENGINE_OUTCOMES_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "engine/facts/names.h"
#include "engine/outcomes/facts.h"
#include "models/uplift/effect.h"
#include "models/uplift/sample_size.h"

namespace tsugi {

enum class OutcomeDimension : std::uint8_t {
  kAll,
  kMoment,
  kOfferKind,
  kPlacement,
  kRule,
  kSegment,  // at the time of the offer
  kModelVersion,
};

struct OutcomeOptions {
  absl::Time from = absl::InfinitePast();  // offers from here on
  absl::Time to;                           // to here, not included; later facts are not looked at
  OutcomeDimension by = OutcomeDimension::kAll;
  absl::Duration window = absl::Hours(24 * 14);  // the policy's attribution window
  double default_margin = 0.3;                   // the policy's
  std::vector<std::string> outbound_placements = OutboundPlacements();
  models::PowerOptions power;  // its level is that of all intervals
};

// One arm: its customers, how many bought something that was offered (or withheld) in the row, and
// each customer's money from all purchases within the window.
struct ArmTotals {
  std::int64_t customers = 0;
  std::int64_t converted = 0;
  models::Moments revenue;
  models::Moments margin;
  double ConversionRate() const {
    return customers == 0 ? 0 : static_cast<double>(converted) / static_cast<double>(customers);
  }
};

struct OutcomeRow {
  std::string key;  // of the dimension; empty: none
  std::int64_t shown = 0;
  std::int64_t withheld = 0;
  std::int64_t accepted = 0;  // offers, by the newest reaction to each
  std::int64_t declined = 0;
  std::int64_t maybe_later = 0;
  std::int64_t contacts = 0;            // outbound, one a recommendation
  std::int64_t credited_purchases = 0;  // order lines, less those wholly taken back
  double credited_revenue = 0;
  double credited_margin = 0;
  ArmTotals treated;
  ArmTotals control;
  models::Effect conversion;  // treated less control, a customer
  models::Effect revenue;
  models::Effect margin;
  // Customers of both arms until a difference in margin as the one seen is clear; 0: it is.
  std::optional<std::int64_t> more_customers;
  std::string verdict;
};

struct OutcomeReport {
  std::vector<OutcomeRow> rows;  // most shown first, ties by key; kAll: always one
  absl::Time from;               // where not given: the first offer
  absl::Time to;
};

OutcomeReport ReportOutcomes(const OutcomeFacts& facts, const OutcomeOptions& options);

// moment, kind, placement, rule, segment, model_version; none for another text.
std::optional<OutcomeDimension> OutcomeDimensionFromName(std::string_view name);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_REPORT_H_
