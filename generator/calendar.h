// Seconds since 1970 (UTC) and the little calendar arithmetic that a sample shop needs.
#ifndef TSUGI_GENERATOR_CALENDAR_H_
#define TSUGI_GENERATOR_CALENDAR_H_

#include <cstdint>
#include <string>

namespace tsugi::generator {

using Seconds = std::int64_t;

inline constexpr Seconds kHour = 3600;
inline constexpr Seconds kDay = 24 * kHour;

struct Date {
  int year;
  int month;  // 1 to 12
  int day;
};

// REQUIRES for all: not before 1970.
Date DateOf(Seconds time);

// The same day and time of day `months` later (or earlier, where negative); the month's last day
// where it is too short.
Seconds AddMonths(Seconds time, int months);

// Appends 2011-09-01T10:00:00Z.
void AppendTime(Seconds time, std::string* out);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_CALENDAR_H_
