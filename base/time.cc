#include "base/time.h"

#include <array>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tsugi::base {
namespace {

constexpr std::array<const char*, 6> kFormats = {"%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S%Ez",
                                                 "%Y-%m-%d %H:%M:%E*S",    "%Y-%m-%dT%H:%M:%E*S",
                                                 "%Y-%m-%d %H:%M",         "%Y-%m-%d"};

constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits = {
    std::pair{'d', std::int64_t{86400}}, {'h', 3600}, {'m', 60}, {'s', 1}};

// absl::ParseTime tolerates what RFC 3339 doesn't: one-digit months, white space, `inf`.
bool HasDateShape(std::string_view text) {
  if (text.size() < 10 || text.size() > 40) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (i < 10 && (dash ? text[i] != '-' : !digit)) return false;
    if (text[i] < ' ') return false;
  }
  return text.size() == 10 || text.size() >= 16;
}

}  // namespace

absl::StatusOr<absl::Time> ParseTime(std::string_view text) {
  const std::string input(text);
  if (HasDateShape(text)) {
    for (const char* format : kFormats) {
      absl::Time time;
      if (!absl::ParseTime(format, input, &time, nullptr)) continue;
      // An offset may lead out of the years of four digits.
      const absl::TimeZone utc = absl::UTCTimeZone();
      if (time < absl::FromCivil(absl::CivilYear(1), utc)) break;
      if (time >= absl::FromCivil(absl::CivilYear(10000), utc)) break;
      return time;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", input,
                   "\" is not a time; use 2011-09-01T10:00:00Z, 2011-09-01 10:00:00 or "
                   "2011-09-01"));
}

std::string FormatTime(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::StatusOr<absl::Duration> ParseDuration(std::string_view text) {
  constexpr std::int64_t kLongest = std::int64_t{100} * 366 * 86400;  // a century
  if (text.size() >= 2 && text.size() <= 12) {
    for (const auto& [unit, seconds] : kUnits) {
      if (text.back() != unit) continue;
      const std::string digits(text.substr(0, text.size() - 1));
      std::int64_t count = 0;
      if (digits.find_first_not_of("0123456789") != std::string::npos) break;
      if (!absl::SimpleAtoi(digits, &count) || count > kLongest / seconds) break;
      return absl::Seconds(count * seconds);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text),
                   "\" is not a duration; use a whole number and a unit: 90s, 15m, 12h or 30d"));
}

std::string FormatDuration(absl::Duration duration) {
  const std::int64_t seconds = absl::ToInt64Seconds(duration);
  for (const auto& [unit, length] : kUnits) {
    if (seconds != 0 && seconds % length == 0) {
      return absl::StrCat(seconds / length, std::string(1, unit));
    }
  }
  return absl::StrCat(seconds, "s");
}

}  // namespace tsugi::base
