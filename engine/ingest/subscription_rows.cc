#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kSubscriptionId,
  kCustomerId,
  kProductId,
  kStatus,
  kStartedAt,
  kTrialEndsAt,
  kRenewsAt,
  kEndedAt,
  kSeats,
  kUnitPrice,
  kUsage,
  kObservedAt,
  kCurrency
};

constexpr std::array<ColumnSpec, 13> kColumns = {{
    {"subscription_id", true},
    {"customer_id", true},
    {"product_id", true},
    {"status", true},
    {"started_at", true},
    {"trial_ends_at", false},
    {"renews_at", false},
    {"ended_at", false},
    {"seats", false},
    {"unit_price", false},
    {"usage", false},
    {"observed_at", false},
    {"currency", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  Subscription& subscription = fact.emplace<Subscription>();
  parser.Id(kSubscriptionId, subscription.id);
  parser.Id(kCustomerId, subscription.customer_id);
  parser.Id(kProductId, subscription.product_id);
  parser.Enum(kStatus, subscription.status);
  parser.Time(kStartedAt, subscription.started_at);
  parser.Time(kTrialEndsAt, subscription.trial_ends_at);
  parser.Time(kRenewsAt, subscription.renews_at);
  parser.Time(kEndedAt, subscription.ended_at);
  parser.Whole(kSeats, subscription.seats);
  parser.Money(kUnitPrice, subscription.unit_price);
  parser.Number(kUsage, subscription.usage);
  parser.Time(kObservedAt, subscription.observed_at);
  parser.Currency(kCurrency);
}

}  // namespace

Kind SubscriptionRows() { return {"subscriptions", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
