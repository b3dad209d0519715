#include "service/insight/reports.h"

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/outcomes/report.h"
#include "engine/outcomes/stage_report.h"
#include "proto/tsugi/v1/insight_service.pb.h"
#include "service/converters/path.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

struct Period {
  absl::Time from;
  absl::Time to;
};

// `from` is left as it is where the request gives none.
template <typename Request>
absl::Status ReadPeriod(const Request& request, absl::Time now, Period* period) {
  period->to = now;
  if (request.has_to()) TSUGI_RETURN_IF_ERROR(ReadTime(Path("to"), request.to(), &period->to));
  if (!request.has_from()) return absl::OkStatus();
  TSUGI_RETURN_IF_ERROR(ReadTime(Path("from"), request.from(), &period->from));
  if (period->from < period->to) return absl::OkStatus();
  return BadField(Path("from"), base::FormatTime(period->from),
                  absl::StrCat("is not before the end, ", base::FormatTime(period->to)));
}

absl::Status ReadDimension(int by, OutcomeDimension* to) {
  if (!v1::OutcomeDimension_IsValid(by)) {
    return BadField(Path("by"), absl::StrCat(by), "is no dimension that this server knows");
  }
  *to = static_cast<OutcomeDimension>(by);
  return absl::OkStatus();
}
static_assert(static_cast<int>(OutcomeDimension::kModelVersion) ==
              v1::OUTCOME_DIMENSION_MODEL_VERSION);
static_assert(static_cast<int>(OutcomeDimension::kOfferKind) == v1::OUTCOME_DIMENSION_OFFER_KIND);

void FillEffect(const models::Effect& from, double scale, v1::Estimate* to) {
  to->set_value(from.value * scale);
  to->set_low(from.interval.low * scale);
  to->set_high(from.interval.high * scale);
}

void FillRow(const OutcomeRow& from, const std::string& currency, v1::OutcomeRow* to) {
  to->set_key(from.key);
  to->set_treated(from.treated.customers);
  to->set_control(from.control.customers);
  to->set_exposures(from.shown);
  to->set_accepted(from.accepted);
  to->set_declined(from.declined);
  to->set_maybe_later(from.maybe_later);
  to->set_contacts(from.contacts);
  to->set_treated_conversion(from.treated.ConversionRate());
  to->set_control_conversion(from.control.ConversionRate());
  FillEffect(from.conversion, 1, to->mutable_uplift());
  FillMoney(base::Decimal::FromDouble(from.credited_revenue), currency,
            to->mutable_credited_revenue());
  FillMoney(base::Decimal::FromDouble(from.credited_margin), currency,
            to->mutable_credited_value());
  to->set_credited_purchases(from.credited_purchases);
  const auto treated = static_cast<double>(from.treated.customers);
  FillEffect(from.revenue, treated, to->mutable_incremental_revenue());
  FillEffect(from.margin, treated, to->mutable_incremental_value());
  if (from.more_customers.has_value()) to->set_more_customers(*from.more_customers);
  to->set_verdict(from.verdict);
}

void FillWeeks(const StageReport& report, v1::GetStageReportResponse* response) {
  for (const StageWeek& week : report.weeks) {
    for (std::size_t i = 0; i < week.flows.size(); ++i) {
      v1::StageWeek* to = response->add_weeks();
      FillTime(week.begin, to->mutable_week());
      to->set_stage(report.rows[i].stage);
      to->set_balance(week.flows[i].balance);
      to->set_entered(week.flows[i].entered);
      to->set_left(week.flows[i].left);
      to->set_advanced(week.flows[i].advanced);
    }
  }
}

}  // namespace

absl::Status Reports::Outcomes(const v1::GetOutcomeReportRequest& request, absl::Time now,
                               v1::GetOutcomeReportResponse* response) const {
  Period period{absl::InfinitePast(), now};
  TSUGI_RETURN_IF_ERROR(ReadPeriod(request, now, &period));
  OutcomeOptions options;
  TSUGI_RETURN_IF_ERROR(ReadDimension(request.by(), &options.by));
  const std::shared_ptr<const PolicyInForce> policy = engine_->policy();
  options.from = period.from;
  options.to = period.to;
  options.window = policy->policy.attribution_window;
  options.default_margin = policy->policy.value.default_margin;
  options.outbound_placements = policy->context.outbound_placements;
  TSUGI_ASSIGN_OR_RETURN(const OutcomeFacts facts, ReadOutcomeFacts(*store_, options.to));
  const OutcomeReport report = ReportOutcomes(facts, options);
  for (const OutcomeRow& row : report.rows) {
    FillRow(row, policy->context.currency, response->add_rows());
  }
  FillTime(report.from, response->mutable_from());
  FillTime(report.to, response->mutable_to());
  return absl::OkStatus();
}

absl::Status Reports::Stages(const v1::GetStageReportRequest& request, absl::Time now,
                             v1::GetStageReportResponse* response) const {
  constexpr absl::Duration kDefaultPeriod = absl::Hours(24 * 30);
  Period period{absl::InfinitePast(), now};
  TSUGI_RETURN_IF_ERROR(ReadPeriod(request, now, &period));
  StageReportOptions options;
  options.to = period.to;
  options.from = request.has_from() ? period.from : period.to - kDefaultPeriod;
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path("segment"), request.segment(), limits::kMaxNameBytes, &options.segment));
  options.zone = engine_->policy()->context.zone;
  const StageReport report = ReportStages(engine_->index(), options);
  for (const StageRow& from : report.rows) {
    v1::StageRow* to = response->add_rows();
    to->set_stage(from.stage);
    to->set_balance(from.flow.balance);
    to->set_entered(from.flow.entered);
    to->set_left(from.flow.left);
    to->set_advanced(from.flow.advanced);
    to->set_conversion_rate(from.flow.ConversionRate());
    if (from.median_days.has_value()) to->set_median_days(*from.median_days);
  }
  FillWeeks(report, response);
  FillTime(options.from, response->mutable_from());
  FillTime(options.to, response->mutable_to());
  response->set_churn_rate(report.churn_rate);
  response->set_renewal_rate(report.renewal_rate);
  return absl::OkStatus();
}

}  // namespace tsugi
