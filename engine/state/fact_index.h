// The store's facts in memory, as requests need them: by product, by customer, and as of any
// instant T. Fed by Store::ReadChanges (follower.h), first with everything, then with what is new.
//
//   base::ReaderLock lock(&index.mutex());
//   const CustomerRecord* customer = index.FindCustomer("17850.0");
//   for (const Purchase& p : index.PurchasesAsOf(*customer, at)) ...
//
// - Every id gets its dense index once; product indexes are never taken back, an erased customer's
//   is never given again. The order of indexes depends on what was seen first: it must not decide
//   anything, ties break by id.
// - Facts may arrive late: whatever the order of arrival, the answer at T is that of the facts of T
//   and before. A replaced order takes its lines with it.
// - Orders of unknown visitors leave the price and name by which a product was last sold, the
//   instants it was sold at and, while they are new, what was bought together (order_log.h). (What
//   a later replaced order said of these stays until the process restarts, unless the new order
//   speaks of the product too.)
//
// Memory: about 400 bytes a customer, 28 an order line of a known customer, 40 an order, 16 an
// order line of a product whose catalogue entry has no price, 4 an order line, 450 and its texts a
// product version, 64 a signal, 40 an exposed recommendation and 16 each product shown by it, 24 an
// outbound contact. Visits and inquiries are not kept. Of unknown visitors what was shown and how
// they reacted is kept for the 100,000 that came last, about 250 bytes each.
//
// Thread safety: Apply and InternProducts take the write lock; every other method REQUIRES the
// caller to hold mutex() for reading, for as long as he uses what was returned.
#ifndef TSUGI_ENGINE_STATE_FACT_INDEX_H_
#define TSUGI_ENGINE_STATE_FACT_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/checksum.h"
#include "base/decimal.h"
#include "base/mutex.h"
#include "base/time.h"
#include "engine/facts/facts.h"
#include "engine/facts/ids.h"
#include "engine/state/context.h"
#include "engine/state/order_log.h"
#include "engine/state/sold_instants.h"
#include "engine/state/versioned.h"
#include "engine/store/store.h"

namespace tsugi {

inline constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

// A catalogue version with its references resolved.
struct CatalogEntry {
  Product facts;
  std::uint32_t category = kNoGroup;  // equal numbers, equal names
  std::uint32_t family = kNoGroup;
  std::vector<ProductIndex> goes_with;
  std::vector<ProductIndex> contents;  // of a bundle, as the catalogue lists them
};

struct SoldPrice {
  base::Micros at = 0;
  std::int64_t price_micros = 0;
};

struct SoldName {
  base::Micros at = 0;
  std::string name;
};

// What every request reads comes first, in two cache lines.
struct alignas(64) ProductRecord {
  std::string id;
  Versioned<CatalogEntry> versions;
  base::Micros first_sold = std::numeric_limits<base::Micros>::max();
  SoldPrice last_sold;                     // the last of sold_prices, where there is one
  SoldInstants sold;                       // when orders held it
  std::vector<SoldPrice> sold_prices;      // by time; a sale's price above zero
  std::vector<SoldName> sold_names;        // by time; only where the name changes
  std::vector<ProductIndex> completed_by;  // products that name this one in goes_with, ever
  std::vector<ProductIndex> bundled_in;    // bundles that name this one in contents, ever
};

struct SubscriptionVersion {
  Subscription facts;
  ProductIndex plan;
};

struct SubscriptionRecord {
  std::string id;  // empty: erased
  Versioned<SubscriptionVersion> versions;
};

struct SignalRecord {
  base::Micros at = 0;
  SignalType type = SignalType::kNps;
  std::optional<double> value;
  std::string subject;
};

struct ReactionRecord {
  base::Micros at = 0;
  ProductIndex product;
  Reaction reaction = Reaction::kAccepted;
};

// A product shown, treated customers only.
struct ShowingRecord {
  base::Micros at = 0;
  ProductIndex product;
};

// An outbound contact, one a recommendation. At T it counts where at <= T < lapses_at. A
// reservation that was confirmed too late and its confirmation are two records.
struct ContactRecord {
  base::Micros at = 0;                                                // reserved, else confirmed
  base::Micros lapses_at = std::numeric_limits<base::Micros>::max();  // max: confirmed
  std::uint64_t key = 0;                                              // of the recommendation
};

struct CampaignRecord {
  Campaign facts;                      // customer_ids and segments sorted
  std::vector<ProductIndex> products;  // sorted
};

struct CustomerRecord {
  std::string id;  // empty: erased
  Versioned<Customer> versions;
  std::vector<Purchase> purchases;             // by time
  std::vector<std::uint32_t> purchase_orders;  // of each purchase, the order's number
  std::vector<std::uint32_t> subscriptions;    // positions, by subscription id
  std::vector<SignalRecord> signals;           // by time
  std::vector<ReactionRecord> reactions;       // by time
  std::vector<ShowingRecord> showings;         // by time
  std::vector<ContactRecord> contacts;         // by time
};

// 128 bits of an id whose text need not be kept.
using IdDigest = std::array<std::uint64_t, 2>;

// What was shown to an unknown visitor, and how they reacted.
struct VisitorRecord {
  IdDigest id = {};
  std::vector<ShowingRecord> showings;    // by time
  std::vector<ReactionRecord> reactions;  // by time
  std::vector<IdDigest> recommendations;  // ids of
};

// What a context needs to know of products, in one byte each; of any version, whatever its time.
enum ProductTrait : std::uint8_t {
  kEverDurable = 1,
  kEverConsumable = 2,
  kCompletedInSeason = 4,  // a product with a season goes with it
  kEverSeasonal = 8,
  kEverBundle = 16,  // with contents
};

// Keeps something up to the index's order log. Both are called under the write lock.
class OrderFollower {
 public:
  virtual ~OrderFollower() = default;
  // Orders that hold these products came, went or were forgotten: note it, in microseconds.
  virtual void Touched(std::span<const ProductIndex> products) = 0;
  // Does a small part of the work that follows; false: there is none left.
  virtual bool Settle() = 0;
};

class FactIndex {
 public:
  FactIndex() = default;
  FactIndex(const FactIndex&) = delete;
  FactIndex& operator=(const FactIndex&) = delete;

