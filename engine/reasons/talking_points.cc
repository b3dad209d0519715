#include <string>
#include <vector>

#include "engine/reasons/format.h"
#include "engine/reasons/reasons.h"
#include "engine/reasons/values.h"

namespace tsugi {
namespace {

void SayRenewal(const OfferValues& values, std::vector<std::string>* points) {
  const SubscriptionState* const state = values.subscription();
  if (values.offer().moment != Moment::kRenewal || state == nullptr || state->facts == nullptr ||
      !state->facts->renews_at.has_value()) {
    return;
  }
  points->push_back(values.Say(
      Text::kSayRenewal,
      {{"base", values.NameOf(state->plan)}, {"date", values.Day(*state->facts->renews_at)}}));
}

void SayUpgrade(const OfferValues& values, std::vector<std::string>* points) {
  const std::string base = values.NameOf(values.candidate().replaces);
  const std::string product = values.ProductName();
  const std::string price = values.PriceMore();
  if (values.offer().offer.billing_months <= 0) {
    const Text text = values.CostsMore() ? Text::kBetterModel : Text::kBetterModelFree;
    points->push_back(
        values.Say(Text::kSaySuggest, {{"product", product}, {"price", values.Price()}}));
    points->push_back(values.Say(text, {{"base", base}, {"price", price}}));
    return;
  }
  const std::string period = values.Period();
  if (const auto usage = values.HighUsage(); usage.has_value()) {
    points->push_back(values.Say(Text::kSayUsage, {{"percent", *usage}, {"base", base}}));
  }
  if (const auto limits = values.LimitGain(); limits.has_value()) {
    points->push_back(values.Say(values.CostsMore() ? Text::kSayLimit : Text::kSayLimitFree,
                                 {{"product", product},
                                  {"from", limits->from},
                                  {"to", limits->to},
                                  {"price", price},
                                  {"period", period}}));
  } else {
    points->push_back(
        values.Say(values.CostsMore() ? Text::kSayPrice : Text::kSayFree,
                   {{"product", product}, {"base", base}, {"price", price}, {"period", period}}));
  }
}

void SayTrial(const OfferValues& values, std::vector<std::string>* points) {
  const SubscriptionState* const state = values.subscription();
  const std::string product = values.ProductName();
  if (state != nullptr && state->facts != nullptr && state->facts->trial_ends_at.has_value()) {
    points->push_back(
        values.Say(Text::kSayTrial,
                   {{"product", product}, {"date", values.Day(*state->facts->trial_ends_at)}}));
  }
  if (values.offer().price > base::Decimal()) {
    points->push_back(
        values.Say(Text::kSayTrialPrice,
                   {{"product", product}, {"price", values.Price()}, {"period", values.Period()}}));
  }
}

void SayGoods(const OfferValues& values, std::vector<std::string>* points) {
  const std::string product = values.ProductName();
  points->push_back(
      values.Say(Text::kSaySuggest, {{"product", product}, {"price", values.Price()}}));
  if (!values.CarriesTogether()) return;
  const Evidence& evidence = values.candidate().evidence;
  points->push_back(
      values.Say(Text::kSayTogether, {{"orders", FormatCount(evidence.orders_together)},
                                      {"base_orders", FormatCount(evidence.base_orders)},
                                      {"base", values.NameOf(evidence.because_of)},
                                      {"product", product}}));
}

}  // namespace

std::vector<std::string> TalkingPointsFor(const DecidedOffer& offer, const Context& context,
                                          Language language, ProductLookup lookup) {
  const OfferValues values(offer, context, language, lookup);
  std::vector<std::string> points;
  points.reserve(5);
  SayRenewal(values, &points);
  switch (values.candidate().kind) {
    case OfferKind::kUpgrade:
      SayUpgrade(values, &points);
      break;
    case OfferKind::kTrialConversion:
      SayTrial(values, &points);
      break;
    case OfferKind::kAddOn:
      points.push_back(values.Say(Text::kSayAddOn, {{"product", values.ProductName()},
                                                    {"price", values.Price()},
                                                    {"period", values.Period()}}));
      break;
    case OfferKind::kCrossSell:
    case OfferKind::kBundle:
    case OfferKind::kSubscribeAndSave:
    case OfferKind::kPromotion:
      SayGoods(values, &points);
      break;
  }
  if (offer.discount_percent > 0 && offer.price < offer.offer.list_price) {
    points.push_back(
        values.Say(Text::kSayDiscount, {{"percent", FormatPercent(offer.discount_percent / 100)}}));
  }
  points.push_back(values.Say(Text::kSayDetails, {}));
  return points;
}

}  // namespace tsugi
