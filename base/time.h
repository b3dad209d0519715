// Instants and durations as Tsugi reads, keeps and prints them.
//
// An instant is an absl::Time; in columns and tables it is `Micros`, microseconds since the Unix
// epoch, UTC.
#ifndef TSUGI_BASE_TIME_H_
#define TSUGI_BASE_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tsugi::base {

using Micros = std::int64_t;

inline Micros ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }
inline absl::Time FromMicros(Micros micros) { return absl::FromUnixMicros(micros); }

// RFC 3339 (`2011-09-01T10:00:00+01:00`), `YYYY-MM-DD HH:MM[:SS[.fff]]` or `YYYY-MM-DD`; UTC
// unless an offset is given. Instants outside the years 1 to 9999 are refused.
// Errors: INVALID_ARGUMENT naming the text and the accepted forms.
absl::StatusOr<absl::Time> ParseTime(std::string_view text);

// RFC 3339 in UTC, with fractional digits only where there are any: `2011-09-01T10:00:00Z`.
std::string FormatTime(absl::Time time);

// A whole number and one unit: `90s`, `15m`, `12h`, `30d` (a day is 24 hours). Not negative.
// Errors: INVALID_ARGUMENT naming the text and the accepted forms.
absl::StatusOr<absl::Duration> ParseDuration(std::string_view text);

// The shortest form ParseDuration reads back: `30d`, `36h`, `90s`.
std::string FormatDuration(absl::Duration duration);

}  // namespace tsugi::base

#endif  // TSUGI_BASE_TIME_H_
