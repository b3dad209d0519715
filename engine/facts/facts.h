// What the store holds: one struct a table, as written by a shop or a CRM.
//
// Ids are case-sensitive UTF-8, not empty where marked REQUIRED. Money is a decimal in the store's
// one currency. Products, customers and subscriptions are *versioned*: each write is a new version
// that holds from `observed_at` on (absent: the first version of an id holds from its start or from
// the beginning of time, a later one from the moment it is written; see Stored::valid_from).
#ifndef TSUGI_ENGINE_FACTS_FACTS_H_
#define TSUGI_ENGINE_FACTS_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "base/decimal.h"

namespace tsugi {

enum class ProductKind : std::uint8_t { kGoods, kPlan, kAddOn, kBundle, kService };

struct Product {
  std::string id;  // REQUIRED
  std::string name;
  std::string category;
  ProductKind kind = ProductKind::kGoods;
  std::string family;                  // products of one family replace one another ...
  std::optional<int> tier;             // ... and a higher tier is more
  std::optional<base::Decimal> price;  // list price, not negative; a plan's is per billing period
  std::optional<base::Decimal> unit_cost;  // not negative
  bool active = true;                      // may be sold
  bool in_stock = true;
  bool consumable = false;             // bought again and again
  bool durable = false;                // owned for a while once bought
  std::uint16_t season_months = 0;     // bit m - 1 is month m, January = 1; 0: all the year
  std::vector<std::string> goes_with;  // ids of the products this one completes
  std::vector<std::string> contents;   // a bundle's products
  std::optional<double> usage_limit;   // of a plan, in its own units; above 0
  int billing_months = 1;              // of a plan, 1 to 120
  std::optional<absl::Time> observed_at;
};

struct Customer {
  std::string id;  // REQUIRED
  std::string segment;
  std::optional<absl::Time> signed_up_at;
  std::optional<int> birth_year;  // 1900 to 2100
  std::string region;
  std::string language;  // "en", "ja" or empty
  bool consent_marketing = true;
  bool consent_profiling = true;
  std::optional<base::Decimal> acquisition_cost;
  std::optional<base::Decimal> retention_cost;
  std::optional<absl::Time> observed_at;
};

enum class SubscriptionStatus : std::uint8_t { kTrialing, kActive, kPastDue, kCanceled, kLostDeal };

struct Subscription {
  std::string id;           // REQUIRED
  std::string customer_id;  // REQUIRED
  std::string product_id;   // REQUIRED: the plan or add-on
  SubscriptionStatus status = SubscriptionStatus::kActive;
  absl::Time started_at;  // REQUIRED
  std::optional<absl::Time> trial_ends_at;
  std::optional<absl::Time> renews_at;
  std::optional<absl::Time> ended_at;
  std::int64_t seats = 1;                   // 1 or more
  std::optional<base::Decimal> unit_price;  // a seat, a billing period
  std::optional<double> usage;              // not negative, in units of the plan's usage_limit
  std::optional<absl::Time> observed_at;
};

struct OrderLine {
  std::string product_id;                   // REQUIRED
  std::int64_t quantity = 1;                // not 0; negative: a return
  std::optional<base::Decimal> unit_price;  // not negative
  double discount_percent = 0;              // 0 to 100
  std::string recommendation_id;
  std::string product_name;  // as printed on the order; the catalogue's name wins over it
};

struct Order {
  std::string id;           // REQUIRED
  std::string customer_id;  // empty: an unknown visitor
  absl::Time ordered_at;    // REQUIRED; the earliest of its lines
  std::string channel;
  std::vector<OrderLine> lines;  // one or more
};

enum class SignalType : std::uint8_t {
  kNps,              // value 0 to 10
  kCsat,             // value 1 to 5
  kComplaintOpened,  // subject: the complaint's id
  kComplaintClosed,  // without a subject it closes all of the customer's complaints
  kUsage,            // value: units of the plan's usage_limit; subject: the subscription's id
  kVisit,
  kInquiry,
  kStage,  // subject: the stage's name
};

struct Signal {
  std::string event_id;     // REQUIRED, unique among signals
  std::string customer_id;  // REQUIRED
  absl::Time at;            // REQUIRED
  SignalType type = SignalType::kVisit;
  std::optional<double> value;
  std::string subject;
  std::string product_id;
};

struct Campaign {
  std::string id;  // REQUIRED
  std::string name;
  absl::Time starts_at;                   // REQUIRED
  absl::Time ends_at;                     // REQUIRED, after starts_at
  std::vector<std::string> customer_ids;  // with segments both empty: everyone
  std::vector<std::string> segments;
  std::vector<std::string> product_ids;
  double discount_percent = 0;  // 0 to 100
};

enum class OfferKind : std::uint8_t {
  kCrossSell,
  kUpgrade,
  kTrialConversion,
  kBundle,
  kSubscribeAndSave,
  kPromotion,
  kAddOn,
};

enum class Moment : std::uint8_t {
  kPrePurchase,
  kPostPurchase,
  kRenewal,
  kTrialEnd,
  kCampaignEnd,
  kSatisfaction,
  kSeason,
  kReplenishment,
  kUsageLimit,
  kWinBack,
};
inline constexpr int kMomentCount = 10;

struct Exposure {
  std::string recommendation_id;  // REQUIRED
  std::string product_id;         // REQUIRED; one row a pair of the two
  absl::Time at;                  // REQUIRED
  std::string customer_id;
  std::string visitor_id;
  std::string placement;
  std::optional<Moment> moment;
  std::optional<OfferKind> offer_kind;
  std::string rule_id;
  bool control = false;   // arm: treated or control
  int position = 0;       // 1 is the first; 0 unknown
  double propensity = 1;  // probability with which the logging policy showed it, in (0, 1]
  std::string model_version;
};

enum class Reaction : std::uint8_t { kAccepted, kDeclined, kMaybeLater };

struct ReactionEvent {
  std::string event_id;  // REQUIRED, unique among reactions
  absl::Time at;         // REQUIRED
  Reaction reaction = Reaction::kAccepted;
  std::string recommendation_id;  // with product_id; or
  std::string customer_id;        // with product_id
  std::string product_id;
};

// An outbound contact made (a call, a mail): RecordContact. Several that name one recommendation
// (outbound exposures, too) are one contact, at the earliest of their instants.
struct Contact {
  std::string event_id;     // REQUIRED, unique among contacts
  std::string customer_id;  // REQUIRED
  absl::Time at;            // REQUIRED
  std::string placement;
  std::string recommendation_id;
  // A contact that an answer has only reserved: it counts at T while T < lapses_at. Confirmed, it
  // comes again with the same event_id and without this. Set by the store alone (Store::Reserve).
  std::optional<absl::Time> lapses_at;
};

using Fact = std::variant<Order, Product, Customer, Subscription, Signal, Campaign, Exposure,
                          ReactionEvent, Contact>;

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FACTS_FACTS_H_
