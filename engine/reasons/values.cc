#include "engine/reasons/values.h"

#include "absl/strings/str_cat.h"
#include "engine/policy/conditions.h"
#include "engine/reasons/format.h"

namespace tsugi {

std::string OfferValues::NameOf(const ProductRef& product) const {
  if (!product.known()) return {};
  const ProductTexts texts = lookup_(product);
  return std::string(texts.name.empty() ? texts.id : texts.name);
}

std::string OfferValues::IdOf(const ProductRef& product) const {
  return product.known() ? std::string(lookup_(product).id) : std::string();
}

std::string OfferValues::Day(absl::Time time) const {
  return FormatDay(time, context_.zone, language_);
}

std::string OfferValues::Money(base::Decimal amount) const {
  return FormatMoney(amount, context_.currency, language_);
}

std::string OfferValues::Period() const {
  const int months = offer_.offer.billing_months;
  if (months == 12) return Say(Text::kPerYear, {});
  if (months <= 1) return Say(Text::kPerMonth, {});
  return Say(Text::kPerMonths, {{"months", absl::StrCat(months)}});
}

std::optional<OfferValues::Limits> OfferValues::LimitGain() const {
  const Product* const held = candidate().replaces.facts;
  const Product* const offered = candidate().product.facts;
  if (held == nullptr || offered == nullptr) return std::nullopt;
  if (!held->usage_limit.has_value() || !offered->usage_limit.has_value() ||
      *offered->usage_limit <= *held->usage_limit) {
    return std::nullopt;
  }
  return Limits{FormatNumber(*held->usage_limit), FormatNumber(*offered->usage_limit)};
}

std::optional<std::string> OfferValues::HighUsage() const {
  if (subscription() == nullptr) return std::nullopt;
  const std::optional<double> share = UsageShare(*subscription());
  if (!share.has_value() || *share < kHighUsage) return std::nullopt;
  return FormatPercent(*share);
}

bool OfferValues::CarriesTogether() const {
  const Evidence& evidence = candidate().evidence;
  return evidence.because_of.known() && evidence.orders_together >= kMinOrdersTogether &&
         evidence.base_orders >= evidence.orders_together && evidence.lift >= kMinLift;
}

}  // namespace tsugi
