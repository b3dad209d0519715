#include "engine/policy/value.h"

#include <algorithm>
#include <array>
#include <cmath>
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

double DiscountedYears(const ValueOptions& options) {
  const double years = absl::ToDoubleHours(options.horizon) / 24 / kDaysPerYear;
  if (options.discount_rate <= 0) return years;
  const double log_rate = std::log1p(options.discount_rate);
  return -std::expm1(-years * log_rate) / log_rate;
}

}  // namespace

int CurrencyDecimals(const std::string& currency) {
  constexpr std::array<std::string_view, 16> kNone = {"JPY", "KRW", "VND", "CLP", "ISK", "UGX",
                                                      "XAF", "XOF", "XPF", "PYG", "RWF", "KMF",
                                                      "GNF", "DJF", "BIF", "VUV"};
  constexpr std::array<std::string_view, 7> kThree = {"KWD", "BHD", "OMR", "JOD",
                                                      "TND", "IQD", "LYD"};
  if (std::find(kNone.begin(), kNone.end(), currency) != kNone.end()) return 0;
  if (std::find(kThree.begin(), kThree.end(), currency) != kThree.end()) return 3;
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

double ValueOf(const ScoredOffer& offer, base::Decimal price, const ValueOptions& options) {
  double margin =
      price.ToDouble() - CostOf(offer.list_price, offer.unit_cost, options.default_margin);
  if (offer.candidate.kind != OfferKind::kTrialConversion) {
    margin -= offer.replaced_price.ToDouble() -
              CostOf(offer.replaced_price, offer.replaced_cost, options.default_margin);
  }
  if (offer.billing_months <= 0) return margin;
  return margin * 12 / offer.billing_months * DiscountedYears(options);
}

}  // namespace tsugi
