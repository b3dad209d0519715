#include "tests/testing/memory_store.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"

namespace tsugi::testing {
namespace {

FactKind KindOf(const Fact& fact) { return static_cast<FactKind>(fact.index()); }

struct IdOf {
  std::string operator()(const Order& f) const { return f.id; }
  std::string operator()(const Product& f) const { return f.id; }
  std::string operator()(const Customer& f) const { return f.id; }
  std::string operator()(const Subscription& f) const { return f.id; }
  std::string operator()(const Signal& f) const { return f.event_id; }
  std::string operator()(const Campaign& f) const { return f.id; }
  std::string operator()(const Exposure& f) const {
    return absl::StrCat(f.recommendation_id, "\n", f.product_id);
  }
  std::string operator()(const ReactionEvent& f) const { return f.event_id; }
  std::string operator()(const Contact& f) const { return f.event_id; }
};

struct CustomerOf {
  std::string operator()(const Order& f) const { return f.customer_id; }
  std::string operator()(const Product&) const { return ""; }
  std::string operator()(const Customer& f) const { return f.id; }
  std::string operator()(const Subscription& f) const { return f.customer_id; }
  std::string operator()(const Signal& f) const { return f.customer_id; }
  std::string operator()(const Campaign&) const { return ""; }
  std::string operator()(const Exposure& f) const { return f.customer_id; }
  std::string operator()(const ReactionEvent& f) const { return f.customer_id; }
  std::string operator()(const Contact& f) const { return f.customer_id; }
};

auto LineKey(const OrderLine& line) {
  return std::make_tuple(line.product_id, line.quantity, line.unit_price.has_value(),
                         line.unit_price.value_or(base::Decimal()), line.discount_percent,
                         line.recommendation_id, line.product_name);
}

bool SameOrder(const Order& a, const Order& b) {
  const auto keys = [](const Order& order) {
    std::vector<decltype(LineKey(order.lines[0]))> result;
    for (const OrderLine& line : order.lines) result.push_back(LineKey(line));
    std::sort(result.begin(), result.end());
    return result;
  };
  return a.customer_id == b.customer_id && a.ordered_at == b.ordered_at && a.channel == b.channel &&
         keys(a) == keys(b);
}

bool Same(const Product& a, const Product& b) {
  const auto tie = [](const Product& p) {
    return std::tie(p.name, p.category, p.kind, p.family, p.tier, p.price, p.unit_cost, p.active,
                    p.in_stock, p.consumable, p.durable, p.season_months, p.goes_with, p.contents,
                    p.usage_limit, p.billing_months, p.observed_at);
  };
  return tie(a) == tie(b);
}

bool Same(const Customer& a, const Customer& b) {
  const auto tie = [](const Customer& c) {
    return std::tie(c.segment, c.signed_up_at, c.birth_year, c.region, c.language,
                    c.consent_marketing, c.consent_profiling, c.acquisition_cost, c.retention_cost,
                    c.observed_at);
  };
  return tie(a) == tie(b);
}

bool Same(const Subscription& a, const Subscription& b) {
  const auto tie = [](const Subscription& s) {
    return std::tie(s.customer_id, s.product_id, s.status, s.started_at, s.trial_ends_at,
                    s.renews_at, s.ended_at, s.seats, s.unit_price, s.usage, s.observed_at);
  };
  return tie(a) == tie(b);
}

bool SameVersion(const Fact& a, const Fact& b) {
  if (a.index() != b.index()) return false;
  if (const auto* p = std::get_if<Product>(&a)) return Same(*p, std::get<Product>(b));
  if (const auto* c = std::get_if<Customer>(&a)) return Same(*c, std::get<Customer>(b));
  return Same(std::get<Subscription>(a), std::get<Subscription>(b));
}

absl::Time FirstValidFrom(const Fact& fact) {
  if (const auto* s = std::get_if<Subscription>(&fact)) return s->started_at;
  if (const auto* c = std::get_if<Customer>(&fact)) {
    return c->signed_up_at.value_or(absl::InfinitePast());
  }
  return absl::InfinitePast();
}

std::optional<absl::Time> ObservedAt(const Fact& fact) {
  if (const auto* p = std::get_if<Product>(&fact)) return p->observed_at;
  if (const auto* c = std::get_if<Customer>(&fact)) return c->observed_at;
  return std::get<Subscription>(fact).observed_at;
}

absl::Status CheckFact(const Fact& fact) {
  if (std::visit(IdOf(), fact).empty()) return absl::InvalidArgumentError("id: must not be empty");
  if (const auto* order = std::get_if<Order>(&fact)) {
    if (order->lines.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("order ", order->id, ": has no lines"));
    }
    for (const OrderLine& line : order->lines) {
      if (line.product_id.empty() || line.quantity == 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("order ", order->id, ": a line needs a product_id and a quantity"));
      }
    }
  }
  return absl::OkStatus();
}

