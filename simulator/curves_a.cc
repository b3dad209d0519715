// Family A: logistic response, linear annoyance, exponential churn hazard, needs and occasions that
// fade exponentially, one smooth yearly season.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "simulator/curves.h"
#include "simulator/world.h"

namespace tsugi::simulator {
namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double Between(base::Random* random, double low, double high) {
  return low + (high - low) * random->Uniform();
}

class CurvesA : public Curves {
 public:
  explicit CurvesA(base::Random* random)
      : season_amplitude_(Between(random, 0.08, 0.25)),
        season_peak_(Between(random, 0, 365)),
        completing_days_(Between(random, 40, 90)),
        used_up_width_(Between(random, 0.08, 0.16)),
        usage_middle_(Between(random, 0.78, 0.92)),
        usage_width_(Between(random, 0.05, 0.09)),
        purchase_days_(Between(random, 2, 6)),
        renewal_days_(Between(random, 6, 18)),
        trial_days_(Between(random, 2, 5)),
        praise_days_(Between(random, 4, 10)),
        campaign_days_(Between(random, 2, 4)),
        intercept_(Between(random, -5.7, -5.1)),
        need_(Between(random, 2.6, 3.4)),
        timing_(Between(random, 1.1, 1.7)),
        both_(Between(random, 0.8, 1.6)),
        price_(Between(random, 0.35, 0.6)),
        annoyed_(Between(random, 0.5, 0.9)),
        contact_(Between(random, 0.07, 0.13)),
        misfit_(Between(random, 0.28, 0.42)),
        leave_(Between(random, 0.0004, 0.0007)),
        leave_annoyed_(Between(random, 0.7, 1.1)),
        leave_unhappy_(Between(random, 0.5, 0.9)) {}

  double Season(int day_of_year) const override {
    return 1 + season_amplitude_ *
                   std::cos(2 * std::numbers::pi * (day_of_year - season_peak_) / 365.25);
  }
  double Completing(double days) const override {
    return 0.25 + 0.75 * std::exp(-days / completing_days_);
  }
  double UsedUp(double share) const override { return Sigmoid((share - 1) / used_up_width_); }
  double UsagePressure(double share) const override {
    return Sigmoid((share - usage_middle_) / usage_width_);
  }
  double DampsOrders(double annoyance) const override { return std::exp(-0.12 * annoyance); }

  double AfterPurchase(double days) const override { return Fades(days, purchase_days_, 0.85); }
  double BeforeRenewal(double days, double period_days) const override {
    return days < 0 || days > 0.5 * period_days ? AtRandom() : Fades(days, renewal_days_, 0.9);
  }
  double BeforeTrialEnd(double days) const override {
    return days < 0 ? AtRandom() : Fades(days, trial_days_, 1.0);
  }
  double NearLimit(double share) const override {
    return AtRandom() + (1 - AtRandom()) * Sigmoid((share - usage_middle_) / usage_width_);
  }
  double AfterPraise(double days) const override { return Fades(days, praise_days_, 0.8); }
  double WhenDue(double share) const override {
    const double off = (share - 1) / 0.25;
    return AtRandom() + (0.95 - AtRandom()) * std::exp(-0.5 * off * off);
  }
  double BeforeCampaignEnd(double days) const override {
    return days < 0 ? AtRandom() : Fades(days, campaign_days_, 0.85);
  }
  double AfterSilence(double intervals) const override {
    return AtRandom() + 0.3 * Sigmoid((intervals - 3) / 0.5);
  }
  double AtRandom() const override { return 0.2; }

  double Accepts(const Person& person, const Temptation& t) const override {
    const double channel = t.channel == Channel::kPage   ? 0
                           : t.channel == Channel::kMail ? -0.4
                                                         : 0.2;
    const double logit =
        intercept_ + person.reserve + need_ * t.need + timing_ * t.timing +
        both_ * t.need * t.timing - price_ * person.price_sensitivity * std::log(t.price_ratio) -
        annoyed_ * t.annoyance + channel - 0.2 * (t.position - 1) - 0.1 * (t.shown - 1);
    return Sigmoid(logit);
  }
  double Annoys(const Person& person, const Provocation& p) const override {
    double step =
        p.outbound ? contact_ + misfit_ * (1 - p.fit) : 0.03 * misfit_ * (1 - p.fit) * p.shown;
    if (p.complaint_open) step += p.outbound ? 0.4 : 0.1;
    if (p.repeated) step += p.outbound ? 0.15 : 0.03;
    if (p.outbound && !p.consents) step *= 2;
    return person.touchiness * step;
  }
  double Leaves(const Person& /*person*/, double annoyance, double satisfaction) const override {
    return std::min(kMostLeaving,
                    leave_ * std::exp(leave_annoyed_ * annoyance - leave_unhappy_ * satisfaction));
  }
  double Cancels(double annoyance, double satisfaction, int months) const override {
    const double monthly = std::min(0.3, 0.015 * std::exp(0.6 * annoyance - 0.6 * satisfaction));
    return 1 - std::pow(1 - monthly, 0.5 * (1 + months));
  }

 private:
  static constexpr double kMostLeaving = 0.012;
  double Fades(double days, double scale, double top) const {
    return AtRandom() + (top - AtRandom()) * std::exp(-days / scale);
  }

  const double season_amplitude_;
  const double season_peak_;
  const double completing_days_;
  const double used_up_width_;
  const double usage_middle_;
  const double usage_width_;
  const double purchase_days_;
  const double renewal_days_;
  const double trial_days_;
  const double praise_days_;
  const double campaign_days_;
  const double intercept_;
  const double need_;
  const double timing_;
  const double both_;
  const double price_;
  const double annoyed_;
  const double contact_;
  const double misfit_;
  const double leave_;
  const double leave_annoyed_;
  const double leave_unhappy_;
};

}  // namespace

std::shared_ptr<const Curves> MakeCurvesA(base::Random* random) {
  return std::make_shared<const CurvesA>(random);
}

}  // namespace tsugi::simulator
