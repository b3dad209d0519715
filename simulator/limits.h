// The contact policy for sellers that are not the engine, so that every row of the comparison obeys
// the same limits: outbound contacts over all channels, showings of one product, rests after a
// reaction, consent, open complaints and detractors. It knows what a CRM knows: facts.
//
// Not thread-safe.
#ifndef TSUGI_SIMULATOR_LIMITS_H_
#define TSUGI_SIMULATOR_LIMITS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "simulator/seller.h"

namespace tsugi::simulator {

struct LimitOptions {
  int max_contacts = 2;  // outbound, over all channels
  absl::Duration contacts_per = absl::Hours(24 * 30);
  int max_shown = 4;  // of one product, unanswered
  absl::Duration shown_per = absl::Hours(24 * 14);
  absl::Duration after_declined = absl::Hours(24 * 90);
  absl::Duration after_maybe_later = absl::Hours(24 * 14);
  double nps_at_most = 6;
  absl::Duration detractor_within = absl::Hours(24 * 180);
};

class Limits {
 public:
  explicit Limits(LimitOptions options) : options_(options) {}

  void Hear(const Fact& fact);

  // Whether anything at all may be offered.
  bool Allows(const std::string& customer, bool outbound, absl::Time at) const;
  // Whether this product may.
  bool AllowsProduct(const std::string& customer, const std::string& product, OfferKind kind,
                     absl::Time at) const;

 private:
  struct Shown {
    absl::Time at;
    std::string product;
  };
  struct Rest {
    absl::Time until;
    std::string product;
  };
  struct Record {
    bool consents = true;
    int open_complaints = 0;
    double nps = 10;
    absl::Time nps_at = absl::InfinitePast();
    std::vector<absl::Time> contacts;
    std::vector<Shown> shown;
    std::vector<Rest> rests;
  };
  bool Detracts(const Record& record, absl::Time at) const;
  void HearReaction(const ReactionEvent& event);

  const LimitOptions options_;
  absl::flat_hash_map<std::string, Record> records_;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_LIMITS_H_
