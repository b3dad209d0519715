#include "generator/subscriptions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "generator/streams.h"

namespace tsugi::generator {
namespace {

constexpr std::array<double, kSegmentCount> kSubscribes = {0.08, 0.10, 0.15, 0.40, 0.60};
constexpr Seconds kGrace = 7 * kDay;  // past due until paid or ended
constexpr double kNearLimit = 0.85;

// One customer's plan, with an add-on perhaps, from its first day to its last or the end.
class Life {
 public:
  Life(const Catalogue& catalogue, const Person& person, std::uint32_t number, Period history,
       base::Random* random, Sink* sink)
      : catalogue_(catalogue),
        person_(person),
        history_(history),
        random_(*random),
        sink_(*sink),
        customer_id_(CustomerId(number)),
        id_(absl::StrCat("SUB-", customer_id_.substr(5))),
        first_(number == 0),
        usage_(0.2 + 0.5 * random->Uniform()),
        growth_(0.04 + 0.03 * random->Normal()) {
    const auto& families = catalogue_.plan_families();
    // The first family is the most popular, as the catalogue starts with it.
    family_ = std::min(static_cast<std::size_t>(random_.Below(families.size())),
                       static_cast<std::size_t>(random_.Below(families.size())));
    if (first_) family_ = 0;
    tier_ = static_cast<std::size_t>(random_.Below(2));
    tier_ = std::min(tier_, Family().plans.size() - 1);
    if (person_.segment == Segment::kBusiness) seats_ = 2 + random_.Below(30);
  }

  void StartTrial(Seconds at) {
    started_ = at;
    trial_ends_ = at + kTrial;
    Stage(at - 9 * kDay, "middle");
    Stage(at - 2 * kDay, "late");
    Write("trialing", at, 0, 0);
    Stage(at, "onboarding");
    Usage(at + 7 * kDay);
    if (trial_ends_ >= history_.end) return;
    const std::string shown = Offer(trial_ends_ - 2 * kDay, "trial_end", "trial_conversion", tier_);
    const double converts = kConverts + 0.12 * person_.satisfaction + (shown.empty() ? 0 : 0.08);
    if (random_.Chance(converts)) {
      React(trial_ends_ - kDay, "accepted", shown, tier_);
      RunFrom(trial_ends_);
      return;
    }
    if (random_.Chance(0.4)) React(trial_ends_ - kDay, "declined", shown, tier_);
    Write(random_.Chance(0.5) ? "lost_deal" : "canceled", trial_ends_, 0, trial_ends_);
  }

  void StartPaying(Seconds at) {
    started_ = at;
    Stage(at - 5 * kDay, "late");
    Stage(at, "onboarding");
    RunFrom(at);
  }

 private:
  const PlanFamily& Family() const { return catalogue_.plan_families()[family_]; }
  const Product& Plan(std::size_t tier) const { return catalogue_[Family().plans[tier]]; }
  bool TopTier() const { return tier_ + 1 == Family().plans.size(); }

  void RunFrom(Seconds first_day) {
    for (int period = 0;; ++period) {
      const int months = Family().billing_months;
      const Seconds from = AddMonths(first_day, period * months);
      const Seconds renews = AddMonths(first_day, (period + 1) * months);
      Write("active", from, renews, 0);
      WriteAddOn("active", from, renews, 0);
      if (period == 1) Stage(from, "adoption");
      Use(from, renews);
      if (renews >= history_.end || !Renew(renews)) return;
    }
  }

  // Usage month by month, and an upgrade once the plan gets too small.
  void Use(Seconds from, Seconds renews) {
    for (int month = 0; month < Family().billing_months; ++month) {
      const Seconds at = AddMonths(from, month) + 20 * kDay;
      if (at >= std::min(history_.end, renews)) return;
      usage_ = std::clamp(usage_ + growth_ + 0.05 * random_.Normal(), 0.02, 1.0);
      Usage(at);
      const Seconds decided = at + 2 * kDay;
      if (first_ || TopTier() || usage_ < kNearLimit || decided >= renews) continue;
      if (!random_.Chance(kUpgradeNearLimit) || decided >= history_.end) continue;
      ChangeTier(tier_ + 1);
      Write("active", decided, renews, 0);
      Stage(decided, "expansion");
    }
  }

