// The store: the only thing that must never be lost. Plain tables that a person can query, each row
// stamped with one sequence number `seq` that is handed out in commit order, so that a follower
// that has read up to `seq` misses nothing by asking for what came after it.
//
//   TSUGI_ASSIGN_OR_RETURN(auto store, OpenStore("tsugi.db", {.create = true}));
//   TSUGI_ASSIGN_OR_RETURN(WriteResult result, store->Write(facts, clock.Now()));
//
// Writers are idempotent: an order with the same id and content, an event with the same event id
// and a version with the same content are recognised and count as already there. An order with
// other content replaces the old one, which leaves a tombstone.
//
// Thread safety: safe for concurrent use by any number of threads and processes; writers queue
// behind one another, readers never wait for them.
#ifndef TSUGI_ENGINE_STORE_STORE_H_
#define TSUGI_ENGINE_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"

namespace tsugi {

using Seq = std::uint64_t;

struct StoreSettings {
  std::string currency = "USD";   // ISO 4217, three capital letters
  std::string time_zone = "UTC";  // IANA name
};

struct StoreInfo {
  StoreSettings settings = {};
  int schema_version = 0;
  Seq seq = 0;                                              // of the newest write
  std::vector<std::pair<std::string, std::uint64_t>> rows;  // by table
};

enum class FactKind : std::uint8_t {
  kOrder,
  kProduct,
  kCustomer,
  kSubscription,
  kSignal,
  kCampaign,
  kExposure,
  kReaction,
  kContact,
};

// What was true and since when. `valid_from` is absl::InfinitePast() for a fact without a known
// beginning; for events and orders it is their own time.
struct Stored {
  Fact fact;
  absl::Time valid_from;
};

// The id was replaced (a Stored of the same id follows) or erased. For kCustomer: forget the
// customer and everything that names it.
struct Tombstone {
  FactKind kind;
  std::string id;
};

struct Change {
  Seq seq = 0;
  std::variant<Stored, Tombstone> what;
};

// Counts are of orders' *lines* and of other facts one by one, unless they say orders.
struct WriteResult {
  std::uint64_t written = 0;
  std::uint64_t already_there = 0;
  std::uint64_t returns = 0;   // of `written`: order lines of negative quantity
  std::uint64_t replaced = 0;  // orders and campaigns that took the place of another content
  std::uint64_t appended = 0;  // orders that got more lines
  // Returns of this import that no earlier sale to that customer covers, or not wholly (an unknown
  // visitor's always). Only counted by Staging::Commit.
  std::uint64_t unmatched_returns = 0;
  Seq seq = 0;  // the store's newest after this write
};

struct WriteOptions {
  // Lines join an existing order instead of replacing it. The same lines appended again (a part
  // that was written before, line for line) are recognised.
  bool append_lines = false;
};

// An outbound answer that is about to make a contact.
struct Reservation {
  std::string recommendation_id;  // REQUIRED
  std::string customer_id;        // REQUIRED
  absl::Time at;
  absl::Time lapses_at;             // unless confirmed before; after `at`
  std::vector<Exposure> offers;     // what the answer shows; facts once the contact is confirmed
  std::string request_id;           // empty: none
  std::uint64_t request_print = 0;  // of the whole request, to tell a retry from another request
  std::string answer;               // for retries; the caller's bytes, never looked into
  // Refused where `max_contacts` or more count. None: never refused.
  struct Limit {
    int max_contacts = 0;
    absl::Duration per;
  };
  std::optional<Limit> limit;
  std::vector<std::string> outbound_placements;  // exposures there are contacts
};

// The answer that an earlier request with the same id was given.
struct KeptAnswer {
  std::string recommendation_id;
  std::uint64_t request_print = 0;
  std::string answer;
};

// A contact in the count, confirmed or reserved and not lapsed.
struct CountedContact {
  absl::Time at;
  bool confirmed = false;
};

struct ReserveResult {
  bool granted = false;
  std::optional<KeptAnswer> repeated;   // nothing was counted or reserved then
  std::vector<CountedContact> counted;  // before this one, oldest first; only where limited
};

// Facts of one import, kept aside (writers and readers go on meanwhile) until Commit makes them all
// visible at once; dropping it leaves the store as it was. Not thread-safe.
class Staging {
 public:
  virtual ~Staging() = default;
  // Orders may arrive line by line in any order: lines of one order id add up, its time is the
  // earliest. Other facts one by one. INVALID_ARGUMENT for a fact that breaks a rule of facts.h or
  // contradicts an earlier one of this import (lines of one order that name two customers, a
  // campaign twice with other content); it is left out and the import may go on.
  virtual absl::Status Add(const Fact& fact) = 0;
  // All or nothing, durable on return; once.
  virtual absl::StatusOr<WriteResult> Commit(absl::Time now, const WriteOptions& options) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual absl::StatusOr<StoreInfo> Info() const = 0;

  // All or nothing, durable on return. Errors: INVALID_ARGUMENT for a fact that breaks a rule of
  // facts.h (nothing is written), UNAVAILABLE when another writer holds on for too long.
  virtual absl::StatusOr<WriteResult> Write(std::span<const Fact> facts, absl::Time now) = 0;

  virtual absl::StatusOr<std::unique_ptr<Staging>> BeginImport() = 0;

  // Calls `visit` for every change after `after`, in the order of seq, from one consistent
  // read; returns the seq up to which everything was seen. A visitor's error ends the scan.
  virtual absl::StatusOr<Seq> ReadChanges(
      Seq after, const std::function<absl::Status(const Change&)>& visit) const = 0;

  // Names by which order lines called a product, the newest for each: (product_id, name), in the
  // order of the ids' bytes.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>> SoldNames() const = 0;

  // Counts and takes a contact in one transaction, so that a limit is exact over threads, processes
  // and crashes; durable on return. Counted are the contacts after at - per (one that another clock
  // puts after `at`, too): confirmed ones, outbound exposures and reservations that have not lapsed
  // at `at`, those of one recommendation once. A contact, an exposure or a reaction that names the
  // recommendation and comes before it lapses confirms it; the offers become exposures with it.
  // A request_id is known until its reservation lapses and at least for kRequestIdLifetime.
  static constexpr absl::Duration kRequestIdLifetime = absl::Hours(24);
  virtual absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation) = 0;
  virtual absl::StatusOr<std::optional<KeptAnswer>> FindAnswer(
      const std::string& request_id) const = 0;

  // Exposures of one recommendation, those that a reservation holds included; empty where there are
  // none.
  virtual absl::StatusOr<std::vector<Exposure>> ExposuresOf(
      const std::string& recommendation_id) const = 0;

  // Forgets a customer: facts about it are deleted, its orders stay as an unknown visitor's (they
  // hold no personal data then, and stay so when the same orders arrive again), campaigns no longer
  // name it, a tombstone tells followers. The bytes are overwritten in the file. NOT_FOUND where
  // nothing names the id.
  virtual absl::StatusOr<Seq> DeleteCustomer(const std::string& customer_id, absl::Time now) = 0;

  // Integrity of file and content; the first problem found, with what to do.
  virtual absl::Status Check() const = 0;
};

struct OpenOptions {
  bool create = false;  // make a missing store, with `settings`
  bool read_only = false;
  StoreSettings settings = {};
};

// `location` is a path (SQLite) or postgresql://... (UNIMPLEMENTED in this build).
// Errors: NOT_FOUND for a missing store that may not be created, FAILED_PRECONDITION for a schema
// newer than this build, DATA_LOSS for a damaged file.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(const std::string& location,
                                                 const OpenOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_STORE_H_
