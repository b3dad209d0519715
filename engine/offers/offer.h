// An offer on its way to the customer: first a candidate, then scored, then decided upon.
#ifndef TSUGI_ENGINE_OFFERS_OFFER_H_
#define TSUGI_ENGINE_OFFERS_OFFER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "engine/state/context.h"

namespace tsugi {

// What the candidate sources know of one product; 0 where a source says nothing. Affinities rank,
// they are no probabilities.
struct SourceScores {
  float co_purchase = 0;              // sum of weighted cosines with the seeds (see candidates.h)
  float confidence = 0;               // P(product | the seed that speaks most for it) in order
                                      // counts, of the customer's segment where that carries it
  float item_regression = 0;          // item regression over cart and viewed products
  float item_regression_history = 0;  // the same over recent history
  float ials = 0;                     // factors, folded in from cart, viewed and recent history
  float popularity = 0;               // share of orders that hold it, shrunk to the segment
  float recent = 0;                   // share of orders, recent orders weigh more
  float times_bought = 0;             // the customer's own recent order lines of it, returns apart
  float days_since_bought = -1;       // -1: not bought
  float completes = 0;                // 1: the catalogue says it goes with a cart or viewed product
  float co_purchase_best = 0;         // the greatest addend of co_purchase
  float confidence_sum = 0;           // of P(product | seed) over the seeds
  float regression_best = 0;          // the greatest addend of item_regression
  float name_likeness = 0;       // sum over the seeds of how alike the names are, each in [0, 1]
  float name_likeness_best = 0;  // the greatest of them
  float id_distance = 0;     // to the nearest seed, in places of the sorted product ids; 0: no seed
  float sold_week = 0;       // orders that held it in the last 7 days, of everyone
  float sold_month = 0;      // and in the last 28
  float days_since_new = 0;  // since it was first sold; 0: never
};

// Why: counts of orders that hold both the product and `because_of`.
struct Evidence {
  ProductRef because_of;  // the cart, viewed or bought product that speaks most for it
  std::uint32_t orders_together = 0;
  std::uint32_t base_orders = 0;  // orders that hold because_of
  std::uint32_t all_orders = 0;
  double support = 0;               // orders_together / all_orders
  double confidence = 0;            // orders_together / base_orders
  double lift = 0;                  // confidence / share of orders that hold the product
  std::optional<absl::Time> since;  // first order that held both
  std::string_view segment;         // counted within this segment, the context's; empty: everyone
};

// Candidates and offers are made and moved by the dozen in every request. Without constructors of
// their own a vector would zero all their bytes before it sets their members.
struct Candidate {
  Candidate() {}  // NOLINT(modernize-use-equals-default)

  ProductRef product;
  OfferKind kind = OfferKind::kCrossSell;
  base::Decimal price;  // of one now: the catalogue's, else of the last sale; 0: unknown
  ProductRef replaces;  // UPGRADE: the cart product or the plan held
  const SubscriptionState* subscription =
      nullptr;  // offers about one: UPGRADE, TRIAL_CONVERSION, ADD_ON
  SourceScores scores;
  Evidence evidence;
  // PROMOTION, and UPGRADE where one names the higher tier: the running campaign.
  const Campaign* campaign = nullptr;
  std::vector<ProductRef> contents;  // BUNDLE: what the set holds, in the catalogue's order
  base::Decimal contents_price;      // BUNDLE: their prices added; more than the set's own
  int interval_days = 0;             // SUBSCRIBE_AND_SAVE: the customer's own interval, 1 or more
};

struct ScoredOffer {
  ScoredOffer() {}  // NOLINT(modernize-use-equals-default)
  explicit ScoredOffer(Candidate&& from) : candidate(std::move(from)) {}

  Candidate candidate;
  double probability = 0;    // of purchase, calibrated, in [0, 1]
  base::Decimal list_price;  // catalogue, else last sold; for plans a billing period, all seats
  std::optional<base::Decimal> unit_cost;  // same unit as list_price
  base::Decimal replaced_price;            // what `replaces` brings now, same unit; else 0
  std::optional<base::Decimal> replaced_cost;
  int billing_months = 0;  // 0: a one-off purchase
  // Of a recurring offer: how long it is expected to last inside any horizon, from the survival of
  // such contracts; none: the whole horizon.
  std::optional<double> expected_life_days;
  // Of a consumable the customer has no habit of, or had: purchases of it that follow within a year
  // and would not be made without this one.
  double repeats_per_year = 0;
  // Of a consumable the customer bought (engine/scoring/habits.h): expected intervals since the
  // last purchase, below 0 where it was not bought; chance that it has become due, if the habit
  // goes on; and what is left of the chance that it does.
  double habit_phase = -1;
  double habit_due = 0;
  double habit_alive = 1;
  // SUBSCRIBE_AND_SAVE: chance that a habit goes on from one purchase to the next; 0: not learned.
  double habit_goes_on = 0;
  // CROSS_SELL and PROMOTION of a consumable that the customer buys already: chance that the next
  // purchase of it is made unasked.
  double bought_anyway = 0;
  // The same kinds of offers of durable goods: how often a year customers who order as often as
  // this one buy it unasked.
  double unasked_per_year = 0;
  // Days since the newest purchase of something that the catalogue says the product goes with;
  // below 0: none.
  double days_since_base = -1;
  // Chance that it completes something in the cart or viewed, 1 where the catalogue says so, or
  // else candidate.evidence.because_of, as orders and prices have it
  // (engine/scoring/complements.h). Filled for acceptance alone.
  double completes_cart = 0;
  double completes_base = 0;
};

// What became of an offer. `kOffered` or why it was dropped, in the order of NoOffer's reasons.
enum class Outcome : std::uint8_t {
  kOffered,
  kOpenComplaint,
  kDetractor,
  kNoConsent,
  kNoMomentOpen,
  kConditionsNotMet,
  kContactLimit,
  kNoCandidate,
  kCoolingDown,
  kFiltered,
  kBelowMinimumValue,
  kControlGroup,
  kOutranked,  // would do; others were better and max_suggestions is reached
};

struct DecidedOffer {
  ScoredOffer offer;
  Outcome outcome = Outcome::kOffered;
  std::string rule_id;  // that let it through, or that dropped it
  std::optional<Moment> moment;
  std::optional<absl::Time> until;  // offered: when the moment closes; dropped: when it may change
  double discount_percent = 0;
  std::string coupon;   // the code that grants the discount, from the rule; empty: none is needed
  base::Decimal price;  // list_price less discount
  // priority = probability x context_weight x value x lever
  double context_weight = 1;
  double value = 0;  // margin it changes over the horizon, in money
  double lever = 1;
  double priority = 0;
  double propensity = 1;  // probability that the logging policy shows it; below 1 where it explores
  double expected_value() const { return offer.probability * value; }
};

struct NoOffer {
  Outcome reason = Outcome::kNoCandidate;  // never kOffered or kOutranked
  std::optional<absl::Time> retry_at;
};

struct Decision {
  std::vector<DecidedOffer> offered;  // best first; at most max_suggestions
  // What would have been offered to a customer of the control group; `offered` is empty then.
  std::vector<DecidedOffer> withheld;
  std::vector<DecidedOffer> dropped;  // by product id, then kind; every other candidate
  std::optional<NoOffer> no_offer;    // exactly when `offered` is empty
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OFFERS_OFFER_H_
