#include "engine/policy/gates.h"

#include <algorithm>

#include "engine/policy/conditions.h"

namespace tsugi {
namespace {

Gate GateOf(const Rule& rule, const Event& event, const Context& context,
            const std::optional<Gate>& limit) {
  const Opening& opening = event.opening;
  if (opening.opens >= opening.closes || context.at >= opening.closes) return {};
  if (context.at < opening.opens) return {Outcome::kNoMomentOpen, opening.opens};
  if (!event.met) return {Outcome::kConditionsNotMet, std::nullopt};
  const bool closes = opening.closes != absl::InfiniteFuture();
  ConditionResult result = CheckConditions(rule, context, event.subscription);
  if (!result.hold) {
    if (closes && result.until.has_value() && *result.until >= opening.closes) {
      result.until.reset();  // the moment will be over
    }
    return {Outcome::kConditionsNotMet, result.until};
  }
  if (limit.has_value()) return *limit;
  Gate gate{Outcome::kOffered, std::nullopt};
  if (closes) gate.until = opening.closes;
  if (event.campaign != nullptr) gate.campaign = event.campaign->facts;
  return gate;
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

std::optional<Gate> ContactLimit(const Policy& policy, const Context& context) {
  const auto& outbound = policy.contact_policy.outbound;
  if (!context.outbound || !outbound.has_value()) return std::nullopt;
  absl::InlinedVector<absl::Time, 8> counted;
  for (const PastContact& contact : context.contacts) {
    if (contact.at <= context.at && context.at < contact.at + outbound->per) {
      counted.push_back(contact.at);
    }
  }
  const auto most = static_cast<std::size_t>(std::max(0, outbound->max_contacts));
  if (counted.size() < most) return std::nullopt;
  Gate gate{Outcome::kContactLimit, std::nullopt};
  if (most > 0) {  // so many of the oldest have to leave the period
    const auto last = counted.begin() + static_cast<std::ptrdiff_t>(counted.size() - most);
    std::nth_element(counted.begin(), last, counted.end());
    gate.until = *last + outbound->per;
  }
  return gate;
}

RuleGates OpenGates(const Policy& policy, const Context& context) {
  const std::optional<Gate> limit = ContactLimit(policy, context);
  RuleGates gates;
  Events events;
  for (const Rule& rule : policy.rules) {
    if (!Applies(rule, context)) continue;
    RuleGate& gate = gates.emplace_back();
    gate.rule = &rule;
    for (const OfferKind kind : rule.offers) gate.kinds |= KindBit(kind);
    events.clear();
    FindEvents(rule, context, events);
    gate.events.reserve(events.size());
    for (const Event& event : events) {
      gate.events.push_back({event, GateOf(rule, event, context, limit)});
      if (MoreOpen(gate.events.back().gate, gate.any)) gate.any = gate.events.back().gate;
    }
  }
  return gates;
}

const Gate* GateFor(const RuleGate& gate, const Candidate& candidate, const Context& context) {
  static constexpr Gate kClosed;
  const Moment moment = gate.rule->moment;
  const Fit fit = FitOf(moment, candidate, context);
  if (fit == Fit::kNo) return nullptr;
  if (fit == Fit::kAnyEvent) return &gate.any;
  const Gate* best = &kClosed;
  auto event = gate.events.begin();
  auto end = gate.events.end();
  if (fit == Fit::kProduct && candidate.contents.empty()) {  // there may be many, by product
    const bool replaces = candidate.kind == OfferKind::kUpgrade && moment == Moment::kReplenishment;
    const ProductIndex product = replaces ? candidate.replaces.index : candidate.product.index;
    event = std::lower_bound(event, end, product, [](const EventGate& e, ProductIndex index) {
      return e.event.product < index;
    });
    end = event != end && event->event.product == product ? event + 1 : event;
  }
  for (; event != end; ++event) {
    if (IsAbout(event->event, moment, fit, candidate) && MoreOpen(event->gate, *best)) {
      best = &event->gate;
    }
  }
  return best;
}

}  // namespace tsugi