  base::SharedMutex& mutex() const { return mutex_; }

  // Applies changes in the order of seq. Takes the write lock.
  void Apply(std::span<const Change> changes);

  // Indexes for these ids, new ones for those never seen. Takes the write lock, a few thousand ids
  // at a time.
  std::vector<ProductIndex> InternProducts(std::span<const std::string> ids);

  // From now on `follower` is told of orders, first of every product in the log, and settled after
  // each Apply outside of its lock; for as long as somebody else holds it. Takes the write lock.
  void Follow(const std::shared_ptr<OrderFollower>& follower);
  // Until none has work left. Takes the write lock, a small part of the work at a time.
  void SettleFollowers();

  Seq seq() const { return seq_; }  // of the newest change applied
  const OrderLog& order_log() const { return order_log_; }

  // Products.
  std::size_t num_products() const { return products_.size(); }
  ProductIndex FindProduct(std::string_view id) const;  // invalid: never seen
  const ProductRecord& product(ProductIndex index) const { return products_[index.value()]; }
  const CatalogEntry* EntryAsOf(ProductIndex index, base::Micros at) const {
    return products_[index.value()].versions.AsOf(at);
  }
  ProductRef RefAsOf(ProductIndex index, base::Micros at) const {
    const ProductRecord& record = products_[index.value()];
    const CatalogEntry* const entry = record.versions.AsOf(at);
    return {index, entry == nullptr ? nullptr : &entry->facts, &record.id};
  }
  // In the catalogue, or sold, at `at` or before.
  bool KnownAsOf(ProductIndex index, base::Micros at) const;
  // Orders (of everyone) that held the product within the span.
  std::uint32_t OrdersWithin(ProductIndex index, const SoldSpan& span) const {
    return product(index).sold.Within(span);
  }
  std::optional<base::Decimal> SoldPriceAsOf(ProductIndex index, base::Micros at) const;
  // The catalogue's price, else that of the last sale.
  std::optional<base::Decimal> PriceAsOf(ProductIndex index, base::Micros at) const;
  base::Decimal PriceOrZeroAsOf(ProductIndex index, base::Micros at) const {
    return PriceAsOf(index, at).value_or(base::Decimal());
  }
  // The catalogue's name, else the newest of an order line, else the id.
  std::string_view NameAsOf(ProductIndex index, base::Micros at) const;
  // Products of which some version, of whatever time, names the group: check EntryAsOf.
  std::span<const ProductIndex> OfCategory(std::uint32_t category) const;
  std::span<const ProductIndex> OfFamily(std::uint32_t family) const;
  std::span<const ProductIndex> AddOns() const { return add_ons_; }
  std::uint8_t TraitsOf(ProductIndex index) const { return traits_[index.value()]; }
  std::uint8_t AnyTraits() const { return any_traits_; }  // of all products together
  bool HasSeasons() const { return (any_traits_ & kEverSeasonal) != 0; }
  bool HasBundles() const { return (any_traits_ & kEverBundle) != 0; }
  std::uint32_t FindCategory(std::string_view name) const;  // kNoGroup: none

  // Customers.
  CustomerIndex FindCustomerIndex(std::string_view id) const;  // invalid: never seen, or erased
  const CustomerRecord* FindCustomer(std::string_view id) const;
  const CustomerRecord& customer(CustomerIndex index) const { return customers_[index.value()]; }
  std::size_t num_customers() const { return customer_of_.size(); }
  // Every CustomerIndex is below; an erased customer's record has an empty id.
  std::size_t customer_slots() const { return customers_.size(); }
  static std::span<const Purchase> PurchasesAsOf(const CustomerRecord& customer, base::Micros at);

  // Null where nothing was shown to the visitor, or they are forgotten.
  const VisitorRecord* FindVisitor(std::string_view visitor_id) const;

