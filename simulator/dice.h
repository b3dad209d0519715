// Common random numbers: every draw is a function of (seed, what it is for, who, day, which) and of
// nothing else. Two policies that face the same customer on the same day throw the same dice, so a
// difference between them is made by what they did and not by luck (Glasserman and Yao 1992).
//
// Thread safety: immutable.
#ifndef TSUGI_SIMULATOR_DICE_H_
#define TSUGI_SIMULATOR_DICE_H_

#include <cstdint>

#include "base/random.h"

namespace tsugi::simulator {

enum class Roll : std::uint64_t {
  kMood,
  kComplaint,
  kComplaintLength,
  kUsage,
  kLeave,
  kTrialStart,
  kTrialLine,
  kTrialEnd,
  kCancel,
  kOrganicUpgrade,
  kVisit,
  kBuysOrBrowses,
  kSecondItem,
  kWhichItem,
  kAccessoryAlong,
  kReplenish,
  kReplenishAlong,
  kStopsUsing,
  kSurvey,
  kSurveyNoise,
  kCsat,
  kCsatNoise,
  kAccepts,
  kSays,
  kUnsubscribes,
  kWarmUpOffer,
  kRandomOffer,
  kEndsAutoOrder,
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(base::Mix64(seed ^ 0x7473756769ULL)) {}

  // In [0, 1).
  double Uniform(Roll roll, std::uint32_t who, int day, std::uint32_t which = 0) const {
    const std::uint64_t purpose = (static_cast<std::uint64_t>(roll) << 32) | which;
    const std::uint64_t place =
        (static_cast<std::uint64_t>(who) << 32) | static_cast<std::uint32_t>(day);
    return static_cast<double>(base::Mix64(base::Mix64(seed_ ^ place) ^ purpose) >> 11) * 0x1.0p-53;
  }
  bool Chance(double probability, Roll roll, std::uint32_t who, int day,
              std::uint32_t which = 0) const {
    return Uniform(roll, who, day, which) < probability;
  }
  // Mean 0, variance 1 (the sum of three uniforms: light tails, fast).
  double Noise(Roll roll, std::uint32_t who, int day, std::uint32_t which = 0) const {
    return 2 * (Uniform(roll, who, day, which) + Uniform(roll, who, day, which + 0x10000000U) +
                Uniform(roll, who, day, which + 0x20000000U)) -
           3;
  }

 private:
  std::uint64_t seed_;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_DICE_H_
