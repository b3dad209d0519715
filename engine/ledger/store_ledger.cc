#include <utility>

#include "base/status_macros.h"
#include "engine/ledger/ledger.h"

namespace tsugi {
namespace {

class StoreLedger final : public Ledger {
 public:
  StoreLedger(Store* store, Follower* follower) : store_(store), follower_(follower) {}

  absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation) override {
    TSUGI_ASSIGN_OR_RETURN(ReserveResult result, store_->Reserve(reservation));
    // Whether granted or refused, the facts in memory are behind. The contact is taken; if reading
    // fails here, the follower's loop says so and reads again.
    follower_->CatchUp().IgnoreError();
    return result;
  }

  absl::StatusOr<std::optional<KeptAnswer>> FindAnswer(const std::string& request_id) override {
    return store_->FindAnswer(request_id);
  }

 private:
  Store* const store_;
  Follower* const follower_;
};

}  // namespace

std::unique_ptr<Ledger> MakeStoreLedger(Store* store, Follower* follower) {
  return std::make_unique<StoreLedger>(store, follower);
}

}  // namespace tsugi
