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
                   Shown{*exposure, ViewedBefore(*exposure)});
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
  } else if (const auto* signal = std::get_if<Signal>(&fact)) {
    AddView(*signal);
  }
}

void ShowingLog::AddView(const Signal& signal) {
  if (signal.type != SignalType::kVisit || signal.product_id.empty()) return;
  std::vector<View>& views = views_[signal.customer_id];
  if (views.size() == kMostViews) views.erase(views.begin());
  views.push_back({signal.at, signal.product_id});
}

std::vector<std::string> ShowingLog::ViewedBefore(const Exposure& exposure) const {
  std::vector<std::string> viewed;
  const auto views = views_.find(exposure.customer_id);
  if (exposure.customer_id.empty() || views == views_.end()) return viewed;
  for (const View& view : views->second) {
    if (view.at > exposure.at || view.at < exposure.at - options_.same_visit) continue;
    viewed.push_back(view.product_id);
  }
  std::sort(viewed.begin(), viewed.end());
  viewed.erase(std::unique(viewed.begin(), viewed.end()), viewed.end());
  return viewed;
}

void ShowingLog::Accept(Key key, absl::Time at) {
  const auto [place, added] = accepted_.try_emplace(std::move(key), at);
  if (!added) place->second = std::min(place->second, at);
}

void ShowingLog::Erase(const std::string& customer_id) {
  std::erase_if(shown_,
                [&](const auto& row) { return row.second.exposure.customer_id == customer_id; });
  views_.erase(customer_id);
}

std::vector<ShownAnswer> ShowingLog::AsOf(absl::Time until) const {
  std::vector<ShownAnswer> answers;
  const Exposure* last = nullptr;
  for (const auto& [place, shown] : shown_) {
    const Exposure& exposure = shown.exposure;
    if (exposure.at > until - options_.undecided_for) break;
    const bool same = last != nullptr && last->recommendation_id == exposure.recommendation_id &&
                      last->at == exposure.at;
    last = &exposure;
    if (!same) {
      answers.push_back({exposure.customer_id, exposure.placement, exposure.at, {}, shown.viewed});
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
