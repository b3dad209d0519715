#include "simulator/policies.h"

#include "engine/policy/parse.h"

namespace tsugi::simulator {
namespace {

constexpr char kMarketPolicy[] = R"yaml(
version: 1
contact_policy:
  # A line brings about 10 here; what is expected to bring less than a twentieth of it is clutter.
  min_expected_value: 0.5
  # A contact annoys: it has to bring a hundredth of what the customer is still worth.
  outbound: {max_contacts: 2, per: 30d, goodwill: 0.01}
  control_group_percent: 0      # the market knows what would have happened
# Of habits begun only what falls into the test period counts: a third of a year on average.
value: {horizon: 365d, repeat_horizon: 120d}
rules:
  # Where customers come by themselves, every moment that concerns them ...
  - id: before-purchase
    moment: pre_purchase
    offers: [cross_sell, upgrade, bundle, add_on, promotion]
    placements: [product_page, cart, checkout]
  - id: renewal
    moment: renewal
    window: {before: 92d}         # all of a quarter: who comes by is not disturbed
    offers: [upgrade, add_on]
    placements: [product_page, cart, checkout]
  - id: satisfaction
    moment: satisfaction
    offers: [cross_sell, add_on]
    placements: [product_page, cart, checkout]
  - id: season
    moment: season
    offers: [cross_sell]
    placements: [product_page, cart, checkout]
  - id: trial
    moment: trial_end
    window: {before: 30d}
    offers: [trial_conversion]
    placements: [product_page, cart, checkout]
  - id: replenishment
    moment: replenishment
    window: {before: 5d, after: 20d}
    offers: [subscribe_and_save]
    discount_percent: 5
    placements: [product_page, cart, checkout]
  # ... and a mail or a call only about a plan that is outgrown or on trial. Who declines is left
  # alone with it for a quarter: not before the limit is felt.
  - id: usage-limit
    moment: usage_limit
    when: {usage_at_least: 0.9}
    offers: [upgrade]
    weight: 1.2
  - id: trial-end
    moment: trial_end
    offers: [trial_conversion]
    placements: [account, email, cs]
)yaml";

}  // namespace

const Policy& MarketPolicy() {
  static const Policy& policy = *new Policy(LoadPolicy("market", kMarketPolicy).value());
  return policy;
}

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
  contact.goodwill = 0;
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
