#include "engine/reasons/reasons.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/policy/conditions.h"
#include "engine/reasons/format.h"
#include "engine/reasons/kind_reasons.h"
#include "engine/reasons/values.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

void Add(Text text, std::string sentence, std::vector<Reason>* reasons) {
  AddReason(text, std::move(sentence), reasons);
}

void AddTogether(const OfferValues& values, std::vector<Reason>* reasons) {
  if (!values.CarriesTogether() || reasons->size() >= kMostReasons) return;
  const Evidence& evidence = values.candidate().evidence;
  const std::string base = values.NameOf(evidence.because_of);
  const std::string orders = FormatCount(evidence.orders_together);
  const std::string base_orders = FormatCount(evidence.base_orders);
  const std::string times = FormatNumber(evidence.lift);
  Text text = Text::kBoughtTogether;
  std::string since;
  if (!evidence.segment.empty()) {
    text = Text::kBoughtTogetherSegment;
  } else if (evidence.since.has_value()) {
    text = Text::kBoughtTogetherSince;
    since = values.Day(*evidence.since);
  }
  Add(text,
      values.Say(text, {{"segment", evidence.segment},
                        {"orders", orders},
                        {"base_orders", base_orders},
                        {"base", base},
                        {"times", times},
                        {"since", since}}),
      reasons);
  Reason& reason = reasons->back();
  reason.evidence = evidence;
  reason.evidence.segment = {};
  reason.because_of_id = values.IdOf(evidence.because_of);
  reason.segment = evidence.segment;
}

// The cart or viewed product that the catalogue says it goes with.
std::optional<ProductRef> Companion(const OfferValues& values) {
  const Product* const facts = values.candidate().product.facts;
  if (facts == nullptr || facts->goes_with.empty()) return std::nullopt;
  const auto listed = [&](const ProductRef& product) {
    if (!product.known()) return false;
    const std::string id = values.IdOf(product);
    return std::find(facts->goes_with.begin(), facts->goes_with.end(), id) !=
           facts->goes_with.end();
  };
  for (const CartItem& item : values.context().cart) {
    if (listed(item.product)) return item.product;
  }
  for (const ProductRef& product : values.context().viewed) {
    if (listed(product)) return product;
  }
  return std::nullopt;
}

void AddBoughtBefore(const OfferValues& values, std::vector<Reason>* reasons) {
  const SourceScores& scores = values.candidate().scores;
  if (!values.context().profiled || scores.times_bought < 1 || scores.days_since_bought < 0) return;
  const std::string date = values.Day(
      values.context().at - absl::Hours(24) * static_cast<double>(scores.days_since_bought));
  const auto count = static_cast<std::int64_t>(scores.times_bought);
  const Text text = count == 1 ? Text::kBoughtOnce : Text::kBoughtBefore;
  Reason* const reason =
      AddReason(text, values.Say(text, {{"count", FormatCount(count)}, {"date", date}}), reasons);
  if (reason == nullptr) return;
  reason->figures.purchases = count;
  reason->figures.last_purchase_at =
      values.context().at - absl::Hours(24) * static_cast<double>(scores.days_since_bought);
}

// The weakest true one, where nothing stronger was said.
void AddLastResort(const OfferValues& values, std::vector<Reason>* reasons) {
  if (!reasons->empty()) return;
  const SourceScores& scores = values.candidate().scores;
  const bool by_seeds = scores.item_regression > 0 || scores.co_purchase > 0;
  if (by_seeds && !values.context().cart.empty()) {
    Add(Text::kFitsCart, values.Say(Text::kFitsCart, {}), reasons);
  } else if (by_seeds && !values.context().viewed.empty()) {
    Add(Text::kFitsViewed, values.Say(Text::kFitsViewed, {}), reasons);
  } else if (scores.popularity >= kMinPopularity) {
    Add(Text::kPopular,
        values.Say(Text::kPopular,
                   {{"percent", FormatPercent(static_cast<double>(scores.popularity))}}),
        reasons);
  } else {
    Add(Text::kFromTheRange, values.Say(Text::kFromTheRange, {}), reasons);
  }
}

void AddDiscount(const OfferValues& values, std::vector<Reason>* reasons) {
  const DecidedOffer& offer = values.offer();
  if (offer.discount_percent <= 0 || offer.price >= offer.offer.list_price) return;
  Reason* const reason = AddReason(
      Text::kDiscount,
      values.Say(Text::kDiscount, {{"price", values.Price()},
                                   {"list_price", values.Money(offer.offer.list_price)},
                                   {"percent", FormatPercent(offer.discount_percent / 100)}}),
      reasons);
  if (reason != nullptr) reason->figures.saving = offer.offer.list_price - offer.price;
}

