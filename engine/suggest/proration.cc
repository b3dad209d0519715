#include "engine/suggest/proration.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "engine/policy/value.h"

namespace tsugi {
namespace {

absl::Time AddMonths(absl::Time time, int months, absl::TimeZone zone) {
  const absl::CivilSecond local = absl::ToCivilSecond(time, zone);
  const absl::CivilMonth month = absl::CivilMonth(local) + months;
  const auto last = static_cast<int>((absl::CivilDay(month + 1) - absl::CivilDay(month)));
  const absl::CivilSecond moved(month.year(), month.month(), std::min(local.day(), last),
                                local.hour(), local.minute(), local.second());
  return absl::FromCivil(moved, zone) + (time - absl::FromCivil(local, zone));
}

base::Decimal Round(double value, const Context& context) {
  std::int64_t unit = base::Decimal::kScale;
  for (int i = 0; i < CurrencyDecimals(context.currency); ++i) unit /= 10;
  const std::int64_t micros = base::Decimal::FromDouble(value).micros();
  const std::int64_t half = micros < 0 ? -unit / 2 : unit / 2;
  return base::Decimal::FromMicros((micros + half) / unit * unit);
}

}  // namespace

absl::Time PeriodStart(absl::Time end, int months, absl::TimeZone zone) {
  return AddMonths(end, -months, zone);
}

std::optional<Proration> Prorate(const Context& context, const DecidedOffer& decided) {
  const ScoredOffer& offer = decided.offer;
  const Candidate& candidate = offer.candidate;
  if (candidate.subscription == nullptr) return std::nullopt;
  const Subscription& subscription = *candidate.subscription->facts;
  if (candidate.kind == OfferKind::kTrialConversion) {
    return Proration{base::Decimal(), base::Decimal(), decided.price, subscription.trial_ends_at};
  }
  if (candidate.kind != OfferKind::kUpgrade || !subscription.renews_at.has_value() ||
      *subscription.renews_at <= context.at || candidate.replaces.facts == nullptr) {
    return std::nullopt;
  }
  const int old_months = candidate.replaces.facts->billing_months;
  const absl::Time start = PeriodStart(*subscription.renews_at, old_months, context.zone);
  const double left = std::clamp(
      absl::FDivDuration(*subscription.renews_at - context.at, *subscription.renews_at - start),
      0.0, 1.0);
  const double price = decided.price.ToDouble();
  const double replaced = offer.replaced_price.ToDouble();
  if (offer.billing_months == old_months) {
    return Proration{Round(std::max(0.0, (price - replaced) * left), context),
                     Round(replaced * left, context), decided.price, subscription.renews_at};
  }
  // `replaced` is over the new period: what is left of the old one is worth its share of it.
  const double credit = replaced * old_months / std::max(1, offer.billing_months) * left;
  return Proration{Round(std::max(0.0, price - credit), context), Round(credit, context),
                   decided.price, AddMonths(context.at, offer.billing_months, context.zone)};
}

}  // namespace tsugi
