#include "generator/sink.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi::generator {

Sink::Sink(const std::filesystem::path& directory, Seconds end)
    : products(directory / "products.csv",
               {"product_id", "name", "category", "kind", "family", "tier", "price", "unit_cost",
                "active", "in_stock", "consumable", "durable", "season_months", "goes_with",
                "contents", "usage_limit", "billing_months", "observed_at"}),
      customers(directory / "customers.csv",
                {"customer_id", "segment", "signed_up_at", "birth_year", "region", "language",
                 "consent_marketing", "consent_profiling", "acquisition_cost", "retention_cost",
                 "observed_at"}),
      subscriptions(
          directory / "subscriptions.csv",
          {"subscription_id", "customer_id", "product_id", "status", "started_at", "trial_ends_at",
           "renews_at", "ended_at", "seats", "unit_price", "usage", "observed_at"}),
      orders(directory / "orders.csv",
             {"order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price",
              "product_name", "discount_percent", "channel", "recommendation_id"}),
      campaigns(directory / "campaigns.csv",
                {"campaign_id", "name", "starts_at", "ends_at", "customer_ids", "segments",
                 "product_ids", "discount_percent"}),
      end_(end),
      signals_(directory / "signals.csv",
               {"event_id", "customer_id", "at", "type", "value", "subject", "product_id"}),
      exposures_(directory / "exposures.csv",
                 {"recommendation_id", "product_id", "at", "customer_id", "placement", "moment",
                  "offer_kind", "rule_id", "arm", "position", "propensity", "model_version"}),
      reactions_(directory / "reactions.csv",
                 {"event_id", "at", "reaction", "recommendation_id", "customer_id", "product_id"}) {
}

void Sink::Signal(const SignalRow& row) {
  if (row.at >= end_) return;
  signals_.Text(absl::StrFormat("SIG-%07d", signals_.rows() + 1));
  signals_.Text(row.customer_id).Time(row.at).Text(row.type);
  if (row.value >= 0) {
    signals_.Number(row.value);
  } else {
    signals_.Empty();
  }
  signals_.Text(row.subject).Text(row.product_id).EndRow();
}

void Sink::Exposure(const ExposureRow& row) {
  if (row.at >= end_) return;
  exposures_.Text(row.recommendation_id).Text(row.product_id).Time(row.at);
  exposures_.Text(row.customer_id).Text(row.placement).Text(row.moment).Text(row.offer_kind);
  exposures_.Text(row.rule_id).Text(row.control ? "control" : "treated").Number(row.position);
  exposures_.Money(row.propensity_percent).Text("handmade-1").EndRow();
}

void Sink::Reaction(Seconds at, std::string_view reaction, std::string_view recommendation_id,
                    std::string_view customer_id, std::string_view product_id) {
  if (at >= end_) return;
  reactions_.Text(absl::StrFormat("REA-%07d", reactions_.rows() + 1)).Time(at).Text(reaction);
  reactions_.Text(recommendation_id).Text(customer_id).Text(product_id).EndRow();
}

std::string Sink::NextRecommendationId() { return absl::StrFormat("REC-%07d", ++recommendations_); }

std::string Sink::NextSubject(std::string_view prefix) {
  return absl::StrFormat("%s-%06d", std::string(prefix), ++subjects_);
}

absl::Status Sink::Close() {
  summary.products = products.rows();
  summary.customers = customers.rows();
  summary.subscriptions = subscriptions.rows();
  summary.order_lines = orders.rows();
  summary.campaigns = campaigns.rows();
  summary.signals = signals_.rows();
  summary.exposures = exposures_.rows();
  summary.reactions = reactions_.rows();
  absl::Status status;
  for (CsvWriter* file : {&products, &customers, &subscriptions, &orders, &campaigns, &signals_,
                          &exposures_, &reactions_}) {
    status.Update(file->Close());
  }
  return status;
}

}  // namespace tsugi::generator
