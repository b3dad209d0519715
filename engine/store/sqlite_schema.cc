#include "engine/store/sqlite_schema.h"

#include <array>

namespace tsugi {
namespace {

// Times are microseconds since 1970, UTC; the beginning of time is the smallest integer. Names that
// end in _micros are money in millionths of the store's currency. Lists are joined by ';'.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE products (
  seq INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  observed_at INTEGER,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  kind TEXT NOT NULL,
  family TEXT NOT NULL,
  tier INTEGER,
  price_micros INTEGER,
  unit_cost_micros INTEGER,
  active INTEGER NOT NULL,
  in_stock INTEGER NOT NULL,
  consumable INTEGER NOT NULL,
  durable INTEGER NOT NULL,
  season_months TEXT NOT NULL,
  goes_with TEXT NOT NULL,
  contents TEXT NOT NULL,
  usage_limit REAL,
  billing_months INTEGER NOT NULL
);
CREATE INDEX products_by_id ON products(product_id);

CREATE TABLE customers (
  seq INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  observed_at INTEGER,
  customer_id TEXT NOT NULL,
  segment TEXT NOT NULL,
  signed_up_at INTEGER,
  birth_year INTEGER,
  region TEXT NOT NULL,
  language TEXT NOT NULL,
  consent_marketing INTEGER NOT NULL,
  consent_profiling INTEGER NOT NULL,
  acquisition_cost_micros INTEGER,
  retention_cost_micros INTEGER
);
CREATE INDEX customers_by_id ON customers(customer_id);

CREATE TABLE subscriptions (
  seq INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  observed_at INTEGER,
  subscription_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  trial_ends_at INTEGER,
  renews_at INTEGER,
  ended_at INTEGER,
  seats INTEGER NOT NULL,
  unit_price_micros INTEGER,
  usage REAL
);
CREATE INDEX subscriptions_by_id ON subscriptions(subscription_id);
CREATE INDEX subscriptions_by_customer ON subscriptions(customer_id);

-- `erased`: the customer was deleted; the same order arriving again stays anonymous.
-- `parts`: digests of the pieces an order came in, where it came in several.
CREATE TABLE orders (
  seq INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL,
  ordered_at INTEGER NOT NULL,
  channel TEXT NOT NULL,
  digest INTEGER NOT NULL,
  erased INTEGER NOT NULL DEFAULT 0,
  parts TEXT NOT NULL DEFAULT ''
);
CREATE INDEX orders_by_customer ON orders(customer_id) WHERE customer_id <> '';

-- Names by which order lines called a product; last_at is the newest order that did.
CREATE TABLE sold_names (
  name_id INTEGER PRIMARY KEY,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  UNIQUE (product_id, name)
);

CREATE TABLE order_lines (
  seq INTEGER NOT NULL REFERENCES orders(seq) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price_micros INTEGER,
  discount_percent REAL NOT NULL,
  recommendation_id TEXT,
  name_id INTEGER REFERENCES sold_names(name_id),
  PRIMARY KEY (seq, line)
) WITHOUT ROWID;

CREATE TABLE signals (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  value REAL,
  subject TEXT NOT NULL,
  product_id TEXT NOT NULL
);
CREATE INDEX signals_by_customer ON signals(customer_id);

CREATE TABLE campaigns (
  seq INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,
  campaign_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  customer_ids TEXT NOT NULL,
  segments TEXT NOT NULL,
  product_ids TEXT NOT NULL,
  discount_percent REAL NOT NULL
);

CREATE TABLE exposures (
  seq INTEGER PRIMARY KEY,
  recommendation_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  customer_id TEXT NOT NULL,
  visitor_id TEXT NOT NULL,
  placement TEXT NOT NULL,
  moment TEXT,
  offer_kind TEXT,
  rule_id TEXT NOT NULL,
  control INTEGER NOT NULL,
  position INTEGER NOT NULL,
  propensity REAL NOT NULL,
  model_version TEXT NOT NULL,
  UNIQUE (recommendation_id, product_id)
);
CREATE INDEX exposures_by_customer ON exposures(customer_id) WHERE customer_id <> '';

CREATE TABLE reactions (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  reaction TEXT NOT NULL,
  recommendation_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  product_id TEXT NOT NULL
);
CREATE INDEX reactions_by_customer ON reactions(customer_id) WHERE customer_id <> '';
CREATE INDEX reactions_by_recommendation ON reactions(recommendation_id)
  WHERE recommendation_id <> '';

CREATE TABLE contacts (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  customer_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  placement TEXT NOT NULL,
  recommendation_id TEXT NOT NULL
);
CREATE INDEX contacts_by_customer ON contacts(customer_id);

-- What was replaced (the new row has the next seq) or erased.
CREATE TABLE tombstones (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  id TEXT NOT NULL
);

-- For people.
CREATE VIEW orders_readable AS
  SELECT o.order_id, o.customer_id,
         strftime('%Y-%m-%d %H:%M:%f', o.ordered_at / 1000000.0, 'unixepoch') AS ordered_at,
         o.channel, l.product_id, n.name AS product_name, l.quantity,
         l.unit_price_micros / 1000000.0 AS unit_price, l.discount_percent, l.recommendation_id
  FROM orders o JOIN order_lines l ON l.seq = o.seq LEFT JOIN sold_names n ON n.name_id = l.name_id
  ORDER BY o.ordered_at, o.seq, l.line;

CREATE VIEW products_readable AS
  SELECT product_id, name, category, kind, family, tier, price_micros / 1000000.0 AS price,
         unit_cost_micros / 1000000.0 AS unit_cost, active, in_stock, consumable, durable,
         season_months, goes_with, contents, usage_limit, billing_months,
         strftime('%Y-%m-%d %H:%M:%f', observed_at / 1000000.0, 'unixepoch') AS observed_at
  FROM products ORDER BY product_id, valid_from, seq;

CREATE VIEW subscriptions_readable AS
  SELECT subscription_id, customer_id, product_id, status,
         strftime('%Y-%m-%d %H:%M:%f', started_at / 1000000.0, 'unixepoch') AS started_at,
         strftime('%Y-%m-%d %H:%M:%f', trial_ends_at / 1000000.0, 'unixepoch') AS trial_ends_at,
         strftime('%Y-%m-%d %H:%M:%f', renews_at / 1000000.0, 'unixepoch') AS renews_at,
         strftime('%Y-%m-%d %H:%M:%f', ended_at / 1000000.0, 'unixepoch') AS ended_at, seats,
         unit_price_micros / 1000000.0 AS unit_price, usage,
         strftime('%Y-%m-%d %H:%M:%f', observed_at / 1000000.0, 'unixepoch') AS observed_at
  FROM subscriptions ORDER BY subscription_id, valid_from, seq;

CREATE VIEW signals_readable AS
  SELECT strftime('%Y-%m-%d %H:%M:%f', at / 1000000.0, 'unixepoch') AS at, customer_id, type,
         value, subject, product_id, event_id
  FROM signals ORDER BY signals.at, seq;

CREATE VIEW exposures_readable AS
  SELECT strftime('%Y-%m-%d %H:%M:%f', at / 1000000.0, 'unixepoch') AS at, recommendation_id,
         product_id, customer_id, visitor_id, placement, moment, offer_kind, rule_id,
         CASE control WHEN 0 THEN 'treated' ELSE 'control' END AS arm, position, propensity,
         model_version
  FROM exposures ORDER BY exposures.at, seq;
)sql";

