// Which rules stand open for this customer now, decided once for all offers: by their moments,
// their conditions and, where we go to the customer, the limit of contacts.
//
// Not thread-safe; made for one decision. Borrows from the policy and the context.
#ifndef TSUGI_ENGINE_POLICY_GATES_H_
#define TSUGI_ENGINE_POLICY_GATES_H_

#include <cstdint>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/policy/moments.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

// A stage of the decision: kOffered is past all of them.
int StageRank(Outcome outcome);

struct Gate {
  Outcome outcome = Outcome::kNoMomentOpen;  // kOffered: open
  std::optional<absl::Time> until;           // open: when it closes; else: when it may open
  const Campaign* campaign = nullptr;        // CAMPAIGN_END: whose terms hold

  bool open() const { return outcome == Outcome::kOffered; }
};

// The stages that leave nothing to anybody: an open complaint, an outbound approach to a detractor,
// a missing consent. None: go on.
std::optional<Gate> Suppressed(const Policy& policy, const Context& context);

// The end of the time in which the newest NPS makes them a detractor; none: they are none.
std::optional<absl::Time> DetractorUntil(const Policy& policy, const Context& context);

// The gate of one event of the rule's moment.
struct EventGate {
  Event event;
  Gate gate;
};

// A rule that fits the placement and the moment asked for.
struct RuleGate {
  const Rule* rule = nullptr;
  std::uint32_t kinds = 0;                   // bit k: OfferKind k is among the rule's offers
  Gate any;                                  // the most open of its events
  absl::InlinedVector<EventGate, 1> events;  // as FindEvents
};
using RuleGates = absl::InlinedVector<RuleGate, 16>;

inline std::uint32_t KindBit(OfferKind kind) { return 1U << static_cast<unsigned>(kind); }

// The limit of outbound contacts, where it is reached; none: one more may be made.
std::optional<Gate> ContactLimit(const Policy& policy, const Context& context);

RuleGates OpenGates(const Policy& policy, const Context& context);

// The gate a candidate has to pass; null where the rule is not about such a candidate. Of `gate`,
// or constant.
const Gate* GateFor(const RuleGate& gate, const Candidate& candidate, const Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_GATES_H_
