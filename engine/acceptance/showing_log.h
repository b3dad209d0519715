// What was shown and what became of it, gathered from the store's changes: the rows that acceptance
// is learned from.
//
//   ShowingLog log;
//   for (const Change& change : changes) log.Add(change);  // in the order of seq
//   for (const ShownAnswer& answer : log.AsOf(until)) ...
//
// An offer was accepted if a reaction says so, or an order line carries its recommendation_id (for
// the same product), within `accepted_within` and before `until`. Answers of the last
// `undecided_for` before `until` are left out: their customers may still make up their minds.
// Exposures of the control arm were not shown. An erased customer's are forgotten.
//
// What the customer was looking at is not recorded with an exposure; products of his `visit`
// signals within `same_visit` before it are taken for it, where they were told before it was.
//
// Not thread-safe.
#ifndef TSUGI_ENGINE_ACCEPTANCE_SHOWING_LOG_H_
#define TSUGI_ENGINE_ACCEPTANCE_SHOWING_LOG_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "engine/store/store.h"

namespace tsugi {

struct ShownOffer {
  std::string product_id;
  OfferKind kind = OfferKind::kCrossSell;
  bool accepted = false;
};

// One answer.
struct ShownAnswer {
  std::string customer_id;  // empty: an unknown visitor
  std::string placement;
  absl::Time at;
  std::vector<ShownOffer> offers;        // by product id
  std::vector<std::string> viewed = {};  // by id, each once
};

struct ShowingOptions {
  std::size_t most_offers = 200'000;  // the newest are kept
  absl::Duration accepted_within = absl::Hours(24 * 14);
  absl::Duration undecided_for = absl::Hours(24 * 3);
  absl::Duration same_visit = absl::Hours(1);
};

class ShowingLog {
 public:
  explicit ShowingLog(ShowingOptions options = {}) : options_(options) {}

  void Add(const Change& change);
  // By time, then recommendation id.
  std::vector<ShownAnswer> AsOf(absl::Time until) const;

 private:
  using Key = std::pair<std::string, std::string>;  // recommendation, product
  struct Shown {
    Exposure exposure;
    std::vector<std::string> viewed;
  };
  struct View {
    absl::Time at;
    std::string product_id;
  };
  static constexpr std::size_t kMostViews = 8;  // of a customer: the last told

  void AddView(const Signal& signal);
  // Sorted, each once.
  std::vector<std::string> ViewedBefore(const Exposure& exposure) const;
  void Accept(Key key, absl::Time at);
  void Erase(const std::string& customer_id);

  ShowingOptions options_;
  std::map<std::pair<absl::Time, Key>, Shown> shown_;
  absl::flat_hash_map<std::string, std::vector<View>> views_;  // by customer
  absl::flat_hash_map<Key, absl::Time> accepted_;              // the first time
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_ACCEPTANCE_SHOWING_LOG_H_
