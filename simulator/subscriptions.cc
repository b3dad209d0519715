// Plans, trials, renewals and add-ons of the market.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "simulator/market.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

constexpr double kTrialsADay = 0.0012;  // of those without a plan, at interest 1

int PeriodDays(int months) { return static_cast<int>(std::lround(months * kDaysOfMonth)); }

}  // namespace

void Market::Tell(std::uint32_t who, const Holding& holding, absl::Time at, Seller* seller) const {
  const Item& item = world_->items[static_cast<std::size_t>(holding.item)];
  Subscription fact;
  fact.id = holding.id;
  fact.customer_id = world_->people[who].id;
  fact.product_id = item.facts.id;
  fact.status = holding.status;
  fact.started_at = world_->At(holding.started);
  if (holding.status == SubscriptionStatus::kTrialing) {
    fact.trial_ends_at = world_->At(holding.trial_ends);
  } else if (holding.status == SubscriptionStatus::kActive) {
    fact.renews_at = world_->At(holding.renews);
  } else {
    fact.ended_at = at;
  }
  fact.seats = holding.seats;
  fact.unit_price = item.facts.price;
  if (item.facts.usage_limit.has_value()) {
    fact.usage = std::round(holding.usage * *item.facts.usage_limit);
  }
  fact.observed_at = at;
  seller->Hear(fact);
}

void Market::HoldAtStart(std::uint32_t who, Seller* seller) {
  const Person& person = world_->people[who];
  if (person.plan_at_start < 0) return;
  Customer& customer = customers_[who];
  const int day = std::max(0, person.joins);
  Holding plan;
  plan.id = absl::StrCat("S-", person.id, "-", ++customer.subscriptions);
  plan.item = person.plan_at_start;
  plan.started = person.joins;
  plan.months = world_->items[static_cast<std::size_t>(plan.item)].facts.billing_months;
  const unsigned spread = who * 7919 % static_cast<unsigned>(PeriodDays(plan.months));
  plan.renews = day + 1 + static_cast<int>(spread);
  plan.seats = person.seats;
  plan.usage = person.usage_at_start;
  customer.plan = plan;
  Tell(who, plan, world_->At(day), seller);
}

void Market::AdvanceSubscriptions(std::uint32_t who, int day, Seller* seller) {
  Customer& customer = customers_[who];
  if (!customer.plan.has_value()) {
    StartTrial(who, day, seller);
    return;
  }
  if (customer.trialing() && customer.plan->trial_ends <= day) EndTrial(who, day, seller);
  if (customer.active() && customer.plan->renews <= day) Renew(who, day, seller);
  if (!customer.active()) return;
  Holding& plan = *customer.plan;
  const Person& person = world_->people[who];
  const double growth = person.usage_growth / kDaysOfMonth;
  const double noise = 0.012 * world_->dice.Noise(Roll::kUsage, who, day);
  plan.usage = std::clamp(plan.usage * (1 + growth + noise), 0.02, 1.3);
  if ((day + static_cast<int>(who)) % 7 == 0) {  // a weekly report
    const Item& item = world_->items[static_cast<std::size_t>(plan.item)];
    Signal signal;
    signal.event_id = absl::StrCat("usage-", plan.id, "-", day);
    signal.customer_id = person.id;
    signal.at = world_->At(day, 30);
    signal.type = SignalType::kUsage;
    signal.value = std::round(plan.usage * item.facts.usage_limit.value_or(1));
    signal.subject = plan.id;
    seller->Hear(signal);
  }
  const Item& item = world_->items[static_cast<std::size_t>(plan.item)];
  if (item.tier < kTiers &&
      world_->dice.Chance(OrganicUpgrade(plan.usage), Roll::kOrganicUpgrade, who, day)) {
    const auto& line = world_->plans[static_cast<std::size_t>(item.line)];
    ChangePlan(who, line[static_cast<std::size_t>(item.tier)], world_->At(day, 40), 0, seller);
  }
}

