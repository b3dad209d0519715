#include "engine/policy/value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace tsugi {
namespace {

constexpr double kDaysPerYear = 365;

double CostOf(base::Decimal list_price, const std::optional<base::Decimal>& unit_cost,
              double default_margin) {
  return unit_cost.has_value() ? unit_cost->ToDouble()
                               : list_price.ToDouble() * (1 - default_margin);
}

// The three letters of a currency as one number.
constexpr std::uint32_t Code(std::string_view letters) {
  std::uint32_t code = 0;
  for (const char letter : letters) code = code << 8 | static_cast<unsigned char>(letter);
  return code;
}

// sum over k = 0 .. last of factor^k
double GeometricSum(double factor, double last) {
  if (factor == 1) return last + 1;
  return (1 - std::pow(factor, last + 1)) / (1 - factor);
}

double SubscribeAndSaveValue(const ScoredOffer& offer, double margin, double list_margin,
                             const ValueOptions& options) {
  const double interval = offer.candidate.interval_days;
  const double goes_on = offer.habit_goes_on > 0 ? offer.habit_goes_on : kHabitGoesOn;
  const double bound = 1 - (1 - goes_on) / 2;
  const double discount = std::pow(1 + options.discount_rate, -interval / kDaysPerYear);
  const double last = std::floor(absl::ToDoubleHours(options.horizon) / 24 / interval);
  return margin * GeometricSum(bound * discount, last) -
         list_margin * goes_on * GeometricSum(goes_on * discount, last);
}

// Chance that it would be bought without the offer, inside the horizon.
double BoughtAnyway(const ScoredOffer& offer, const ValueOptions& options) {
  if (offer.unasked_per_year <= 0) return offer.bought_anyway;
  const double years = DiscountedYears(options);
  return 1 - (1 - offer.bought_anyway) * std::exp(-offer.unasked_per_year * years);
}

}  // namespace

int CurrencyDecimals(const std::string& currency) {
  constexpr std::array kNone = {Code("JPY"), Code("KRW"), Code("VND"), Code("CLP"),
                                Code("ISK"), Code("UGX"), Code("XAF"), Code("XOF"),
                                Code("XPF"), Code("PYG"), Code("RWF"), Code("KMF"),
                                Code("GNF"), Code("DJF"), Code("BIF"), Code("VUV")};
  constexpr std::array kThree = {Code("KWD"), Code("BHD"), Code("OMR"), Code("JOD"),
                                 Code("TND"), Code("IQD"), Code("LYD")};
  if (currency.size() != 3) return 2;
  const std::uint32_t code = Code(currency);
  if (std::find(kNone.begin(), kNone.end(), code) != kNone.end()) return 0;
  if (std::find(kThree.begin(), kThree.end(), code) != kThree.end()) return 3;
  return 2;
}

base::Decimal PriceAfterDiscount(base::Decimal list_price, double discount_percent, int decimals) {
  if (discount_percent <= 0) return list_price;
  std::int64_t unit = base::Decimal::kScale;
  for (int i = 0; i < decimals; ++i) unit /= 10;
  const double exact =
      static_cast<double>(list_price.micros()) * (1 - std::min(discount_percent, 100.0) / 100);
  // To whole micros first: 19.90 less 50 % is 9.95 and not 9.949999....
  const auto micros = static_cast<double>(std::llround(exact));
  return base::Decimal::FromMicros(std::llround(micros / static_cast<double>(unit)) * unit);
}

double DiscountedYears(absl::Duration horizon, double discount_rate, double life_days) {
  const double years = absl::ToDoubleHours(horizon) / 24 / kDaysPerYear;
  const double hazard = std::log1p(discount_rate) + kDaysPerYear / life_days;
  return hazard <= 0 ? years : -std::expm1(-years * hazard) / hazard;
}

double DiscountedYears(const ValueOptions& options, double life_days) {
  return DiscountedYears(options.horizon, options.discount_rate, life_days);
}

double ValueOf(const ScoredOffer& offer, base::Decimal price, const ValueOptions& options) {
  const double cost = CostOf(offer.list_price, offer.unit_cost, options.default_margin);
  double margin = price.ToDouble() - cost;
  const double list_margin = offer.list_price.ToDouble() - cost;
  if (offer.candidate.kind == OfferKind::kSubscribeAndSave && offer.candidate.interval_days > 0) {
    return SubscribeAndSaveValue(offer, margin, list_margin, options);
  }
  if (offer.candidate.kind != OfferKind::kTrialConversion) {
    margin -= offer.replaced_price.ToDouble() -
              CostOf(offer.replaced_price, offer.replaced_cost, options.default_margin);
  }
  if (offer.billing_months > 0) {
    const double life = offer.expected_life_days.value_or(std::numeric_limits<double>::infinity());
    return margin * 12 / offer.billing_months * DiscountedYears(options, life);
  }
  margin -= BoughtAnyway(offer, options) * list_margin;
  if (offer.repeats_per_year <= 0) return margin;
  const double years =
      DiscountedYears(options.repeat_horizon.value_or(options.horizon), options.discount_rate,
                      std::numeric_limits<double>::infinity());
  return margin + offer.repeats_per_year * list_margin * years;
}

}  // namespace tsugi
