#include "engine/reasons/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "engine/policy/value.h"

namespace tsugi {
namespace {

struct CurrencyName {
  std::string_view code;
  std::string_view sign;      // before the amount, English
  std::string_view japanese;  // after the amount
};
constexpr std::array kCurrencies = {
    CurrencyName{"USD", "$", "ドル"},   CurrencyName{"EUR", "€", "ユーロ"},
    CurrencyName{"GBP", "£", "ポンド"}, CurrencyName{"JPY", "¥", "円"},
    CurrencyName{"INR", "₹", "ルピー"}, CurrencyName{"KRW", "₩", "ウォン"},
};

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// Commas between thousands in the digits before the point.
std::string Grouped(const std::string& digits) {
  const std::size_t start = !digits.empty() && digits[0] == '-' ? 1 : 0;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::string out;
  out.reserve(digits.size() + digits.size() / 3);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > start && i < point && (point - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

const CurrencyName* FindCurrency(const std::string& code) {
  for (const CurrencyName& currency : kCurrencies) {
    if (currency.code == code) return &currency;
  }
  return nullptr;
}

}  // namespace

std::string FormatCount(std::int64_t count) { return Grouped(absl::StrCat(count)); }

std::string FormatNumber(double value) {
  const double clamped = std::clamp(value, -1e12, 1e12);
  const auto tenths = std::llround(clamped * 10);
  if (std::abs(tenths) >= 100 || tenths % 10 == 0) return FormatCount(std::llround(clamped));
  return absl::StrCat(tenths < 0 ? "-" : "", std::abs(tenths) / 10, ".", std::abs(tenths) % 10);
}

std::string FormatPercent(double share) {
  const double percent = share * 100;
  return absl::StrCat(FormatNumber(percent > 0 ? std::max(percent, 0.1) : percent), "%");
}

std::string FormatMoney(base::Decimal amount, const std::string& currency, Language language) {
  const bool negative = amount < base::Decimal();
  const base::Decimal size = negative ? -amount : amount;
  const std::string digits = Grouped(size.ToFixed(CurrencyDecimals(currency)));
  const std::string_view minus = negative ? "-" : "";
  const CurrencyName* const name = FindCurrency(currency);
  std::string out(minus);
  if (name == nullptr) {
    absl::StrAppend(&out, currency, " ", digits);
  } else if (language == Language::kJapanese) {
    absl::StrAppend(&out, digits, std::string(name->japanese));
  } else {
    absl::StrAppend(&out, std::string(name->sign), digits);
  }
  return out;
}

std::string FormatDay(absl::Time time, absl::TimeZone zone, Language language) {
  const absl::CivilDay day = absl::ToCivilDay(time, zone);
  if (language == Language::kJapanese) {
    return absl::StrCat(day.year(), "年", day.month(), "月", day.day(), "日");
  }
  return absl::StrCat(day.day(), " ",
                      std::string(kMonths[static_cast<std::size_t>(day.month() - 1)]), " ",
                      day.year());
}

std::string FormatInstant(absl::Time time, absl::TimeZone zone, Language language) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, zone);
  std::string out = FormatDay(time, zone, language);
  if (second.hour() == 0 && second.minute() == 0 && second.second() == 0) return out;
  absl::StrAppend(&out, language == Language::kJapanese ? "" : ", ", second.hour() < 10 ? "0" : "",
                  second.hour(), second.minute() < 10 ? ":0" : ":", second.minute());
  return out;
}

}  // namespace tsugi
