#include "service/converters/suggest_request.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

constexpr std::array<const char*, 6> kBuiltInPlacements = {"product_page", "cart",  "checkout",
                                                           "account",      "email", "cs"};

absl::Status ReadCartLine(const Path& path, const v1::CartItem& from, const std::string& currency,
                          SuggestRequest::Line* line) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &line->product_id));
  if (from.has_quantity()) {
    TSUGI_RETURN_IF_ERROR(ReadWhole(Path(path, "quantity"), from.quantity(), 1,
                                    limits::kMaxCartQuantity, &line->quantity));
  }
  if (from.has_unit_price()) {
    base::Decimal price;
    TSUGI_RETURN_IF_ERROR(ReadMoney(Path(path, "unit_price"), from.unit_price(), currency, &price));
    line->unit_price = price;
  }
  return absl::OkStatus();
}

absl::Status ReadCart(const v1::GetSuggestionsRequest& from, const std::string& currency,
                      std::vector<SuggestRequest::Line>* cart) {
  const Path path("cart");
  TSUGI_RETURN_IF_ERROR(CheckCount(path, from.cart_size(), limits::kMaxCartLines));
  cart->resize(static_cast<std::size_t>(from.cart_size()));
  for (int i = 0; i < from.cart_size(); ++i) {
    TSUGI_RETURN_IF_ERROR(
        ReadCartLine(Path(path, i), from.cart(i), currency, &(*cart)[static_cast<std::size_t>(i)]));
  }
  return absl::OkStatus();
}

template <typename Repeated>
absl::Status ReadIds(const Path& path, const Repeated& from, int most,
                     std::vector<std::string>* to) {
  TSUGI_RETURN_IF_ERROR(CheckCount(path, from.size(), most));
  to->resize(static_cast<std::size_t>(from.size()));
  for (int i = 0; i < from.size(); ++i) {
    TSUGI_RETURN_IF_ERROR(ReadId(Path(path, i), from.Get(i), Presence::kRequired,
                                 &(*to)[static_cast<std::size_t>(i)]));
  }
  return absl::OkStatus();
}

absl::Status ReadFilter(const v1::SuggestionFilter& from, const std::string& currency,
                        OfferFilter* to) {
  const Path path("filter");
  TSUGI_RETURN_IF_ERROR(ReadIds(Path(path, "categories"), from.categories(),
                                limits::kMaxFilterCategories, &to->categories));
  const Path kinds(path, "kinds");
  TSUGI_RETURN_IF_ERROR(CheckCount(kinds, from.kinds_size(), limits::kMaxFilterKinds));
  for (int i = 0; i < from.kinds_size(); ++i) {
    OfferKind kind{};
    TSUGI_RETURN_IF_ERROR(ReadRequiredEnum(Path(kinds, i), from.kinds(i), &kind));
    to->kinds.push_back(kind);
  }
  base::Decimal price;
  if (from.has_min_price()) {
    TSUGI_RETURN_IF_ERROR(ReadMoney(Path(path, "min_price"), from.min_price(), currency, &price));
    to->min_price = price;
  }
  if (from.has_max_price()) {
    TSUGI_RETURN_IF_ERROR(ReadMoney(Path(path, "max_price"), from.max_price(), currency, &price));
    to->max_price = price;
  }
  if (to->min_price.has_value() && to->max_price.has_value() && *to->max_price < *to->min_price) {
    return BadField(Path(path, "max_price"), to->max_price->ToString(),
                    absl::StrCat("is below min_price; use at least ", to->min_price->ToString()));
  }
  return absl::OkStatus();
}

absl::Status ReadAt(const v1::GetSuggestionsRequest& from, absl::Time now, absl::Time* at) {
  *at = now;
  if (!from.has_at()) return absl::OkStatus();
  const Path path("at");
  absl::Time asked;
  TSUGI_RETURN_IF_ERROR(ReadTime(path, from.at(), &asked));
  if (from.dry_run()) {
    *at = asked;
    return absl::OkStatus();
  }
  if (absl::AbsDuration(asked - now) <= limits::kClockSkew) return absl::OkStatus();
  return BadField(path, base::FormatTime(asked),
                  "is not now; leave it out, or set dry_run to ask about another instant");
}