void AddRenewal(const OfferValues& values, std::vector<Reason>* reasons) {
  if (values.offer().moment != Moment::kRenewal || values.subscription() == nullptr) return;
  const SubscriptionState& state = *values.subscription();
  if (state.facts == nullptr || !state.facts->renews_at.has_value()) return;
  Reason* const reason =
      AddReason(Text::kRenewal,
                values.Say(Text::kRenewal, {{"base", values.NameOf(state.plan)},
                                            {"date", values.Day(*state.facts->renews_at)}}),
                reasons);
  if (reason != nullptr) reason->figures.event_at = *state.facts->renews_at;
}

void ForGoods(const OfferValues& values, std::vector<Reason>* reasons) {
  AddTogether(values, reasons);
  AddBoughtBefore(values, reasons);
  if (const std::optional<ProductRef> companion = Companion(values); companion.has_value()) {
    Reason* const reason =
        AddReason(Text::kGoesWith,
                  values.Say(Text::kGoesWith, {{"base", values.NameOf(*companion)}}), reasons);
    if (reason != nullptr) reason->because_of_id = values.IdOf(*companion);
  }
  const SourceScores& scores = values.candidate().scores;
  const bool bought = std::any_of(reasons->begin(), reasons->end(), [](const Reason& reason) {
    return reason.code == "bought_before";
  });
  const bool personal =
      values.context().profiled && !values.context().purchases.empty() &&
      (scores.item_regression_history >= kMinHistoryScore || scores.ials >= kMinFactorScore);
  if (personal && !bought) Add(Text::kPersonal, values.Say(Text::kPersonal, {}), reasons);
}

void ForPlan(const OfferValues& values, std::vector<Reason>* reasons) {
  const std::string base = values.NameOf(values.candidate().replaces);
  const std::string product = values.ProductName();
  const std::string price = values.PriceMore();
  const std::string period = values.Period();
  if (const auto limits = values.LimitGain(); limits.has_value()) {
    const Text text = values.CostsMore() ? Text::kNextTierLimit : Text::kNextTierLimitFree;
    Add(text,
        values.Say(text, {{"product", product},
                          {"from", limits->from},
                          {"to", limits->to},
                          {"price", price},
                          {"period", period}}),
        reasons);
  } else {
    const Text text = values.CostsMore() ? Text::kNextTierPrice : Text::kNextTierFree;
    Add(text,
        values.Say(text,
                   {{"product", product}, {"base", base}, {"price", price}, {"period", period}}),
        reasons);
  }
  Reason& first = reasons->front();
  if (values.CostsMore()) first.figures.price_difference = values.Difference();
  if (values.LimitGain().has_value()) {
    first.figures.current_usage_limit = values.candidate().replaces.facts->usage_limit;
    first.figures.suggested_usage_limit = values.candidate().product.facts->usage_limit;
  }
  const auto usage = values.HighUsage();
  if (!usage.has_value()) return;
  Reason* const reason = AddReason(
      Text::kUsageNearLimit,
      values.Say(Text::kUsageNearLimit,
                 {{"percent", *usage}, {"base", values.NameOf(values.subscription()->plan)}}),
      reasons);
  if (reason != nullptr) reason->figures.usage_share = UsageShare(*values.subscription());
}

void ForUpgrade(const OfferValues& values, std::vector<Reason>* reasons) {
  if (values.offer().offer.billing_months > 0) {
    ForPlan(values, reasons);
  } else {
    const Text text = values.CostsMore() ? Text::kBetterModel : Text::kBetterModelFree;
    Add(text,
        values.Say(text, {{"base", values.NameOf(values.candidate().replaces)},
                          {"price", values.PriceMore()}}),
        reasons);
    if (values.CostsMore()) reasons->front().figures.price_difference = values.Difference();
  }
  reasons->front().because_of_id = values.IdOf(values.candidate().replaces);
  AddRegularBase(values, reasons);
}

