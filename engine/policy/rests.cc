#include "engine/policy/rests.h"

#include <algorithm>

namespace tsugi {

Rests::Rests(const ContactPolicy& policy, const Context& context) {
  for (std::size_t order = 0; order < context.reactions.size(); ++order) {
    const PastReaction& past = context.reactions[order];
    if (!past.product.known()) continue;
    if (past.reaction == Reaction::kAccepted) {
      accepted_.emplace_back(past.product.index, order);
      continue;
    }
    const bool declined = past.reaction == Reaction::kDeclined;
    const absl::Time until =
        past.at + (declined ? policy.rest_after_declined : policy.rest_after_maybe_later);
    if (context.at < until) rests_.push_back({&past.product, declined, until, order});
  }
  if (policy.same_product.has_value() && !context.showings.empty()) {
    AddFatigue(*policy.same_product, context);
  }
}

void Rests::AddFatigue(const ContactPolicy::SameProduct& limit, const Context& context) {
  absl::InlinedVector<std::pair<ProductIndex, absl::Time>, 32> shown;
  for (const PastShowing& showing : context.showings) {
    if (showing.at <= context.at && context.at < showing.at + limit.per) {
      shown.emplace_back(showing.product, showing.at);
    }
  }
  std::sort(shown.begin(), shown.end());
  const auto most = static_cast<std::size_t>(std::max(1, limit.max_shown));
  for (std::size_t begin = 0; begin < shown.size();) {
    std::size_t end = begin;
    while (end < shown.size() && shown[end].first == shown[begin].first) ++end;
    if (end - begin >= most) {
      shown_enough_.emplace_back(shown[begin].first, shown[end - most].second + limit.per);
    }
    begin = end;
  }
}

bool Rests::Covers(const Rest& rest, const ProductRef& product) const {
  bool covers = rest.product->index == product.index;
  if (!covers && rest.family && rest.product->facts != nullptr && product.facts != nullptr) {
    const Product& declined = *rest.product->facts;
    const Product& other = *product.facts;
    covers =
        !declined.family.empty() && declined.family == other.family &&
        (!declined.tier.has_value() || !other.tier.has_value() || *other.tier >= *declined.tier);
  }
  if (!covers) return false;
  return std::none_of(accepted_.begin(), accepted_.end(), [&](const auto& accepted) {
    return accepted.first == product.index && accepted.second > rest.order;
  });
}

std::optional<absl::Time> Rests::Until(const ProductRef& product) const {
  std::optional<absl::Time> until;
  const auto shown =
      std::lower_bound(shown_enough_.begin(), shown_enough_.end(), product.index,
                       [](const auto& enough, ProductIndex index) { return enough.first < index; });
  if (shown != shown_enough_.end() && shown->first == product.index) until = shown->second;
  for (const Rest& rest : rests_) {
    if ((!until.has_value() || rest.until > *until) && Covers(rest, product)) until = rest.until;
  }
  return until;
}

}  // namespace tsugi
