#include "engine/policy/moments.h"

#include <algorithm>
#include <cmath>

namespace tsugi {
namespace {

bool InCartOrViewed(const ProductRef& product, const Context& context) {
  if (!product.known()) return false;
  const auto same = [&](const ProductRef& other) { return other.index == product.index; };
  return std::any_of(context.cart.begin(), context.cart.end(),
                     [&](const CartItem& item) { return same(item.product); }) ||
         std::any_of(context.viewed.begin(), context.viewed.end(), same);
}

absl::Duration Share(absl::Duration duration, double share) {
  // Whole microseconds, as every stored time is: 0.1 of 30 days is 3 days to the dot.
  return absl::Microseconds(std::llround(absl::ToDoubleMicroseconds(duration) * share));
}

}  // namespace

absl::Duration BillingPeriod(absl::Time renews_at, int months, absl::TimeZone zone) {
  const absl::CivilSecond end = absl::ToCivilSecond(renews_at, zone);
  const absl::CivilMonth month = absl::CivilMonth(end) - months;
  const int last_day = (absl::CivilDay(month + 1) - 1).day();
  const absl::CivilSecond start(month.year(), month.month(), std::min(end.day(), last_day),
                                end.hour(), end.minute(), end.second());
  const absl::Duration fraction = renews_at - absl::FromUnixSeconds(absl::ToUnixSeconds(renews_at));
  return renews_at - (absl::FromCivil(start, zone) + fraction);
}

bool HasEvent(Moment moment) { return moment == Moment::kRenewal || moment == Moment::kTrialEnd; }

std::optional<Opening> EventOpening(const Rule& rule, const SubscriptionState& subscription,
                                    const Context& context) {
  const Subscription* const facts = subscription.facts;
  if (facts == nullptr) return std::nullopt;
  if (!context.subscription_id.empty() && facts->id != context.subscription_id) {
    return std::nullopt;
  }
  std::optional<absl::Time> event;
  if (rule.moment == Moment::kRenewal && facts->status == SubscriptionStatus::kActive) {
    event = facts->renews_at;
  } else if (rule.moment == Moment::kTrialEnd && facts->status == SubscriptionStatus::kTrialing) {
    event = facts->trial_ends_at;
  }
  if (!event.has_value()) return std::nullopt;
  absl::Duration before = rule.window.before.value_or(absl::ZeroDuration());
  if (rule.window.at_most.has_value()) {
    const Product* const plan = subscription.plan.facts;
    const int months = plan == nullptr ? 1 : std::max(1, plan->billing_months);
    const absl::Duration cap =
        Share(BillingPeriod(*event, months, context.zone), *rule.window.at_most);
    before = rule.window.before.has_value() ? std::min(before, cap) : cap;
  }
  return Opening{*event - before, *event + rule.window.after.value_or(absl::ZeroDuration())};
}

bool RequestOpens(const Context& context) {
  return !context.outbound || !context.cart.empty() || !context.viewed.empty();
}

Fit FitOf(Moment moment, const Candidate& candidate, const Context& context) {
  const bool event = HasEvent(moment);
  if (!event && moment != Moment::kPrePurchase) return Fit::kNo;
  switch (candidate.kind) {
    case OfferKind::kCrossSell:
    case OfferKind::kAddOn:
      if (!event) return Fit::kRequest;
      return candidate.subscription == nullptr ? Fit::kAnyEvent : Fit::kOwnEvent;
    case OfferKind::kUpgrade:
      if (event) return candidate.subscription == nullptr ? Fit::kNo : Fit::kOwnEvent;
      return candidate.subscription == nullptr && InCartOrViewed(candidate.replaces, context)
                 ? Fit::kRequest
                 : Fit::kNo;
    case OfferKind::kTrialConversion:
      return moment == Moment::kTrialEnd && candidate.subscription != nullptr ? Fit::kOwnEvent
                                                                              : Fit::kNo;
    case OfferKind::kBundle:
    case OfferKind::kSubscribeAndSave:
    case OfferKind::kPromotion:
      return Fit::kNo;
  }
  return Fit::kNo;
}

}  // namespace tsugi
