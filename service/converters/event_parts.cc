#include "service/converters/event_parts.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/time.h"
#include "proto/tsugi/v1/events.pb.h"
#include "service/converters/suggest_request.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

template <typename Repeated>
absl::Status ReadIds(const Path& path, const Repeated& from, std::vector<std::string>* to) {
  TSUGI_RETURN_IF_ERROR(CheckCount(path, from.size(), limits::kMaxListedIds));
  to->resize(static_cast<std::size_t>(from.size()));
  for (int i = 0; i < from.size(); ++i) {
    TSUGI_RETURN_IF_ERROR(ReadId(Path(path, i), from.Get(i), Presence::kRequired,
                                 &(*to)[static_cast<std::size_t>(i)]));
  }
  return absl::OkStatus();
}

absl::Status ReadSeason(const Path& path, const v1::Product& from, std::uint16_t* months) {
  for (int i = 0; i < from.season_months_size(); ++i) {
    std::int64_t month = 0;
    TSUGI_RETURN_IF_ERROR(ReadWhole(Path(path, i), from.season_months(i), 1, 12, &month));
    *months = static_cast<std::uint16_t>(*months | (1U << static_cast<unsigned>(month - 1)));
  }
  return absl::OkStatus();
}

absl::Status ReadPlanTerms(const Path& path, const v1::Product& from, Product* to) {
  if (from.has_usage_limit()) {
    const Path limit(path, "usage_limit");
    TSUGI_RETURN_IF_ERROR(ReadNumber(limit, from.usage_limit(), 0,
                                     std::numeric_limits<double>::max(),
                                     &to->usage_limit.emplace()));
    if (*to->usage_limit == 0) return BadField(limit, "0", "is out of range; use above 0");
  }
  if (from.has_billing_months()) {
    std::int64_t months = 0;
    TSUGI_RETURN_IF_ERROR(
        ReadWhole(Path(path, "billing_months"), from.billing_months(), 1, 120, &months));
    to->billing_months = static_cast<int>(months);
  }
  return absl::OkStatus();
}

absl::Status ReadNames(const Path& path, const v1::Product& from, Product* to) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &to->id));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "name"), from.name(), limits::kMaxNameBytes, &to->name));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "category"), from.category(), limits::kMaxNameBytes, &to->category));
  return ReadId(Path(path, "family"), from.family(), Presence::kOptional, &to->family);
}

absl::Status ReadRelations(const Path& path, const v1::Product& from, Product* to) {
  TSUGI_RETURN_IF_ERROR(ReadIds(Path(path, "goes_with"), from.goes_with(), &to->goes_with));
  const Path contents(path, "contents");
  TSUGI_RETURN_IF_ERROR(ReadIds(contents, from.contents(), &to->contents));
  const bool bundle = to->kind == ProductKind::kBundle;
  if (bundle && to->contents.size() < 2) {
    return BadField(contents, "", "holds less than two products; a bundle has two or more");
  }
  if (!bundle && !to->contents.empty()) {
    return BadField(contents, "", "is given for a product that is no bundle; leave it out");
  }
  return absl::OkStatus();
}

