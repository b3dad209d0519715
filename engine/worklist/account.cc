#include "engine/worklist/account.h"

#include <algorithm>
#include <cmath>

#include "engine/candidates/eligibility.h"
#include "engine/facts/predicates.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kYear = absl::Hours(24 * 365);

double PriceOf(const FactIndex& index, ProductIndex product, base::Micros at) {
  return index.PriceOrZeroAsOf(product, at).ToDouble();
}

double PeriodsAYear(const Product& plan) { return 12.0 / std::max(1, plan.billing_months); }

// What could be added to a subscription, a year and seat; whether there is anything at all.
struct Room {
  double extra = 0;
  bool any = false;
};

Room RoomOf(const FactIndex& index, const Context& context, ProductIndex plan_index,
            double paid_a_year) {
  Room room;
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* plan = index.EntryAsOf(plan_index, at);
  if (plan == nullptr) return room;
  const auto open = [&](ProductIndex product) {
    return IsSellable(index, product, at) && !IsOwned(context, product);
  };
  const CatalogEntry* next = nullptr;
  double next_price = 0;
  if (plan->family != kNoGroup && plan->facts.tier.has_value()) {
    for (const ProductIndex product : index.OfFamily(plan->family)) {
      const CatalogEntry* entry = index.EntryAsOf(product, at);
      if (entry == nullptr || entry->family != plan->family || !entry->facts.tier.has_value() ||
          *entry->facts.tier <= *plan->facts.tier || !open(product)) {
        continue;
      }
      if (next != nullptr && *entry->facts.tier >= *next->facts.tier) continue;
      next = entry;
      next_price = PriceOf(index, product, at) * PeriodsAYear(entry->facts);
    }
  }
  if (next != nullptr) {
    room.any = true;
    room.extra += std::max(0.0, next_price - paid_a_year);
  }
  for (const ProductIndex product : index.product(plan_index).completed_by) {
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    if (entry == nullptr || entry->facts.kind != ProductKind::kAddOn || !open(product)) continue;
    room.any = true;
    room.extra += PriceOf(index, product, at) * PeriodsAYear(entry->facts);
  }
  return room;
}

void FillRoom(const FactIndex& index, const Context& context, const SubscriptionState& subscription,
              RankFigures& figures) {
  const Product* plan = subscription.plan.facts;
  const base::Micros at = base::ToMicros(context.at);
  double seat = SeatPriceOrZero(index, subscription, at);
  if (plan != nullptr) seat *= PeriodsAYear(*plan);
  const Room room = RoomOf(index, context, subscription.plan.index, seat);
  figures.room_a_year = room.extra * static_cast<double>(subscription.facts->seats);
  figures.room_share = seat > 0 ? room.extra / seat : 0;
  // Without prices all that can be said is that there is something.
  figures.large_room = room.any && (seat <= 0 || figures.room_share >= kLargeRoom);
}

// Of a shopper: categories of the catalogue never bought.
void FillBreadth(const FactIndex& index, const Context& context, RankFigures& figures) {
  const base::Micros at = base::ToMicros(context.at);
  std::vector<std::uint32_t> bought;
  for (const Purchase& purchase : context.purchases) {
    const CatalogEntry* entry = index.EntryAsOf(purchase.product, at);
    if (purchase.quantity > 0 && entry != nullptr && entry->category != kNoGroup) {
      bought.push_back(entry->category);
    }
  }
  std::sort(bought.begin(), bought.end());
  bought.erase(std::unique(bought.begin(), bought.end()), bought.end());
  std::vector<std::uint32_t> all;
  for (std::uint32_t p = 0; p < index.num_products(); ++p) {
    const CatalogEntry* entry = index.EntryAsOf(ProductIndex(p), at);
    if (entry != nullptr && entry->category != kNoGroup) all.push_back(entry->category);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.empty()) return;
  figures.room_share = 1 - static_cast<double>(bought.size()) / static_cast<double>(all.size());
  figures.large_room = figures.room_share >= kLargeShare;
}