void Market::StartTrial(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  if (!world_->dice.Chance(kTrialsADay * person.trial_interest, Roll::kTrialStart, who, day)) {
    return;
  }
  Customer& customer = customers_[who];
  const std::size_t line = world_->dice.Chance(0.5, Roll::kTrialLine, who, day) ? 0 : 1;
  Holding plan;
  plan.id = absl::StrCat("S-", person.id, "-", ++customer.subscriptions);
  plan.item = world_->plans[line][0];
  plan.status = SubscriptionStatus::kTrialing;
  plan.started = day;
  plan.trial_ends = day + (line == 0 ? 14 : 30);
  plan.months = world_->items[static_cast<std::size_t>(plan.item)].facts.billing_months;
  plan.seats = person.seats;
  plan.usage = 0.3;
  customer.plan = plan;
  Tell(who, plan, world_->At(day, 20), seller);
}

void Market::EndTrial(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  const double organic = OrganicConversion(person.felt_value);
  if (world_->dice.Chance(organic, Roll::kTrialEnd, who, day)) {
    Activate(who, day, world_->At(day, 1), 0, seller);
    return;
  }
  Customer& customer = customers_[who];
  customer.plan->status = SubscriptionStatus::kLostDeal;
  Tell(who, *customer.plan, world_->At(day, 1), seller);
  customer.plan.reset();
}

void Market::Renew(std::uint32_t who, int day, Seller* seller) {
  Customer& customer = customers_[who];
  const Person& person = world_->people[who];
  Holding& plan = *customer.plan;
  const double satisfaction = Satisfaction(person, customer, day);
  const double hazard = world_->curves->Cancels(customer.annoyance, satisfaction, plan.months);
  if (world_->dice.Chance(hazard, Roll::kCancel, who, day)) {
    CancelAll(who, day, seller);
    return;
  }
  plan.renews += PeriodDays(plan.months);
  Tell(who, plan, world_->At(day, 2), seller);
}

void Market::Activate(std::uint32_t who, int day, absl::Time at, double discount, Seller* seller) {
  Holding& plan = *customers_[who].plan;
  plan.status = SubscriptionStatus::kActive;
  plan.renews = day + PeriodDays(plan.months);
  const Item& item = world_->items[static_cast<std::size_t>(plan.item)];
  accounts_[who].software -= item.price * plan.seats * discount / 100;
  Tell(who, plan, at, seller);
}

void Market::ChangePlan(std::uint32_t who, int number, absl::Time at, double discount,
                        Seller* seller) {
  Holding& plan = *customers_[who].plan;
  const Item& before = world_->items[static_cast<std::size_t>(plan.item)];
  const Item& after = world_->items[static_cast<std::size_t>(number)];
  plan.usage *= before.facts.usage_limit.value_or(1) / after.facts.usage_limit.value_or(1);
  plan.item = number;
  accounts_[who].software -= after.price * plan.seats * discount / 100;
  Tell(who, plan, at, seller);
}

void Market::AddOn(std::uint32_t who, int number, int day, absl::Time at, double discount,
                   Seller* seller) {
  Customer& customer = customers_[who];
  const Item& item = world_->items[static_cast<std::size_t>(number)];
  Holding add_on;
  add_on.id = absl::StrCat("S-", world_->people[who].id, "-", ++customer.subscriptions);
  add_on.item = number;
  add_on.started = day;
  add_on.renews = customer.plan->renews;
  add_on.months = item.facts.billing_months;
  customer.add_ons.push_back(add_on);
  accounts_[who].software -= item.price * discount / 100;
  Tell(who, add_on, at, seller);
}

void Market::CancelAll(std::uint32_t who, int day, Seller* seller) {
  Customer& customer = customers_[who];
  const auto cancel = [&](Holding& holding) {
    holding.status = SubscriptionStatus::kCanceled;
    Tell(who, holding, world_->At(day, 1400), seller);
  };
  if (customer.plan.has_value()) cancel(*customer.plan);
  for (Holding& add_on : customer.add_ons) cancel(add_on);
  customer.plan.reset();
  customer.add_ons.clear();
}

void Market::Accrue(std::uint32_t who) {
  Customer& customer = customers_[who];
  const auto accrue = [&](const Holding& holding) {
    const Item& item = world_->items[static_cast<std::size_t>(holding.item)];
    accounts_[who].software += item.margin() * holding.seats / (holding.months * kDaysOfMonth);
  };
  if (customer.active()) accrue(*customer.plan);
  for (const Holding& add_on : customer.add_ons) accrue(add_on);
}

}  // namespace tsugi::simulator
