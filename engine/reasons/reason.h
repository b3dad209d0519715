// A sentence for the customer or the representative, and the numbers that carry it.
#ifndef TSUGI_ENGINE_REASONS_REASON_H_
#define TSUGI_ENGINE_REASONS_REASON_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/offers/offer.h"

namespace tsugi {

// The figures of a sentence that are no counts of orders; those it does not name are left out.
struct Figures {
  std::optional<std::int64_t> purchases;       // of the product, by this customer
  std::optional<absl::Time> last_purchase_at;  // of the product, by this customer
  std::optional<double> interval_days;         // from one purchase to the next
  std::optional<absl::Time> event_at;          // renewal, end of trial or campaign
  std::optional<double> usage_share;           // of the plan's limit
  std::optional<double> nps;
  std::optional<double> csat;
  std::optional<base::Decimal> price_difference;  // more than what it replaces
  std::optional<base::Decimal> saving;            // against the list price or the single prices
  std::optional<double> current_usage_limit;
  std::optional<double> suggested_usage_limit;
};

struct Reason {
  std::string code;  // stable: "bought_together", "next_tier", "trial_ending", ...
  std::string text;  // in the request's language
  // What it borrows from is gone when the answer is read: because_of and the segment stand below.
  Evidence evidence;
  std::string because_of_id;
  std::string segment;
  Figures figures;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_REASON_H_
