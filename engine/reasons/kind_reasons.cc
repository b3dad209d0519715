#include "engine/reasons/kind_reasons.h"

#include <cmath>
#include <optional>
#include <utility>

#include "engine/reasons/format.h"

namespace tsugi {
namespace {

// "about every {days} days; the last was {ago} days ago", of the product offered.
void AddReplenishment(const OfferValues& values, std::vector<Reason>* reasons) {
  const Rhythm* const rhythm = values.RhythmOf(values.candidate().product);
  if (rhythm == nullptr || rhythm->last > values.context().at) return;
  const auto ago = static_cast<std::int64_t>(
      std::floor(absl::FDivDuration(values.context().at - rhythm->last, absl::Hours(24))));
  const Text text = ago > 0 ? Text::kReplenishment : Text::kReplenishmentToday;
  Reason* const reason = AddReason(
      text,
      values.Say(text, {{"days", values.Days(rhythm->interval_days)}, {"ago", FormatCount(ago)}}),
      reasons);
  if (reason == nullptr) return;
  reason->figures.interval_days = rhythm->interval_days;
  reason->figures.last_purchase_at = rhythm->last;
}

void AddSeason(const OfferValues& values, std::vector<Reason>* reasons) {
  const std::optional<ProductRef> base = values.SeasonBase();
  if (!base.has_value()) return;
  Reason* const reason = AddReason(
      Text::kSeason, values.Say(Text::kSeason, {{"base", values.NameOf(*base)}}), reasons);
  if (reason != nullptr) reason->because_of_id = values.IdOf(*base);
}

void AddPostPurchase(const OfferValues& values, std::vector<Reason>* reasons) {
  const std::optional<ProductRef> base = values.OrderedBase();
  if (!base.has_value()) return;
  const absl::Time ordered = *values.context().last_order;
  Reason* const reason = AddReason(Text::kPostPurchase,
                                   values.Say(Text::kPostPurchase, {{"base", values.NameOf(*base)},
                                                                    {"date", values.Day(ordered)}}),
                                   reasons);
  if (reason == nullptr) return;
  reason->because_of_id = values.IdOf(*base);
  reason->figures.event_at = ordered;
}

void AddSatisfaction(const OfferValues& values, std::vector<Reason>* reasons) {
  const std::optional<OfferValues::Rating> rating = values.GoodRating();
  if (!rating.has_value()) return;
  Reason* const reason =
      AddReason(Text::kSatisfaction,
                values.Say(Text::kSatisfaction, {{"score", FormatNumber(rating->score)},
                                                 {"top", FormatCount(rating->top)},
                                                 {"date", values.Day(rating->at)}}),
                reasons);
  if (reason == nullptr) return;
  (rating->top == 10 ? reason->figures.nps : reason->figures.csat) = rating->score;
  reason->figures.event_at = rating->at;
}

void AddSilence(const OfferValues& values, std::vector<Reason>* reasons) {
  const Context& context = values.context();
  if (!context.last_order.has_value() || !context.usual_order_interval_days.has_value()) return;
  Reason* const reason = AddReason(
      Text::kWinBack,
      values.Say(Text::kWinBack, {{"days", values.Days(*context.usual_order_interval_days)},
                                  {"date", values.Day(*context.last_order)}}),
      reasons);
  if (reason == nullptr) return;
  reason->figures.interval_days = *context.usual_order_interval_days;
  reason->figures.event_at = *context.last_order;
}

}  // namespace

Reason* AddReason(Text text, std::string sentence, std::vector<Reason>* reasons) {
  if (reasons->size() >= kMostReasons) return nullptr;
  Reason& reason = reasons->emplace_back();
  reason.code = RowOf(text).code;
  reason.text = std::move(sentence);
  return &reason;
}

void AddBundle(const OfferValues& values, std::vector<Reason>* reasons) {
  const Candidate& candidate = values.candidate();
  const base::Decimal price = values.offer().price;
  if (candidate.contents.empty() || !candidate.evidence.because_of.known() ||
      price >= candidate.contents_price) {
    return;
  }
  const base::Decimal saving = candidate.contents_price - price;
  const auto count = static_cast<std::int64_t>(candidate.contents.size());
  Reason* const reason =
      AddReason(Text::kBundle,
                values.Say(Text::kBundle, {{"count", FormatCount(count)},
                                           {"base", values.NameOf(candidate.evidence.because_of)},
                                           {"price", values.Price()},
                                           {"list_price", values.Money(candidate.contents_price)},
                                           {"saving", values.Money(saving)}}),
                reasons);
  if (reason == nullptr) return;
  reason->because_of_id = values.IdOf(candidate.evidence.because_of);
  reason->figures.saving = saving;
}

void AddSubscribe(const OfferValues& values, std::vector<Reason>* reasons) {
  AddReplenishment(values, reasons);
  const int days = values.candidate().interval_days;
  if (days < 1 || values.RhythmOf(values.candidate().product) == nullptr) return;
  Reason* const reason = AddReason(
      Text::kSubscribe, values.Say(Text::kSubscribe, {{"days", FormatCount(days)}}), reasons);
  if (reason != nullptr) reason->figures.interval_days = days;
}

void AddPromotion(const OfferValues& values, std::vector<Reason>* reasons) {
  const Campaign* const campaign = CampaignOf(values.offer());
  if (campaign == nullptr) return;
  const std::string& name = campaign->name.empty() ? campaign->id : campaign->name;
  Reason* const reason =
      AddReason(Text::kPromotion,
                values.Say(Text::kPromotion,
                           {{"campaign", name}, {"date", values.LastDay(campaign->ends_at)}}),
                reasons);
  if (reason != nullptr) reason->figures.event_at = campaign->ends_at;
}

void AddRegularBase(const OfferValues& values, std::vector<Reason>* reasons) {
  const ProductRef& base = values.candidate().replaces;
  const Rhythm* const rhythm = values.RhythmOf(base);
  if (rhythm == nullptr) return;
  Reason* const reason = AddReason(
      Text::kBoughtRegularly,
      values.Say(Text::kBoughtRegularly,
                 {{"base", values.NameOf(base)}, {"days", values.Days(rhythm->interval_days)}}),
      reasons);
  if (reason == nullptr) return;
  reason->because_of_id = values.IdOf(base);
  reason->figures.interval_days = rhythm->interval_days;
  reason->figures.last_purchase_at = rhythm->last;
}

bool AddLostDeal(const OfferValues& values, std::vector<Reason>* reasons) {
  const SubscriptionState* const deal = values.LostDeal();
  if (deal == nullptr) return false;
  const std::string base = values.NameOf(deal->plan);
  const absl::Time ended = deal->facts->ended_at.value_or(deal->facts->started_at);
  const bool same = values.candidate().product.index == deal->plan.index;
  if (!same) {
    AddReason(Text::kSmallerPlan,
              values.Say(Text::kSmallerPlan,
                         {{"base", base}, {"price", values.Price()}, {"period", values.Period()}}),
              reasons);
  }
  Reason* const reason = AddReason(
      Text::kLostDeal, values.Say(Text::kLostDeal, {{"base", base}, {"date", values.Day(ended)}}),
      reasons);
  if (reason == nullptr) return true;
  reason->because_of_id = values.IdOf(deal->plan);
  reason->figures.event_at = ended;
  return true;
}

void AddMoment(const OfferValues& values, std::vector<Reason>* reasons) {
  if (!values.offer().moment.has_value()) return;
  switch (*values.offer().moment) {
    case Moment::kSeason:
      return AddSeason(values, reasons);
    case Moment::kReplenishment:
      return AddReplenishment(values, reasons);
    case Moment::kPostPurchase:
      return AddPostPurchase(values, reasons);
    case Moment::kPrePurchase:
    case Moment::kRenewal:
    case Moment::kTrialEnd:
    case Moment::kCampaignEnd:
    case Moment::kSatisfaction:
    case Moment::kUsageLimit:
    case Moment::kWinBack:
      return;
  }
}

void AddOccasion(const OfferValues& values, std::vector<Reason>* reasons) {
  if (values.offer().moment == Moment::kSatisfaction) AddSatisfaction(values, reasons);
  if (values.offer().moment == Moment::kWinBack && values.LostDeal() == nullptr) {
    AddSilence(values, reasons);
  }
}

void AddCoupon(const OfferValues& values, std::vector<Reason>* reasons) {
  if (values.offer().coupon.empty()) return;
  AddReason(Text::kCoupon, values.Say(Text::kCoupon, {{"coupon", values.offer().coupon}}), reasons);
}

void AddProration(const OfferValues& values, const PlanChange& change,
                  std::vector<Reason>* reasons) {
  // A trial's own reason says from when it costs what.
  if (!change.next_at.has_value() || values.candidate().kind == OfferKind::kTrialConversion) return;
  const bool nothing = change.due_today <= base::Decimal();
  const Text text = nothing ? Text::kProrationNothing : Text::kProration;
  Reason* const reason = AddReason(text,
                                   values.Say(text, {{"due", values.Money(change.due_today)},
                                                     {"price", values.Money(change.next_price)},
                                                     {"period", values.Period()},
                                                     {"date", values.Day(*change.next_at)}}),
                                   reasons);
  if (reason != nullptr) reason->figures.event_at = *change.next_at;
}

}  // namespace tsugi
