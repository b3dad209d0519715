// What the three callers get, as engine values (gRPC types stay in service/); what they ask is
// SuggestRequest of engine/state/request.h.
#ifndef TSUGI_ENGINE_SUGGEST_REQUEST_H_
#define TSUGI_ENGINE_SUGGEST_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "engine/offers/offer.h"
#include "engine/reasons/reason.h"
#include "engine/state/context.h"
#include "engine/state/request.h"

namespace tsugi {

// What a change of plan costs today and from then on.
struct Proration {
  base::Decimal due_today;   // for the rest of the running period; the credit is taken off
  base::Decimal credit;      // what is left of the price paid for the old plan
  base::Decimal next_price;  // each period from the next renewal
  std::optional<absl::Time> next_renewal;
};

struct Suggestion {
  OfferKind kind = OfferKind::kCrossSell;
  std::string product_id;
  std::string product_name;
  std::int64_t quantity = 1;
  std::string replaces_product_id;
  std::string subscription_id;
  std::vector<std::string> bundle_product_ids;  // BUNDLE: in the catalogue's order
  int interval_days = 0;                        // SUBSCRIBE_AND_SAVE: 1 or more
  std::string campaign_id;                      // whose terms apply; empty: none
  std::string coupon;                           // the code that grants the discount
  Moment moment = Moment::kPrePurchase;
  std::string rule_id;
  double probability = 0;
  double expected_value = 0;
  double priority = 0;
  double propensity = 1;  // probability that the policy shows it here; below 1 where it explores
  base::Decimal price;
  base::Decimal list_price;
  double discount_percent = 0;
  std::optional<Proration> proration;
  std::vector<Reason> reasons;
  std::vector<std::string> talking_points;
  std::optional<absl::Time> valid_until;
};

struct Explanation {
  std::string product_id;
  OfferKind kind = OfferKind::kCrossSell;
  Outcome outcome = Outcome::kOffered;
  std::string rule_id;
  std::optional<absl::Time> until;
  double probability = 0;
  double context_weight = 1;
  double value = 0;
  double lever = 1;
  double priority = 0;
  std::string product_name;
  std::optional<Moment> moment;
  std::string replaces_product_id;
};

struct Suggestions {
  std::string recommendation_id;
  std::string model_version;
  absl::Time decided_at;
  std::vector<Suggestion> suggestions;
  std::optional<NoOffer> no_offer;
  std::string no_offer_text;
  std::vector<Explanation> explanation;  // only where asked for
  // Control group: what would have been offered. Recorded, never answered.
  std::vector<Exposure> withheld;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_REQUEST_H_
