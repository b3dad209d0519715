// What the three callers ask and get, as engine values (gRPC types stay in service/).
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
#include "engine/state/context.h"

namespace tsugi {

struct SuggestRequest {
  struct Line {
    std::string product_id;
    std::int64_t quantity = 1;
    std::optional<base::Decimal> unit_price;
  };
  std::string customer_id;
  std::string visitor_id;
  std::string request_id;
  std::vector<Line> cart;
  std::vector<std::string> viewed_product_ids;
  std::string subscription_id;
  std::string placement = "checkout";
  std::optional<Moment> moment;
  absl::Time at;            // set by the outermost caller
  int max_suggestions = 0;  // 0: the policy's
  std::vector<std::string> exclude_product_ids;
  OfferFilter filter;
  std::string language;     // "en", "ja" or empty: the customer's, else English
  std::string model_label;  // empty: stable
  bool explain = false;
  bool dry_run = false;
};

// A sentence for the customer or the representative, and the numbers that carry it.
struct Reason {
  std::string code;   // stable: "bought_together", "next_tier", "trial_ending", ...
  std::string text;   // in the request's language
  Evidence evidence;  // because_of is resolved to an id in because_of_id
  std::string because_of_id;
};

// What a change of plan costs today and from then on.
struct Proration {
  base::Decimal due_today;   // for the rest of the running period
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
  Moment moment = Moment::kPrePurchase;
  std::string rule_id;
  double probability = 0;
  double expected_value = 0;
  double priority = 0;
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
};

struct Suggestions {
  std::string recommendation_id;
  std::string model_version;
  absl::Time decided_at;
  std::vector<Suggestion> suggestions;
  std::optional<NoOffer> no_offer;
  std::string no_offer_text;
  std::vector<Explanation> explanation;  // only where asked for
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_REQUEST_H_
