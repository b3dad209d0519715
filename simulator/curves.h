// How customers react: the curves of which a family of worlds is made. Two families of different
// functional form (curves_a.cc, curves_b.cc); their parameters are drawn from the seed around what
// the field reports, see docs/simulation.md.
//
// Needs and timings are in [0, 1]; hazards are a day; annoyance is 0 for somebody left alone, about
// 1 for somebody mailed every fortnight about nothing of interest.
//
// Thread safety: immutable.
#ifndef TSUGI_SIMULATOR_CURVES_H_
#define TSUGI_SIMULATOR_CURVES_H_

#include <cstdint>
#include <memory>

namespace tsugi::base {
class Random;
}

namespace tsugi::simulator {

struct Person;

enum class Channel : std::uint8_t { kPage, kMail, kCall };

struct Temptation {
  double need = 0;
  double timing = 0;
  double price_ratio = 1;  // to what this customer usually pays for such a thing
  double annoyance = 0;
  Channel channel = Channel::kPage;
  int position = 1;  // in the answer; the first is seen best
  int shown = 1;     // too many choices slow the decision
};

struct Provocation {
  bool outbound = false;
  double fit = 0;  // of the best of what was shown, in [0, 1]
  int shown = 1;
  bool complaint_open = false;
  bool consents = true;   // to marketing
  bool repeated = false;  // something shown was declined within 90 days
  double annoyance = 0;   // before
};

class Curves {
 public:
  virtual ~Curves() = default;

  // Demand.
  virtual double Season(int day_of_year) const = 0;      // factor of the order rate, mean about 1
  virtual double Completing(double days) const = 0;      // need of an accessory after the main good
  virtual double UsedUp(double share) const = 0;         // need, by days / personal interval
  virtual double UsagePressure(double share) const = 0;  // need of a higher plan
  virtual double DampsOrders(double annoyance) const = 0;  // factor of the order rate

  // Timing.
  virtual double AfterPurchase(double days) const = 0;
  virtual double BeforeRenewal(double days, double period_days) const = 0;
  virtual double BeforeTrialEnd(double days) const = 0;
  virtual double NearLimit(double share) const = 0;
  virtual double AfterPraise(double days) const = 0;
  virtual double WhenDue(double share) const = 0;
  virtual double BeforeCampaignEnd(double days) const = 0;
  virtual double AfterSilence(double intervals) const = 0;
  virtual double AtRandom() const = 0;  // no occasion at all

  // Reactions.
  virtual double Accepts(const Person& person, const Temptation& temptation) const = 0;
  virtual double Annoys(const Person& person, const Provocation& provocation) const = 0;
  virtual double Leaves(const Person& person, double annoyance, double satisfaction) const = 0;
  // At the end of a billing period of `months`.
  virtual double Cancels(double annoyance, double satisfaction, int months) const = 0;
};

std::shared_ptr<const Curves> MakeCurvesA(base::Random* random);
std::shared_ptr<const Curves> MakeCurvesB(base::Random* random);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_CURVES_H_
