// The two built-in policies.
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/facts/names.h"
#include "engine/policy/default_policy.h"
#include "engine/policy/parse.h"

namespace tsugi {
namespace {

// Open as long as there is an event at all, whatever its distance, for every kind.
Rule OpenRule(Moment moment) {
  Rule rule;
  rule.id = absl::StrCat("open-", std::string(Name(moment)));
  rule.moment = moment;
  rule.window.before = absl::InfiniteDuration();
  rule.window.after = absl::InfiniteDuration();
  if (moment == Moment::kWinBack) rule.when.silence_at_least = 0;
  rule.offers = {OfferKind::kCrossSell, OfferKind::kUpgrade,          OfferKind::kTrialConversion,
                 OfferKind::kBundle,    OfferKind::kSubscribeAndSave, OfferKind::kPromotion,
                 OfferKind::kAddOn};
  return rule;
}

Policy MakeOpenPolicy() {
  Policy policy;
  policy.name = "open";
  policy.yaml =
      "# The built-in policy `open`, for evaluation: every moment allowed, no limits, no minimum,\n"
      "# no control group; what can be sold, ranked by probability alone. It cannot be written as\n"
      "# a file.\n";
  policy.probability_only = true;
  ContactPolicy& contact = policy.contact_policy;
  contact.max_suggestions = std::numeric_limits<int>::max();
  contact.min_expected_value = 0;
  contact.outbound.reset();
  contact.same_product.reset();
  contact.rest_after_declined = absl::ZeroDuration();
  contact.rest_after_maybe_later = absl::ZeroDuration();
  policy.suppress.open_complaint = false;
  policy.suppress.detractor.reset();
  policy.suppress.without_consent = Suppression::WithoutConsent::kNothing;
  policy.owned.exclude = Ownership::Exclude::kNone;
  for (int moment = 0; moment < kMomentCount; ++moment) {
    policy.rules.push_back(OpenRule(static_cast<Moment>(moment)));
  }
  return policy;
}

}  // namespace

const Policy& DefaultPolicy() {
  static const Policy* const kPolicy = [] {
    absl::StatusOr<Policy> policy = LoadPolicy("default", DefaultPolicyYaml());
    if (!policy.ok()) std::abort();  // a test keeps the compiled-in text free of mistakes
    return new Policy(*std::move(policy));
  }();
  return *kPolicy;
}

const Policy& OpenPolicy() {
  static const Policy* const kPolicy = new Policy(MakeOpenPolicy());
  return *kPolicy;
}

}  // namespace tsugi
