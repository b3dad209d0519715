// The words of the facts' enumerations as files, policies and tables write them: `add_on`,
// `past_due`, `pre_purchase`, `cross_sell`, ...
#ifndef TSUGI_ENGINE_FACTS_NAMES_H_
#define TSUGI_ENGINE_FACTS_NAMES_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/facts.h"

namespace tsugi {

std::string_view Name(ProductKind value);
std::string_view Name(SubscriptionStatus value);
std::string_view Name(SignalType value);
std::string_view Name(OfferKind value);
std::string_view Name(Moment value);
std::string_view Name(Reaction value);

// Placements at which we go to the customer: `account`, `email`, `cs`. Every other one is inbound.
const std::vector<std::string>& OutboundPlacements();
bool IsOutboundPlacement(std::string_view placement);

// The value of that name, none for any other text. E is one of the enumerations above.
template <typename E>
std::optional<E> FromName(std::string_view name);

// All names, for messages: "goods, plan, add_on, bundle, service".
template <typename E>
std::string AllNames();

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FACTS_NAMES_H_
