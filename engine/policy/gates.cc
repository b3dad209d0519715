#include "engine/policy/gates.h"

#include <algorithm>

#include "engine/policy/conditions.h"
#include "engine/policy/moments.h"

namespace tsugi {
namespace {

Gate WithConditions(const Rule& rule, const Context& context, const SubscriptionState* subscription,
                    std::optional<absl::Time> closes) {
  ConditionResult result = CheckConditions(rule.when, context, subscription);
  if (result.hold) return {Outcome::kOffered, closes};
  if (closes.has_value() && result.until.has_value() && *result.until >= *closes) {
    result.until.reset();  // the moment will be over
  }
  return {Outcome::kConditionsNotMet, result.until};
}

Gate EventGate(const Rule& rule, const SubscriptionState& subscription, const Context& context) {
  const std::optional<Opening> opening = EventOpening(rule, subscription, context);
  if (!opening.has_value() || opening->opens >= opening->closes || context.at >= opening->closes) {
    return {};
  }
  if (context.at < opening->opens) return {Outcome::kNoMomentOpen, opening->opens};
  return WithConditions(rule, context, &subscription, opening->closes);
}

// Whether `a` leaves more to offer than `b`; between closed gates, the one that may open first.
bool MoreOpen(const Gate& a, const Gate& b) {
  if (StageRank(a.outcome) != StageRank(b.outcome)) {
    return StageRank(a.outcome) > StageRank(b.outcome);
  }
  if (a.open()) {
    return a.until.value_or(absl::InfiniteFuture()) > b.until.value_or(absl::InfiniteFuture());
  }
  return a.until.value_or(absl::InfiniteFuture()) < b.until.value_or(absl::InfiniteFuture());
}

bool Applies(const Rule& rule, const Context& context) {
  if (context.moment.has_value() && *context.moment != rule.moment) return false;
  return rule.placements.empty() || std::find(rule.placements.begin(), rule.placements.end(),
                                              context.placement) != rule.placements.end();
}

}  // namespace

int StageRank(Outcome outcome) {
  return outcome == Outcome::kOffered ? static_cast<int>(Outcome::kOutranked) + 1
                                      : static_cast<int>(outcome);
}

std::optional<absl::Time> DetractorUntil(const Policy& policy, const Context& context) {
  const auto& detractor = policy.suppress.detractor;
  if (!detractor.has_value() || !context.nps.has_value()) return std::nullopt;
  if (context.nps->value > detractor->nps_at_most) return std::nullopt;
  const absl::Time until = context.nps->at + detractor->within;
  if (context.at >= until) return std::nullopt;
  return until;
}

std::optional<Gate> Suppressed(const Policy& policy, const Context& context) {
  using WithoutConsent = Suppression::WithoutConsent;
  if (policy.suppress.open_complaint && !context.open_complaints.empty()) {
    return Gate{Outcome::kOpenComplaint, std::nullopt};
  }
  if (context.outbound) {
    const std::optional<absl::Time> until = DetractorUntil(policy, context);
    if (until.has_value()) return Gate{Outcome::kDetractor, until};
  }
  const WithoutConsent without = policy.suppress.without_consent;
  if (!context.consent_marketing && (without == WithoutConsent::kAll ||
                                     (without == WithoutConsent::kOutbound && context.outbound))) {
    return Gate{Outcome::kNoConsent, std::nullopt};
  }
  return std::nullopt;
}

RuleGates OpenGates(const Policy& policy, const Context& context) {
  RuleGates gates;
  for (const Rule& rule : policy.rules) {
    if (!Applies(rule, context)) continue;
    RuleGate& gate = gates.emplace_back();
    gate.rule = &rule;
    for (const OfferKind kind : rule.offers) gate.kinds |= KindBit(kind);
    if (rule.moment == Moment::kPrePurchase) {
      if (RequestOpens(context)) gate.any = WithConditions(rule, context, nullptr, std::nullopt);
      continue;
    }
    for (const SubscriptionState& subscription : context.subscriptions) {
      gate.by_subscription.push_back(EventGate(rule, subscription, context));
      if (MoreOpen(gate.by_subscription.back(), gate.any)) gate.any = gate.by_subscription.back();
    }
  }
  return gates;
}

std::optional<Gate> GateFor(const RuleGate& gate, const Candidate& candidate,
                            const Context& context) {
  switch (FitOf(gate.rule->moment, candidate, context)) {
    case Fit::kNo:
      return std::nullopt;
    case Fit::kRequest:
    case Fit::kAnyEvent:
      return gate.any;
    case Fit::kOwnEvent:
      break;
  }
  for (std::size_t i = 0; i < gate.by_subscription.size(); ++i) {
    if (&context.subscriptions[i] == candidate.subscription) return gate.by_subscription[i];
  }
  return EventGate(*gate.rule, *candidate.subscription, context);
}

}  // namespace tsugi
