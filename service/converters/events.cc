#include "service/converters/events.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "proto/tsugi/v1/events.pb.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/converters/event_parts.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();

absl::Status ReadLine(const Path& path, const v1::OrderLine& from, bool is_return,
                      const std::string& currency, OrderLine* to) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &to->product_id));
  const Path quantity(path, "quantity");
  to->quantity = from.has_quantity() ? from.quantity() : 1;
  if (to->quantity == 0)
    return BadField(quantity, "0", "is no quantity; use 1 or more, or -1 or less for a return");
  TSUGI_RETURN_IF_ERROR(ReadWhole(quantity, to->quantity, -limits::kMaxQuantity,
                                  limits::kMaxQuantity, &to->quantity));
  if (is_return) to->quantity = -std::abs(to->quantity);
  TSUGI_RETURN_IF_ERROR(ReadOptionalMoney(Path(path, "unit_price"), from.has_unit_price(),
                                          from.unit_price(), currency, &to->unit_price));
  TSUGI_RETURN_IF_ERROR(ReadNumber(Path(path, "discount_percent"), from.discount_percent(), 0, 100,
                                   &to->discount_percent));
  TSUGI_RETURN_IF_ERROR(ReadId(Path(path, "recommendation_id"), from.recommendation_id(),
                               Presence::kOptional, &to->recommendation_id));
  return ReadText(Path(path, "product_name"), from.product_name(), limits::kMaxNameBytes,
                  &to->product_name);
}

absl::StatusOr<Fact> ToOrder(const Path& path, const v1::Order& from, const std::string& currency) {
  Order to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "order_id"), from.order_id(), Presence::kRequired, &to.id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kOptional, &to.customer_id));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "ordered_at"), from.has_ordered_at(),
                                         from.ordered_at(), &to.ordered_at));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "channel"), from.channel(), limits::kMaxNameBytes, &to.channel));
  const Path lines(path, "lines");
  TSUGI_RETURN_IF_ERROR(CheckCount(lines, from.lines_size(), limits::kMaxOrderLines));
  if (from.lines().empty()) return BadField(lines, "", "is empty; an order has one line or more");
  to.lines.resize(static_cast<std::size_t>(from.lines_size()));
  for (int i = 0; i < from.lines_size(); ++i) {
    TSUGI_RETURN_IF_ERROR(ReadLine(Path(lines, i), from.lines(i), from.is_return(), currency,
                                   &to.lines[static_cast<std::size_t>(i)]));
  }
  return Fact(std::move(to));
}

absl::StatusOr<Fact> ToSubscription(const Path& path, const v1::Subscription& from,
                                    const std::string& currency) {
  Subscription to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "subscription_id"), from.subscription_id(), Presence::kRequired, &to.id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kRequired, &to.customer_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &to.product_id));
  TSUGI_RETURN_IF_ERROR(ReadRequiredEnum(Path(path, "status"), from.status(), &to.status));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "started_at"), from.has_started_at(),
                                         from.started_at(), &to.started_at));
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "trial_ends_at"), from.has_trial_ends_at(),
                                         from.trial_ends_at(), &to.trial_ends_at));
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "renews_at"), from.has_renews_at(),
                                         from.renews_at(), &to.renews_at));
  TSUGI_RETURN_IF_ERROR(
      ReadOptionalTime(Path(path, "ended_at"), from.has_ended_at(), from.ended_at(), &to.ended_at));
  if (from.has_seats()) {
    TSUGI_RETURN_IF_ERROR(ReadWhole(Path(path, "seats"), from.seats(), 1,
                                    std::numeric_limits<std::int32_t>::max(), &to.seats));
  }
  TSUGI_RETURN_IF_ERROR(ReadOptionalMoney(Path(path, "unit_price"), from.has_unit_price(),
                                          from.unit_price(), currency, &to.unit_price));
  if (from.has_usage()) {
    TSUGI_RETURN_IF_ERROR(
        ReadNumber(Path(path, "usage"), from.usage(), 0, kMost, &to.usage.emplace()));
  }
  TSUGI_RETURN_IF_ERROR(ReadOptionalTime(Path(path, "observed_at"), from.has_observed_at(),
                                         from.observed_at(), &to.observed_at));
  return Fact(std::move(to));
}

