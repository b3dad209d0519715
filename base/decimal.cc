#include "base/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi::base {
namespace {

constexpr std::size_t kPlaces = 6;
constexpr std::int64_t kMaxMicros = 9'000'000'000'000'000'000;  // 9e12 units

absl::Status NotADecimal(std::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text),
                   "\" is not a decimal number; use digits with at most six decimals, as in 2.55"));
}

// Appends a digit where the number still fits.
bool Append(char digit, std::int64_t& micros) {
  if (digit < '0' || digit > '9' || micros > kMaxMicros / 10) return false;
  micros = micros * 10 + (digit - '0');
  return true;
}

}  // namespace

Decimal Decimal::FromDouble(double value) {
  return Decimal(std::llround(value * static_cast<double>(kScale)));
}

absl::StatusOr<Decimal> Decimal::Parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  const std::string_view units = rest.substr(0, rest.find('.'));
  std::string_view decimals = rest.substr(std::min(units.size() + 1, rest.size()));
  if (units.empty() && decimals.empty()) return NotADecimal(text);
  decimals = decimals.substr(0, decimals.find_last_not_of('0') + 1);
  if (decimals.size() > kPlaces) return NotADecimal(text);
  std::int64_t micros = 0;
  for (const char c : units) {
    if (!Append(c, micros)) return NotADecimal(text);
  }
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const char c = place < decimals.size() ? decimals[place] : '0';
    if (!Append(c, micros)) return NotADecimal(text);
  }
  return Decimal(negative ? -micros : micros);
}

std::string Decimal::ToString() const {
  std::string text = ToFixed(static_cast<int>(kPlaces));
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
