// Numbers, money and dates as people write them in a language.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_REASONS_FORMAT_H_
#define TSUGI_ENGINE_REASONS_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/reasons/texts.h"

namespace tsugi {

std::string FormatCount(std::int64_t count);  // 1,234 in both languages

// At most one decimal: 4.2, 12 (from 10 on none), 1,234, 1,500.5 for limits as 1,501.
std::string FormatNumber(double value);

// A share as per cent: 0.083 -> 8.3%, 0.8 -> 80%, below one per mille 0.1%.
std::string FormatPercent(double share);

// With the currency's usual decimals: $1,234.50, ¥1,235, 1,235円, CHF 12.00. Rounded, half away
// from zero.
std::string FormatMoney(base::Decimal amount, const std::string& currency, Language language);

// The day in `zone`: 5 January 2026, 2026年1月5日.
std::string FormatDay(absl::Time time, absl::TimeZone zone, Language language);

// The day, and the time of day where it is not midnight: 5 January 2026, 14:30.
std::string FormatInstant(absl::Time time, absl::TimeZone zone, Language language);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_FORMAT_H_
