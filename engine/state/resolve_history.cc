#include "engine/state/resolve_history.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "engine/facts/predicates.h"
#include "engine/state/by_time.h"

namespace tsugi {
namespace {

constexpr base::Micros kBeginning = std::numeric_limits<base::Micros>::min();
constexpr base::Micros kDay = base::Micros{24} * 3600 * 1'000'000;

// The median interval between occasions; purchases less than a day after an occasion are part of
// it. Told the instants in order.
class Intervals {
 public:
  void Add(base::Micros at) {
    if (!begun_) {
      begun_ = true;
    } else if (at - occasion_ < kDay) {
      return;
    } else {
      intervals_.push_back(at - occasion_);
    }
    occasion_ = at;
  }
  std::size_t size() const { return intervals_.size(); }

  // Reorders what was told. REQUIRES: size() > 0.
  double MedianDays() {
    const auto middle = intervals_.begin() + static_cast<std::ptrdiff_t>(intervals_.size() / 2);
    std::nth_element(intervals_.begin(), middle, intervals_.end());
    auto median = static_cast<double>(*middle);
    if (intervals_.size() % 2 == 0) {
      median = (median + static_cast<double>(*std::max_element(intervals_.begin(), middle))) / 2;
    }
    return median / static_cast<double>(kDay);
  }