std::uint64_t Count(const Fact& fact) {
  const auto* order = std::get_if<Order>(&fact);
  return order == nullptr ? 1 : order->lines.size();
}

}  // namespace

class MemoryStaging : public Staging {
 public:
  explicit MemoryStaging(MemoryStore* store) : store_(store) {}

  absl::Status Add(const Fact& fact) override {
    TSUGI_RETURN_IF_ERROR(CheckFact(fact));
    const auto* order = std::get_if<Order>(&fact);
    if (order == nullptr) {
      facts_.push_back(fact);
      return absl::OkStatus();
    }
    const auto [place, added] = order_at_.emplace(order->id, facts_.size());
    if (added) {
      facts_.push_back(fact);
      return absl::OkStatus();
    }
    Order& known = std::get<Order>(facts_[place->second]);
    known.ordered_at = std::min(known.ordered_at, order->ordered_at);
    known.lines.insert(known.lines.end(), order->lines.begin(), order->lines.end());
    return absl::OkStatus();
  }

  absl::StatusOr<WriteResult> Commit(absl::Time now, const WriteOptions& options) override {
    const base::MutexLock lock(&store_->mutex_);
    return store_->WriteLocked(facts_, now, options);
  }

 private:
  MemoryStore* const store_;
  std::vector<Fact> facts_;
  std::map<std::string, std::size_t> order_at_;
};

Seq MemoryStore::Append(Stored stored) {
  const Key key{KindOf(stored.fact), std::visit(IdOf(), stored.fact)};
  ++seq_;
  log_[seq_] = {.seq = seq_, .what = std::move(stored)};
  of_[key].push_back(seq_);
  return seq_;
}

void MemoryStore::Bury(FactKind kind, const std::string& id) {
  const auto place = of_.find({kind, id});
  if (place != of_.end()) {
    for (const Seq seq : place->second) log_.erase(seq);
    of_.erase(place);
  }
  ++seq_;
  log_[seq_] = {.seq = seq_, .what = Tombstone{.kind = kind, .id = id}};
}

MemoryStore::Written MemoryStore::WriteOrder(Order order, const WriteOptions& options) {
  const auto place = of_.find({FactKind::kOrder, order.id});
  if (place == of_.end()) {
    const absl::Time at = order.ordered_at;
    Append({.fact = std::move(order), .valid_from = at});
    return Written::kNew;
  }
  const Order old = std::get<Order>(std::get<Stored>(log_.at(place->second.back()).what).fact);
  if (SameOrder(old, order)) return Written::kSame;
  if (options.append_lines) {
    order.lines.insert(order.lines.begin(), old.lines.begin(), old.lines.end());
    order.ordered_at = std::min(order.ordered_at, old.ordered_at);
  }
  Bury(FactKind::kOrder, order.id);
  const absl::Time at = order.ordered_at;
  Append({.fact = std::move(order), .valid_from = at});
  return Written::kReplaced;
}

MemoryStore::Written MemoryStore::WriteVersion(const Fact& fact, absl::Time now) {
  const auto place = of_.find({KindOf(fact), std::visit(IdOf(), fact)});
  const bool first = place == of_.end();
  if (!first) {
    const Fact& newest = std::get<Stored>(log_.at(place->second.back()).what).fact;
    if (SameVersion(newest, fact)) return Written::kSame;
  }
  const absl::Time from = ObservedAt(fact).value_or(first ? FirstValidFrom(fact) : now);
  Append({.fact = fact, .valid_from = from});
  return Written::kNew;
}

MemoryStore::Written MemoryStore::WriteEvent(const Fact& fact, absl::Time at) {
  if (of_.contains({KindOf(fact), std::visit(IdOf(), fact)})) return Written::kSame;
  Append({.fact = fact, .valid_from = at});
  return Written::kNew;
}

MemoryStore::Written MemoryStore::WriteOne(const Fact& fact, absl::Time now,
                                           const WriteOptions& options) {
  if (const auto* order = std::get_if<Order>(&fact)) return WriteOrder(*order, options);
  if (const auto* signal = std::get_if<Signal>(&fact)) return WriteEvent(fact, signal->at);
  if (const auto* exposure = std::get_if<Exposure>(&fact)) return WriteEvent(fact, exposure->at);
  if (const auto* reaction = std::get_if<ReactionEvent>(&fact)) {
    return WriteEvent(fact, reaction->at);
  }
  if (const auto* contact = std::get_if<Contact>(&fact)) return WriteEvent(fact, contact->at);
  if (const auto* campaign = std::get_if<Campaign>(&fact)) {
    if (of_.contains({FactKind::kCampaign, campaign->id})) {
      Bury(FactKind::kCampaign, campaign->id);
    }
    Append({.fact = fact, .valid_from = campaign->starts_at});
    return Written::kNew;
  }
  return WriteVersion(fact, now);
}

