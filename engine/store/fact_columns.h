// One description of each fact's table: its name, its key and its columns in order. Binding,
// reading, hashing and the lists of column names all come from it, so they cannot drift apart.
//
//   FactTable<Signal>::Columns(signal, [](const char* name, auto& field) { ... });
//
// Orders are not here: they have two tables (sqlite_orders.h).
#ifndef TSUGI_ENGINE_STORE_FACT_COLUMNS_H_
#define TSUGI_ENGINE_STORE_FACT_COLUMNS_H_

#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "engine/store/store.h"

namespace tsugi {

template <typename T>
struct FactTable;

template <>
struct FactTable<Product> {
  static constexpr const char* kTable = "products";
  static constexpr FactKind kKind = FactKind::kProduct;
  static constexpr bool kVersioned = true;
  static constexpr const char* kKey = "product_id";
  static absl::Time Begin(const Product&) { return absl::InfinitePast(); }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("product_id", f.id);
    visit("name", f.name);
    visit("category", f.category);
    visit("kind", f.kind);
    visit("family", f.family);
    visit("tier", f.tier);
    visit("price_micros", f.price);
    visit("unit_cost_micros", f.unit_cost);
    visit("active", f.active);
    visit("in_stock", f.in_stock);
    visit("consumable", f.consumable);
    visit("durable", f.durable);
    visit("season_months", f.season_months);
    visit("goes_with", f.goes_with);
    visit("contents", f.contents);
    visit("usage_limit", f.usage_limit);
    visit("billing_months", f.billing_months);
  }
};

template <>
struct FactTable<Customer> {
  static constexpr const char* kTable = "customers";
  static constexpr FactKind kKind = FactKind::kCustomer;
  static constexpr bool kVersioned = true;
  static constexpr const char* kKey = "customer_id";
  static absl::Time Begin(const Customer& f) {
    return f.signed_up_at.value_or(absl::InfinitePast());
  }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("customer_id", f.id);
    visit("segment", f.segment);
    visit("signed_up_at", f.signed_up_at);
    visit("birth_year", f.birth_year);
    visit("region", f.region);
    visit("language", f.language);
    visit("consent_marketing", f.consent_marketing);
    visit("consent_profiling", f.consent_profiling);
    visit("acquisition_cost_micros", f.acquisition_cost);
    visit("retention_cost_micros", f.retention_cost);
  }
};

template <>
struct FactTable<Subscription> {
  static constexpr const char* kTable = "subscriptions";
  static constexpr FactKind kKind = FactKind::kSubscription;
  static constexpr bool kVersioned = true;
  static constexpr const char* kKey = "subscription_id";
  static absl::Time Begin(const Subscription& f) { return f.started_at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("subscription_id", f.id);
    visit("customer_id", f.customer_id);
    visit("product_id", f.product_id);
    visit("status", f.status);
    visit("started_at", f.started_at);
    visit("trial_ends_at", f.trial_ends_at);
    visit("renews_at", f.renews_at);
    visit("ended_at", f.ended_at);
    visit("seats", f.seats);
    visit("unit_price_micros", f.unit_price);
    visit("usage", f.usage);
  }
};

template <>
struct FactTable<Signal> {
  static constexpr const char* kTable = "signals";
  static constexpr FactKind kKind = FactKind::kSignal;
  static constexpr bool kVersioned = false;
  static constexpr const char* kKey = "event_id";
  static absl::Time Begin(const Signal& f) { return f.at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("event_id", f.event_id);
    visit("customer_id", f.customer_id);
    visit("at", f.at);
    visit("type", f.type);
    visit("value", f.value);
    visit("subject", f.subject);
    visit("product_id", f.product_id);
  }
};

template <>
struct FactTable<Campaign> {
  static constexpr const char* kTable = "campaigns";
  static constexpr FactKind kKind = FactKind::kCampaign;
  static constexpr bool kVersioned = false;
  static constexpr const char* kKey = "campaign_id";
  static absl::Time Begin(const Campaign& f) { return f.starts_at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("campaign_id", f.id);
    visit("name", f.name);
    visit("starts_at", f.starts_at);
    visit("ends_at", f.ends_at);
    visit("customer_ids", f.customer_ids);
    visit("segments", f.segments);
    visit("product_ids", f.product_ids);
    visit("discount_percent", f.discount_percent);
  }
};

template <>
struct FactTable<Exposure> {
  static constexpr const char* kTable = "exposures";
  static constexpr FactKind kKind = FactKind::kExposure;
  static constexpr bool kVersioned = false;
  static constexpr const char* kKey = "recommendation_id, product_id";
  static absl::Time Begin(const Exposure& f) { return f.at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("recommendation_id", f.recommendation_id);
    visit("product_id", f.product_id);
    visit("at", f.at);
    visit("customer_id", f.customer_id);
    visit("visitor_id", f.visitor_id);
    visit("placement", f.placement);
    visit("moment", f.moment);
    visit("offer_kind", f.offer_kind);
    visit("rule_id", f.rule_id);
    visit("control", f.control);
    visit("position", f.position);
    visit("propensity", f.propensity);
    visit("model_version", f.model_version);
  }
};

template <>
struct FactTable<ReactionEvent> {
  static constexpr const char* kTable = "reactions";
  static constexpr FactKind kKind = FactKind::kReaction;
  static constexpr bool kVersioned = false;
  static constexpr const char* kKey = "event_id";
  static absl::Time Begin(const ReactionEvent& f) { return f.at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("event_id", f.event_id);
    visit("at", f.at);
    visit("reaction", f.reaction);
    visit("recommendation_id", f.recommendation_id);
    visit("customer_id", f.customer_id);
    visit("product_id", f.product_id);
  }
};

template <>
struct FactTable<Contact> {
  static constexpr const char* kTable = "contacts";
  static constexpr FactKind kKind = FactKind::kContact;
  static constexpr bool kVersioned = false;
  static constexpr const char* kKey = "event_id";
  static absl::Time Begin(const Contact& f) { return f.at; }
  template <typename F, typename V>
  static void Columns(F& f, V&& visit) {
    visit("event_id", f.event_id);
    visit("customer_id", f.customer_id);
    visit("at", f.at);
    visit("placement", f.placement);
    visit("recommendation_id", f.recommendation_id);
    visit("lapses_at", f.lapses_at);
  }
};

// Calls visit.template operator()<T>() for each kind that has one table.
template <typename V>
void ForEachFactTable(V&& visit) {
  visit.template operator()<Product>();
  visit.template operator()<Customer>();
  visit.template operator()<Subscription>();
  visit.template operator()<Signal>();
  visit.template operator()<Campaign>();
  visit.template operator()<Exposure>();
  visit.template operator()<ReactionEvent>();
  visit.template operator()<Contact>();
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_FACT_COLUMNS_H_
