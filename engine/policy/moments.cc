#include "engine/policy/moments.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/facts/predicates.h"
#include "engine/policy/conditions.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

constexpr unsigned kMonths = 12;
constexpr unsigned kAllMonths = (1U << kMonths) - 1;

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

bool IsLostDeal(const Candidate& candidate) {
  return candidate.subscription != nullptr && candidate.subscription->facts != nullptr &&
         candidate.subscription->facts->status == SubscriptionStatus::kLostDeal;
}

Opening Around(absl::Time event, const Window& window) {
  return {event - window.before.value_or(absl::ZeroDuration()),
          event + window.after.value_or(absl::ZeroDuration())};
}

void AddOpening(Opening opening, Events& events) { events.emplace_back().opening = opening; }

// RENEWAL, TRIAL_END, USAGE_LIMIT.
std::optional<Opening> SubscriptionOpening(const Rule& rule, const SubscriptionState& subscription,
                                           const Context& context) {
  const Subscription* const facts = subscription.facts;
  if (facts == nullptr) return std::nullopt;
  if (!context.subscription_id.empty() && facts->id != context.subscription_id) {
    return std::nullopt;
  }
  const bool active = facts->status == SubscriptionStatus::kActive;
  if (rule.moment == Moment::kUsageLimit) {
    if (!active || !UsageShare(subscription).has_value()) return std::nullopt;
    return Opening{};
  }
  if (rule.moment == Moment::kTrialEnd) {
    if (facts->status != SubscriptionStatus::kTrialing || !facts->trial_ends_at.has_value()) {
      return std::nullopt;
    }
    return Around(*facts->trial_ends_at, rule.window);
  }
  if (!active || !facts->renews_at.has_value()) return std::nullopt;
  Window window = rule.window;
  if (window.at_most.has_value()) {
    const Product* const plan = subscription.plan.facts;
    const int months = plan == nullptr ? 1 : std::max(1, plan->billing_months);
    const absl::Duration cap =
        Share(BillingPeriod(*facts->renews_at, months, context.zone), *window.at_most);
    window.before = std::min(window.before.value_or(cap), cap);
  }
  return Around(*facts->renews_at, window);
}

void FindSubscriptionEvents(const Rule& rule, const Context& context, Events& events) {
  for (const SubscriptionState& subscription : context.subscriptions) {
    const auto opening = SubscriptionOpening(rule, subscription, context);
    if (!opening.has_value()) continue;
    Event& event = events.emplace_back();
    event.opening = *opening;
    event.subscription = &subscription;
  }
}

void FindCampaignEvents(const Rule& rule, const Context& context, Events& events) {
  for (const RunningCampaign& campaign : context.running_campaigns) {
    Opening opening = Around(campaign.facts->ends_at, rule.window);
    opening.opens = std::max(opening.opens, campaign.facts->starts_at);
    Event& event = events.emplace_back();
    event.opening = opening;
    event.campaign = &campaign;
  }
}

void FindSatisfaction(const Rule& rule, const Context& context, Events& events) {
  const bool either = !rule.when.nps_at_least.has_value() && !rule.when.csat_at_least.has_value();
  std::optional<absl::Time> newest;
  bool met = false;
  const auto look = [&](const std::optional<SignalValue>& signal,
                        const std::optional<double>& at_least) {
    if (!signal.has_value() || (!at_least.has_value() && !either)) return;
    const bool good = either || signal->value >= *at_least;
    if (!newest.has_value() || signal->at > *newest) {
      newest = signal->at;
      met = good;
    } else if (signal->at == *newest) {
      met = met && good;
    }
  };
  look(context.nps, rule.when.nps_at_least);
  look(context.csat, rule.when.csat_at_least);
  if (!newest.has_value()) return;
  Event& event = events.emplace_back();
  event.opening = Around(*newest, rule.window);
  event.met = met;
}

void FindSeasons(const Context& context, Events& events) {
  for (const ProductRef& product : context.seasonal) {  // by index already
    if (product.facts == nullptr || (product.facts->season_months & kAllMonths) == 0) continue;
    Event& event = events.emplace_back();
    event.opening = SeasonOpening(product.facts->season_months, context.at, context.zone);
    event.product = product.index;
  }
}

void FindRhythms(const Rule& rule, const Context& context, Events& events) {
  for (const Rhythm& rhythm : context.rhythms) {
    Event& event = events.emplace_back();
    event.opening = Around(rhythm.last + Share(absl::Hours(24), rhythm.interval_days), rule.window);
    event.product = rhythm.product.index;
  }
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.product < b.product; });
}

