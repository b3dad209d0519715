// What this build does not enforce yet. A policy that asks for any of it is refused at that key
// instead of being served weaker than it reads. Enforcing more means deleting rows here.
#ifndef TSUGI_ENGINE_POLICY_ENFORCED_H_
#define TSUGI_ENGINE_POLICY_ENFORCED_H_

#include <array>
#include <string_view>

namespace tsugi {

struct NotEnforced {
  std::string_view path;  // of the key; for a word of a list, `path=word`
  std::string_view what;  // completes "this build does not enforce ... yet"
  std::string_view off;   // the value that asks for nothing, and so may stand; empty: none
};

inline constexpr std::array kNotEnforced = {
    NotEnforced{"contact_policy.outbound", "limits of outbound contacts", "none"},
    NotEnforced{"contact_policy.same_product", "limits of showing one product again", "none"},
    NotEnforced{"contact_policy.reservation", "reservations of contacts", ""},
    NotEnforced{"contact_policy.control_group_percent", "control groups", "0"},
    NotEnforced{"contact_policy.control_period", "control groups", ""},
    NotEnforced{"attribution", "the attribution of purchases", ""},
    NotEnforced{"when.silence_at_least", "conditions on silence", ""},
    NotEnforced{"moment=post_purchase", "the moment post_purchase", ""},
    NotEnforced{"moment=campaign_end", "the moment campaign_end", ""},
    NotEnforced{"moment=satisfaction", "the moment satisfaction", ""},
    NotEnforced{"moment=season", "the moment season", ""},
    NotEnforced{"moment=replenishment", "the moment replenishment", ""},
    NotEnforced{"moment=usage_limit", "the moment usage_limit", ""},
    NotEnforced{"moment=win_back", "the moment win_back", ""},
    NotEnforced{"offers=bundle", "offers of the kind bundle", ""},
    NotEnforced{"offers=subscribe_and_save", "offers of the kind subscribe_and_save", ""},
    NotEnforced{"offers=promotion", "offers of the kind promotion", ""},
};

// The row of a path, null where it is enforced.
constexpr const NotEnforced* FindNotEnforced(std::string_view path) {
  for (const NotEnforced& row : kNotEnforced) {
    if (row.path == path) return &row;
  }
  return nullptr;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_ENFORCED_H_