absl::StatusOr<WriteResult> MemoryStore::WriteLocked(std::span<const Fact> facts, absl::Time now,
                                                     const WriteOptions& options) {
  for (const Fact& fact : facts) TSUGI_RETURN_IF_ERROR(CheckFact(fact));
  WriteResult result;
  for (const Fact& fact : facts) {
    const Written written = WriteOne(fact, now, options);
    (written == Written::kSame ? result.already_there : result.written) += Count(fact);
    if (written == Written::kReplaced) ++result.replaced;
  }
  result.seq = seq_;
  return result;
}

absl::StatusOr<StoreInfo> MemoryStore::Info() const {
  const base::MutexLock lock(&mutex_);
  return StoreInfo{.settings = settings_, .schema_version = 1, .seq = seq_, .rows = {}};
}

absl::StatusOr<WriteResult> MemoryStore::Write(std::span<const Fact> facts, absl::Time now) {
  const base::MutexLock lock(&mutex_);
  return WriteLocked(facts, now, {});
}

absl::Status MemoryStore::Put(std::vector<Fact> facts, absl::Time now) {
  return Write(facts, now).status();
}

absl::StatusOr<std::unique_ptr<Staging>> MemoryStore::BeginImport() {
  return std::make_unique<MemoryStaging>(this);
}

absl::StatusOr<Seq> MemoryStore::ReadChanges(
    Seq after, const std::function<absl::Status(const Change&)>& visit) const {
  std::vector<Change> changes;  // copied, so that a visitor may call the store
  Seq newest = 0;
  {
    const base::MutexLock lock(&mutex_);
    for (auto it = log_.upper_bound(after); it != log_.end(); ++it) changes.push_back(it->second);
    newest = seq_;
  }
  for (const Change& change : changes) TSUGI_RETURN_IF_ERROR(visit(change));
  return newest;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> MemoryStore::SoldNames() const {
  const base::MutexLock lock(&mutex_);
  std::map<std::string, std::pair<absl::Time, std::string>> newest;
  for (const auto& [seq, change] : log_) {
    const auto* stored = std::get_if<Stored>(&change.what);
    const Order* order = stored == nullptr ? nullptr : std::get_if<Order>(&stored->fact);
    if (order == nullptr) continue;
    for (const OrderLine& line : order->lines) {
      if (line.product_name.empty()) continue;
      const auto [it, added] =
          newest.try_emplace(line.product_id, order->ordered_at, line.product_name);
      if (!added && order->ordered_at >= it->second.first) {
        it->second = {order->ordered_at, line.product_name};
      }
    }
  }
  std::vector<std::pair<std::string, std::string>> names;
  names.reserve(newest.size());
  for (const auto& [id, name] : newest) names.emplace_back(id, name.second);
  return names;
}

absl::StatusOr<ReserveResult> MemoryStore::Reserve(const Reservation& /*reservation*/) {
  return absl::UnimplementedError("a store in memory takes no reservations");
}

absl::StatusOr<std::optional<KeptAnswer>> MemoryStore::FindAnswer(
    const std::string& /*request_id*/) const {
  return std::nullopt;
}

absl::StatusOr<std::vector<Exposure>> MemoryStore::ExposuresOf(
    const std::string& recommendation_id) const {
  const base::MutexLock lock(&mutex_);
  std::vector<Exposure> found;
  for (const auto& [seq, change] : log_) {
    const auto* stored = std::get_if<Stored>(&change.what);
    const auto* exposure = stored == nullptr ? nullptr : std::get_if<Exposure>(&stored->fact);
    if (exposure != nullptr && exposure->recommendation_id == recommendation_id) {
      found.push_back(*exposure);
    }
  }
  return found;
}

absl::StatusOr<Seq> MemoryStore::DeleteCustomer(const std::string& customer_id,
                                                absl::Time /*now*/) {
  const base::MutexLock lock(&mutex_);
  std::vector<std::pair<FactKind, std::string>> gone;
  std::vector<Order> orders;
  for (const auto& [seq, change] : log_) {
    const auto* stored = std::get_if<Stored>(&change.what);
    if (stored == nullptr || std::visit(CustomerOf(), stored->fact) != customer_id) continue;
    if (const auto* order = std::get_if<Order>(&stored->fact)) {
      orders.push_back(*order);
    } else {
      gone.emplace_back(KindOf(stored->fact), std::visit(IdOf(), stored->fact));
    }
  }
  if (gone.empty() && orders.empty()) {
    return absl::NotFoundError(absl::StrCat("customer_id: nothing names ", customer_id));
  }
  for (const auto& key : gone) {
    const auto place = of_.find(key);
    if (place == of_.end()) continue;
    for (const Seq seq : place->second) log_.erase(seq);
    of_.erase(place);
  }
  Bury(FactKind::kCustomer, customer_id);
  for (Order& order : orders) {
    order.customer_id.clear();
    Bury(FactKind::kOrder, order.id);
    const absl::Time at = order.ordered_at;
    Append({.fact = std::move(order), .valid_from = at});
  }
  return seq_;
}

}  // namespace tsugi::testing
