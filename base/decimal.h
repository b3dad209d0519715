// Decimals with six places in 64 bits: exact sums of money, no rounding surprises.
#ifndef TSUGI_BASE_DECIMAL_H_
#define TSUGI_BASE_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace tsugi::base {

class Decimal {
 public:
  static constexpr std::int64_t kScale = 1'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal FromMicros(std::int64_t micros) { return Decimal(micros); }
  static constexpr Decimal FromUnits(std::int64_t units) { return Decimal(units * kScale); }
  // The nearest; half away from zero. REQUIRES: |value| < 9e12.
  static Decimal FromDouble(double value);

  // Digits with an optional sign and at most six decimals (more are accepted when they are zero):
  // `2.55`, `-3`, `.5`. No exponent, no thousands separator.
  // Errors: INVALID_ARGUMENT naming the text; |value| must stay below 9e12.
  static absl::StatusOr<Decimal> Parse(std::string_view text);

  constexpr std::int64_t micros() const { return micros_; }
  constexpr double ToDouble() const { return static_cast<double>(micros_) / kScale; }
  std::string ToString() const;           // the shortest exact form: 2.55
  std::string ToFixed(int places) const;  // rounded to `places`, 0 to 6: 2.50

  constexpr Decimal operator-() const { return Decimal(-micros_); }
  constexpr Decimal operator+(Decimal other) const { return Decimal(micros_ + other.micros_); }
  constexpr Decimal operator-(Decimal other) const { return Decimal(micros_ - other.micros_); }
  constexpr Decimal& operator+=(Decimal other) {
    micros_ += other.micros_;
    return *this;
  }
  friend constexpr auto operator<=>(Decimal, Decimal) = default;

 private:
  constexpr explicit Decimal(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

}  // namespace tsugi::base

#endif  // TSUGI_BASE_DECIMAL_H_
