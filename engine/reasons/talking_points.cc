#include <algorithm>
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

// What a bundle, a subscription, a lost deal and the moment let one say.
void SayBundle(const OfferValues& values, std::vector<std::string>* points) {
  const Candidate& candidate = values.candidate();
  const base::Decimal price = values.offer().price;
  if (price >= candidate.contents_price || !candidate.evidence.because_of.known()) {
    return SayGoods(values, points);
  }
  points->push_back(
      values.Say(Text::kSayBundle, {{"base", values.NameOf(candidate.evidence.because_of)},
                                    {"product", values.ProductName()},
                                    {"price", values.Price()},
                                    {"list_price", values.Money(candidate.contents_price)},
                                    {"saving", values.Money(candidate.contents_price - price)}}));
}

void SayReplenishment(const OfferValues& values, std::vector<std::string>* points) {
  const Rhythm* const rhythm = values.RhythmOf(values.candidate().product);
  if (rhythm == nullptr) return;
  points->push_back(values.Say(
      Text::kSayReplenishment,
      {{"product", values.ProductName()}, {"days", values.Days(rhythm->interval_days)}}));
}

void SaySubscribe(const OfferValues& values, std::vector<std::string>* points) {
  SayReplenishment(values, points);
  points->push_back(values.Say(
      Text::kSaySubscribe, {{"product", values.ProductName()},
                            {"days", FormatCount(std::max(1, values.candidate().interval_days))},
                            {"price", values.Price()}}));
}

// True where the offer is about a lost deal.
bool SayLostDeal(const OfferValues& values, std::vector<std::string>* points) {
  const SubscriptionState* const deal = values.LostDeal();
  if (deal == nullptr) return false;
  const std::string base = values.NameOf(deal->plan);
  const absl::Time ended = deal->facts->ended_at.value_or(deal->facts->started_at);
  points->push_back(values.Say(Text::kSayLostDeal, {{"base", base}, {"date", values.Day(ended)}}));
  const bool same = values.candidate().product.index == deal->plan.index;
  points->push_back(values.Say(same ? Text::kSayLostPlan : Text::kSaySmallerPlan,
                               {{"base", base},
                                {"product", values.ProductName()},
                                {"price", values.Price()},
                                {"period", values.Period()}}));
  return true;
}

// What opens the call: the rating, the order, the silence, the season.
void SayOccasion(const OfferValues& values, std::vector<std::string>* points) {
  const Context& context = values.context();
  if (values.offer().moment == Moment::kSatisfaction) {
    const auto rating = values.GoodRating();
    if (!rating.has_value()) return;
    points->push_back(values.Say(Text::kSaySatisfaction, {{"score", FormatNumber(rating->score)},
                                                          {"top", FormatCount(rating->top)},
                                                          {"date", values.Day(rating->at)}}));
  } else if (values.offer().moment == Moment::kPostPurchase) {
    const auto base = values.OrderedBase();
    if (!base.has_value()) return;
    points->push_back(values.Say(Text::kSayPostPurchase, {{"date", values.Day(*context.last_order)},
                                                          {"base", values.NameOf(*base)}}));
  } else if (values.offer().moment == Moment::kWinBack && values.LostDeal() == nullptr) {
    if (!context.last_order.has_value()) return;
    points->push_back(values.Say(Text::kSayWinBack, {{"date", values.Day(*context.last_order)}}));
  } else if (values.offer().moment == Moment::kSeason) {
    const auto base = values.SeasonBase();
    if (!base.has_value()) return;
    points->push_back(values.Say(
        Text::kSaySeason, {{"base", values.NameOf(*base)}, {"product", values.ProductName()}}));
  }
}

void SayPromotion(const OfferValues& values, std::vector<std::string>* points) {
  const Campaign* const campaign = CampaignOf(values.offer());
  if (campaign == nullptr) return;
  points->push_back(values.Say(
      Text::kSayPromotion, {{"product", values.ProductName()},
                            {"campaign", campaign->name.empty() ? campaign->id : campaign->name},
                            {"date", values.LastDay(campaign->ends_at)}}));
}

void SayTerms(const OfferValues& values, const PlanChange* change,
              std::vector<std::string>* points) {
  const DecidedOffer& offer = values.offer();
  SayPromotion(values, points);
  if (offer.discount_percent > 0 && offer.price < offer.offer.list_price) {
    points->push_back(
        values.Say(Text::kSayDiscount, {{"percent", FormatPercent(offer.discount_percent / 100)}}));
  }
  if (!offer.coupon.empty()) {
    points->push_back(values.Say(Text::kSayCoupon, {{"coupon", offer.coupon}}));
  }
  const bool trial = values.candidate().kind == OfferKind::kTrialConversion;  // nothing is due
  if (change != nullptr && change->next_at.has_value() && !trial) {
    points->push_back(values.Say(Text::kSayProration, {{"due", values.Money(change->due_today)},
                                                       {"price", values.Money(change->next_price)},
                                                       {"period", values.Period()},
                                                       {"date", values.Day(*change->next_at)}}));
  }
}

}  // namespace

std::vector<std::string> TalkingPointsFor(const DecidedOffer& offer, const Context& context,
                                          Language language, ProductLookup lookup,
                                          const PlanChange* change) {
  const OfferValues values(offer, context, language, lookup);
  std::vector<std::string> points;
  points.reserve(5);
  SayRenewal(values, &points);
  SayOccasion(values, &points);
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
    case OfferKind::kBundle:
      SayBundle(values, &points);
      break;
    case OfferKind::kSubscribeAndSave:
      SaySubscribe(values, &points);
      break;
    case OfferKind::kCrossSell:
    case OfferKind::kPromotion:
      if (SayLostDeal(values, &points)) break;
      if (offer.moment == Moment::kReplenishment) SayReplenishment(values, &points);
      SayGoods(values, &points);
      break;
  }
  SayTerms(values, change, &points);
  points.push_back(values.Say(Text::kSayDetails, {}));
  return points;
}

}  // namespace tsugi
