#include "engine/acceptance/features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "absl/time/time.h"
#include "base/time.h"
#include "engine/facts/predicates.h"
#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

using F = AcceptanceFeature;

constexpr std::array<std::string_view, kAcceptanceFeatureCount> kNames = {"logit",
                                                                          "outbound",
                                                                          "plan_upgrade",
                                                                          "goods_upgrade",
                                                                          "trial_conversion",
                                                                          "bundle",
                                                                          "subscribe_save",
                                                                          "promotion",
                                                                          "add_on",
                                                                          "consumable",
                                                                          "habit",
                                                                          "durable",
                                                                          "completes_cart",
                                                                          "completes_owned",
                                                                          "in_season",
                                                                          "due",
                                                                          "overdue",
                                                                          "usage",
                                                                          "renewal",
                                                                          "trial_end",
                                                                          "just_bought",
                                                                          "praise",
                                                                          "silence",
                                                                          "nps",
                                                                          "contacts",
                                                                          "showings",
                                                                          "price",
                                                                          "takes",
                                                                          "ladder",
                                                                          "completing",
                                                                          "seasonal",
                                                                          "logit_ladder",
                                                                          "logit_completing",
                                                                          "logit_seasonal",
                                                                          "logit_consumable",
                                                                          "logit_plan",
                                                                          "near_limit",
                                                                          "near_limit_outbound",
                                                                          "skips_tier",
                                                                          "call",
                                                                          "outbound_plan",
                                                                          "bought_lately",
                                                                          "price_step"};

constexpr std::string_view kCallPlacement = "cs";

double Days(absl::Duration duration) { return absl::ToDoubleHours(duration) / 24; }

// exp(-days / scale) of an event `days` away; 0 for one on the other side.
double Fading(double days, double scale) { return days < 0 ? 0 : std::exp(-days / scale); }

// What completes a purchase `days` ago: most at once, a little for good.
double StillWanted(double days) { return 0.3 + 0.7 * Fading(days, 60); }

void SetIn(std::span<float> row, F feature, double value) {
  row[static_cast<std::size_t>(feature)] = static_cast<float>(value);
}

void FillCustomer(const Context& context, std::span<float> row) {
  SetIn(row, F::kOutbound, context.outbound ? 1 : 0);
  SetIn(row, F::kCall, context.outbound && context.placement == kCallPlacement ? 1 : 0);
  if (context.last_order.has_value()) {
    const double days = Days(context.at - *context.last_order);
    SetIn(row, F::kJustBought, Fading(days, 4));
    const double usual = context.usual_order_interval_days.value_or(0);
    if (usual > 0) SetIn(row, F::kSilence, std::clamp((days / usual - 2) / 4, 0.0, 1.0));
  }
  double praise = 0;
  if (context.nps.has_value()) {
    const double days = Days(context.at - context.nps->at);
    if (days < 180) SetIn(row, F::kNps, (context.nps->value - 7) / 3);
    if (context.nps->value >= 9) praise = Fading(days, 6);
  }
  if (context.csat.has_value() && context.csat->value >= 5) {
    praise = std::max(praise, Fading(Days(context.at - context.csat->at), 6));
  }
  SetIn(row, F::kPraise, praise);
  double contacts = 0;
  for (const PastContact& contact : context.contacts) {
    if (Days(context.at - contact.at) < 30) contacts += 1;
  }
  SetIn(row, F::kContacts, std::min(2.0, contacts / 2));
  double accepted = 1;
  double declined = 1;
  for (const PastReaction& reaction : context.reactions) {
    if (reaction.reaction == Reaction::kAccepted) accepted += 1;
    if (reaction.reaction == Reaction::kDeclined) declined += 1;
  }
  SetIn(row, F::kTakes, std::clamp(std::log2(accepted / declined) / 3, -1.0, 1.0));
}

// Mean revenue of the newest lines that brought any; 0: none did.
double UsualLine(const Context& context) {
  double total = 0;
  double lines = 0;
  constexpr std::size_t kLines = 30;  // the newest
  const std::size_t count = context.purchases.size();
  for (std::size_t i = count - std::min(count, kLines); i < count; ++i) {
    if (context.purchases[i].revenue_micros <= 0) continue;
    total += static_cast<double>(context.purchases[i].revenue_micros) / 1e6;
    lines += 1;
  }
  return lines == 0 ? 0 : total / lines;
}

