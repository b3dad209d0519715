#include "simulator/policies.h"

#include "engine/policy/parse.h"

namespace tsugi::simulator {

Policy WithoutTiming(const Policy& policy) {
  Policy out = policy;
  out.name = "no_timing";
  out.rules = OpenPolicy().rules;
  return out;
}

Policy WithoutLimits(const Policy& policy) {
  Policy out = policy;
  out.name = "no_limits";
  ContactPolicy& contact = out.contact_policy;
  contact.min_expected_value = 0;
  contact.outbound.reset();
  contact.same_product.reset();
  contact.rest_after_declined = absl::ZeroDuration();
  contact.rest_after_maybe_later = absl::ZeroDuration();
  contact.control_group_percent = 0;
  out.suppress.open_complaint = false;
  out.suppress.detractor.reset();
  out.suppress.without_consent = Suppression::WithoutConsent::kNothing;
  return out;
}

LimitOptions LimitsOf(const Policy& policy) {
  const ContactPolicy& contact = policy.contact_policy;
  const auto outbound = contact.outbound.value_or(ContactPolicy::Outbound{});
  const auto same_product = contact.same_product.value_or(ContactPolicy::SameProduct{});
  const auto detractor = policy.suppress.detractor.value_or(Suppression::Detractor{});
  LimitOptions limits;
  limits.max_contacts = outbound.max_contacts;
  limits.contacts_per = outbound.per;
  limits.max_shown = same_product.max_shown;
  limits.shown_per = same_product.per;
  limits.after_declined = contact.rest_after_declined;
  limits.after_maybe_later = contact.rest_after_maybe_later;
  limits.nps_at_most = detractor.nps_at_most;
  limits.detractor_within = detractor.within;
  return limits;
}

}  // namespace tsugi::simulator
