// The timing policy: which offers may be made now, at which weight, and if not, why and until when.
//
// A Policy is parsed from YAML (parse.h) or built in (builtin.h). Decide is a pure function: the
// same context and offers give the same decision, whatever the clock says.
//
// Thread safety: immutable.
#ifndef TSUGI_ENGINE_POLICY_POLICY_H_
#define TSUGI_ENGINE_POLICY_POLICY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"

namespace tsugi {

struct Window {
  std::optional<absl::Duration> before;  // open from event - before (included) to the event (not)
  std::optional<absl::Duration> after;   // open from the event (included) to event + after (not)
  std::optional<double> at_most;         // of a billing period, caps `before`; (0, 1]
};

struct Conditions {
  std::optional<double> nps_at_least;
  std::optional<double> csat_at_least;
  std::optional<absl::Duration> tenure_at_least;
  std::optional<double> usage_at_least;    // share of the plan's usage_limit
  std::optional<double> silence_at_least;  // in the customer's usual intervals
  std::optional<double> spend_at_least;    // net, in the store's currency
  std::vector<std::string> segments;       // empty: any
  std::vector<std::string> campaigns;      // running ones that address the customer; empty: any
  std::vector<std::string> categories;     // of the offered product; empty: any
};

struct Rule {
  std::string id;
  Moment moment = Moment::kPrePurchase;
  Window window;                        // the moment's default where the file gives none
  Conditions when;                      // the moment's default where the file gives none
  std::vector<OfferKind> offers;        // one or more
  std::vector<std::string> placements;  // empty: all
  double weight = 1;                    // C, above 0
  double lever = 1;                     // L, above 0
  double discount_percent = 0;          // 0 to 100
  std::string coupon;                   // the code that grants it; empty: none is needed
};

struct ContactPolicy {
  int max_suggestions = 3;           // 1 or more
  double min_expected_value = 0.05;  // compared with probability x value
  struct Outbound {
    int max_contacts = 2;
    absl::Duration per = absl::Hours(24 * 30);
  };
  // What a contact costs in goodwill: a share of the margin still expected of the customer (0 to
  // 1). An outbound answer whose suggestions are not expected to bring as much is not made.
  double goodwill = 0;
  struct SameProduct {
    int max_shown = 4;
    absl::Duration per = absl::Hours(24 * 14);
  };
  std::optional<Outbound> outbound;         // none: no limit
  std::optional<SameProduct> same_product;  // none: no limit
  absl::Duration rest_after_declined = absl::Hours(24 * 90);
  absl::Duration rest_after_maybe_later = absl::Hours(24 * 14);
  absl::Duration reservation = absl::Hours(24);
  double control_group_percent = 0;  // 0 to 100
  absl::Duration control_period = absl::Hours(24 * 90);
};

struct Suppression {
  bool open_complaint = true;
  struct Detractor {
    double nps_at_most = 6;
    absl::Duration within = absl::Hours(24 * 180);
  };
  std::optional<Detractor> detractor = Detractor{};
  enum class WithoutConsent : std::uint8_t { kNothing, kOutbound, kAll };  // what is suppressed
  WithoutConsent without_consent = WithoutConsent::kOutbound;
};

struct Ownership {
  enum class Exclude : std::uint8_t { kDurable, kAll, kNone };
  Exclude exclude = Exclude::kDurable;
  absl::Duration durable_for = absl::Hours(24 * 730);
};

struct ValueOptions {
  absl::Duration horizon = absl::Hours(24 * 365);
  // Of purchases that follow the first of a consumable, unless subscribed to; none: the horizon.
  std::optional<absl::Duration> repeat_horizon;
  double discount_rate = 0.1;     // a year
  double default_margin = 0.3;    // of the price, where unit_cost is unknown; 0 to 1
  bool allow_below_cost = false;  // whether a discount may take a price below its cost
};

// A share of the answers tries another order among near-equals, so that what others would have
// brought can be learned (docs/off_policy.md).
struct Exploration {
  double percent = 0;  // of answers, 0 to 100
  double near = 0.2;   // priorities within this share of the last chosen one are near, 0 to 1
};

struct Policy {
  std::string name;  // "default", "open" or the file's
  std::string yaml;  // the text it was read from: what GetPolicy answers
  ContactPolicy contact_policy;
  Suppression suppress;
  Ownership owned;
  ValueOptions value;
  Exploration exploration;
  absl::Duration attribution_window = absl::Hours(24 * 14);
  std::vector<Rule> rules;
  bool probability_only = false;  // the built-in `open`: ranked by P alone, C = V = L = 1
};

// Offers in any order; `max_suggestions` of 0 or above the policy's is the policy's.
// Deterministic: priority first, then product id, then kind.
//
// Of two rules that let an offer through, the one that gives it the higher priority counts (the
// earlier in the file between equals). Products in the cart, owned (context.owned) or not for sale
// never come back, whatever was handed in; nor, as a CROSS_SELL, does what is an UPGRADE candidate
// of something in the cart, viewed or held. Where max_suggestions would cut an upgrade's next tier
// while a higher one stays, the next tier takes its place; the order is by priority all the same.
//
// `keep_dropped` = false leaves Decision::dropped empty: for answers that nobody asks to explain.
// Where an answer explores (explore.h), its order is not that of priority alone.
//
// Offers that come into the decision are moved there.
Decision Decide(const Policy& policy, const Context& context, std::span<ScoredOffer> offers,
                int max_suggestions, bool keep_dropped = true);
Decision Decide(const Policy& policy, const Context& context, std::vector<ScoredOffer> offers,
                int max_suggestions, bool keep_dropped = true);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_POLICY_H_
