#include "service/converters/worklist.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/converters/suggest_request.h"
#include "service/converters/suggest_response.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

static_assert(static_cast<int>(AccountRank::kD) + 1 == v1::ACCOUNT_RANK_D);
static_assert(static_cast<int>(RiskLevel::kHigh) + 1 == v1::RISK_LEVEL_HIGH);

struct OrderName {
  const char* name;
  WorklistOrder order;
  bool descending;
};
constexpr std::array<OrderName, 7> kOrders = {{
    {"", WorklistOrder::kValueAtRisk, true},
    {"value_at_risk desc", WorklistOrder::kValueAtRisk, true},
    {"value_at_risk", WorklistOrder::kValueAtRisk, false},
    {"event_at", WorklistOrder::kEventAt, false},
    {"event_at desc", WorklistOrder::kEventAt, true},
    {"lifetime_value", WorklistOrder::kLifetimeValue, false},
    {"lifetime_value desc", WorklistOrder::kLifetimeValue, true},
}};

absl::Status ReadOrder(const std::string& from, WorklistQuery* to) {
  const auto found = std::find_if(kOrders.begin(), kOrders.end(),
                                  [&](const OrderName& order) { return from == order.name; });
  if (found == kOrders.end()) {
    return BadField(Path("order_by"), from,
                    "is no order; use value_at_risk, event_at or lifetime_value, with ` desc` "
                    "after it for the greatest first");
  }
  to->order_by = found->order;
  to->descending = found->descending;
  return absl::OkStatus();
}

absl::Status ReadWithin(const v1::ListRenewalSuggestionsRequest& from, absl::Duration* to) {
  *to = absl::Hours(24 * limits::kDefaultRenewalDays);
  if (!from.has_within()) return absl::OkStatus();
  const Path path("within");
  TSUGI_RETURN_IF_ERROR(ReadDuration(path, from.within(), to));
  if (*to > absl::ZeroDuration() && *to <= absl::Hours(24 * limits::kMaxRenewalDays)) {
    return absl::OkStatus();
  }
  return BadField(
      path, absl::FormatDuration(*to),
      absl::StrCat("is out of range; use above 0 to ", limits::kMaxRenewalDays, " days"));
}

absl::Status ReadRanks(const v1::ListRenewalSuggestionsRequest& from,
                       std::vector<AccountRank>* to) {
  const Path path("ranks");
  for (int i = 0; i < from.ranks_size(); ++i) {
    const int rank = from.ranks(i);
    if (rank < v1::ACCOUNT_RANK_A || rank > v1::ACCOUNT_RANK_D) {
      return BadField(Path(path, i), absl::StrCat(rank),
                      "is no rank; use ACCOUNT_RANK_A to ACCOUNT_RANK_D");
    }
    to->push_back(static_cast<AccountRank>(rank - 1));
  }
  std::sort(to->begin(), to->end());
  to->erase(std::unique(to->begin(), to->end()), to->end());
  return absl::OkStatus();
}

absl::Status ReadAt(const v1::ListRenewalSuggestionsRequest& from, absl::Time now, absl::Time* at) {
  *at = now;
  if (!from.has_at()) return absl::OkStatus();
  absl::Time asked;
  TSUGI_RETURN_IF_ERROR(ReadTime(Path("at"), from.at(), &asked));
  if (from.dry_run()) {
    *at = asked;
    return absl::OkStatus();
  }
  if (absl::AbsDuration(asked - now) <= limits::kClockSkew) return absl::OkStatus();
  return BadField(Path("at"), base::FormatTime(asked),
                  "is not now; leave it out, or set dry_run to ask about another instant");
}

void FillRisk(const WorklistAccount& from, v1::Risk* to) {
  to->set_level(static_cast<v1::RiskLevel>(EnumNumber(from.risk.level)));
  to->set_probability(from.risk.probability);
  for (const std::string& text : from.risk_texts) to->add_causes(text);
}

void FillPlan(const WorklistAccount& from, const std::string& currency, v1::RenewalAccount* to) {
  to->set_customer_id(from.customer_id);
  to->set_subscription_id(from.subscription_id);
  to->set_product_id(from.plan_id);
  to->set_product_name(from.plan_name);
  to->set_seats(static_cast<std::int32_t>(
      std::min<std::int64_t>(from.seats, std::numeric_limits<std::int32_t>::max())));
  to->set_status(static_cast<v1::SubscriptionStatus>(EnumNumber(from.status)));
  to->set_moment(static_cast<v1::Moment>(EnumNumber(from.moment)));
  FillTime(from.event_at, to->mutable_event_at());
  to->set_days_left(from.days_left);
  if (from.unit_price.has_value()) {
    FillMoney(*from.unit_price, currency, to->mutable_unit_price());
  }
}

}  // namespace

void FillRankFigures(const RankFigures& from, const std::string& currency, v1::RankFigures* to) {
  FillMoney(base::Decimal::FromDouble(from.room_a_year), currency, to->mutable_room_a_year());
  to->set_room_share(from.room_share);
  to->set_tenure_days(from.tenure_days);
  to->set_purchases_a_year(from.purchases_a_year);
  to->set_accepted(from.accepted);
  to->set_declined(from.declined);
}

absl::StatusOr<WorklistQuery> ToWorklistQuery(const v1::ListRenewalSuggestionsRequest& from,
                                              absl::Time now) {
  WorklistQuery to;
  TSUGI_RETURN_IF_ERROR(ReadWithin(from, &to.within));
  TSUGI_RETURN_IF_ERROR(ReadRanks(from, &to.ranks));
  TSUGI_RETURN_IF_ERROR(ReadOrder(from.order_by(), &to));
  to.segments.assign(from.segments().begin(), from.segments().end());
  int page_size = 0;
  TSUGI_RETURN_IF_ERROR(ReadPageSize(Path("page_size"), from.page_size(),
                                     limits::kDefaultRenewalPageSize, &page_size));
  to.page_size = static_cast<std::size_t>(page_size);
  TSUGI_RETURN_IF_ERROR(ReadLanguage(Path("language"), from.language(), &to.language));
  if (to.language.empty()) to.language = "en";
  TSUGI_RETURN_IF_ERROR(ReadAt(from, now, &to.at));
  return to;
}

void FillAccount(const WorklistAccount& from, const std::string& recommendation_id,
                 const std::string& currency, v1::RenewalAccount* to) {
  FillPlan(from, currency, to);
  to->set_rank(static_cast<v1::AccountRank>(EnumNumber(from.rank)));
  FillMoney(from.lifetime_value, currency, to->mutable_lifetime_value());
  FillMoney(from.value_at_risk, currency, to->mutable_value_at_risk());
  FillRisk(from, to->mutable_risk());
  if (from.usage_share.has_value()) to->set_usage_share(*from.usage_share);
  to->set_segment(from.segment);
  FillRankFigures(from.rank_figures, currency, to->mutable_rank_figures());
  to->set_open_complaint(from.open_complaint);
  for (const Suggestion& suggestion : from.answer.suggestions) {
    FillSuggestion(suggestion, currency, from.answer.decided_at, to->add_suggestions());
  }
  if (from.answer.no_offer.has_value()) {
    FillNoOffer(*from.answer.no_offer, from.answer.no_offer_text, to->mutable_no_offer());
  }
  for (const std::string& point : from.talking_points) to->add_talking_points(point);
  to->set_recommendation_id(recommendation_id);
}

}  // namespace tsugi
