#include "simulator/oracle.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "simulator/shop_window.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

// The share of an accepted offer that would have been bought anyway, later.
constexpr double kMainAnyway = 0.4;
constexpr double kAccessoryAnyway = 0.15;
constexpr double kConsumableAnyway = 0.85;
constexpr double kSeasonalAnyway = 0.25;
constexpr double kStays = 0.85;  // of new subscriptions, over period and horizon

}  // namespace

double Oracle::ValueOfAutomatic(const Truth& truth, int number) const {
  const Item& item = truth.world().items[static_cast<std::size_t>(number)];
  const double interval = item.interval_days * truth.person().pace;
  const double delay = 1 / kReplenishADay;
  const double left = std::max(0, options_.end - truth.opportunity().day);
  const double with = std::min(left / interval, 1 / kAutoOrderEnds);
  const double later = left / (interval + delay);
  const double without = (1 - std::exp(-kStopsUsing * later)) / kStopsUsing;
  return with * (item.margin() - kAutoOrderDiscount / 100 * item.price) - without * item.margin();
}

double Oracle::ValueOfGoods(const Truth& truth, const Offer& offer) const {
  const World& world = truth.world();
  const Item& item = world.items[static_cast<std::size_t>(offer.item)];
  const double margin = truth.Price(offer) - item.cost;
  const double left = std::max(0, options_.end - truth.opportunity().day);
  switch (item.role) {
    case Role::kMain:
      if (offer.kind == OfferKind::kUpgrade) {
        return margin - world.items[static_cast<std::size_t>(offer.replaces)].margin();
      }
      return (1 - kMainAnyway) * margin;
    case Role::kConsumable: {
      if (truth.customer().uses[static_cast<std::size_t>(offer.item)] != 0) {
        return (1 - kConsumableAnyway) * margin;
      }
      const double again = left / (item.interval_days * truth.person().pace + 1 / kReplenishADay);
      return margin * (1 + (1 - std::exp(-kStopsUsing * again)) / kStopsUsing);
    }
    case Role::kSeasonal:
    case Role::kCompanion:
      return (1 - kSeasonalAnyway) * margin;
    case Role::kBundle:
      return (1 - kMainAnyway) * margin;
    case Role::kAccessory:
    case Role::kPlan:
    case Role::kAddOn:
      break;
  }
  return (1 - kAccessoryAnyway) * margin;
}

double Oracle::ValueOfSoftware(const Truth& truth, const Offer& offer) const {
  const World& world = truth.world();
  const Holding& plan = *truth.customer().plan;
  const Item& item = world.items[static_cast<std::size_t>(offer.item)];
  const double left = std::max(0, options_.end - truth.opportunity().day);
  const double after = ContinuingDays(options_.continuing_days);
  double daily = item.margin() / (item.facts.billing_months * kDaysOfMonth);
  if (offer.kind == OfferKind::kAddOn) return kStays * daily * (left + after);
  daily *= plan.seats;
  if (offer.kind == OfferKind::kTrialConversion) {
    return kStays * daily * (left + after) * (1 - OrganicConversion(truth.person().felt_value));
  }
  const Item& held = world.items[static_cast<std::size_t>(plan.item)];
  daily -= held.margin() * plan.seats / (held.facts.billing_months * kDaysOfMonth);
  const double hazard = OrganicUpgrade(plan.usage);
  const double stays = std::exp(-hazard * left);
  return kStays * daily * ((1 - stays) / hazard + stays * after);
}

