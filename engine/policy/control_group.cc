#include "engine/policy/control_group.h"

#include <cstdint>
#include <string>

#include "base/checksum.h"
#include "base/random.h"

namespace tsugi {
namespace {

std::int64_t PeriodOf(const ContactPolicy& policy, absl::Time at) {
  const absl::Duration since = absl::Floor(at - absl::UnixEpoch(), policy.control_period);
  absl::Duration rest;
  return absl::IDivDuration(since, policy.control_period, &rest);
}

}  // namespace

bool InControlGroup(const ContactPolicy& policy, const Context& context) {
  if (policy.control_group_percent <= 0) return false;
  const std::string& id = context.customer_id.empty() ? context.visitor_id : context.customer_id;
  if (id.empty()) return false;
  constexpr std::uint64_t kSalt = 0x452821E638D01377;  // digits of pi
  const auto period = static_cast<std::uint64_t>(PeriodOf(policy, context.at));
  const std::uint64_t hash = base::Mix64(base::Fingerprint(id, kSalt) ^ base::Mix64(period));
  constexpr double kTwoToThe53 = 9007199254740992.0;
  return static_cast<double>(hash >> 11) / kTwoToThe53 < policy.control_group_percent / 100;
}

absl::Time ControlPeriodEnd(const ContactPolicy& policy, absl::Time at) {
  return absl::UnixEpoch() + absl::Floor(at - absl::UnixEpoch(), policy.control_period) +
         policy.control_period;
}

}  // namespace tsugi