  // Subscriptions, in the order first seen; erased ones have an empty id.
  const std::deque<SubscriptionRecord>& subscriptions() const { return subscriptions_; }
  const SubscriptionRecord* FindSubscription(std::string_view id) const;

  // Campaigns by id.
  const std::vector<CampaignRecord>& campaigns() const { return campaigns_; }

 private:
  struct IdHash {
    std::size_t operator()(std::string_view id) const { return base::Fingerprint(id); }
  };
  template <typename Value>
  using IdMap = absl::flat_hash_map<std::string_view, Value, IdHash>;  // keys live in the records
  using Digest = IdDigest;
  struct Recipient {
    CustomerIndex customer;     // invalid: a visitor
    std::uint32_t visitor = 0;  // the how-manieth seen
  };
  struct PlacedOrder {
    CustomerIndex customer;
    std::uint32_t number = 0;
  };
  struct Groups {
    std::deque<std::string> names;
    IdMap<std::uint32_t> of;
    std::vector<std::vector<ProductIndex>> members;
    std::uint32_t Add(const std::string& name, ProductIndex member);
    std::uint32_t Find(std::string_view name) const;
  };

  static Digest DigestOf(std::string_view id);
  ProductIndex InternProduct(const std::string& id);
  CustomerIndex InternCustomer(const std::string& id);
  void ApplyOne(const Change& change);
  void ApplyFact(const Order& order, base::Micros at, Seq seq);
  void ApplyFact(const Product& product, base::Micros at, Seq seq);
  void ApplyFact(const Customer& customer, base::Micros at, Seq seq);
  void ApplyFact(const Subscription& subscription, base::Micros at, Seq seq);
  void ApplyFact(const Signal& signal, base::Micros at, Seq seq);
  void ApplyFact(const Campaign& campaign, base::Micros at, Seq seq);
  void ApplyFact(const Exposure& exposure, base::Micros at, Seq seq);
  void ApplyFact(const ReactionEvent& reaction, base::Micros at, Seq seq);
  void ApplyFact(const Contact& contact, base::Micros at, Seq seq);
  void Remove(const Tombstone& tombstone);
  void RemoveOrder(const Digest& order);
  void RemoveCustomer(const std::string& id);
  void RemoveSubscription(const std::string& id);
  void LogOrder(const Digest& digest, const Order& order, base::Micros at);
  void TellFollowers();
  void RememberSale(ProductIndex product, const OrderLine& line, base::Micros at);
  void AddTrait(ProductIndex product, ProductTrait trait);
  void AddReaction(const Digest& recommendation, const Recipient& to, const ReactionRecord& record);
  // From now on reactions to the recommendation find their customer or visitor; those that came
  // before are added.
  void RememberRecipient(const Digest& recommendation, const Recipient& to);
  std::uint32_t InternVisitor(std::string_view visitor_id);
  VisitorRecord* VisitorAt(std::uint32_t number);  // null: forgotten
  void ForgetOldestVisitor();

  // Whatever the order of arrival, and however often something is told: a confirmation within the
  // time of its reservation makes that one a contact, as do an exposure and a reaction.
  static void AddReserved(CustomerRecord& customer, const ContactRecord& reserved);
  static void AddConfirmed(CustomerRecord& customer, base::Micros at, std::uint64_t key);

  mutable base::SharedMutex mutex_;
  Seq seq_ = 0;
  OrderLog order_log_;
  std::vector<ProductIndex> touched_;  // since followers were told, with repetitions
  std::vector<std::weak_ptr<OrderFollower>> followers_;
  std::deque<ProductRecord> products_;
  IdMap<std::uint32_t> product_of_;
  Groups categories_;
  Groups families_;
  std::vector<ProductIndex> add_ons_;
  std::vector<std::uint8_t> traits_;  // by product
  std::uint8_t any_traits_ = 0;
  std::deque<CustomerRecord> customers_;
  IdMap<std::uint32_t> customer_of_;
  std::deque<SubscriptionRecord> subscriptions_;
  IdMap<std::uint32_t> subscription_of_;
  std::vector<CampaignRecord> campaigns_;
  absl::flat_hash_map<Digest, PlacedOrder> orders_;  // of known customers
  std::uint32_t next_order_ = 0;
  absl::flat_hash_map<Digest, Recipient> recommended_to_;  // by recommendation_id
  std::deque<VisitorRecord> visitors_;  // as first seen; those before first_visitor_ are forgotten
  std::uint32_t first_visitor_ = 0;
  absl::flat_hash_map<Digest, std::uint32_t> visitor_of_;
  // Reactions to recommendations whose exposure has not arrived, or named nobody. Exposures
  // are written within seconds of the answer, so the oldest of too many is given up.
  absl::flat_hash_map<Digest, std::vector<ReactionRecord>> early_reactions_;
  std::deque<Digest> early_order_;
};

static_assert(sizeof(Purchase) == 24, "an order line takes 28 bytes with its order's number");

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_FACT_INDEX_H_
