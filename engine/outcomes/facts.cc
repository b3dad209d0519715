#include "engine/outcomes/facts.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

class Reader {
 public:
  explicit Reader(absl::Time until) : until_(until) {}

  void Add(const Stored& stored) {
    std::visit([&](const auto& fact) { Keep(fact, stored.valid_from); }, stored.fact);
  }
  void AddOrder(const Order& order) {
    if (order.ordered_at >= until_) return;
    const bool named = std::any_of(order.lines.begin(), order.lines.end(), [](const auto& line) {
      return !line.recommendation_id.empty();
    });
    if (named || triggered_.contains(order.customer_id)) facts_.orders.push_back(order);
  }
  OutcomeFacts Take() { return std::move(facts_); }

 private:
  template <typename T>
  void Keep(const T& /*other*/, absl::Time /*from*/) {}
  void Keep(const Exposure& exposure, absl::Time /*from*/) {
    if (exposure.at >= until_) return;
    if (!exposure.customer_id.empty()) triggered_.insert(exposure.customer_id);
    facts_.exposures.push_back(exposure);
  }
  void Keep(const ReactionEvent& reaction, absl::Time /*from*/) {
    if (reaction.at < until_) facts_.reactions.push_back(reaction);
  }
  void Keep(const Contact& contact, absl::Time /*from*/) {
    if (contact.at < until_ && !contact.lapses_at.has_value()) facts_.contacts.push_back(contact);
  }
  void Keep(const Product& product, absl::Time from) {
    if (from < until_) facts_.unit_costs[product.id][from] = product.unit_cost;
  }
  void Keep(const Customer& customer, absl::Time from) {
    if (from < until_) facts_.segments[customer.id][from] = customer.segment;
  }

  const absl::Time until_;
  OutcomeFacts facts_;
  absl::flat_hash_set<std::string> triggered_;
};

}  // namespace

absl::StatusOr<OutcomeFacts> ReadOutcomeFacts(const Store& store, absl::Time until) {
  Reader reader(until);
  TSUGI_RETURN_IF_ERROR(store
                            .ReadChanges(0,
                                         [&](const Change& change) {
                                           if (const auto* stored =
                                                   std::get_if<Stored>(&change.what)) {
                                             reader.Add(*stored);
                                           }
                                           return absl::OkStatus();
                                         })
                            .status());
  TSUGI_RETURN_IF_ERROR(store
                            .ReadChanges(0,
                                         [&](const Change& change) {
                                           const auto* stored = std::get_if<Stored>(&change.what);
                                           const auto* order =
                                               stored == nullptr
                                                   ? nullptr
                                                   : std::get_if<Order>(&stored->fact);
                                           if (order != nullptr) reader.AddOrder(*order);
                                           return absl::OkStatus();
                                         })
                            .status());
  return reader.Take();
}

}  // namespace tsugi
