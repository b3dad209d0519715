#include <algorithm>
#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/policy/control_group.h"
#include "engine/policy/explore.h"
#include "engine/policy/gates.h"
#include "engine/policy/judge.h"
#include "engine/policy/policy.h"
#include "engine/policy/selection.h"

namespace tsugi {
namespace {

DecidedOffer Make(ScoredOffer&& offer, const Verdict& verdict, bool probability_only) {
  DecidedOffer decided;
  decided.offer = std::move(offer);
  decided.outcome = verdict.outcome;
  decided.until = verdict.until;
  decided.price = verdict.price;
  decided.value = verdict.value;
  decided.priority = verdict.priority;
  if (verdict.rule != nullptr) {
    decided.rule_id = verdict.rule->id;
    decided.moment = verdict.rule->moment;
    decided.discount_percent = verdict.discount_percent;
    decided.coupon = verdict.rule->coupon;
    decided.context_weight = probability_only ? 1 : verdict.rule->weight;
    decided.lever = probability_only ? 1 : verdict.rule->lever;
  }
  if (decided.offer.candidate.campaign == nullptr) {
    decided.offer.candidate.campaign = verdict.campaign;
  }
  return decided;
}

std::size_t Most(const Policy& policy, int asked) {
  const int most = std::max(0, policy.contact_policy.max_suggestions);
  return static_cast<std::size_t>(asked > 0 ? std::min(asked, most) : most);
}

// Uses `ranked` up.
std::vector<Ranked> Choose(const Policy& policy, const Context& context,
                           std::vector<Ranked>& ranked, int asked) {
  const std::size_t most = Most(policy, asked);
  const bool keep_next_tier = !policy.probability_only;
  if (policy.exploration.percent <= 0) return Select(ranked, most, keep_next_tier);
  std::vector<Ranked> all = ranked;
  std::vector<Ranked> chosen = Select(ranked, most, keep_next_tier);
  Explore(policy.exploration, context.seed, std::move(all), &chosen);
  return chosen;
}

// Whether an outbound answer of these is expected to bring what a contact costs in goodwill.
bool WorthTheGoodwill(const Policy& policy, const Context& context,
                      const std::vector<Ranked>& chosen, const std::vector<Verdict>& verdicts) {
  const double goodwill = policy.contact_policy.goodwill;
  if (!context.outbound || goodwill <= 0 || !context.remaining_value.has_value()) return true;
  double expected = 0;
  for (const Ranked& offer : chosen) {
    expected += offer.offer->probability * verdicts[offer.position].value;
  }
  return expected >= goodwill * *context.remaining_value;
}

// The offers that end otherwise than `made`. One that another outranked has no time to wait for.
std::vector<std::size_t> DroppedOnes(Outcome made, std::vector<Verdict>& verdicts) {
  std::vector<std::size_t> dropped;
  dropped.reserve(verdicts.size());
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].outcome == made) continue;
    if (verdicts[i].outcome == Outcome::kOutranked) verdicts[i].until.reset();
    dropped.push_back(i);
  }
  return dropped;
}

// Moves the offers of `positions` out, by product id and kind.
void KeepDropped(std::vector<std::size_t> positions, const std::vector<Verdict>& verdicts,
                 bool probability_only, std::span<ScoredOffer> offers, Decision* decision) {
  std::sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
    const auto order = CompareOffers(offers[a], offers[b]);
    return std::is_neq(order) ? std::is_lt(order) : verdicts[a].priority > verdicts[b].priority;
  });
  decision->dropped.reserve(positions.size());
  for (const std::size_t i : positions) {
    decision->dropped.push_back(Make(std::move(offers[i]), verdicts[i], probability_only));
  }
}

Decision DropAll(std::span<ScoredOffer> offers, const Gate& gate, bool keep_dropped) {
  Decision decision;
  decision.no_offer = NoOffer{gate.outcome, gate.until};
  if (!keep_dropped) return decision;
  std::vector<Verdict> verdicts(offers.size());
  std::vector<std::size_t> positions(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    positions[i] = i;
    verdicts[i].outcome = gate.outcome;
    verdicts[i].until = gate.until;
    verdicts[i].price = offers[i].list_price;
  }
  KeepDropped(std::move(positions), verdicts, false, offers, &decision);
  return decision;
}

}  // namespace

Decision Decide(const Policy& policy, const Context& context, std::vector<ScoredOffer> offers,
                int max_suggestions, bool keep_dropped) {
  return Decide(policy, context, std::span(offers), max_suggestions, keep_dropped);
}

Decision Decide(const Policy& policy, const Context& context, std::span<ScoredOffer> offers,
                int max_suggestions, bool keep_dropped) {
  if (const std::optional<Gate> gate = Suppressed(policy, context); gate.has_value()) {
    return DropAll(offers, *gate, keep_dropped);
  }
  Judge judge(policy, context, offers);
  // Scratch memory of the thread's.
  thread_local std::vector<Verdict> verdicts;
  thread_local std::vector<Ranked> ranked;
  verdicts.clear();
  ranked.clear();
  for (std::size_t i = 0; i < offers.size(); ++i) {
    judge.Of(offers[i], &verdicts.emplace_back());
    if (verdicts[i].outcome == Outcome::kOffered) {
      ranked.push_back({&offers[i], verdicts[i].priority, i});
    }
  }
  for (const Ranked& offer : ranked) verdicts[offer.position].outcome = Outcome::kOutranked;
  std::vector<Ranked> chosen = Choose(policy, context, ranked, max_suggestions);
  if (!WorthTheGoodwill(policy, context, chosen, verdicts)) {
    for (Verdict& verdict : verdicts) {
      if (verdict.outcome == Outcome::kOutranked) verdict.outcome = Outcome::kBelowMinimumValue;
    }
    chosen.clear();
  }

  Decision decision;
  const bool withheld = !chosen.empty() && InControlGroup(policy.contact_policy, context);
  const Outcome made = withheld ? Outcome::kControlGroup : Outcome::kOffered;
  if (chosen.empty()) decision.no_offer = judge.Reason(verdicts);
  if (withheld) {
    decision.no_offer = NoOffer{made, ControlPeriodEnd(policy.contact_policy, context.at)};
  }
  for (const Ranked& offer : chosen) verdicts[offer.position].outcome = made;
  if (keep_dropped) {
    KeepDropped(DroppedOnes(made, verdicts), verdicts, policy.probability_only, offers, &decision);
  }
  std::vector<DecidedOffer>& out = withheld ? decision.withheld : decision.offered;
  out.reserve(chosen.size());
  for (const Ranked& offer : chosen) {
    out.push_back(
        Make(std::move(offers[offer.position]), verdicts[offer.position], policy.probability_only));
    out.back().propensity = offer.propensity;
  }
  return decision;
}

}  // namespace tsugi
