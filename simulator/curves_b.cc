// Family B: a threshold (probit) response to the product of need, occasion and price; annoyance
// that saturates and weighs by its square; leaving beyond a personal tolerance; occasions that are
// open for a while and then over; a season of two peaks.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "simulator/curves.h"
#include "simulator/world.h"

namespace tsugi::simulator {
namespace {

double Normal(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double Between(base::Random* random, double low, double high) {
  return low + (high - low) * random->Uniform();
}

// `top` up to `full`, then down in a straight line to `floor` at `over`.
double Plateau(double days, double full, double over, double top, double floor) {
  if (days < 0) return floor;
  if (days <= full) return top;
  if (days >= over) return floor;
  return top - (top - floor) * (days - full) / (over - full);
}

class CurvesB : public Curves {
 public:
  explicit CurvesB(base::Random* random)
      : season_amplitude_(Between(random, 0.1, 0.3)),
        season_peak_(Between(random, 0, 365)),
        completing_days_(Between(random, 20, 50)),
        used_up_power_(Between(random, 3, 6)),
        usage_from_(Between(random, 0.5, 0.65)),
        purchase_full_(Between(random, 1, 3)),
        renewal_full_(Between(random, 8, 20)),
        trial_full_(Between(random, 2, 4)),
        limit_from_(Between(random, 0.7, 0.85)),
        praise_full_(Between(random, 3, 8)),
        threshold_(Between(random, 0.9, 1.02)),
        spread_(Between(random, 0.24, 0.32)),
        ceiling_(Between(random, 0.75, 0.9)),
        need_power_(Between(random, 0.7, 0.9)),
        timing_power_(Between(random, 0.4, 0.6)),
        price_(Between(random, 0.08, 0.16)),
        annoyed_(Between(random, 0.08, 0.14)),
        contact_(Between(random, 0.1, 0.18)),
        misfit_(Between(random, 0.35, 0.55)),
        most_annoyed_(Between(random, 2.6, 3.4)),
        leave_(Between(random, 0.0003, 0.0006)),
        leave_annoyed_(Between(random, 0.008, 0.014)) {}

  double Season(int day_of_year) const override {
    const double angle = 2 * std::numbers::pi * (day_of_year - season_peak_) / 365.25;
    return 1 + season_amplitude_ * (0.5 * std::cos(angle) + 0.5 * std::cos(2 * angle));
  }
  double Completing(double days) const override { return 1 / (1 + days / completing_days_); }
  double UsedUp(double share) const override {
    return share <= 0 ? 0 : 1 - std::exp(-0.7 * std::pow(share, used_up_power_));
  }
  double UsagePressure(double share) const override {
    const double over = std::clamp((share - usage_from_) / (1 - usage_from_), 0.0, 1.05);
    return std::min(1.0, over * over);
  }
  double DampsOrders(double annoyance) const override {
    return 1 / (1 + 0.04 * annoyance * annoyance);
  }

  double AfterPurchase(double days) const override {
    return Plateau(days, purchase_full_, purchase_full_ + 7, 0.8, AtRandom());
  }
  double BeforeRenewal(double days, double period_days) const override {
    const double full = std::min(renewal_full_, 0.35 * period_days);
    return Plateau(days, full, 1.5 * full, 0.85, AtRandom());
  }
  double BeforeTrialEnd(double days) const override {
    return Plateau(days, trial_full_, trial_full_ + 4, 0.95, AtRandom());
  }
  double NearLimit(double share) const override {
    return share >= limit_from_ ? 0.95 : std::max(AtRandom(), 0.95 - 4 * (limit_from_ - share));
  }
  double AfterPraise(double days) const override {
    return Plateau(days, praise_full_, praise_full_ + 7, 0.75, AtRandom());
  }
  double WhenDue(double share) const override {
    const double off = std::abs(share - 1.02);
    return std::max(AtRandom(), 0.95 - std::max(0.0, off - 0.12) * 2.5);
  }
  double BeforeCampaignEnd(double days) const override {
    return Plateau(days, 3, 6, 0.8, AtRandom());
  }
  double AfterSilence(double intervals) const override {
    return intervals >= 2.5 && intervals <= 8 ? 0.5 : AtRandom();
  }
  double AtRandom() const override { return 0.15; }

  double Accepts(const Person& person, const Temptation& t) const override {
    const double price = 1 / (1 + price_ * person.price_sensitivity * t.price_ratio);
    const double channel = t.channel == Channel::kPage   ? 1
                           : t.channel == Channel::kMail ? 0.92
                                                         : 1.05;
    const double attraction =
        1.15 * channel * price * std::pow(t.need, need_power_) * std::pow(t.timing, timing_power_);
    const double resistance = threshold_ + 0.07 * person.reserve +
                              annoyed_ * t.annoyance * t.annoyance + 0.04 * (t.position - 1) +
                              0.02 * (t.shown - 1);
    return ceiling_ * Normal((attraction - resistance) / spread_);
  }
  double Annoys(const Person& person, const Provocation& p) const override {
    double step = p.outbound ? contact_ + misfit_ * (1 - p.fit) * (1 - p.fit)
                             : 0.02 * misfit_ * (1 - p.fit) * p.shown;
    if (p.complaint_open) step += p.outbound ? 0.5 : 0.15;
    if (p.repeated) step += p.outbound ? 0.2 : 0.04;
    if (p.outbound && !p.consents) step *= 2.5;
    const double room = std::max(0.0, 1 - p.annoyance / most_annoyed_);
    return person.touchiness * step * room;
  }
  double Leaves(const Person& person, double annoyance, double satisfaction) const override {
    const double beyond = 1 / (1 + std::exp(-(annoyance - person.tolerance) / 0.25));
    const double unhappy = 1 + std::max(0.0, -satisfaction) * 1.5;
    return (leave_ + leave_annoyed_ * beyond) * unhappy;
  }
  double Cancels(double annoyance, double satisfaction, int months) const override {
    const double strain = 0.5 * annoyance * annoyance - satisfaction;
    const double monthly = 0.008 + 0.12 * Normal((strain - 1.8) / 0.8);
    return 1 - std::pow(1 - monthly, 0.5 * (1 + months));
  }

 private:
  const double season_amplitude_;
  const double season_peak_;
  const double completing_days_;
  const double used_up_power_;
  const double usage_from_;
  const double purchase_full_;
  const double renewal_full_;
  const double trial_full_;
  const double limit_from_;
  const double praise_full_;
  const double threshold_;
  const double spread_;
  const double ceiling_;
  const double need_power_;
  const double timing_power_;
  const double price_;
  const double annoyed_;
  const double contact_;
  const double misfit_;
  const double most_annoyed_;
  const double leave_;
  const double leave_annoyed_;
};

}  // namespace

std::shared_ptr<const Curves> MakeCurvesB(base::Random* random) {
  return std::make_shared<const CurvesB>(random);
}

}  // namespace tsugi::simulator
