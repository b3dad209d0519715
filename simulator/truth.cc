#include "simulator/truth.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/facts/predicates.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

constexpr double kOwnedFor = 730;      // days a durable good lasts
constexpr double kSeasonOnce = 120;    // days before a seasonal good is wanted again
constexpr double kGoodsMoney = 35;     // what a middling purchase costs, at wealth 1
constexpr double kSoftwareMoney = 30;  // the same a month

bool Holds(std::span<const int> items, int item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

double Satisfaction(const Person& person, const Customer& customer, int day) {
  double satisfaction = person.mood + customer.mood;
  if (customer.complains(day)) satisfaction -= 0.8;
  if (customer.active() && customer.plan->usage > 1) satisfaction -= 0.5;  // slowed down
  return satisfaction;
}

Truth::Truth(const World& world, std::uint32_t who, const Customer& customer,
             const Opportunity& opportunity)
    : world_(world),
      who_(who),
      person_(world.people[who]),
      customer_(customer),
      opportunity_(opportunity),
      day_(opportunity.day),
      month_(world.MonthOf(opportunity.day)) {}

double Truth::Satisfaction() const { return simulator::Satisfaction(person_, customer_, day_); }

double Truth::Since(int item) const {
  return day_ - customer_.bought[static_cast<std::size_t>(item)];
}

bool Truth::Owns(int item) const {
  return world_.items[static_cast<std::size_t>(item)].facts.durable && Since(item) < kOwnedFor;
}

double Truth::SinceModel(int model) const {
  const auto& mains = world_.mains[static_cast<std::size_t>(model)];
  return std::min(Since(mains[0]), Since(mains[1]));
}

bool Truth::OwnsModel(int model) const { return model >= 0 && SinceModel(model) < kOwnedFor; }

bool Truth::Before(int item) const {
  return Holds(opportunity_.cart, item) || Holds(opportunity_.viewed, item);
}

bool Truth::ModelBefore(int model) const {
  if (model < 0) return false;
  const auto& mains = world_.mains[static_cast<std::size_t>(model)];
  return Before(mains[0]) || Before(mains[1]);
}

double Truth::Taste(int item) const {
  const int category = world_.items[static_cast<std::size_t>(item)].category;
  const double own =
      0.3 + world_.dice.Uniform(Roll::kWhichItem, who_, -1, static_cast<std::uint32_t>(item));
  return own * std::min(1.2, 0.55 + 0.45 * person_.taste[static_cast<std::size_t>(category)]);
}

const Promotion* Truth::Promoted(int item) const {
  for (const Promotion& promotion : world_.promotions) {
    if (promotion.starts <= day_ && day_ < promotion.ends && Holds(promotion.items, item)) {
      return &promotion;
    }
  }
  return nullptr;
}

std::optional<OfferKind> Truth::KindOf(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  if (item.role == Role::kPlan) {
    if (customer_.trialing() && customer_.plan->item == number) return OfferKind::kTrialConversion;
    if (!customer_.active()) return std::nullopt;
    const Item& held = world_.items[static_cast<std::size_t>(customer_.plan->item)];
    if (held.line != item.line || held.tier >= item.tier) return std::nullopt;
    return OfferKind::kUpgrade;
  }
  if (item.role == Role::kAddOn) {
    const bool has = std::any_of(customer_.add_ons.begin(), customer_.add_ons.end(),
                                 [&](const Holding& held) { return held.item == number; });
    if (has || !customer_.active()) return std::nullopt;
    const Item& plan = world_.items[static_cast<std::size_t>(customer_.plan->item)];
    return plan.line == item.line ? std::optional(OfferKind::kAddOn) : std::nullopt;
  }
  if (Before(number) || Owns(number)) return std::nullopt;
  if (item.role == Role::kMain && ModelBefore(item.model)) {
    // A better model of what is in the cart; a lesser one is nothing to offer.
    return item.tier == 2 ? std::optional(OfferKind::kUpgrade) : std::nullopt;
  }
  return item.role == Role::kBundle ? OfferKind::kBundle : OfferKind::kCrossSell;
}

double Truth::Need(int item) const {
  const bool goods = world_.items[static_cast<std::size_t>(item)].goods();
  return std::clamp(goods ? NeedOfGoods(item) : NeedOfSoftware(item), 0.0, 1.0);
}

double Truth::NeedOfGoods(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  const double taste = Taste(number);
  switch (item.role) {
    case Role::kMain:
      if (item.tier == 2 && ModelBefore(item.model)) {
        return taste * std::clamp(0.35 + 0.4 * (person_.wealth - 0.8), 0.05, 0.8);
      }
      return OwnsModel(item.model) ? 0.02 : 0.12 * taste * item.popularity;
    case Role::kAccessory:
      return NeedOfAccessory(number);
    case Role::kConsumable:
      return NeedOfConsumable(number);
    case Role::kSeasonal:
      if (!IsInSeason(item.facts.season_months, month_) || Since(number) < kSeasonOnce) return 0.01;
      return 0.25 * taste * item.popularity;
    case Role::kCompanion: {
      if (!IsInSeason(item.facts.season_months, month_) || Since(number) < kSeasonOnce) return 0.01;
      const bool has = Before(item.companion) || Since(item.companion) < kSeasonOnce;
      return has ? item.pull * taste : 0.05 * taste;
    }
    case Role::kBundle:
      return OwnsModel(item.model) ? 0.01 : (ModelBefore(item.model) ? 0.3 : 0.06) * taste;
    case Role::kPlan:
    case Role::kAddOn:
      break;
  }
  return 0;
}

double Truth::NeedOfAccessory(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  if (Owns(number)) return 0;
  const double taste = Taste(number);
  if (ModelBefore(item.model)) return item.pull * taste;
  if (!OwnsModel(item.model)) return 0.03 * taste;
  return item.pull * taste * world_.curves->Completing(SinceModel(item.model));
}

double Truth::NeedOfConsumable(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  if (customer_.uses[static_cast<std::size_t>(number)] != 0) {
    if (customer_.automatic[static_cast<std::size_t>(number)] >= 0) return 0;
    return world_.curves->UsedUp(Since(number) / (item.interval_days * person_.pace));
  }
  const double taste = Taste(number);
  if (ModelBefore(item.model)) return item.pull * taste;
  return taste * (OwnsModel(item.model) ? 0.4 * item.pull : 0.08 * item.popularity);
}

double Truth::NeedOfSoftware(int number) const {
  if (!customer_.plan.has_value()) return 0;
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  const Holding& plan = *customer_.plan;
  if (item.role == Role::kAddOn) {
    const auto tiers = static_cast<std::size_t>(item.line) * 2;
    const double fit = person_.add_on_fit[tiers + static_cast<std::size_t>(item.tier)];
    return day_ - plan.started >= 30 ? fit : 0.5 * fit;
  }
  if (plan.status == SubscriptionStatus::kTrialing) {
    const double progress =
        static_cast<double>(day_ - plan.started) / std::max(1, plan.trial_ends - plan.started);
    return person_.felt_value * (0.35 + 0.65 * std::clamp(progress, 0.0, 1.0));
  }
  const int steps = item.tier - world_.items[static_cast<std::size_t>(plan.item)].tier;
  const double pressure = world_.curves->UsagePressure(plan.usage);
  return person_.felt_value * 0.15 + 0.8 * pressure * std::pow(0.4, steps - 1);
}

double Truth::Timing(int item) const {
  const bool goods = world_.items[static_cast<std::size_t>(item)].goods();
  double timing = goods ? TimingOfGoods(item) : TimingOfSoftware(item);
  if (!opportunity_.outbound) {
    timing = goods ? std::max(timing, TimingOnPage(item)) : 0.6 * timing;
  }
  return std::clamp(timing, 0.0, 1.0);
}

double Truth::TimingOnPage(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  if (ModelBefore(item.model)) return item.role == Role::kMain ? 0.95 : 1.0;
  if (item.role == Role::kCompanion && Before(item.companion)) return 1.0;
  return 0.45;  // in the mood to buy, at least
}

double Truth::TimingOfGoods(int number) const {
  const Item& item = world_.items[static_cast<std::size_t>(number)];
  const Curves& curves = *world_.curves;
  double timing = curves.AtRandom();
  timing = std::max(timing, 0.6 * curves.AfterPurchase(day_ - customer_.last_order));
  if (item.model >= 0 && item.role != Role::kMain && OwnsModel(item.model)) {
    timing = std::max(timing, curves.AfterPurchase(SinceModel(item.model)));
  }
  if (item.role == Role::kCompanion && Since(item.companion) < kSeasonOnce) {
    timing = std::max(timing, curves.AfterPurchase(Since(item.companion)));
  }
  if (item.role == Role::kConsumable && customer_.uses[static_cast<std::size_t>(number)] != 0) {
    timing = std::max(timing, curves.WhenDue(Since(number) / (item.interval_days * person_.pace)));
  }
  if (item.facts.season_months != 0 && IsInSeason(item.facts.season_months, month_))
    timing = std::max(timing, 0.6);
  timing = std::max(timing, curves.AfterPraise(day_ - customer_.praised));
  if (const Promotion* promotion = Promoted(number); promotion != nullptr) {
    timing = std::max(timing, curves.BeforeCampaignEnd(promotion->ends - day_));
  }
  if (customer_.orders > 1) {
    timing = std::max(timing,
                      curves.AfterSilence((day_ - customer_.last_order) * person_.orders_per_day));
  }
  return timing;
}

double Truth::TimingOfSoftware(int number) const {
  const Curves& curves = *world_.curves;
  if (!customer_.plan.has_value()) return curves.AtRandom();
  const Holding& plan = *customer_.plan;
  if (plan.status == SubscriptionStatus::kTrialing) {
    return curves.BeforeTrialEnd(plan.trial_ends - day_);
  }
  const double renewal = curves.BeforeRenewal(plan.renews - day_, plan.months * kDaysOfMonth);
  const bool add_on = world_.items[static_cast<std::size_t>(number)].role == Role::kAddOn;
  return std::max(renewal, add_on ? curves.AfterPraise(day_ - customer_.praised)
                                  : curves.NearLimit(plan.usage));
}

double Truth::Price(const Offer& offer) const {
  double discount = offer.discount_percent;
  if (const Promotion* promotion = Promoted(offer.item); promotion != nullptr) {
    discount = std::max(discount, promotion->discount_percent);
  }
  return world_.items[static_cast<std::size_t>(offer.item)].price * (1 - discount / 100);
}

double Truth::PriceRatio(const Offer& offer) const {
  const Item& item = world_.items[static_cast<std::size_t>(offer.item)];
  const double price = Price(offer);
  double ratio = price / (kGoodsMoney * person_.wealth);
  if (!item.goods()) {
    double more = price;
    if (offer.kind == OfferKind::kUpgrade && customer_.plan.has_value()) {
      more -= world_.items[static_cast<std::size_t>(customer_.plan->item)].price;
    }
    ratio = more / item.facts.billing_months / (kSoftwareMoney * person_.wealth);
  } else if (item.role == Role::kConsumable &&
             customer_.uses[static_cast<std::size_t>(offer.item)] != 0) {
    ratio = price / item.price;  // what it always costs
  } else if (offer.kind == OfferKind::kUpgrade && offer.replaces >= 0) {
    const double less = world_.items[static_cast<std::size_t>(offer.replaces)].price;
    ratio = 1.5 * std::max(0.0, price - less) / (kGoodsMoney * person_.wealth);
  }
  return std::clamp(ratio, 0.15, 5.0);
}

double Truth::Fit(int item) const { return Need(item) * (0.3 + 0.7 * Timing(item)); }

double Truth::Accepts(const Offer& offer, int position, int shown) const {
  Temptation temptation;
  temptation.need = Need(offer.item);
  temptation.timing = Timing(offer.item);
  temptation.price_ratio = PriceRatio(offer);
  temptation.annoyance = customer_.annoyance;
  if (opportunity_.outbound) {
    temptation.channel = person_.has_representative ? Channel::kCall : Channel::kMail;
  }
  temptation.position = position;
  temptation.shown = shown;
  return world_.curves->Accepts(person_, temptation);
}

double Truth::Annoys(std::span<const Offer> offers) const {
  Provocation provocation;
  provocation.outbound = opportunity_.outbound;
  provocation.shown = static_cast<int>(offers.size());
  provocation.complaint_open = customer_.complains(day_);
  provocation.consents = customer_.consents;
  provocation.annoyance = customer_.annoyance;
  for (const Offer& offer : offers) {
    provocation.fit = std::max(provocation.fit, Fit(offer.item));
    const int declined = customer_.declined[static_cast<std::size_t>(offer.item)];
    provocation.repeated = provocation.repeated || day_ - declined < 90;
  }
  return world_.curves->Annoys(person_, provocation);
}

}  // namespace tsugi::simulator