  // False where the subscription ends with the period.
  bool Renew(Seconds at) {
    if (first_) return true;
    const bool monthly = Family().billing_months == 1;
    const double churn = (monthly ? kMonthlyChurn : kYearlyChurn) *
                         std::exp(-0.5 * person_.satisfaction) * (usage_ < 0.15 ? 2 : 1);
    if (random_.Chance(churn)) return End(at);
    if (random_.Chance(0.02)) {
      Write("past_due", at, at, 0);
      if (at + kGrace >= history_.end) return false;
      if (random_.Chance(0.4)) return End(at + kGrace);
      paid_late_ = at + kGrace;
    }
    Stage(at, "renewal");
    ReconsiderTier(at);
    ReconsiderAddOn(at);
    return true;
  }

  void ReconsiderTier(Seconds at) {
    const bool monthly = Family().billing_months == 1;
    const std::string shown = TopTier() || !random_.Chance(monthly ? 0.15 : 0.6)
                                  ? ""
                                  : Offer(at - 5 * kDay, "renewal", "upgrade", tier_ + 1);
    const double upgrades = kUpgradeAtRenewal + (shown.empty() ? 0 : 0.08);
    if (!TopTier() && random_.Chance(upgrades)) {
      React(at - 2 * kDay, "accepted", shown, tier_ + 1);
      ChangeTier(tier_ + 1);
      Stage(at, "expansion");
    } else if (!shown.empty() && random_.Chance(0.5)) {
      React(at - 4 * kDay, random_.Chance(0.6) ? "declined" : "maybe_later", shown, tier_ + 1);
    } else if (tier_ > 0 && random_.Chance(usage_ < 0.3 ? 0.08 : 0.005)) {
      ChangeTier(tier_ - 1);
    }
  }

  void ReconsiderAddOn(Seconds at) {
    const bool monthly = Family().billing_months == 1;
    const auto& add_ons = Family().add_ons;
    if (add_on_ == nullptr && !add_ons.empty() && random_.Chance(monthly ? 0.03 : 0.15)) {
      add_on_ = &catalogue_[add_ons[static_cast<std::size_t>(random_.Below(add_ons.size()))]];
      add_on_started_ = at;
    }
  }

  bool End(Seconds at) {
    Write("canceled", at, 0, at);
    WriteAddOn("canceled", at, 0, at);
    return false;
  }

  void ChangeTier(std::size_t tier) {
    usage_ = std::clamp(usage_ * Plan(tier_).usage_limit / Plan(tier).usage_limit, 0.05, 1.0);
    tier_ = tier;
  }

  std::int64_t UsedUnits() const {
    return std::llround(usage_ * static_cast<double>(Plan(tier_).usage_limit));
  }

  void Write(std::string_view status, Seconds at, Seconds renews, Seconds ended) {
    // A late payment renews from the day it was due, but is seen when it comes.
    const Seconds observed = std::max(at, paid_late_);
    const Product& plan = Plan(tier_);
    sink_.subscriptions.Text(id_).Text(customer_id_).Text(plan.id).Text(status).Time(started_);
    sink_.subscriptions.TimeOrEmpty(trial_ends_).TimeOrEmpty(renews).TimeOrEmpty(ended);
    sink_.subscriptions.Number(static_cast<std::int64_t>(seats_)).Money(plan.price);
    sink_.subscriptions.Number(UsedUnits()).Time(observed).EndRow();
  }

