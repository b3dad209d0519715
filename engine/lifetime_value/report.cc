#include "engine/lifetime_value/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "engine/propensity/periods.h"
#include "engine/state/resolve_context.h"
#include "engine/state/subscriptions.h"
#include "models/lifetime_value/formulas.h"

namespace tsugi {
namespace {

constexpr absl::Duration kYear = absl::Hours(24 * 365);
constexpr absl::Duration kMonth = absl::Hours(730);

// What the contracts of a row add up to.
struct Contracts {
  double months = 0;      // of all contracts in the last year
  double lost = 0;        // in the last year
  double long_years = 0;  // the same of yearly plans
  double long_lost = 0;
  double monthly_revenue = 0;  // of running ones
  double long_revenue = 0;     // a year, of running yearly plans
  double long_margin = 0;
  std::size_t long_subscribers = 0;
};

struct Sums {
  LifetimeRow row;
  Contracts contracts;
  double revenue = 0;
  double margin = 0;
  double observed_years = 0;  // of buyers, since their first order
  double retained_years = 0;  // from the first order to the last
  double costs = 0;
};

void AddContract(const FactIndex& index, const ValueOptions& options,
                 const SubscriptionState& state, absl::Time at, Contracts* to) {
  const Subscription& facts = *state.facts;
  if (facts.status == SubscriptionStatus::kTrialing ||
      facts.status == SubscriptionStatus::kLostDeal) {
    return;
  }
  const bool running = IsPaid(facts.status);
  const absl::Time from = base::FromMicros(PaidFrom(facts));
  const absl::Time until = running ? at : std::min(at, facts.ended_at.value_or(at));
  if (until <= from) return;
  const absl::Time year_ago = at - kYear;
  const bool is_long = state.plan.facts != nullptr && state.plan.facts->billing_months >= 12;
  if (until > year_ago) {
    const absl::Duration seen = until - std::max(from, year_ago);
    to->months += absl::FDivDuration(seen, kMonth);
    if (!running) to->lost += 1;
    if (is_long) to->long_years += absl::FDivDuration(seen, kYear);
    if (is_long && !running) to->long_lost += 1;
  }
  if (!running) return;
  const YearlyFigures yearly = YearlyOf(index, options, state, at);
  to->monthly_revenue += yearly.price / 12;
  if (!is_long) return;
  to->long_revenue += yearly.price;
  to->long_margin += yearly.margin;
  ++to->long_subscribers;
}

void Add(const FactIndex& index, const ValueOptions& options, const Context& context,
         const OneLifetime& one, Sums* to) {
  LifetimeRow& row = to->row;
  ++row.customers;
  row.expected_orders += one.orders.value;
  row.expected_contracts += one.contracts;
  const OrderFigures& figures = one.figures;
  if (figures.purchases > 0) {
    ++row.buyers;
    row.orders += figures.purchases;
    to->revenue += figures.revenue;
    to->margin += figures.margin * figures.revenue;
    to->observed_years += absl::FDivDuration(context.at - *figures.first, kYear);
    to->retained_years += absl::FDivDuration(*figures.last - *figures.first, kYear);
  }
  bool subscribes = false;
  for (const SubscriptionState& state : context.subscriptions) {
    AddContract(index, options, state, context.at, &to->contracts);
    subscribes = subscribes || IsPaid(state.facts->status);
  }
  if (subscribes) ++row.subscribers;
  const Customer* facts =
      index.customer(context.customer).versions.AsOf(base::ToMicros(context.at));
  if (facts == nullptr) return;
  if (facts->acquisition_cost.has_value() || facts->retention_cost.has_value()) ++row.costs_known;
  to->costs += facts->acquisition_cost.value_or(base::Decimal()).ToDouble() +
               facts->retention_cost.value_or(base::Decimal()).ToDouble();
}

void FillContractFormulas(const Sums& sums, LifetimeRow* row) {
  const Contracts& contracts = sums.contracts;
  const double churn = contracts.months > 0 ? contracts.lost / contracts.months : 0;
  row->churn_percent = 100 * churn;
  if (row->subscribers > 0) {
    row->subscription = models::SubscriptionLifetimeValue(
        contracts.monthly_revenue / static_cast<double>(row->subscribers), row->churn_percent);
  }
  if (contracts.long_subscribers == 0 || contracts.long_revenue <= 0) return;
  constexpr double kMostYears = 5;
  const double yearly_churn =
      contracts.long_years > 0 ? contracts.long_lost / contracts.long_years : 0;
  const double years = yearly_churn > 1 / kMostYears ? 1 / yearly_churn : kMostYears;
  row->contract = models::ContractLifetimeValue(
      contracts.long_revenue / static_cast<double>(contracts.long_subscribers),
      contracts.long_margin / contracts.long_revenue, years);
}

LifetimeRow Finish(Sums sums) {
  LifetimeRow row = std::move(sums.row);
  const auto customers = static_cast<double>(std::max<std::size_t>(1, row.customers));
  if (row.buyers > 0) {
    const auto buyers = static_cast<double>(row.buyers);
    row.average_order_value = sums.revenue / row.orders;
    row.margin = sums.revenue > 0 ? sums.margin / sums.revenue : 0;
    // Nobody is observed for less than a quarter on average: a first week is no yearly pace.
    row.orders_a_year = row.orders / std::max(sums.observed_years, buyers / 4);
    row.years = sums.retained_years / buyers + 1 / row.orders_a_year;
    row.simple = models::SimpleLifetimeValue(row.average_order_value, row.orders / buyers);
    row.repeat_purchase =
        models::RepeatPurchaseLifetimeValue(row.average_order_value, row.orders_a_year, row.years);
  }
  FillContractFormulas(sums, &row);
  row.full = models::FullLifetimeValue({.average_order_value = row.average_order_value,
                                        .margin = row.margin,
                                        .orders_per_period = row.orders_a_year,
                                        .periods = row.years,
                                        .acquisition_cost = sums.costs / customers,
                                        .retention_cost = 0});
  row.expected_total = row.expected_orders + row.expected_contracts;
  row.expected_orders /= customers;
  row.expected_contracts /= customers;
  return row;
}

// Everyone with an order or a subscription.
std::set<std::string> CustomersOf(const FactIndex& index, const OrderHistory& history) {
  const std::vector<std::string>& ids = history.columns().customer_ids;
  std::set<std::string> customers(ids.begin(), ids.end());
  for (const SubscriptionRecord& record : index.subscriptions()) {
    if (record.id.empty() || record.versions.empty()) continue;
    customers.insert(record.versions.all().front().facts.facts.customer_id);
  }
  return customers;
}

absl::StatusOr<Context> ContextOf(const FactIndex& index, const std::string& customer,
                                  absl::Time at) {
  SuggestRequest request;
  request.customer_id = customer;
  request.at = at;
  return ResolveContext(index, ContextOptions(), request);
}

}  // namespace

absl::StatusOr<OneLifetime> LifetimeReporter::ValueOf(const Context& context) const {
  OneLifetime one;
  one.customer_id = context.customer_id;
  one.segment = context.segment;
  one.figures = FiguresOf(*index_, context, options_);
  one.orders = ValueOfOrders(*behaviour_, options_, context.segment, one.figures, at_);
  for (const SubscriptionState& state : context.subscriptions) {
    const double price = SeatPriceOrZero(*index_, state, base::ToMicros(at_));
    const AccountRisk risk = RiskOf({}, *behaviour_, context, state, price);
    one.contracts += ValueOfContract(*index_, *behaviour_, options_, context.segment, state,
                                     risk.probability, at_);
  }
  one.total = one.orders.value + one.contracts;
  one.full = FullValueOf(*index_, options_, context);
  return one;
}

absl::StatusOr<LifetimeReport> LifetimeReporter::Report(const OrderHistory& history) const {
  Sums total;
  std::map<std::string, Sums> segments;
  const base::ReaderLock lock(&index_->mutex());
  for (const std::string& id : CustomersOf(*index_, history)) {
    TSUGI_ASSIGN_OR_RETURN(const Context context, ContextOf(*index_, id, at_));
    if (!context.profiled) continue;
    TSUGI_ASSIGN_OR_RETURN(const OneLifetime one, ValueOf(context));
    Add(*index_, options_, context, one, &total);
    Add(*index_, options_, context, one, &segments[context.segment]);
  }
  LifetimeReport report;
  report.at = at_;
  report.total = Finish(std::move(total));
  report.total.segment = "total";
  for (auto& [segment, sums] : segments) {
    report.segments.push_back(Finish(std::move(sums)));
    report.segments.back().segment = segment;
  }
  return report;
}

absl::StatusOr<OneLifetime> LifetimeReporter::Of(const std::string& customer_id) const {
  const base::ReaderLock lock(&index_->mutex());
  TSUGI_ASSIGN_OR_RETURN(const Context context, ContextOf(*index_, customer_id, at_));
  if (context.profiled) return ValueOf(context);
  if (index_->FindCustomer(customer_id) == nullptr) {
    return absl::NotFoundError(absl::StrCat("customer: \"", customer_id, "\" is not known"));
  }
  return absl::PermissionDeniedError(
      absl::StrCat("customer: \"", customer_id,
                   "\" has not consented to profiling, or was not known at that time"));
}

}  // namespace tsugi