absl::Status ReadYear(const Path& path, const v1::Customer& from, std::optional<int>* to) {
  if (!from.has_birth_year()) return absl::OkStatus();
  std::int64_t year = 0;
  TSUGI_RETURN_IF_ERROR(ReadWhole(path, from.birth_year(), 1900, 2100, &year));
  *to = static_cast<int>(year);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadRequiredTime(const Path& path, bool given, const google::protobuf::Timestamp& from,
                              absl::Time* to) {
  if (!given) return BadField(path, "", "is missing");
  return ReadTime(path, from, to);
}

absl::Status ReadOptionalTime(const Path& path, bool given, const google::protobuf::Timestamp& from,
                              std::optional<absl::Time>* to) {
  return given ? ReadTime(path, from, &to->emplace()) : absl::OkStatus();
}

absl::Status ReadOptionalMoney(const Path& path, bool given, const v1::Money& from,
                               const std::string& currency, std::optional<base::Decimal>* to) {
  return given ? ReadMoney(path, from, currency, &to->emplace()) : absl::OkStatus();
}

absl::StatusOr<Fact> ToProduct(const Path& path, const v1::Product& from,
                               const std::string& currency) {
  Product to;
  TSUGI_RETURN_IF_ERROR(ReadNames(path, from, &to));
  std::optional<ProductKind> kind;
  TSUGI_RETURN_IF_ERROR(ReadEnum(Path(path, "kind"), from.kind(), &kind));
  to.kind = kind.value_or(ProductKind::kGoods);
  if (from.has_tier()) to.tier = from.tier();
  TSUGI_RETURN_IF_ERROR(
      ReadOptionalMoney(Path(path, "price"), from.has_price(), from.price(), currency, &to.price));
  TSUGI_RETURN_IF_ERROR(ReadOptionalMoney(Path(path, "unit_cost"), from.has_unit_cost(),
                                          from.unit_cost(), currency, &to.unit_cost));
  to.active = !from.has_active() || from.active();
  to.in_stock = !from.has_in_stock() || from.in_stock();
  to.consumable = from.consumable();
  to.durable = from.durable();
  TSUGI_RETURN_IF_ERROR(ReadSeason(Path(path, "season_months"), from, &to.season_months));
  TSUGI_RETURN_IF_ERROR(ReadRelations(path, from, &to));
  TSUGI_RETURN_IF_ERROR(ReadPlanTerms(path, from, &to));
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "observed_at"), from.has_observed_at(),
                                         from.observed_at(), &to.observed_at));
  return Fact(std::move(to));
}

absl::StatusOr<Fact> ToCustomer(const Path& path, const v1::Customer& from,
                                const std::string& currency) {
  Customer to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kRequired, &to.id));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "segment"), from.segment(), limits::kMaxNameBytes, &to.segment));
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "signed_up_at"), from.has_signed_up_at(),
                                         from.signed_up_at(), &to.signed_up_at));
  TSUGI_RETURN_IF_ERROR(ReadYear(Path(path, "birth_year"), from, &to.birth_year));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "region"), from.region(), limits::kMaxNameBytes, &to.region));
  TSUGI_RETURN_IF_ERROR(ReadLanguage(Path(path, "language"), from.language(), &to.language));
  to.consent_marketing = !from.has_consent_marketing() || from.consent_marketing();
  to.consent_profiling = !from.has_consent_profiling() || from.consent_profiling();
  TSUGI_RETURN_IF_ERROR(ReadOptionalMoney(Path(path, "acquisition_cost"),
                                          from.has_acquisition_cost(), from.acquisition_cost(),
                                          currency, &to.acquisition_cost));
  TSUGI_RETURN_IF_ERROR(ReadOptionalMoney(Path(path, "retention_cost"), from.has_retention_cost(),
                                          from.retention_cost(), currency, &to.retention_cost));
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "observed_at"), from.has_observed_at(),
                                         from.observed_at(), &to.observed_at));
  return Fact(std::move(to));
}

absl::StatusOr<Fact> ToCampaign(const Path& path, const v1::Campaign& from) {
  Campaign to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "campaign_id"), from.campaign_id(), Presence::kRequired, &to.id));
  TSUGI_RETURN_IF_ERROR(ReadText(Path(path, "name"), from.name(), limits::kMaxNameBytes, &to.name));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "starts_at"), from.has_starts_at(),
                                         from.starts_at(), &to.starts_at));
  const Path ends_at(path, "ends_at");
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(ends_at, from.has_ends_at(), from.ends_at(), &to.ends_at));
  if (to.ends_at <= to.starts_at) {
    return BadField(ends_at, base::FormatTime(to.ends_at), "is not after starts_at");
  }
  TSUGI_RETURN_IF_ERROR(ReadIds(Path(path, "customer_ids"), from.customer_ids(), &to.customer_ids));
  TSUGI_RETURN_IF_ERROR(ReadIds(Path(path, "segments"), from.segments(), &to.segments));
  TSUGI_RETURN_IF_ERROR(ReadIds(Path(path, "product_ids"), from.product_ids(), &to.product_ids));
  TSUGI_RETURN_IF_ERROR(ReadNumber(Path(path, "discount_percent"), from.discount_percent(), 0, 100,
                                   &to.discount_percent));
  return Fact(std::move(to));
}

}  // namespace tsugi
