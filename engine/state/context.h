// Everything a decision may look at, as it was at one instant: who asks, what is in the cart, what
// the customer did, holds and said. All of it is of `at` or before.
//
// A Context borrows from the FactIndex it was resolved from (pointers and spans); keep the index's
// read lock while it is used. Tests fill one by hand.
#ifndef TSUGI_ENGINE_STATE_CONTEXT_H_
#define TSUGI_ENGINE_STATE_CONTEXT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "base/time.h"
#include "engine/facts/facts.h"
#include "engine/facts/ids.h"

namespace tsugi {

// A line of the customer's history. Ordered by time; a return has a negative quantity.
struct Purchase {
  base::Micros at = 0;
  ProductIndex product;
  std::int32_t quantity = 0;
  std::int64_t revenue_micros = 0;  // quantity x price after discount; negative for a return
};

// A product as of the context's instant.
struct ProductRef {
  ProductIndex index;
  const Product* facts = nullptr;         // null: never in the catalogue, known from orders at most
  const std::string* given_id = nullptr;  // as the index keeps it; may be null where `facts` is not

  bool known() const { return index.valid(); }
  // Ties break by it, never by `index`. Empty where neither pointer is there.
  std::string_view id() const {
    if (facts != nullptr) return facts->id;
    return given_id != nullptr ? std::string_view(*given_id) : std::string_view();
  }
};

struct CartItem {
  std::string product_id;
  ProductRef product;  // unknown products stay in the cart: they count for its size
  std::int64_t quantity = 1;
  std::optional<base::Decimal> unit_price;
};

struct SubscriptionState {
  const Subscription* facts = nullptr;  // the version in force
  ProductRef plan;
  std::optional<double> usage;  // newest known, in units of the plan's usage_limit
};

struct SignalValue {
  double value = 0;
  absl::Time at;
};

struct OpenComplaint {
  std::string subject;
  absl::Time opened_at;
};

struct PastReaction {
  ProductRef product;
  Reaction reaction = Reaction::kAccepted;
  absl::Time at;
};

// A product shown to the customer (or visitor) before and not answered since: no reaction to it, no
// purchase of it.
struct PastShowing {
  ProductIndex product;
  absl::Time at;
};

// An outbound contact that counts: confirmed, or reserved by an answer and not lapsed.
struct PastContact {
  absl::Time at;
  bool confirmed = false;
};

// A consumable that the customer buys again and again. Purchases less than a day after another of
// it are the same occasion; the usual interval is the median of those between occasions.
struct Rhythm {
  ProductRef product;
  absl::Time last;           // the newest purchase
  double interval_days = 0;  // the usual one, a day or more
  int intervals = 0;         // seen; two or more
};

// A running campaign that addresses the customer.
struct RunningCampaign {
  const Campaign* facts = nullptr;
  std::vector<ProductIndex> products;  // sorted; none named: all of them
};

struct OfferFilter {
  std::vector<std::string> categories;  // empty: any
  std::vector<OfferKind> kinds;         // of the offer; empty: any
  std::optional<base::Decimal> min_price;
  std::optional<base::Decimal> max_price;
};

struct Context {
  absl::Time at;
  absl::TimeZone zone;   // the store's
  std::string currency;  // the store's

  // Who. Without consent to profiling nothing below `segment` is filled but consent_marketing: the
  // customer is served like an unknown visitor.
  std::string customer_id;          // as asked; empty for an unknown visitor
  std::string visitor_id;           // of an unknown visitor, stable; may be empty
  CustomerIndex customer;           // invalid for an unknown visitor
  bool profiled = false;            // known, and consents to profiling
  bool consent_marketing = true;    // false for an unknown visitor on an outbound placement
  std::string segment;              // empty: unknown
  std::optional<absl::Time> since;  // sign-up, or the first order or subscription: tenure
  std::string language;             // "en" or "ja"

  // Why here.
  std::string placement = "checkout";
  bool outbound = false;         // we go to the customer
  std::optional<Moment> moment;  // asked for; none: whatever is open
  std::vector<CartItem> cart;
  std::vector<ProductRef> viewed;
  std::string subscription_id;         // asked for; empty: all of the customer's
  std::vector<ProductIndex> excluded;  // by the request; sorted
  OfferFilter filter;

  // History.
  std::span<const Purchase> purchases;             // oldest first
  base::Decimal spend;                             // net revenue of all purchases
  std::uint32_t order_days = 0;                    // UTC days on which something was bought
  std::vector<SubscriptionState> subscriptions;    // by id; ended ones included
  std::vector<ProductIndex> owned;                 // sorted; by the policy's ownership rule
  std::optional<SignalValue> nps;                  // the newest
  std::optional<SignalValue> csat;                 // the newest
  std::vector<OpenComplaint> open_complaints;      // oldest first
  std::vector<PastReaction> reactions;             // oldest first
  std::vector<RunningCampaign> running_campaigns;  // that address them; by id
  std::vector<Rhythm> rhythms;                     // by product id
  // Products with a season that go with something bought (and not returned), in season or not; by
  // index.
  std::vector<ProductRef> seasonal;
  std::optional<absl::Time> last_order;
  // Median between orders (a day or more apart); where two intervals or more were seen.
  std::optional<double> usual_order_interval_days;
  std::optional<absl::Time> lost_deal;  // the newest, unless a subscription has begun since
  // Margin still expected of them inside the policy's horizon; filled for outbound approaches where
  // the policy weighs goodwill and the model has learned how customers go on.
  std::optional<double> remaining_value;
  std::optional<double> lifetime_value;  // after all costs, in money; known only where they are

  // What the contact policy counts, over all channels: contacts even of a customer who does not
  // consent to profiling (they only hold back); of visitors the showings, and their reactions
  // above.
  std::vector<PastShowing> showings;  // oldest first; those inside ContextOptions::showings_for
  std::vector<PastContact> contacts;  // oldest first; those inside ContextOptions::contacts_for

  std::uint64_t seed = 0;  // of this answer's exploration, from its recommendation id
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_CONTEXT_H_