// Contacts that answers have reserved: a row of contacts with `lapses_at`, what a retry and the
// confirmation need in tables of their own. `request_print` is a fingerprint of the request;
// `keep_until` is when the row has served.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE contacts ADD COLUMN lapses_at INTEGER;
CREATE INDEX contacts_reserved ON contacts(recommendation_id) WHERE lapses_at IS NOT NULL;

CREATE TABLE reservations (
  recommendation_id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request_print INTEGER NOT NULL,
  answer BLOB NOT NULL,
  keep_until INTEGER NOT NULL
);
CREATE INDEX reservations_by_customer ON reservations(customer_id);
CREATE UNIQUE INDEX reservations_by_request ON reservations(request_id) WHERE request_id <> '';
CREATE INDEX reservations_by_end ON reservations(keep_until);

-- What a reserved answer shows: exposures once the contact is confirmed.
CREATE TABLE reserved_offers (
  recommendation_id TEXT NOT NULL REFERENCES reservations(recommendation_id) ON DELETE CASCADE,
  product_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  customer_id TEXT NOT NULL,
  visitor_id TEXT NOT NULL,
  placement TEXT NOT NULL,
  moment TEXT,
  offer_kind TEXT,
  rule_id TEXT NOT NULL,
  control INTEGER NOT NULL,
  position INTEGER NOT NULL,
  propensity REAL NOT NULL,
  model_version TEXT NOT NULL,
  PRIMARY KEY (recommendation_id, product_id)
) WITHOUT ROWID;
)sql";

}  // namespace

const std::string& SchemaVersion1() {
  static const std::string* const kText = new std::string(kVersion1);
  return *kText;
}

std::span<const std::string> SchemaSteps() {
  static const auto* const kSteps = new std::array<std::string, 1>{kVersion2};
  return *kSteps;
}

}  // namespace tsugi
