#include "generator/calendar.h"

#include <algorithm>
#include <array>

namespace tsugi::generator {
namespace {

// Both directions after Howard Hinnant, "chrono-compatible low-level date algorithms" (2013),
// for days that are not negative.
Date DateOfDay(std::int64_t day) {
  const std::int64_t shifted = day + 719468;
  const std::int64_t era = shifted / 146097;
  const std::int64_t day_of_era = shifted % 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), static_cast<int>(month),
          static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1)};
}

std::int64_t DayOfDate(Date date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

}  // namespace

Date DateOf(Seconds time) { return DateOfDay(time / kDay); }

Seconds AddMonths(Seconds time, int months) {
  Date date = DateOf(time);
  const int month = date.year * 12 + date.month - 1 + months;
  date.year = month / 12;
  date.month = month % 12 + 1;
  date.day = std::min(date.day, DaysInMonth(date.year, date.month));
  return DayOfDate(date) * kDay + time % kDay;
}

void AppendTime(Seconds time, std::string* out) {
  const Date date = DateOf(time);
  const Seconds of_day = time % kDay;
  const auto digits = [out](std::int64_t value, std::int64_t place) {
    for (; place > 0; place /= 10) out->push_back(static_cast<char>('0' + value / place % 10));
  };
  digits(date.year, 1000);
  out->push_back('-');
  digits(date.month, 10);
  out->push_back('-');
  digits(date.day, 10);
  out->push_back('T');
  digits(of_day / kHour, 10);
  out->push_back(':');
  digits(of_day / 60 % 60, 10);
  out->push_back(':');
  digits(of_day % 60, 10);
  out->push_back('Z');
}

}  // namespace tsugi::generator
