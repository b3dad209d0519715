// Independent random sequences for the parts of the shop, so that a change in one (or a customer
// more) leaves the others as they were.
#ifndef TSUGI_GENERATOR_STREAMS_H_
#define TSUGI_GENERATOR_STREAMS_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/random.h"
#include "generator/calendar.h"

namespace tsugi::generator {

enum class Stream : std::uint8_t {
  kCatalogue,
  kPerson,
  kShopper,
  kSubscriptions,
  kSurveys,
  kCampaigns,
  kGuests
};

inline base::Random RandomFor(std::uint64_t seed, Stream stream, std::uint64_t index) {
  const std::uint64_t part = base::Mix64(seed) + static_cast<std::uint64_t>(stream) + 1;
  return base::Random(base::Mix64(base::Mix64(part) + index));
}

// An index drawn by `weights` (not negative); the last one where all are zero.
inline std::size_t Draw(std::span<const double> weights, base::Random* random) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = random->Uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

// A span of time with mean `days`, exponentially distributed.
inline Seconds ExponentialDays(double days, base::Random* random) {
  return std::llround(random->Exponential() * days * static_cast<double>(kDay));
}

// A moment of the day of `time` at which people shop: 8:00 to 22:00, mostly in the afternoon.
inline Seconds AtShoppingHour(Seconds time, base::Random* random) {
  const double share = (random->Uniform() + random->Uniform()) / 2;
  return time / kDay * kDay + 8 * kHour +
         static_cast<Seconds>(share * static_cast<double>(14 * kHour));
}

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_STREAMS_H_