 private:
  bool begun_ = false;
  base::Micros occasion_ = 0;
  absl::InlinedVector<base::Micros, 32> intervals_;
};

constexpr std::size_t kFewestIntervals = 2;

// A purchase of a product that more is to be known of.
struct Notable {
  ProductIndex product;
  base::Micros at = 0;
  std::int32_t quantity = 0;
};
using Notables = absl::InlinedVector<Notable, 32>;

// The spend, the orders' times, and the purchases whose product has one of `traits` (or all).
Notables ResolvePurchases(const FactIndex& index, std::uint8_t traits, bool all, Context& context) {
  Notables notables;
  Intervals orders;
  std::int64_t spend = 0;
  base::Micros last = kBeginning;
  base::Micros last_day = kBeginning;
  for (const Purchase& purchase : context.purchases) {
    spend += purchase.revenue_micros;
    if (purchase.quantity > 0 && purchase.at != last) {
      last = purchase.at;
      orders.Add(last);
      const base::Micros day = last / kDay;
      context.order_days += day != last_day ? 1 : 0;
      last_day = day;
    }
    if (all || (traits != 0 && (index.TraitsOf(purchase.product) & traits) != 0)) {
      notables.push_back({purchase.product, purchase.at, purchase.quantity});
    }
  }
  context.spend = base::Decimal::FromMicros(spend);
  if (last != kBeginning) context.last_order = base::FromMicros(last);
  if (orders.size() >= kFewestIntervals) context.usual_order_interval_days = orders.MedianDays();
  std::sort(notables.begin(), notables.end(), [](const Notable& a, const Notable& b) {
    return std::tie(a.product, a.at, a.quantity) < std::tie(b.product, b.at, b.quantity);
  });
  return notables;
}

void AddRhythm(const FactIndex& index, std::span<const Notable> bought, base::Micros at,
               Context& context) {
  if (bought.size() <= kFewestIntervals) return;  // most are not bought that often
  const ProductRef product = index.RefAsOf(bought.front().product, at);
  if (product.facts == nullptr || !product.facts->consumable) return;
  Intervals intervals;
  base::Micros last = 0;
  for (const Notable& purchase : bought) {
    if (purchase.quantity <= 0) continue;
    last = purchase.at;
    intervals.Add(last);
  }
  if (intervals.size() < kFewestIntervals) return;
  const int seen = static_cast<int>(intervals.size());
  context.rhythms.push_back({product, base::FromMicros(last), intervals.MedianDays(), seen});
}

void AddSeasonal(const FactIndex& index, ProductIndex bought, base::Micros at, Context& context) {
  for (const ProductIndex other : index.product(bought).completed_by) {
    const CatalogEntry* const entry = index.EntryAsOf(other, at);
    if (entry == nullptr || entry->facts.season_months == 0) continue;
    if (std::find(entry->goes_with.begin(), entry->goes_with.end(), bought) ==
        entry->goes_with.end()) {
      continue;
    }
    context.seasonal.push_back(index.RefAsOf(other, at));
  }
}

bool IsOwnedGoods(const FactIndex& index, const ContextOptions& options,
                  std::span<const Notable> bought, base::Micros from, base::Micros at) {
  const bool all = options.owned.goods == OwnershipRule::Goods::kAll;
  if (!all) {
    if ((index.TraitsOf(bought.front().product) & kEverDurable) == 0) return false;
    const CatalogEntry* const entry = index.EntryAsOf(bought.front().product, at);
    if (entry == nullptr || !entry->facts.durable) return false;
  }
  std::int64_t net = 0;
  for (const Notable& purchase : bought) {
    if (all || purchase.at >= from) net += purchase.quantity;
  }
  return net > 0;
}

// Rhythms, seasonal companions and owned goods.
void ResolveGoods(const FactIndex& index, const ContextOptions& options, const Notables& notables,
                  base::Micros at, Context& context) {
  const bool owns = options.owned.goods != OwnershipRule::Goods::kNone;
  const base::Micros from = base::ToMicros(context.at - options.owned.durable_for);
  for (std::size_t begin = 0; begin < notables.size();) {
    std::size_t end = begin;
    std::int64_t net = 0;
    const ProductIndex product = notables[begin].product;
    for (; end < notables.size() && notables[end].product == product; ++end) {
      net += notables[end].quantity;
    }
    const std::span<const Notable> bought(&notables[begin], end - begin);
    const std::uint8_t traits = index.TraitsOf(product);
    if ((traits & kEverConsumable) != 0) AddRhythm(index, bought, at, context);
    if ((traits & kCompletedInSeason) != 0 && net > 0) AddSeasonal(index, product, at, context);
    if (owns && IsOwnedGoods(index, options, bought, from, at)) context.owned.push_back(product);
    begin = end;
  }
  std::sort(context.rhythms.begin(), context.rhythms.end(),
            [](const Rhythm& a, const Rhythm& b) { return a.product.id() < b.product.id(); });
  const auto by_index = [](const ProductRef& a, const ProductRef& b) { return a.index < b.index; };
  std::sort(context.seasonal.begin(), context.seasonal.end(), by_index);
  const auto same = [](const ProductRef& a, const ProductRef& b) { return a.index == b.index; };
  context.seasonal.erase(std::unique(context.seasonal.begin(), context.seasonal.end(), same),
                         context.seasonal.end());
}

// Newest usage of a subscription: of its versions, or of a signal about it. A signal that names no
// subscription is about the only one there is.
std::optional<double> NewestUsage(const SubscriptionRecord& record,
                                  std::span<const SignalRecord> signals, bool only_one,
                                  base::Micros at) {
  std::optional<double> usage;
  base::Micros known_at = kBeginning;
  for (const auto& version : record.versions.all()) {
    if (version.valid_from > at) break;
    if (!version.facts.facts.usage.has_value()) continue;
    usage = version.facts.facts.usage;
    known_at = version.valid_from;
  }
  for (auto signal = signals.rbegin(); signal != signals.rend(); ++signal) {
    if (signal->type != SignalType::kUsage || !signal->value.has_value()) continue;
    const bool about = signal->subject.empty() ? only_one : signal->subject == record.id;
    if (!about) continue;
    if (!usage.has_value() || signal->at >= known_at) usage = signal->value;
    break;
  }
  return usage;
}

// When the deal was lost: its end, else the first of the versions that say so up to `at`.
absl::Time LostSince(const SubscriptionRecord& record, const Subscription& facts, base::Micros at) {
  if (facts.ended_at.has_value() && *facts.ended_at <= base::FromMicros(at)) return *facts.ended_at;
  base::Micros since = kBeginning;
  bool lost = false;
  for (const auto& version : record.versions.all()) {
    if (version.valid_from > at) break;
    const bool says_so = version.facts.facts.status == SubscriptionStatus::kLostDeal;
    if (says_so && !lost) since = version.valid_from;
    lost = says_so;
  }
  return std::max(base::FromMicros(since), facts.started_at);
}

void ResolveLostDeal(const FactIndex& index, base::Micros at, Context& context) {
  std::optional<absl::Time> begun;
  for (const SubscriptionState& state : context.subscriptions) {
    const Subscription& facts = *state.facts;
    if (facts.status == SubscriptionStatus::kLostDeal) {
      const absl::Time lost = LostSince(*index.FindSubscription(facts.id), facts, at);
      context.lost_deal = std::max(context.lost_deal.value_or(lost), lost);
    } else if (IsInGoodStanding(facts.status)) {
      begun = std::max(begun.value_or(facts.started_at), facts.started_at);
    }
  }
  if (begun.has_value() && context.lost_deal.has_value() && *begun >= *context.lost_deal) {
    context.lost_deal.reset();
  }
}

void ResolveSubscriptions(const FactIndex& index, const CustomerRecord& customer,
                          std::span<const SignalRecord> signals, base::Micros at,
                          Context& context) {
  for (const std::uint32_t position : customer.subscriptions) {
    const SubscriptionVersion* version = index.subscriptions()[position].versions.AsOf(at);
    if (version == nullptr || version->facts.customer_id != customer.id) continue;
    context.subscriptions.push_back(
        {&version->facts, index.RefAsOf(version->plan, at), std::nullopt});
  }
  for (SubscriptionState& state : context.subscriptions) {
    state.usage = NewestUsage(*index.FindSubscription(state.facts->id), signals,
                              context.subscriptions.size() == 1, at);
  }
  ResolveLostDeal(index, at, context);
}

void ResolveSignals(std::span<const SignalRecord> signals, Context& context) {
  for (const SignalRecord& signal : signals) {
    const absl::Time when = base::FromMicros(signal.at);
    switch (signal.type) {
      case SignalType::kNps:
        if (signal.value.has_value()) context.nps = SignalValue{*signal.value, when};
        break;
      case SignalType::kCsat:
        if (signal.value.has_value()) context.csat = SignalValue{*signal.value, when};
        break;
      case SignalType::kComplaintOpened:
        context.open_complaints.push_back({signal.subject, when});
        break;
      case SignalType::kComplaintClosed:
        std::erase_if(context.open_complaints, [&](const OpenComplaint& open) {
          return signal.subject.empty() || open.subject == signal.subject;
        });
        break;
      case SignalType::kUsage:
      case SignalType::kVisit:
      case SignalType::kInquiry:
      case SignalType::kStage:
        break;
    }
  }
}

void OwnPlans(const FactIndex& index, base::Micros at, Context& context) {
  for (const SubscriptionState& state : context.subscriptions) {
    if (!IsInGoodStanding(state.facts->status)) continue;
    context.owned.push_back(state.plan.index);
    const CatalogEntry* plan = index.EntryAsOf(state.plan.index, at);
    if (plan == nullptr || plan->family == kNoGroup || !plan->facts.tier.has_value()) continue;
    for (const ProductIndex other : index.OfFamily(plan->family)) {
      const CatalogEntry* entry = index.EntryAsOf(other, at);
      if (entry != nullptr && entry->family == plan->family && entry->facts.tier.has_value() &&
          *entry->facts.tier < *plan->facts.tier) {
        context.owned.push_back(other);
      }
    }
  }
}

void ResolveTenure(const Customer* facts, Context& context) {
  if (facts != nullptr && facts->signed_up_at.has_value() && *facts->signed_up_at <= context.at) {
    context.since = facts->signed_up_at;
    return;
  }
  if (!context.purchases.empty()) context.since = base::FromMicros(context.purchases.front().at);
  for (const SubscriptionState& state : context.subscriptions) {
    const absl::Time started = state.facts->started_at;
    if (started <= context.at) context.since = std::min(context.since.value_or(started), started);
  }
}

// The traits of products that this context asks for and that the index holds at all.
std::uint8_t WantedTraits(const FactIndex& index, const OwnershipRule& rule) {
  std::uint8_t wanted = kEverConsumable | kCompletedInSeason;
  if (rule.goods == OwnershipRule::Goods::kDurable) wanted |= kEverDurable;
  return wanted & index.AnyTraits();
}

}  // namespace

void ResolveHistory(const FactIndex& index, const ContextOptions& options,
                    const CustomerRecord& customer, const Customer* facts, base::Micros at,
                    Context& context) {
  context.purchases = FactIndex::PurchasesAsOf(customer, at);
  const bool all = options.owned.goods == OwnershipRule::Goods::kAll;
  const Notables notables =
      ResolvePurchases(index, WantedTraits(index, options.owned), all, context);
  const std::span<const SignalRecord> signals = AsOf(customer.signals, at);
  ResolveSignals(signals, context);
  ResolveSubscriptions(index, customer, signals, at, context);
  for (const ReactionRecord& reaction : AsOf(customer.reactions, at)) {
    context.reactions.push_back(
        {index.RefAsOf(reaction.product, at), reaction.reaction, base::FromMicros(reaction.at)});
  }
  ResolveTenure(facts, context);
  OwnPlans(index, at, context);
  if (!notables.empty()) ResolveGoods(index, options, notables, at, context);
  std::sort(context.owned.begin(), context.owned.end());
  context.owned.erase(std::unique(context.owned.begin(), context.owned.end()), context.owned.end());
}

}  // namespace tsugi
