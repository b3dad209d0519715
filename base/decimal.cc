#include "base/decimal.h"

#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi::base {
namespace {

constexpr int kPlaces = 6;
constexpr std::int64_t kMaxMicros = 9'000'000'000'000'000'000;  // 9e12 units

absl::Status NotADecimal(std::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text),
                   "\" is not a decimal number; use digits with at most six decimals, as in 2.55"));
}

}  // namespace

Decimal Decimal::FromDouble(double value) {
  return Decimal(std::llround(value * static_cast<double>(kScale)));
}

absl::StatusOr<Decimal> Decimal::Parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  std::int64_t micros = 0;
  int decimals = -1;  // digits after the point; -1 before it
  int digits = 0;
  for (const char c : rest) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return NotADecimal(text);
    ++digits;
    if (decimals >= kPlaces) {
      if (c != '0') return NotADecimal(text);
      continue;
    }
    if (decimals >= 0) ++decimals;
    if (micros > kMaxMicros / 10) return NotADecimal(text);
    micros = micros * 10 + (c - '0');
  }
  if (digits == 0) return NotADecimal(text);
  for (int place = decimals < 0 ? 0 : decimals; place < kPlaces; ++place) {
    if (micros > kMaxMicros / 10) return NotADecimal(text);
    micros *= 10;
  }
  return Decimal(negative ? -micros : micros);
}

std::string Decimal::ToString() const {
  std::string text = ToFixed(kPlaces);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Decimal::ToFixed(int places) const {
  std::int64_t unit = kScale;
  for (int i = 0; i < places; ++i) unit /= 10;
  const std::int64_t absolute = std::abs(micros_);
  const std::int64_t rounded = (absolute + unit / 2) / unit * unit;
  const char* sign = micros_ < 0 && rounded != 0 ? "-" : "";
  if (places == 0) return absl::StrFormat("%s%d", sign, rounded / kScale);
  return absl::StrFormat("%s%d.%0*d", sign, rounded / kScale, places, rounded % kScale / unit);
}

}  // namespace tsugi::base