absl::Status ReadWho(const v1::GetSuggestionsRequest& from, SuggestRequest* to) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("customer_id"), from.customer_id(), Presence::kOptional, &to->customer_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("visitor_id"), from.visitor_id(), Presence::kOptional, &to->visitor_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("request_id"), from.request_id(), Presence::kOptional, &to->request_id));
  return ReadId(Path("subscription_id"), from.subscription_id(), Presence::kOptional,
                &to->subscription_id);
}

absl::Status ReadHow(const v1::GetSuggestionsRequest& from, const RequestScope& scope,
                     SuggestRequest* to) {
  TSUGI_RETURN_IF_ERROR(ReadPlacement(Path("placement"), from.placement(), scope, &to->placement));
  TSUGI_RETURN_IF_ERROR(ReadEnum(Path("moment"), from.moment(), &to->moment));
  TSUGI_RETURN_IF_ERROR(ReadAt(from, scope.now, &to->at));
  if (from.has_max_suggestions()) {
    std::int64_t most = 0;
    TSUGI_RETURN_IF_ERROR(ReadWhole(Path("max_suggestions"), from.max_suggestions(), 1,
                                    std::numeric_limits<std::int32_t>::max(), &most));
    to->max_suggestions = static_cast<int>(std::min<std::int64_t>(most, limits::kMaxSuggestions));
  }
  TSUGI_RETURN_IF_ERROR(ReadLanguage(Path("language"), from.language(), &to->language));
  return ReadLabel(Path("model_label"), from.model_label(), &to->model_label);
}

}  // namespace

absl::Status ReadPlacement(const Path& path, const std::string& from, const RequestScope& scope,
                           std::string* to) {
  if (from.empty()) {
    *to = "checkout";
    return absl::OkStatus();
  }
  TSUGI_RETURN_IF_ERROR(ReadText(path, from, limits::kMaxPlacementBytes, to));
  const auto is_it = [&](const auto& name) { return from == name; };
  if (std::any_of(kBuiltInPlacements.begin(), kBuiltInPlacements.end(), is_it) ||
      std::any_of(scope.placements.begin(), scope.placements.end(), is_it)) {
    return absl::OkStatus();
  }
  std::string known = absl::StrJoin(kBuiltInPlacements, ", ");
  for (const std::string& name : scope.placements) absl::StrAppend(&known, ", ", name);
  return BadField(path, from, absl::StrCat("is no placement; use one of ", known));
}

absl::Status ReadLanguage(const Path& path, const std::string& from, std::string* to) {
  if (from.empty()) {
    to->clear();
    return absl::OkStatus();
  }
  TSUGI_RETURN_IF_ERROR(ReadText(path, from, limits::kMaxLanguageBytes, to));
  const std::string language = absl::AsciiStrToLower(from.substr(0, from.find_first_of("-_")));
  if (language != "en" && language != "ja") {
    return BadField(path, from, "is not supported; use en or ja");
  }
  *to = language;
  return absl::OkStatus();
}

absl::Status ReadLabel(const Path& path, const std::string& from, std::string* to) {
  if (!from.empty() && from != "stable" && from != "canary") {
    return BadField(path, from, "is no label; use stable or canary");
  }
  *to = from;
  return absl::OkStatus();
}

absl::StatusOr<SuggestRequest> ToSuggestRequest(const v1::GetSuggestionsRequest& from,
                                                const RequestScope& scope) {
  SuggestRequest to;
  TSUGI_RETURN_IF_ERROR(ReadWho(from, &to));
  TSUGI_RETURN_IF_ERROR(ReadCart(from, scope.currency, &to.cart));
  TSUGI_RETURN_IF_ERROR(ReadIds(Path("viewed_product_ids"), from.viewed_product_ids(),
                                limits::kMaxViewedProducts, &to.viewed_product_ids));
  TSUGI_RETURN_IF_ERROR(ReadIds(Path("exclude_product_ids"), from.exclude_product_ids(),
                                limits::kMaxExcludedProducts, &to.exclude_product_ids));
  TSUGI_RETURN_IF_ERROR(ReadHow(from, scope, &to));
  if (from.has_filter()) {
    TSUGI_RETURN_IF_ERROR(ReadFilter(from.filter(), scope.currency, &to.filter));
  }
  to.explain = from.explain();
  to.dry_run = from.dry_run();
  return to;
}

}  // namespace tsugi
