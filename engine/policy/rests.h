// Rests after a reaction: what was declined, or put off, is left alone for a while; and after so
// many showings that were not answered.
//
// A product shown `max_shown` times within `per` rests until the oldest of these showings leaves
// the period.
//
// A declined product rests together with its family at the same tier or above (where a tier is
// unknown, it counts as the same); one put off rests alone. A later reaction adds its own rest and
// never shortens an earlier one, save that a product ACCEPTED later rests no more for what was said
// about it or its family before. A rest is half open: [reaction, reaction + rest).
//
// Not thread-safe; made for one decision. Borrows from the context.
#ifndef TSUGI_ENGINE_POLICY_RESTS_H_
#define TSUGI_ENGINE_POLICY_RESTS_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

class Rests {
 public:
  Rests(const ContactPolicy& policy, const Context& context);

  // The instant the last rest of this product ends, none where it does not rest.
  std::optional<absl::Time> Until(const ProductRef& product) const;

 private:
  struct Rest {
    const ProductRef* product;
    bool family;  // the family too
    absl::Time until;
    std::size_t order;  // in the context's reactions, oldest first
  };
  bool Covers(const Rest& rest, const ProductRef& product) const;

  void AddFatigue(const ContactPolicy::SameProduct& limit, const Context& context);

  absl::InlinedVector<Rest, 8> rests_;
  absl::InlinedVector<std::pair<ProductIndex, absl::Time>, 8> shown_enough_;  // by product
  absl::InlinedVector<std::pair<ProductIndex, std::size_t>, 8> accepted_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_RESTS_H_
