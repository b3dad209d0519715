#include "engine/acceptance/showing_log.h"

#include <algorithm>
#include <variant>

namespace tsugi {

void ShowingLog::Add(const Change& change) {
  if (const auto* tombstone = std::get_if<Tombstone>(&change.what)) {
    if (tombstone->kind == FactKind::kCustomer) Erase(tombstone->id);
    return;
  }
  const Fact& fact = std::get<Stored>(change.what).fact;
  if (const auto* exposure = std::get_if<Exposure>(&fact)) {
    if (exposure->control) return;
    shown_.emplace(std::pair(exposure->at, Key(exposure->recommendation_id, exposure->product_id)),
                   *exposure);
    if (shown_.size() > options_.most_offers) shown_.erase(shown_.begin());
  } else if (const auto* reaction = std::get_if<ReactionEvent>(&fact)) {
    if (reaction->reaction == Reaction::kAccepted && !reaction->recommendation_id.empty()) {
      Accept({reaction->recommendation_id, reaction->product_id}, reaction->at);
    }
  } else if (const auto* order = std::get_if<Order>(&fact)) {
    for (const OrderLine& line : order->lines) {
      if (line.recommendation_id.empty() || line.quantity <= 0) continue;
      Accept({line.recommendation_id, line.product_id}, order->ordered_at);
    }
  }
}

void ShowingLog::Accept(Key key, absl::Time at) {
  const auto [place, added] = accepted_.try_emplace(std::move(key), at);
  if (!added) place->second = std::min(place->second, at);
}

void ShowingLog::Erase(const std::string& customer_id) {
  std::erase_if(shown_, [&](const auto& row) { return row.second.customer_id == customer_id; });
}

std::vector<ShownAnswer> ShowingLog::AsOf(absl::Time until) const {
  std::vector<ShownAnswer> answers;
  const Exposure* last = nullptr;
  for (const auto& [place, exposure] : shown_) {
    if (exposure.at > until - options_.undecided_for) break;
    const bool same = last != nullptr && last->recommendation_id == exposure.recommendation_id &&
                      last->at == exposure.at;
    last = &exposure;
    if (!same) {
      answers.push_back({exposure.customer_id, exposure.placement, exposure.at, {}});
    }
    const auto accepted = accepted_.find(place.second);
    const bool taken = accepted != accepted_.end() && accepted->second < until &&
                       accepted->second >= exposure.at &&
                       accepted->second <= exposure.at + options_.accepted_within;
    answers.back().offers.push_back(
        {exposure.product_id, exposure.offer_kind.value_or(OfferKind::kCrossSell), taken});
  }
  return answers;
}

}  // namespace tsugi