// The offer's part of a row that holds the customer's.
class OfferPart {
 public:
  OfferPart(const Context& context, const ScoredOffer& offer, double usual_line,
            std::span<float> row)
      : context_(context),
        offer_(offer),
        product_(offer.candidate.product),
        usual_line_(usual_line),
        row_(row) {}

  void Fill() {
    const double p = std::clamp(offer_.probability, 1e-5, 1 - 1e-5);
    Set(F::kLogit, (models::Logit(p) + kLogitScale) / kLogitScale);
    FillKind();
    FillProduct();
    FillPlan();
    FillPurpose();
    FillPrice();
  }

 private:
  void Set(F feature, double value) { SetIn(row_, feature, value); }

  void FillKind() {
    const Candidate& candidate = offer_.candidate;
    switch (candidate.kind) {
      case OfferKind::kCrossSell:
        break;
      case OfferKind::kUpgrade:
        if (candidate.subscription == nullptr) FillPriceStep();
        Set(candidate.subscription != nullptr ? F::kPlanUpgrade : F::kGoodsUpgrade, 1);
        Set(F::kSkipsTier, TiersSkipped());
        break;
      case OfferKind::kTrialConversion:
        Set(F::kTrialConversion, 1);
        break;
      case OfferKind::kBundle:
        Set(F::kBundle, 1);
        break;
      case OfferKind::kSubscribeAndSave:
        Set(F::kSubscribeAndSave, 1);
        break;
      case OfferKind::kPromotion:
        Set(F::kPromotion, 1);
        break;
      case OfferKind::kAddOn:
        Set(F::kAddOn, 1);
        break;
    }
  }

  void FillPriceStep() {
    const double from = offer_.replaced_price.ToDouble();
    const double to = offer_.list_price.ToDouble();
    if (from > 0 && to > 0) Set(F::kPriceStep, std::clamp(std::log2(to / (1.5 * from)), -1.0, 1.0));
  }

  void FillProduct() {
    const Product* const facts = product_.facts;
    FillHabit(facts);
    if (facts != nullptr) {
      Set(F::kDurable, facts->durable ? 1 : 0);
      if (facts->season_months != 0) {
        const int month = absl::ToCivilMonth(context_.at, context_.zone).month();
        Set(F::kInSeason, IsInSeason(facts->season_months, month) ? 1 : -1);
      }
    }
    FillCompletes();
    double shown = 0;
    for (const PastShowing& showing : context_.showings) {
      if (showing.product == product_.index && Days(context_.at - showing.at) < 14) shown += 1;
    }
    Set(F::kShowings, std::min(2.0, shown / 4));
  }

  void FillHabit(const Product* facts) {
    const bool goods = facts != nullptr && facts->kind == ProductKind::kGoods;
    const bool cross_sell = offer_.candidate.kind == OfferKind::kCrossSell;
    if (cross_sell && goods && facts->consumable) Set(F::kConsumable, 1);
    if (offer_.habit_phase < 0) return;
    if (cross_sell) Set(F::kHabit, offer_.habit_alive);
    Set(F::kDue, offer_.habit_alive * std::max(0.0, 1 - 2 * std::abs(offer_.habit_phase - 1)));
    Set(F::kOverdue, offer_.habit_alive * offer_.habit_due);
  }

  // Of what is no consumable: whoever has bought it this season is served.
  double BoughtLately() const {
    const Product* const facts = product_.facts;
    const double since = double{offer_.candidate.scores.days_since_bought};
    const bool once = facts != nullptr && facts->kind == ProductKind::kGoods && !facts->consumable;
    return once && since >= 0 ? std::exp(-(since / 120) * (since / 120)) : 0;
  }

