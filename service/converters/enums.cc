// Both sides list their values in the same order, the protocol buffers' with "unspecified" before
// them; the static_asserts hold them to it.
#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/tsugi/v1/common.pb.h"
#include "proto/tsugi/v1/events.pb.h"
#include "service/converters/values.h"

namespace tsugi {
namespace {

template <typename Engine, typename Proto>
constexpr bool Agree(Engine engine, Proto proto) {
  return static_cast<int>(engine) + 1 == static_cast<int>(proto);
}
static_assert(Agree(ProductKind::kService, v1::PRODUCT_KIND_SERVICE));
static_assert(Agree(ProductKind::kAddOn, v1::PRODUCT_KIND_ADD_ON));
static_assert(Agree(SubscriptionStatus::kLostDeal, v1::SUBSCRIPTION_STATUS_LOST_DEAL));
static_assert(Agree(SubscriptionStatus::kPastDue, v1::SUBSCRIPTION_STATUS_PAST_DUE));
static_assert(Agree(Moment::kWinBack, v1::MOMENT_WIN_BACK));
static_assert(Agree(Moment::kRenewal, v1::MOMENT_RENEWAL));
static_assert(Agree(Moment::kSeason, v1::MOMENT_SEASON));
static_assert(Agree(OfferKind::kAddOn, v1::OFFER_KIND_ADD_ON));
static_assert(Agree(OfferKind::kBundle, v1::OFFER_KIND_BUNDLE));
static_assert(Agree(Reaction::kMaybeLater, v1::REACTION_MAYBE_LATER));
static_assert(Agree(SignalType::kStage, v1::SIGNAL_TYPE_STAGE));
static_assert(Agree(SignalType::kUsage, v1::SIGNAL_TYPE_USAGE));

template <typename E>
absl::Status Read(const Path& path, int from, const google::protobuf::EnumDescriptor* names,
                  std::optional<E>* to) {
  if (names->FindValueByNumber(from) == nullptr) {
    std::vector<std::string> known;
    for (int i = 1; i < names->value_count(); ++i) known.push_back(names->value(i)->name());
    return BadField(path, absl::StrCat(from),
                    absl::StrCat("is no value of ", names->name(), "; use one of ",
                                 absl::StrJoin(known, ", ")));
  }
  *to = from == 0 ? std::nullopt : std::optional<E>(static_cast<E>(from - 1));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadEnum(const Path& path, int from, std::optional<ProductKind>* to) {
  return Read(path, from, v1::ProductKind_descriptor(), to);
}
absl::Status ReadEnum(const Path& path, int from, std::optional<SubscriptionStatus>* to) {
  return Read(path, from, v1::SubscriptionStatus_descriptor(), to);
}
absl::Status ReadEnum(const Path& path, int from, std::optional<Moment>* to) {
  return Read(path, from, v1::Moment_descriptor(), to);
}
absl::Status ReadEnum(const Path& path, int from, std::optional<OfferKind>* to) {
  return Read(path, from, v1::OfferKind_descriptor(), to);
}
absl::Status ReadEnum(const Path& path, int from, std::optional<Reaction>* to) {
  return Read(path, from, v1::Reaction_descriptor(), to);
}
absl::Status ReadEnum(const Path& path, int from, std::optional<SignalType>* to) {
  return Read(path, from, v1::SignalType_descriptor(), to);
}

}  // namespace tsugi
