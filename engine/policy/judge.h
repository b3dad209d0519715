// One offer against all rules: how far it comes, by which rule, and until when.
//
// Not thread-safe; made for one decision. Borrows from the policy and the context.
#ifndef TSUGI_ENGINE_POLICY_JUDGE_H_
#define TSUGI_ENGINE_POLICY_JUDGE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/policy/gates.h"
#include "engine/policy/policy.h"
#include "engine/policy/rests.h"
#include "engine/state/context.h"

namespace tsugi {

// What is decided about one offer: by the rule that brings it furthest, and among those equally
// far, at the highest priority.
struct Verdict {
  Verdict() {}  // NOLINT(modernize-use-equals-default): as an offer's

  Outcome outcome = Outcome::kNoMomentOpen;
  const Rule* rule = nullptr;
  std::optional<absl::Time> until;
  double discount_percent = 0;
  const Campaign* campaign = nullptr;  // whose discount it is
  base::Decimal price;
  double value = 0;
  double priority = 0;
};

class Judge {
 public:
  Judge(const Policy& policy, const Context& context, std::span<const ScoredOffer> offers);

  // Into a verdict as it is made.
  void Of(const ScoredOffer& offer, Verdict* verdict);

  // The first stage, in the order of Outcome, after which nothing was left: the furthest that any
  // offer or any rule's kind came. A rule's kind that stood open without a candidate came to
  // kNoCandidate. Call after judging every offer.
  NoOffer Reason(const std::vector<Verdict>& verdicts) const;

 private:
  bool IsBarredUpgrade(OfferKind kind) const {
    return kind == OfferKind::kUpgrade && detractor_until_.has_value();
  }
  void OfOpenGates(const ScoredOffer& offer, Verdict* best);
  void OfClosedGates(const ScoredOffer& offer, Verdict* best) const;
  void Closed(const ScoredOffer& offer, const Rule& rule, const Gate& gate, Verdict& verdict) const;
  // What does not depend on the rule: kOffered, or the stage at which the product itself falls.
  struct ProductStage {
    Outcome outcome = Outcome::kOffered;
    std::optional<absl::Time> until;
  };
  void OfProduct(const Candidate& candidate, ProductStage& stage) const;
  // `best`: what another rule has found, where it has one; if its discount is the same, so is the
  // price. May be the same as `verdict`.
  void Open(const ScoredOffer& offer, const Rule& rule, const Gate& gate,
            const ProductStage& product, const Verdict& best, Verdict& verdict) const;
  Outcome OfMoney(const ScoredOffer& offer, const Verdict& verdict) const;
  bool IsCandidate(const Candidate& candidate) const;
  bool PassesFilter(const Candidate& candidate) const;
  bool PassesPriceFilter(base::Decimal price) const;
  static void SetDiscount(const ScoredOffer& offer, const Gate& gate, Verdict& verdict);

  const Policy& policy_;
  const Context& context_;
  RuleGates gates_;
  absl::InlinedVector<std::uint32_t, 16> open_;  // positions of gates that some offer may pass
  absl::InlinedVector<std::uint32_t, 16> used_;  // kinds that had a candidate at the open gate
  Rests rests_;
  std::optional<absl::Time> detractor_until_;
  std::vector<ProductIndex> upgrades_;  // products that some offer would be an upgrade to; sorted
  int decimals_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_JUDGE_H_