void FindSilence(const Rule& rule, const Context& context, Events& events) {
  if (rule.when.silence_at_least.has_value()) {
    const std::optional<absl::Time> silent = SilentSince(*rule.when.silence_at_least, context);
    if (silent.has_value()) AddOpening({*silent, absl::InfiniteFuture()}, events);
  }
  if (context.lost_deal.has_value()) {
    AddOpening(Around(*context.lost_deal, rule.window), events);
    events.back().lost_deal = true;
  }
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

Opening SeasonOpening(std::uint16_t season_months, absl::Time at, absl::TimeZone zone) {
  if ((season_months & kAllMonths) == kAllMonths) return {};
  const auto in_season = [&](absl::CivilMonth month) {
    return IsInSeason(season_months, month.month());
  };
  absl::CivilMonth first = absl::ToCivilMonth(at, zone);
  while (!in_season(first)) ++first;
  absl::CivilMonth next = first;
  while (in_season(next)) ++next;
  while (in_season(first - 1)) --first;
  return {absl::FromCivil(absl::CivilSecond(first), zone),
          absl::FromCivil(absl::CivilSecond(next), zone)};
}

void FindEvents(const Rule& rule, const Context& context, Events& events) {
  switch (rule.moment) {
    case Moment::kPrePurchase:
      if (!context.outbound || !context.cart.empty() || !context.viewed.empty()) {
        AddOpening({}, events);
      }
      break;
    case Moment::kPostPurchase:
      if (context.last_order.has_value()) {
        AddOpening(Around(*context.last_order, rule.window), events);
      }
      break;
    case Moment::kRenewal:
    case Moment::kTrialEnd:
    case Moment::kUsageLimit:
      FindSubscriptionEvents(rule, context, events);
      break;
    case Moment::kCampaignEnd:
      FindCampaignEvents(rule, context, events);
      break;
    case Moment::kSatisfaction:
      FindSatisfaction(rule, context, events);
      break;
    case Moment::kSeason:
      FindSeasons(context, events);
      break;
    case Moment::kReplenishment:
      FindRhythms(rule, context, events);
      break;
    case Moment::kWinBack:
      FindSilence(rule, context, events);
      break;
  }
}

Fit FitOf(Moment moment, const Candidate& candidate, const Context& context) {
  const bool upgrade = candidate.kind == OfferKind::kUpgrade;
  const bool conversion = candidate.kind == OfferKind::kTrialConversion;
  const bool owns = candidate.subscription != nullptr;
  if (moment == Moment::kCampaignEnd) return Fit::kCampaign;
  if (IsLostDeal(candidate)) return moment == Moment::kWinBack ? Fit::kLostDeal : Fit::kNo;
  switch (moment) {
    case Moment::kPrePurchase:
      if (conversion) return Fit::kNo;
      if (!upgrade) return Fit::kAnyEvent;
      return !owns && InCartOrViewed(candidate.replaces, context) ? Fit::kAnyEvent : Fit::kNo;
    case Moment::kRenewal:
    case Moment::kTrialEnd:
    case Moment::kUsageLimit:
      if (conversion && moment != Moment::kTrialEnd) return Fit::kNo;
      if (owns) return Fit::kOwnSubscription;
      return upgrade || conversion ? Fit::kNo : Fit::kAnyEvent;
    case Moment::kSeason:
    case Moment::kReplenishment:
      return conversion ? Fit::kNo : Fit::kProduct;
    case Moment::kPostPurchase:
    case Moment::kSatisfaction:
    case Moment::kWinBack:
    case Moment::kCampaignEnd:
      break;
  }
  return Fit::kAnyEvent;
}

bool IsAbout(const Event& event, Moment moment, Fit fit, const Candidate& candidate) {
  const auto is = [&](const ProductRef& product) { return product.index == event.product; };
  switch (fit) {
    case Fit::kNo:
      return false;
    case Fit::kAnyEvent:
      return true;
    case Fit::kOwnSubscription:
      return event.subscription != nullptr &&
             event.subscription->facts->id == candidate.subscription->facts->id;
    case Fit::kLostDeal:
      return event.lost_deal;
    case Fit::kProduct:
      if (candidate.kind == OfferKind::kUpgrade && moment == Moment::kReplenishment) {
        return is(candidate.replaces);
      }
      return is(candidate.product) ||
             std::any_of(candidate.contents.begin(), candidate.contents.end(), is);
    case Fit::kCampaign:
      if (candidate.campaign != nullptr) {
        return event.campaign->facts->id == candidate.campaign->id;
      }
      return candidate.kind != OfferKind::kPromotion &&
             (event.campaign->products.empty() ||
              std::binary_search(event.campaign->products.begin(), event.campaign->products.end(),
                                 candidate.product.index));
  }
  return false;
}

}  // namespace tsugi