  void FillCompletes() {
    constexpr double kOutOfSeason = 0.3;
    const double lately = BoughtLately();
    const bool out_of_season = row_[static_cast<std::size_t>(F::kInSeason)] < 0;
    const double wanted = (1 - lately) * (out_of_season ? kOutOfSeason : 1);
    Set(F::kBoughtLately, lately);
    Set(F::kCompletesCart, wanted * offer_.completes_cart);
    const double since = offer_.days_since_base;
    double owned = since < 0 ? 0 : StillWanted(since);
    if (offer_.completes_base > 0) {
      const ProductIndex base = offer_.candidate.evidence.because_of.index;
      owned = std::max(owned, offer_.completes_base * BoughtOfLate(base));
    }
    Set(F::kCompletesOwned, wanted * owned);
  }

  double BoughtOfLate(ProductIndex product) const {
    for (std::size_t i = context_.purchases.size(); i-- > 0;) {
      const Purchase& purchase = context_.purchases[i];
      if (purchase.product == product && purchase.quantity > 0) {
        return StillWanted(Days(context_.at - base::FromMicros(purchase.at)));
      }
    }
    return 0;
  }

  void FillPurpose() {
    const double logit = row_[static_cast<std::size_t>(F::kLogit)];
    if (offer_.candidate.subscription != nullptr) {
      Set(F::kLogitPlan, logit);
      return;
    }
    const Product* const facts = product_.facts;
    if (facts == nullptr || facts->kind != ProductKind::kGoods) return;
    const auto set = [&](bool holds, F indicator, F slope) {
      if (!holds) return;
      Set(indicator, 1);
      Set(slope, logit);
    };
    set(facts->tier.has_value() && !facts->family.empty(), F::kLadder, F::kLogitLadder);
    set(!facts->goes_with.empty(), F::kCompleting, F::kLogitCompleting);
    set(facts->season_months != 0, F::kSeasonal, F::kLogitSeasonal);
    if (facts->consumable) Set(F::kLogitConsumable, logit);
  }

  void FillPlan() {
    const SubscriptionState* const state = offer_.candidate.subscription;
    if (state == nullptr || state->facts == nullptr) return;
    const bool upgrade = offer_.candidate.kind == OfferKind::kUpgrade;
    if (context_.outbound) Set(F::kOutboundPlan, 1);
    if (const std::optional<double> share = UsageShare(*state)) {
      Set(F::kUsage, std::clamp((*share - 0.6) / 0.4, 0.0, 1.5));
      if (upgrade) FillNearLimit(*share);
    }
    if (state->facts->renews_at.has_value()) {
      Set(F::kRenewal, Fading(Days(*state->facts->renews_at - context_.at), 15));
    }
    if (state->facts->trial_ends_at.has_value()) {
      Set(F::kTrialEnd, Fading(Days(*state->facts->trial_ends_at - context_.at), 3));
    }
  }

  void FillNearLimit(double share) {
    const double near = models::Sigmoid((share - 0.85) / 0.06);
    Set(F::kNearLimit, near);
    if (context_.outbound) Set(F::kNearLimitOutbound, near);
  }

  int TiersSkipped() const {
    const Product* const held = offer_.candidate.replaces.facts;
    if (product_.facts == nullptr || held == nullptr) return 0;
    if (!product_.facts->tier.has_value() || !held->tier.has_value()) return 0;
    return std::clamp(*product_.facts->tier - *held->tier - 1, 0, 2);
  }

  void FillPrice() {
    const double more = offer_.list_price.ToDouble() - offer_.replaced_price.ToDouble();
    if (usual_line_ == 0 || more <= 0) return;
    Set(F::kPrice, std::clamp(std::log2(more / usual_line_), -2.0, 2.0));
  }

  const Context& context_;
  const ScoredOffer& offer_;
  const ProductRef& product_;
  const double usual_line_;
  const std::span<float> row_;
};

}  // namespace

std::span<const std::string_view> AcceptanceFeatureNames() { return kNames; }

double PurchaseLogit(double probability) {
  return models::Logit(std::clamp(probability, 1e-6, 1 - 1e-6));
}

AcceptanceRows::AcceptanceRows(const Context& context)
    : context_(context), usual_line_(UsualLine(context)) {
  FillCustomer(context, customer_);
}

void AcceptanceRows::Fill(const ScoredOffer& offer, std::span<float> row) const {
  std::copy(customer_.begin(), customer_.end(), row.begin());
  OfferPart(context_, offer, usual_line_, row).Fill();
}

}  // namespace tsugi