void FillRecord(const Context& context, RankFigures& figures) {
  if (context.since.has_value()) {
    figures.tenure_days = static_cast<int>((context.at - *context.since) / kDay);
  }
  base::Micros last = 0;
  const base::Micros year_ago = base::ToMicros(context.at - kYear);
  for (const Purchase& purchase : context.purchases) {  // an order's lines have one time
    if (purchase.quantity <= 0 || purchase.at < year_ago || purchase.at == last) continue;
    last = purchase.at;
    figures.purchases_a_year += 1;
  }
  for (const PastReaction& past : context.reactions) {
    if (past.reaction == Reaction::kAccepted) ++figures.accepted;
    if (past.reaction == Reaction::kDeclined) ++figures.declined;
  }
  const bool runs =
      std::any_of(context.subscriptions.begin(), context.subscriptions.end(),
                  [](const SubscriptionState& state) { return IsPaid(state.facts->status); });
  figures.strong_record = figures.tenure_days >= kRecordDays &&
                          (runs || figures.purchases_a_year >= kRecordPurchases) &&
                          (!context.nps.has_value() || context.nps->value > 6) &&
                          context.open_complaints.empty() &&
                          figures.declined - figures.accepted < kDeclinedBalance;
}

}  // namespace

AccountRank RankOf(bool large_room, bool strong_record) {
  if (large_room) return strong_record ? AccountRank::kA : AccountRank::kB;
  return strong_record ? AccountRank::kC : AccountRank::kD;
}

AccountRank RankOf(const RankFigures& figures) {
  return RankOf(figures.large_room, figures.strong_record);
}

RankFigures FiguresOf(const FactIndex& index, const Context& context,
                      const SubscriptionState* subscription) {
  RankFigures figures;
  if (subscription != nullptr) {
    FillRoom(index, context, *subscription, figures);
  } else {
    FillBreadth(index, context, figures);
  }
  FillRecord(context, figures);
  return figures;
}

std::optional<UsageOutlook> UsageOf(const FactIndex& index, const SubscriptionRecord& record,
                                    absl::Time at) {
  const base::Micros now = base::ToMicros(at);
  const SubscriptionVersion* version = record.versions.AsOf(now);
  if (version == nullptr) return std::nullopt;
  const CatalogEntry* plan = index.EntryAsOf(version->plan, now);
  const CustomerRecord* customer = index.FindCustomer(version->facts.customer_id);
  if (plan == nullptr || !plan->facts.usage_limit.has_value() || customer == nullptr) {
    return std::nullopt;
  }
  const double limit = *plan->facts.usage_limit;
  const bool only_one = customer->subscriptions.size() == 1;
  const SignalRecord* newest = nullptr;
  const SignalRecord* before = nullptr;
  for (auto signal = customer->signals.rbegin(); signal != customer->signals.rend(); ++signal) {
    if (signal->at > now || signal->type != SignalType::kUsage || !signal->value.has_value()) {
      continue;
    }
    if (signal->subject.empty() ? !only_one : signal->subject != record.id) continue;
    if (newest == nullptr) {
      newest = &*signal;
    } else if (signal->at < newest->at) {
      before = &*signal;
      break;
    }
  }
  UsageOutlook outlook;
  if (newest == nullptr) {
    if (!version->facts.usage.has_value()) return std::nullopt;
    outlook.share = *version->facts.usage / limit;
    if (outlook.share >= 1) outlook.reached_at = at;
    return outlook;
  }
  outlook.share = *newest->value / limit;
  if (outlook.share >= 1) {
    outlook.reached_at = at;
  } else if (before != nullptr && *newest->value > *before->value) {
    const double growth =
        (*newest->value - *before->value) / static_cast<double>(newest->at - before->at);
    const double wait = (limit - *newest->value) / growth;
    constexpr double kLongest = 3650 * 86'400e6;  // ten years: never, for a worklist
    if (wait < kLongest) {
      outlook.reached_at =
          std::max(at, base::FromMicros(newest->at + static_cast<base::Micros>(wait)));
    }
  }
  return outlook;
}

}  // namespace tsugi