// The range of a signal's value, and whether it needs one.
absl::Status ReadSignalValue(const Path& path, const v1::Signal& from, Signal* to) {
  double least = std::numeric_limits<double>::lowest();
  double most = kMost;
  bool required = true;
  switch (to->type) {
    case SignalType::kNps:
      least = 0;
      most = 10;
      break;
    case SignalType::kCsat:
      least = 1;
      most = 5;
      break;
    case SignalType::kUsage:
      least = 0;
      break;
    default:
      required = false;
  }
  if (!from.has_value()) return required ? BadField(path, "", "is missing") : absl::OkStatus();
  return ReadNumber(path, from.value(), least, most, &to->value.emplace());
}

absl::StatusOr<Fact> ToSignal(const Path& path, const v1::Signal& from) {
  Signal to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "event_id"), from.event_id(), Presence::kRequired, &to.event_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kRequired, &to.customer_id));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "at"), from.has_at(), from.at(), &to.at));
  TSUGI_RETURN_IF_ERROR(ReadRequiredEnum(Path(path, "type"), from.type(), &to.type));
  TSUGI_RETURN_IF_ERROR(ReadSignalValue(Path(path, "value"), from, &to));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path(path, "subject"), from.subject(), limits::kMaxNameBytes, &to.subject));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kOptional, &to.product_id));
  return Fact(std::move(to));
}

absl::StatusOr<Fact> ToExposure(const Path& path, const v1::Exposure& from) {
  Exposure to;
  TSUGI_RETURN_IF_ERROR(ReadId(Path(path, "recommendation_id"), from.recommendation_id(),
                               Presence::kRequired, &to.recommendation_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &to.product_id));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "at"), from.has_at(), from.at(), &to.at));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kOptional, &to.customer_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "visitor_id"), from.visitor_id(), Presence::kOptional, &to.visitor_id));
  TSUGI_RETURN_IF_ERROR(ReadText(Path(path, "placement"), from.placement(),
                                 limits::kMaxPlacementBytes, &to.placement));
  TSUGI_RETURN_IF_ERROR(ReadEnum(Path(path, "moment"), from.moment(), &to.moment));
  TSUGI_RETURN_IF_ERROR(ReadEnum(Path(path, "offer_kind"), from.offer_kind(), &to.offer_kind));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "rule_id"), from.rule_id(), Presence::kOptional, &to.rule_id));
  if (!v1::Arm_IsValid(from.arm())) {
    return BadField(Path(path, "arm"), absl::StrCat(static_cast<int>(from.arm())),
                    "is no value of Arm; use ARM_TREATED or ARM_CONTROL");
  }
  to.control = from.arm() == v1::ARM_CONTROL;
  std::int64_t position = 0;
  TSUGI_RETURN_IF_ERROR(ReadWhole(Path(path, "position"), from.position(), 0,
                                  std::numeric_limits<std::int32_t>::max(), &position));
  to.position = static_cast<int>(position);
  if (from.has_propensity()) {
    const Path propensity(path, "propensity");
    TSUGI_RETURN_IF_ERROR(ReadNumber(propensity, from.propensity(), 0, 1, &to.propensity));
    if (to.propensity == 0) return BadField(propensity, "0", "is out of range; use above 0 to 1");
  }
  TSUGI_RETURN_IF_ERROR(ReadId(Path(path, "model_version"), from.model_version(),
                               Presence::kOptional, &to.model_version));
  return Fact(std::move(to));
}

