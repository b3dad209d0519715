#include "engine/lifetime_value/customer_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/facts/predicates.h"
#include "engine/policy/value.h"
#include "engine/propensity/contract_life.h"
#include "engine/propensity/periods.h"
#include "engine/state/subscriptions.h"
#include "models/lifetime_value/formulas.h"
#include "models/lifetime_value/order_value.h"

namespace tsugi {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kYear = absl::Hours(24 * 365);
constexpr base::Micros kDayMicros = 86'400'000'000;
constexpr double kDaysPerWeek = 7;

std::int64_t DayOf(base::Micros at) { return at / kDayMicros - (at % kDayMicros < 0 ? 1 : 0); }

const OrderBehaviour* FindOrders(const Behaviour& behaviour, std::string_view segment) {
  const OrderBehaviour* everyone = nullptr;
  for (const OrderBehaviour& orders : behaviour.orders) {
    if (orders.segment.empty()) everyone = &orders;
    if (orders.segment == segment) return &orders;
  }
  return everyone;
}

double ExpectedOrder(const OrderBehaviour& orders, const OrderFigures& figures) {
  const double repeats = figures.purchases - 1;
  const double mean = repeats > 0 ? figures.repeat_revenue / repeats : 0;
  if (orders.spend.has_value()) {
    const auto spend = models::GammaGammaModel::Create(*orders.spend);
    if (spend.ok()) {
      return mean > 0 ? spend->ExpectedOrder({.orders = repeats, .mean = mean})
                      : spend->PopulationMean();
    }
  }
  return mean > 0 ? mean : orders.mean_order;
}

// Without anything learned: last year's pace goes on.
OrderValue PastPace(const ValueOptions& options, const OrderFigures& figures, absl::Time at) {
  OrderValue value;
  const absl::Duration seen = std::max(at - *figures.first, kYear / 4);
  const double pace = figures.purchases / absl::FDivDuration(seen, kYear);
  const bool silent = at - *figures.last > kYear;
  value.alive = silent ? 0 : 1;
  value.order = figures.revenue / figures.purchases;
  value.purchases = value.alive * pace * absl::FDivDuration(options.horizon, kYear);
  value.value = value.alive * pace * DiscountedYears(options) * value.order * figures.margin;
  return value;
}

}  // namespace

OrderFigures FiguresOf(const FactIndex& index, const Context& context,
                       const ValueOptions& options) {
  OrderFigures figures;
  const base::Micros at = base::ToMicros(context.at);
  double margin = 0;
  std::int64_t last_day = std::numeric_limits<std::int64_t>::min();
  for (const Purchase& purchase : context.purchases) {
    if (purchase.quantity <= 0) continue;
    const double revenue = static_cast<double>(purchase.revenue_micros) / 1e6;
    const CatalogEntry* entry = index.EntryAsOf(purchase.product, at);
    const bool known = entry != nullptr && entry->facts.unit_cost.has_value();
    margin += known ? revenue - entry->facts.unit_cost->ToDouble() * purchase.quantity
                    : revenue * options.default_margin;
    const std::int64_t day = DayOf(purchase.at);
    if (day != last_day) figures.purchases += 1;
    last_day = day;
    figures.revenue += revenue;
    if (figures.purchases > 1) figures.repeat_revenue += revenue;
    if (!figures.first.has_value()) figures.first = base::FromMicros(purchase.at);
    figures.last = base::FromMicros(purchase.at);
  }
  figures.margin = figures.revenue > 0 ? margin / figures.revenue : options.default_margin;
  return figures;
}

OrderValue ValueOfOrders(const Behaviour& behaviour, const ValueOptions& options,
                         std::string_view segment, const OrderFigures& figures, absl::Time at) {
  if (figures.purchases == 0) return {.alive = 0};
  const OrderBehaviour* orders = FindOrders(behaviour, segment);
  if (orders == nullptr) return PastPace(options, figures, at);
  const auto model = models::BgNbdModel::Create(orders->purchases);
  if (!model.ok()) return PastPace(options, figures, at);
  // By whole days, as learned.
  const std::int64_t first = DayOf(base::ToMicros(*figures.first));
  const auto weeks = [&](absl::Time time) {
    return static_cast<double>(DayOf(base::ToMicros(time)) - first) / kDaysPerWeek;
  };
  models::PurchaseHistory history = {.repeats = figures.purchases - 1,
                                     .last = figures.purchases > 1 ? weeks(*figures.last) : 0,
                                     .age = weeks(at)};
  history.age = std::max(history.age, history.last);
  const double horizon = absl::FDivDuration(options.horizon, kDay) / kDaysPerWeek;
  const double discount = std::log1p(options.discount_rate) * kDaysPerWeek / 365;
  OrderValue value;
  value.alive = model->AliveProbability(history);
  value.order = ExpectedOrder(*orders, figures);
  value.purchases = model->ExpectedPurchases(history, horizon);
  value.value = model->ExpectedPurchases(history, horizon, discount) * value.order * figures.margin;
  return value;
}