  void WriteAddOn(std::string_view status, Seconds at, Seconds renews, Seconds ended) {
    if (add_on_ == nullptr) return;
    sink_.subscriptions.Text(absl::StrCat(id_, "-ADD")).Text(customer_id_).Text(add_on_->id);
    sink_.subscriptions.Text(status).Time(add_on_started_).Empty().TimeOrEmpty(renews);
    sink_.subscriptions.TimeOrEmpty(ended).Number(static_cast<std::int64_t>(seats_));
    sink_.subscriptions.Money(add_on_->price).Empty().Time(std::max(at, paid_late_)).EndRow();
  }

  void Usage(Seconds at) {
    sink_.Signal({customer_id_, at, "usage", UsedUnits(), id_, Plan(tier_).id});
  }

  void Stage(Seconds at, std::string_view name) {
    if (at >= person_.signed_up)
      sink_.Signal({customer_id_, at, "stage", -1, name, Plan(tier_).id});
  }

  // Calls or writes where that is allowed; empty where it is not.
  std::string Offer(Seconds at, std::string_view moment, std::string_view kind, std::size_t tier) {
    if (!person_.MayBeWrittenTo(at) || at >= history_.end || random_.Chance(0.3)) return "";
    const bool call = person_.segment == Segment::kBusiness;
    std::string id = sink_.NextRecommendationId();
    sink_.Exposure({.recommendation_id = id,
                    .product_id = Plan(tier).id,
                    .at = at,
                    .customer_id = customer_id_,
                    .placement = call ? "cs" : "email",
                    .moment = moment,
                    .offer_kind = kind,
                    .rule_id = "plans"});
    return id;
  }

  void React(Seconds at, std::string_view reaction, const std::string& shown, std::size_t tier) {
    if (!shown.empty()) sink_.Reaction(at, reaction, shown, customer_id_, Plan(tier).id);
  }

  const Catalogue& catalogue_;
  const Person& person_;
  Period history_;
  base::Random& random_;
  Sink& sink_;
  std::string customer_id_;
  std::string id_;
  bool first_;  // keeps its plan to the end
  std::size_t family_ = 0;
  std::size_t tier_ = 0;
  std::uint64_t seats_ = 1;
  double usage_;   // as a share of the plan's limit
  double growth_;  // of it, a month
  Seconds started_ = 0;
  Seconds trial_ends_ = 0;
  Seconds paid_late_ = 0;
  const Product* add_on_ = nullptr;
  Seconds add_on_started_ = 0;
};

}  // namespace

double SubscribesShare(Segment segment) {
  return kSubscribes.at(static_cast<std::size_t>(segment));
}

void WriteSubscriptions(const Catalogue& catalogue, std::uint64_t seed, std::uint32_t customers,
                        Period history, Sink* sink) {
  if (catalogue.plan_families().empty()) return;
  for (std::uint32_t number = 0; number < customers; ++number) {
    const Person person = MakePerson(seed, number, history, catalogue.brands());
    base::Random random = RandomFor(seed, Stream::kSubscriptions, number);
    Life life(catalogue, person, number, history, &random, sink);
    const double when = random.Uniform();
    if (number == 0) {
      const int months = DateOf(history.end).year * 12 + DateOf(history.end).month -
                         DateOf(history.start).year * 12 - DateOf(history.start).month;
      life.StartPaying(AddMonths(history.end + 6 * kDay, -std::clamp(months, 1, 8)));
      continue;
    }
    if (number == 1) {
      life.StartTrial(history.end - 12 * kDay);
      continue;
    }
    if (!random.Chance(SubscribesShare(person.segment))) continue;
    const Seconds from = std::max(history.start, person.signed_up + kHour);
    // Some are on trial right now.
    const Seconds earliest = random.Chance(0.08) ? std::max(from, history.end - kTrial) : from;
    const auto passed = static_cast<Seconds>(when * static_cast<double>(history.end - earliest));
    const Seconds at =
        std::clamp(AtShoppingHour(earliest + passed, &random), earliest, history.end - kHour);
    if (random.Chance(kStartsWithTrial)) {
      life.StartTrial(at);
    } else {
      life.StartPaying(at);
    }
  }
}

}  // namespace tsugi::generator
