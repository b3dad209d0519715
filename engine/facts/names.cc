#include "engine/facts/names.h"

#include <array>
#include <cstddef>

namespace tsugi {
namespace {

template <typename E>
struct Words;

template <>
struct Words<ProductKind> {
  static constexpr std::array<std::string_view, 5> kWords = {"goods", "plan", "add_on", "bundle",
                                                             "service"};
};
template <>
struct Words<SubscriptionStatus> {
  static constexpr std::array<std::string_view, 5> kWords = {"trialing", "active", "past_due",
                                                             "canceled", "lost_deal"};
};
template <>
struct Words<SignalType> {
  static constexpr std::array<std::string_view, 8> kWords = {
      "nps", "csat", "complaint_opened", "complaint_closed", "usage", "visit", "inquiry", "stage"};
};
template <>
struct Words<OfferKind> {
  static constexpr std::array<std::string_view, 7> kWords = {
      "cross_sell", "upgrade", "trial_conversion", "bundle", "subscribe_and_save",
      "promotion",  "add_on"};
};
template <>
struct Words<Moment> {
  static constexpr std::array<std::string_view, kMomentCount> kWords = {
      "pre_purchase", "post_purchase", "renewal",       "trial_end",   "campaign_end",
      "satisfaction", "season",        "replenishment", "usage_limit", "win_back"};
};
template <>
struct Words<Reaction> {
  static constexpr std::array<std::string_view, 3> kWords = {"accepted", "declined", "maybe_later"};
};

template <typename E>
std::string_view Word(E value) {
  return Words<E>::kWords[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view Name(ProductKind value) { return Word(value); }
std::string_view Name(SubscriptionStatus value) { return Word(value); }
std::string_view Name(SignalType value) { return Word(value); }
std::string_view Name(OfferKind value) { return Word(value); }
std::string_view Name(Moment value) { return Word(value); }
std::string_view Name(Reaction value) { return Word(value); }

const std::vector<std::string>& OutboundPlacements() {
  static const auto* const kPlacements = new std::vector<std::string>{"account", "email", "cs"};
  return *kPlacements;
}

bool IsOutboundPlacement(std::string_view placement) {
  const std::vector<std::string>& outbound = OutboundPlacements();
  return std::find(outbound.begin(), outbound.end(), placement) != outbound.end();
}

template <typename E>
std::optional<E> FromName(std::string_view name) {
  for (std::size_t i = 0; i < Words<E>::kWords.size(); ++i) {
    if (Words<E>::kWords[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

template <typename E>
std::string AllNames() {
  std::string all;
  for (const std::string_view word : Words<E>::kWords) {
    if (!all.empty()) all += ", ";
    all += word;
  }
  return all;
}

template std::optional<ProductKind> FromName(std::string_view);
template std::optional<SubscriptionStatus> FromName(std::string_view);
template std::optional<SignalType> FromName(std::string_view);
template std::optional<OfferKind> FromName(std::string_view);
template std::optional<Moment> FromName(std::string_view);
template std::optional<Reaction> FromName(std::string_view);
template std::string AllNames<ProductKind>();
template std::string AllNames<SubscriptionStatus>();
template std::string AllNames<SignalType>();
template std::string AllNames<OfferKind>();
template std::string AllNames<Moment>();
template std::string AllNames<Reaction>();

}  // namespace tsugi
