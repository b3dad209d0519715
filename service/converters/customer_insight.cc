#include "service/converters/customer_insight.h"

#include "base/status_macros.h"
#include "proto/tsugi/v1/insight_service.pb.h"
#include "service/converters/path.h"
#include "service/converters/suggest_request.h"
#include "service/converters/values.h"
#include "service/converters/worklist.h"

namespace tsugi {
namespace {

void FillHistory(const CustomerInsight& from, v1::GetCustomerInsightResponse* to) {
  to->set_orders(from.orders);
  if (from.first_order.has_value()) FillTime(*from.first_order, to->mutable_first_order_at());
  if (from.last_order.has_value()) FillTime(*from.last_order, to->mutable_last_order_at());
  if (from.nps.has_value()) to->set_nps(*from.nps);
  if (from.csat.has_value()) to->set_csat(*from.csat);
  to->set_open_complaints(from.open_complaints);
  to->set_counted_contacts(from.counted_contacts);
  for (const auto& [category, share] : from.categories) {
    v1::CategoryShare* out = to->add_categories();
    out->set_category(category);
    out->set_share(share);
  }
  for (const CustomerInsight::Due& due : from.due) {
    v1::DueProduct* out = to->add_due_products();
    out->set_product_id(due.product_id);
    FillTime(due.at, out->mutable_due_at());
    out->set_interval_days(due.interval_days);
  }
}

void FillMoment(const NextMoment& from, v1::NextMoment* to) {
  to->set_moment(static_cast<v1::Moment>(EnumNumber(from.moment)));
  FillTime(from.event_at, to->mutable_event_at());
  if (from.opens_at.has_value()) FillTime(*from.opens_at, to->mutable_opens_at());
  if (from.closes_at.has_value()) FillTime(*from.closes_at, to->mutable_closes_at());
  to->set_subscription_id(from.subscription_id);
  to->set_product_id(from.product_id);
}

void FillOffer(const RecentOffer& from, v1::RecentOffer* to) {
  to->set_product_id(from.product_id);
  if (from.shown_at.has_value()) FillTime(*from.shown_at, to->mutable_shown_at());
  if (from.reaction.has_value()) {
    to->set_reaction(static_cast<v1::Reaction>(EnumNumber(*from.reaction)));
  }
  if (from.reacted_at.has_value()) FillTime(*from.reacted_at, to->mutable_reacted_at());
}

}  // namespace

absl::Status ReadInsightQuery(const v1::GetCustomerInsightRequest& from, absl::Time now,
                              InsightQuery* to) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("customer_id"), from.customer_id(), Presence::kRequired, &to->customer_id));
  to->at = now;
  if (from.has_at()) TSUGI_RETURN_IF_ERROR(ReadTime(Path("at"), from.at(), &to->at));
  TSUGI_RETURN_IF_ERROR(ReadLanguage(Path("language"), from.language(), &to->language));
  if (to->language.empty()) to->language = "en";
  return absl::OkStatus();
}

void FillCustomerInsight(const CustomerInsight& from, const std::string& currency,
                         v1::GetCustomerInsightResponse* to) {
  to->set_customer_id(from.customer_id);
  to->set_segment(from.segment);
  to->set_stage(from.stage);
  to->set_rank(static_cast<v1::AccountRank>(EnumNumber(from.rank)));
  FillRankFigures(from.figures, currency, to->mutable_rank_figures());
  FillMoney(from.lifetime_value, currency, to->mutable_lifetime_value());
  FillMoney(from.revenue_to_date, currency, to->mutable_revenue_to_date());
  v1::Risk* risk = to->mutable_risk();
  risk->set_level(static_cast<v1::RiskLevel>(EnumNumber(from.risk.level)));
  risk->set_probability(from.risk.probability);
  for (const std::string& text : from.risk_texts) risk->add_causes(text);
  FillHistory(from, to);
  for (const NextMoment& moment : from.moments) FillMoment(moment, to->add_next_moments());
  for (const RecentOffer& offer : from.offers) FillOffer(offer, to->add_recent_offers());
}

}  // namespace tsugi