YearlyFigures YearlyOf(const FactIndex& index, const ValueOptions& options,
                       const SubscriptionState& subscription, absl::Time at) {
  const Subscription& facts = *subscription.facts;
  const Product* plan = subscription.plan.facts;
  const double periods = 12.0 / std::max(1, plan == nullptr ? 1 : plan->billing_months);
  const double units = static_cast<double>(facts.seats) * periods;
  YearlyFigures yearly;
  yearly.price = SeatPriceOrZero(index, subscription, base::ToMicros(at)) * units;
  yearly.margin = plan != nullptr && plan->unit_cost.has_value()
                      ? yearly.price - plan->unit_cost->ToDouble() * units
                      : yearly.price * options.default_margin;
  return yearly;
}

double ValueOfContract(const FactIndex& index, const Behaviour& behaviour,
                       const ValueOptions& options, std::string_view segment,
                       const SubscriptionState& subscription, double risk, absl::Time at) {
  const Subscription& facts = *subscription.facts;
  const bool trial = facts.status == SubscriptionStatus::kTrialing;
  if (!trial && !IsPaid(facts.status)) return 0;
  const int months =
      subscription.plan.facts == nullptr ? 1 : std::max(1, subscription.plan.facts->billing_months);
  const absl::Time paid_from = trial ? at : base::FromMicros(PaidFrom(facts));
  const double life = ExpectedLifeDays(behaviour, months, segment, paid_from, at)
                          .value_or(std::numeric_limits<double>::infinity());
  const double years = DiscountedYears(options, life);
  double sure = 0;  // until the next renewal
  if (!trial) {
    const absl::Duration period = absl::Microseconds(PeriodMicros(months));
    absl::Duration left = period - (std::max(at, paid_from) - paid_from) % period;
    if (facts.renews_at.has_value() && *facts.renews_at > at) left = *facts.renews_at - at;
    ValueOptions near = options;
    near.horizon = std::min(options.horizon, left);
    sure = std::min(years, DiscountedYears(near));
  }
  return YearlyOf(index, options, subscription, at).margin * (sure + (1 - risk) * (years - sure));
}

std::optional<double> RemainingValueOf(const FactIndex& index, const Behaviour& behaviour,
                                       const ValueOptions& options, const Context& context) {
  constexpr double kRisk = 0.1;
  if (!context.profiled || !context.customer.valid()) return std::nullopt;
  if (behaviour.orders.empty() && behaviour.contracts.empty()) return std::nullopt;
  double value = 0;
  if (!behaviour.orders.empty()) {
    value += ValueOfOrders(behaviour, options, context.segment, FiguresOf(index, context, options),
                           context.at)
                 .value;
  }
  for (const SubscriptionState& subscription : context.subscriptions) {
    if (!IsPaid(subscription.facts->status)) continue;
    value += ValueOfContract(index, behaviour, options, context.segment, subscription, kRisk,
                             context.at);
  }
  return value;
}

std::optional<double> FullValueOf(const FactIndex& index, const ValueOptions& options,
                                  const Context& context) {
  if (!context.profiled || !context.customer.valid()) return std::nullopt;
  const Customer* facts =
      index.customer(context.customer).versions.AsOf(base::ToMicros(context.at));
  if (facts == nullptr ||
      (!facts->acquisition_cost.has_value() && !facts->retention_cost.has_value())) {
    return std::nullopt;
  }
  const double horizon = absl::FDivDuration(options.horizon, kYear);
  models::FullLifetimeValueInputs inputs;
  const OrderFigures figures = FiguresOf(index, context, options);
  if (figures.purchases > 0) {
    const double years = std::max(0.25, absl::FDivDuration(context.at - *figures.first, kYear));
    inputs.average_order_value = figures.revenue / figures.purchases;
    inputs.margin = figures.margin;
    inputs.orders_per_period = figures.purchases / years;
    inputs.periods = years + horizon;
  }
  inputs.acquisition_cost = facts->acquisition_cost.value_or(base::Decimal()).ToDouble();
  inputs.retention_cost = facts->retention_cost.value_or(base::Decimal()).ToDouble();
  double value = models::FullLifetimeValue(inputs);
  for (const SubscriptionState& state : context.subscriptions) {
    const SubscriptionStatus status = state.facts->status;
    if (status == SubscriptionStatus::kTrialing || status == SubscriptionStatus::kLostDeal)
      continue;
    const absl::Time from = base::FromMicros(PaidFrom(*state.facts));
    absl::Time until = context.at + options.horizon;
    if (!IsPaid(status)) until = std::min(context.at, state.facts->ended_at.value_or(context.at));
    const double years = std::max(0.0, absl::FDivDuration(until - from, kYear));
    value += YearlyOf(index, options, state, context.at).margin * years;
  }
  return value;
}

}  // namespace tsugi
