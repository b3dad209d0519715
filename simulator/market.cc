#include "simulator/market.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

constexpr double kMoodKept = 0.97;  // of a deviation, from day to day
constexpr double kMoodStep = 0.12;  // stationary standard deviation 0.5
constexpr double kComplaintsADay = 0.0009;
constexpr double kSurveysADay = 1.0 / 70;  // answered ones: a quarterly survey, mostly ignored

Signal MakeSignal(const Person& person, SignalType type, absl::Time at, const char* what, int day) {
  Signal signal;
  signal.event_id = absl::StrCat(what, "-", person.id, "-", day);
  signal.customer_id = person.id;
  signal.at = at;
  signal.type = type;
  return signal;
}

}  // namespace

Market::Market(const World* world)
    : world_(world),
      customers_(world->people.size()),
      accounts_(world->people.size()),
      usual_(world->people.size(), 0) {
  for (std::size_t who = 0; who < customers_.size(); ++who) {
    Customer& customer = customers_[who];
    customer.consents = world->people[who].consent_marketing;
    customer.bought.assign(world->items.size(), kNever);
    customer.declined.assign(world->items.size(), kNever);
    customer.uses.assign(world->items.size(), 0);
    customer.automatic.assign(world->items.size(), -1);
  }
}

absl::Status Market::Open(Seller* seller) {
  for (const Item& item : world_->items) seller->Hear(item.facts);
  for (const Promotion& promotion : world_->promotions) {
    Campaign campaign;
    campaign.id = promotion.id;
    campaign.name = promotion.id;
    campaign.starts_at = world_->At(promotion.starts);
    campaign.ends_at = world_->At(promotion.ends);
    campaign.discount_percent = promotion.discount_percent;
    for (const int item : promotion.items) {
      campaign.product_ids.push_back(world_->items[static_cast<std::size_t>(item)].facts.id);
    }
    seller->Hear(campaign);
  }
  for (const Person& person : world_->people) {
    tsugi::Customer customer;
    customer.id = person.id;
    customer.segment = person.segment;
    customer.signed_up_at = world_->At(person.joins);
    customer.consent_marketing = person.consent_marketing;
    customer.consent_profiling = person.consent_profiling;
    seller->Hear(customer);
  }
  return absl::OkStatus();
}

absl::Status Market::Day(int day, Seller* seller) {
  TSUGI_RETURN_IF_ERROR(seller->StartDay(day));
  for (std::uint32_t who = 0; who < customers_.size(); ++who) {
    if (customers_[who].gone || day < std::max(0, world_->people[who].joins)) continue;
    if (day == std::max(0, world_->people[who].joins)) HoldAtStart(who, seller);
    AdvanceSubscriptions(who, day, seller);
    Moods(who, day, seller);
    TSUGI_RETURN_IF_ERROR(Review(who, day, seller));
    TSUGI_RETURN_IF_ERROR(Visit(who, day, seller));
    Surveys(who, day, seller);
    Leaving(who, day, seller);
    Accrue(who);
  }
  return absl::OkStatus();
}

void Market::Moods(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  Customer& customer = customers_[who];
  customer.annoyance *= std::exp2(-1 / person.half_life);
  customer.mood = kMoodKept * customer.mood + kMoodStep * world_->dice.Noise(Roll::kMood, who, day);
  if (customer.complaint_until == day && day > 0) {
    Signal signal =
        MakeSignal(person, SignalType::kComplaintClosed, world_->At(day, 480), "closed", day);
    signal.subject = absl::StrCat("complaint-", person.id, "-", customer.complaints);
    seller->Hear(signal);
  }
  const double satisfaction = Satisfaction(person, customer, day);
  const double hazard = kComplaintsADay * std::exp(-0.8 * satisfaction);
  if (customer.complains(day) || !world_->dice.Chance(hazard, Roll::kComplaint, who, day)) {
    return;
  }
  customer.complaint_until =
      day + 3 + static_cast<int>(12 * world_->dice.Uniform(Roll::kComplaintLength, who, day));
  ++customer.complaints;
  Signal signal =
      MakeSignal(person, SignalType::kComplaintOpened, world_->At(day, 490), "opened", day);
  signal.subject = absl::StrCat("complaint-", person.id, "-", customer.complaints);
  seller->Hear(signal);
}

void Market::Surveys(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  Customer& customer = customers_[who];
  const double satisfaction = Satisfaction(person, customer, day) - 0.5 * customer.annoyance;
  if (world_->dice.Chance(kSurveysADay, Roll::kSurvey, who, day)) {
    const double noise = world_->dice.Noise(Roll::kSurveyNoise, who, day);
    Signal signal = MakeSignal(person, SignalType::kNps, world_->At(day, 1290), "nps", day);
    signal.value = std::clamp(std::round(7.2 + 1.7 * satisfaction + noise), 0.0, 10.0);
    if (*signal.value >= 9) customer.praised = day;
    seller->Hear(signal);
  }
  if (customer.last_order == day && world_->dice.Chance(0.15, Roll::kCsat, who, day)) {
    const double noise = 0.7 * world_->dice.Noise(Roll::kCsatNoise, who, day);
    Signal signal = MakeSignal(person, SignalType::kCsat, world_->At(day, 1300), "csat", day);
    signal.value = std::clamp(std::round(3.6 + 0.8 * satisfaction + noise), 1.0, 5.0);
    if (*signal.value >= 5) customer.praised = day;
    seller->Hear(signal);
  }
}

void Market::Leaving(std::uint32_t who, int day, Seller* seller) {
  const Person& person = world_->people[who];
  Customer& customer = customers_[who];
  const double hazard =
      world_->curves->Leaves(person, customer.annoyance, Satisfaction(person, customer, day));
  if (!world_->dice.Chance(hazard, Roll::kLeave, who, day)) return;
  CancelAll(who, day, seller);
  customer.gone = true;  // nobody says so: they just stay away
}

void Market::StartAccounts(int day) {
  for (std::size_t who = 0; who < accounts_.size(); ++who) {
    const int days = day - std::max(0, world_->people[who].joins);
    usual_[who] = days > 0 ? accounts_[who].goods / std::max(days, 60) : 0;
    accounts_[who] = Account();
  }
}

double Market::DailyValue(std::uint32_t who) const {
  const Customer& customer = customers_[who];
  if (customer.gone) return 0;
  double daily = usual_[who];
  const auto add = [&](const Holding& holding) {
    if (holding.status != SubscriptionStatus::kActive) return;
    daily += world_->items[static_cast<std::size_t>(holding.item)].margin() * holding.seats /
             (holding.months * kDaysOfMonth);
  };
  if (customer.plan.has_value()) add(*customer.plan);
  for (const Holding& add_on : customer.add_ons) add(add_on);
  return daily;
}

double Market::Continuing(std::uint32_t who, double days) const {
  return DailyValue(who) * ContinuingDays(days);
}

double ContinuingDays(double days) {
  const double rate = -std::log(1 - kChurnAMonth) / kDaysOfMonth + std::log1p(kDiscountRate) / 365;
  return (1 - std::exp(-rate * days)) / rate;
}

}  // namespace tsugi::simulator
