// A store in memory for tests: the semantics of engine/store/store.h without files, staging tables
// or other processes. Nothing is durable.
//
//   testing::MemoryStore store;
//   ASSERT_THAT(store.Write({{order, product}}, now), IsOk());
//
// Thread safety: safe for concurrent use (one lock).
#ifndef TSUGI_TESTS_TESTING_MEMORY_STORE_H_
#define TSUGI_TESTS_TESTING_MEMORY_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "engine/facts/facts.h"
#include "engine/store/store.h"

namespace tsugi::testing {

class MemoryStore : public Store {
 public:
  explicit MemoryStore(StoreSettings settings = {}) : settings_(std::move(settings)) {}

  absl::StatusOr<StoreInfo> Info() const override;
  absl::StatusOr<WriteResult> Write(std::span<const Fact> facts, absl::Time now) override;
  absl::StatusOr<std::unique_ptr<Staging>> BeginImport() override;
  absl::StatusOr<Seq> ReadChanges(
      Seq after, const std::function<absl::Status(const Change&)>& visit) const override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> SoldNames() const override;
  // Reservations are transactions between processes: tests of them use a SQLite store.
  absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation) override;
  absl::StatusOr<std::optional<KeptAnswer>> FindAnswer(
      const std::string& request_id) const override;
  absl::StatusOr<std::vector<Exposure>> ExposuresOf(
      const std::string& recommendation_id) const override;
  absl::StatusOr<Seq> DeleteCustomer(const std::string& customer_id, absl::Time now) override;
  absl::Status Check() const override { return absl::OkStatus(); }

  // Write of a list, for tests: store.Put({order, customer}).
  absl::Status Put(std::vector<Fact> facts, absl::Time now = absl::FromUnixSeconds(2'000'000'000));

 private:
  friend class MemoryStaging;
  using Key = std::pair<FactKind, std::string>;
  enum class Written : std::uint8_t { kNew, kSame, kReplaced };

  absl::StatusOr<WriteResult> WriteLocked(std::span<const Fact> facts, absl::Time now,
                                          const WriteOptions& options)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Written WriteOne(const Fact& fact, absl::Time now, const WriteOptions& options)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Written WriteOrder(Order order, const WriteOptions& options)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Written WriteVersion(const Fact& fact, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Written WriteEvent(const Fact& fact, absl::Time at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Bury(FactKind kind, const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Seq Append(Stored stored) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const StoreSettings settings_;
  mutable base::Mutex mutex_;
  Seq seq_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<Seq, Change> log_ ABSL_GUARDED_BY(mutex_);           // live facts and tombstones
  std::map<Key, std::vector<Seq>> of_ ABSL_GUARDED_BY(mutex_);  // live facts by id, oldest first
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_MEMORY_STORE_H_
