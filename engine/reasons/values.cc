#include "engine/reasons/values.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/time.h"
#include "engine/facts/predicates.h"
#include "engine/policy/conditions.h"
#include "engine/reasons/format.h"
#include "engine/state/rhythms.h"
#include "engine/state/subscriptions.h"

namespace tsugi {

const Campaign* CampaignOf(const DecidedOffer& offer) {
  const Candidate& candidate = offer.offer.candidate;
  const bool applies =
      candidate.kind == OfferKind::kPromotion || offer.moment == Moment::kCampaignEnd;
  return applies ? candidate.campaign : nullptr;
}

std::string OfferValues::NameOf(const ProductRef& product) const {
  if (!product.known()) return {};
  const ProductTexts texts = lookup_(product);
  return std::string(texts.name.empty() ? texts.id : texts.name);
}

std::string OfferValues::IdOf(const ProductRef& product) const {
  return product.known() ? std::string(lookup_(product).id) : std::string();
}

std::string OfferValues::Day(absl::Time time) const {
  return FormatDay(time, context_.zone, language_);
}

std::string OfferValues::LastDay(absl::Time end) const { return Day(end - absl::Microseconds(1)); }

std::string OfferValues::Money(base::Decimal amount) const {
  return FormatMoney(amount, context_.currency, language_);
}

std::string OfferValues::Period() const {
  const int months = offer_.offer.billing_months;
  if (months == 12) return Say(Text::kPerYear, {});
  if (months <= 1) return Say(Text::kPerMonth, {});
  return Say(Text::kPerMonths, {{"months", absl::StrCat(months)}});
}

std::optional<OfferValues::Limits> OfferValues::LimitGain() const {
  const Product* const held = candidate().replaces.facts;
  const Product* const offered = candidate().product.facts;
  if (held == nullptr || offered == nullptr) return std::nullopt;
  if (!held->usage_limit.has_value() || !offered->usage_limit.has_value() ||
      *offered->usage_limit < kRoomWorthNaming * *held->usage_limit) {
    return std::nullopt;
  }
  const SubscriptionState* const state = subscription();
  if (state != nullptr && state->usage.value_or(0) >= *offered->usage_limit) return std::nullopt;
  return Limits{FormatNumber(*held->usage_limit), FormatNumber(*offered->usage_limit)};
}

std::optional<std::string> OfferValues::HighUsage() const {
  if (subscription() == nullptr) return std::nullopt;
  const std::optional<double> share = UsageShare(*subscription());
  if (!share.has_value() || *share < kHighUsage) return std::nullopt;
  return FormatPercent(*share);
}

const SubscriptionState* OfferValues::LostDeal() const {
  const SubscriptionState* const state = subscription();
  if (state == nullptr || state->facts == nullptr ||
      candidate().kind == OfferKind::kTrialConversion) {
    return nullptr;
  }
  return state->facts->status == SubscriptionStatus::kLostDeal ? state : nullptr;
}

std::string OfferValues::Days(double days) const {
  return FormatCount(std::max<std::int64_t>(1, std::llround(days)));
}

const Rhythm* OfferValues::RhythmOf(const ProductRef& product) const {
  return product.known() ? FindRhythm(context_, product.index) : nullptr;
}

std::optional<ProductRef> OfferValues::SeasonBase() const {
  const Product* const facts = candidate().product.facts;
  const int month = absl::ToCivilMonth(context_.at, context_.zone).month();
  if (facts == nullptr || !IsInSeason(facts->season_months, month)) return std::nullopt;
  constexpr std::size_t kMostLines = 200;
  const std::size_t lines = std::min(context_.purchases.size(), kMostLines);
  for (std::size_t i = 0; i < lines; ++i) {
    const Purchase& purchase = context_.purchases[context_.purchases.size() - 1 - i];
    if (purchase.quantity <= 0) continue;
    const ProductRef bought{purchase.product, nullptr, nullptr};
    const std::string id = IdOf(bought);
    if (std::find(facts->goes_with.begin(), facts->goes_with.end(), id) != facts->goes_with.end()) {
      return bought;
    }
  }
  return std::nullopt;
}

std::optional<ProductRef> OfferValues::OrderedBase() const {
  const ProductRef& because = candidate().evidence.because_of;
  if (!because.known() || !context_.last_order.has_value()) return std::nullopt;
  const base::Micros last = base::ToMicros(*context_.last_order);
  for (std::size_t i = context_.purchases.size(); i-- > 0;) {
    const Purchase& purchase = context_.purchases[i];
    if (purchase.at < last) break;
    if (purchase.at == last && purchase.quantity > 0 && purchase.product == because.index) {
      return because;
    }
  }
  return std::nullopt;
}

std::optional<OfferValues::Rating> OfferValues::GoodRating() const {
  std::optional<Rating> best;
  if (context_.nps.has_value() && context_.nps->value >= kPromoterNps) {
    best = Rating{context_.nps->value, 10, context_.nps->at};
  }
  if (context_.csat.has_value() && context_.csat->value >= kContentCsat &&
      (!best.has_value() || context_.csat->at > best->at)) {
    best = Rating{context_.csat->value, 5, context_.csat->at};
  }
  return best;
}

bool OfferValues::CarriesTogether() const {
  const Evidence& evidence = candidate().evidence;
  return evidence.because_of.known() && evidence.orders_together >= kMinOrdersTogether &&
         evidence.base_orders >= evidence.orders_together && evidence.lift >= kMinLift;
}

}  // namespace tsugi