// The rules a ReactionEvent and a RecordReactionRequest share.
template <typename Message>
absl::Status ReadReaction(const Path& path, const Message& from, ReactionEvent* to) {
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "event_id"), from.event_id(), Presence::kRequired, &to->event_id));
  TSUGI_RETURN_IF_ERROR(ReadRequiredEnum(Path(path, "reaction"), from.reaction(), &to->reaction));
  TSUGI_RETURN_IF_ERROR(ReadId(Path(path, "recommendation_id"), from.recommendation_id(),
                               Presence::kOptional, &to->recommendation_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "customer_id"), from.customer_id(), Presence::kOptional, &to->customer_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path(path, "product_id"), from.product_id(), Presence::kRequired, &to->product_id));
  if (to->recommendation_id.empty() && to->customer_id.empty()) {
    return BadField(Path(path, "recommendation_id"), "",
                    "is missing; give it or customer_id, each with product_id");
  }
  return absl::OkStatus();
}

absl::StatusOr<Fact> ToReactionEvent(const Path& path, const v1::ReactionEvent& from) {
  ReactionEvent to;
  TSUGI_RETURN_IF_ERROR(ReadReaction(path, from, &to));
  TSUGI_RETURN_IF_ERROR(ReadRequiredTime(Path(path, "at"), from.has_at(), from.at(), &to.at));
  return Fact(std::move(to));
}

// When something was said or done: now, or before.
template <typename Message>
absl::Status ReadPast(const Message& from, absl::Time now, absl::Time* at) {
  *at = now;
  if (!from.has_at()) return absl::OkStatus();
  TSUGI_RETURN_IF_ERROR(ReadTime(Path("at"), from.at(), at));
  if (*at <= now + limits::kClockSkew) return absl::OkStatus();
  return BadField(Path("at"), base::FormatTime(*at), "is in the future; leave it out for now");
}

}  // namespace

absl::StatusOr<Fact> ToFact(const Path& path, const v1::Event& from, const std::string& currency) {
  switch (from.record_case()) {
    case v1::Event::kOrder:
      return ToOrder(Path(path, "order"), from.order(), currency);
    case v1::Event::kProduct:
      return ToProduct(Path(path, "product"), from.product(), currency);
    case v1::Event::kCustomer:
      return ToCustomer(Path(path, "customer"), from.customer(), currency);
    case v1::Event::kSubscription:
      return ToSubscription(Path(path, "subscription"), from.subscription(), currency);
    case v1::Event::kSignal:
      return ToSignal(Path(path, "signal"), from.signal());
    case v1::Event::kCampaign:
      return ToCampaign(Path(path, "campaign"), from.campaign());
    case v1::Event::kExposure:
      return ToExposure(Path(path, "exposure"), from.exposure());
    case v1::Event::kReaction:
      return ToReactionEvent(Path(path, "reaction"), from.reaction());
    case v1::Event::RECORD_NOT_SET:
      break;
  }
  return BadField(path, "",
                  "holds no record; give one of order, product, customer, subscription, signal, "
                  "campaign, exposure, reaction");
}

absl::StatusOr<ReactionEvent> ToReaction(const v1::RecordReactionRequest& from, absl::Time now) {
  ReactionEvent to;
  TSUGI_RETURN_IF_ERROR(ReadReaction(Path(), from, &to));
  TSUGI_RETURN_IF_ERROR(ReadPast(from, now, &to.at));
  return to;
}

absl::StatusOr<Contact> ToContact(const v1::RecordContactRequest& from, absl::Time now) {
  Contact to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("event_id"), from.event_id(), Presence::kRequired, &to.event_id));
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("customer_id"), from.customer_id(), Presence::kOptional, &to.customer_id));
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path("placement"), from.placement(), limits::kMaxPlacementBytes, &to.placement));
  TSUGI_RETURN_IF_ERROR(ReadId(Path("recommendation_id"), from.recommendation_id(),
                               Presence::kOptional, &to.recommendation_id));
  if (to.recommendation_id.empty() && to.customer_id.empty()) {
    return BadField(Path("customer_id"), "", "is missing; give it or recommendation_id");
  }
  TSUGI_RETURN_IF_ERROR(ReadPast(from, now, &to.at));
  return to;
}

}  // namespace tsugi
