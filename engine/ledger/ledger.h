// Outbound contacts, exactly: how many a customer had, over all channels and servers, and whether
// one more may be made.
//
// A contact is taken before the answer goes out and counts from then on. Unless it is confirmed (by
// RecordContact, an exposure or a reaction that names the answer) within the policy's reservation
// time, it lapses and counts no more. What an answer shows becomes an exposure when its contact is
// confirmed, so that nobody takes a mail that was never sent for one that was ignored.
//
// Thread safety: safe for concurrent use, over processes as well.
#ifndef TSUGI_ENGINE_LEDGER_LEDGER_H_
#define TSUGI_ENGINE_LEDGER_LEDGER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"

namespace tsugi {

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Takes a contact, or says which ones stand against it; see Store::Reserve. Waits for the disk:
  // call it without a lock. Errors: the store's; nothing is taken then.
  virtual absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation) = 0;

  // The outbound answer that an earlier request with this id was given, here or elsewhere.
  virtual absl::StatusOr<std::optional<KeptAnswer>> FindAnswer(const std::string& request_id) = 0;
};

// On the store, which makes it exact; the facts in memory hear of a contact before Reserve returns.
// Both must outlive it.
std::unique_ptr<Ledger> MakeStoreLedger(Store* store, Follower* follower);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LEDGER_LEDGER_H_