void ForTrial(const OfferValues& values, std::vector<Reason>* reasons) {
  const SubscriptionState* const state = values.subscription();
  if (state == nullptr || state->facts == nullptr || !state->facts->trial_ends_at.has_value()) {
    return;
  }
  const bool priced = values.offer().price > base::Decimal();
  const Text text = priced ? Text::kTrialEndingPrice : Text::kTrialEnding;
  Add(text,
      values.Say(text, {{"product", values.ProductName()},
                        {"date", values.Day(*state->facts->trial_ends_at)},
                        {"price", values.Price()},
                        {"period", values.Period()}}),
      reasons);
  reasons->back().figures.event_at = *state->facts->trial_ends_at;
}

void ForAddOn(const OfferValues& values, std::vector<Reason>* reasons) {
  const Product* const facts = values.candidate().product.facts;
  const SubscriptionState* const state = values.subscription();
  const bool made_for = facts != nullptr && state != nullptr && state->facts != nullptr &&
                        std::find(facts->goes_with.begin(), facts->goes_with.end(),
                                  state->facts->product_id) != facts->goes_with.end();
  const Text text = made_for ? Text::kAddOnFor : Text::kAddOn;
  Add(text,
      values.Say(text, {{"base", made_for ? values.NameOf(state->plan) : std::string()},
                        {"price", values.Price()},
                        {"period", values.Period()}}),
      reasons);
  if (made_for) reasons->back().because_of_id = state->facts->product_id;
  AddTogether(values, reasons);
}

Text NoOfferTextOf(Outcome reason) {
  switch (reason) {
    case Outcome::kOpenComplaint:
      return Text::kNoOpenComplaint;
    case Outcome::kDetractor:
      return Text::kNoDetractor;
    case Outcome::kNoConsent:
      return Text::kNoConsent;
    case Outcome::kNoMomentOpen:
      return Text::kNoMomentOpen;
    case Outcome::kConditionsNotMet:
      return Text::kNoConditions;
    case Outcome::kContactLimit:
      return Text::kNoContactLimit;
    case Outcome::kCoolingDown:
      return Text::kNoCoolingDown;
    case Outcome::kFiltered:
      return Text::kNoFiltered;
    case Outcome::kBelowMinimumValue:
      return Text::kNoBelowMinimum;
    case Outcome::kControlGroup:
      return Text::kNoControlGroup;
    case Outcome::kNoCandidate:
    case Outcome::kOffered:
    case Outcome::kOutranked:
      break;
  }
  return Text::kNoCandidate;
}

}  // namespace

std::vector<Reason> ReasonsFor(const DecidedOffer& offer, const Context& context, Language language,
                               ProductLookup lookup, const PlanChange* change) {
  const OfferValues values(offer, context, language, lookup);
  std::vector<Reason> reasons;
  reasons.reserve(kMostReasons);
  const bool promotion = values.candidate().kind == OfferKind::kPromotion;
  switch (values.candidate().kind) {
    case OfferKind::kUpgrade:
      ForUpgrade(values, &reasons);
      break;
    case OfferKind::kTrialConversion:
      ForTrial(values, &reasons);
      break;
    case OfferKind::kAddOn:
      ForAddOn(values, &reasons);
      break;
    case OfferKind::kBundle:
      AddBundle(values, &reasons);
      break;
    case OfferKind::kSubscribeAndSave:
      AddSubscribe(values, &reasons);
      break;
    case OfferKind::kCrossSell:
    case OfferKind::kPromotion:
      if (AddLostDeal(values, &reasons)) break;
      AddPromotion(values, &reasons);
      if (promotion) AddDiscount(values, &reasons);  // what a promotion is about
      AddMoment(values, &reasons);
      ForGoods(values, &reasons);
      break;
  }
  if (values.candidate().kind == OfferKind::kUpgrade) AddPromotion(values, &reasons);
  AddLastResort(values, &reasons);
  if (!promotion) AddDiscount(values, &reasons);
  AddCoupon(values, &reasons);
  AddOccasion(values, &reasons);
  AddRenewal(values, &reasons);
  if (change != nullptr) AddProration(values, *change, &reasons);
  return reasons;
}

std::string NoOfferText(const NoOffer& no_offer, Language language, absl::TimeZone zone) {
  std::string text = Fill(NoOfferTextOf(no_offer.reason), language, {});
  if (no_offer.retry_at.has_value() && *no_offer.retry_at < absl::InfiniteFuture()) {
    const std::string date = FormatInstant(*no_offer.retry_at, zone, language);
    absl::StrAppend(&text, language == Language::kJapanese ? "" : " ",
                    Fill(Text::kRetryAt, language, {{"date", date}}));
  }
  return text;
}

}  // namespace tsugi