std::vector<Oracle::Option> Oracle::Options(const Truth& truth) const {
  const World& world = truth.world();
  const Opportunity& opportunity = truth.opportunity();
  std::vector<Option> options;
  for (std::size_t i = 0; i < world.items.size(); ++i) {
    const auto number = static_cast<int>(i);
    const std::optional<OfferKind> kind = truth.KindOf(number);
    if (!kind.has_value()) continue;
    Option option;
    option.offer.item = number;
    option.offer.kind = *kind;
    const Item& item = world.items[i];
    if (*kind == OfferKind::kUpgrade && item.role == Role::kMain) {
      option.offer.replaces = world.mains[static_cast<std::size_t>(item.model)][0];
    }
    option.value =
        item.goods() ? ValueOfGoods(truth, option.offer) : ValueOfSoftware(truth, option.offer);
    if (item.role == Role::kConsumable && truth.customer().uses[i] != 0) {
      const double automatic = ValueOfAutomatic(truth, number);
      if (automatic > option.value) {
        option.value = automatic;
        option.offer.kind = OfferKind::kSubscribeAndSave;
      }
    }
    if (option.value <= 0) continue;
    if (!limits_.AllowsProduct(truth.person().id, item.facts.id, option.offer.kind,
                               opportunity.at)) {
      continue;
    }
    option.gain = option.value * truth.Accepts(option.offer, 1, 1);
    option.offer.recommendation_id = MakeRecommendationId(opportunity, truth.person().id);
    options.push_back(std::move(option));
  }
  std::stable_sort(options.begin(), options.end(),
                   [](const Option& a, const Option& b) { return a.gain > b.gain; });
  return options;
}

// Expected loss from `step` more annoyance: some leave for good, some cancel, all buy less for as
// long as it lasts.
double Oracle::CostOfAnnoyance(const Truth& truth, double step) const {
  if (step <= 0) return 0;
  const std::uint32_t who = truth.opportunity().customer;
  const Person& person = truth.person();
  const Curves& curves = *truth.world().curves;
  const double satisfaction = truth.Satisfaction();
  const double left = std::max(0, options_.end - truth.opportunity().day);
  const double daily = market_.DailyValue(who);
  const double goods = market_.usual(who);
  const double worth = daily * left + market_.Continuing(who, options_.continuing_days);
  const double before = truth.customer().annoyance;
  double cost = 0;
  double share = 1;
  constexpr int kSteps = 6;  // of half a half-life each
  for (int i = 0; i < kSteps; ++i) {
    const double days = std::min(left, 0.5 * person.half_life);
    const double low = share * before;
    const double high = share * (before + step);
    cost += worth * days *
            (curves.Leaves(person, high, satisfaction) - curves.Leaves(person, low, satisfaction));
    cost += goods * days * (curves.DampsOrders(low) - curves.DampsOrders(high));
    const double months = days / kDaysOfMonth;
    cost += (worth - goods * left) * 0.5 * months *
            (curves.Cancels(high, satisfaction, 1) - curves.Cancels(low, satisfaction, 1));
    share *= std::numbers::sqrt2 / 2;
  }
  return cost;
}

double Oracle::NetGain(const Truth& truth, std::span<const Option> options) const {
  std::vector<Offer> offers;
  double gain = 0;
  for (std::size_t i = 0; i < options.size(); ++i) {
    offers.push_back(options[i].offer);
    gain += options[i].value * truth.Accepts(options[i].offer, static_cast<int>(i) + 1,
                                             static_cast<int>(options.size()));
  }
  if (truth.opportunity().outbound) {
    const Costs& costs = truth.world().costs;
    gain -= truth.person().has_representative ? costs.call : costs.mail;
  }
  return gain - CostOfAnnoyance(truth, truth.Annoys(offers));
}

absl::StatusOr<std::vector<Offer>> Oracle::Offers(const Opportunity& opportunity) {
  const std::uint32_t who = opportunity.customer;
  std::vector<Offer> offers;
  const Truth truth(market_.world(), who, market_.customers()[who], opportunity);
  if (!limits_.Allows(truth.person().id, opportunity.outbound, opportunity.at)) return offers;
  const std::vector<Option> options = Options(truth);
  double best = opportunity.outbound ? options_.least_gain : 0;
  std::size_t shown = 0;
  for (std::size_t n = 1; n <= std::min<std::size_t>(kMostOffers, options.size()); ++n) {
    const double net = NetGain(truth, std::span(options).first(n));
    if (net <= best) continue;
    best = net;
    shown = n;
  }
  for (std::size_t i = 0; i < shown; ++i) offers.push_back(options[i].offer);
  return offers;
}

}  // namespace tsugi::simulator
