#include "engine/candidates/moment_sources.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/time/civil_time.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"
#include "engine/facts/predicates.h"

namespace tsugi {
namespace {

bool IsSubscribed(const Context& context, ProductIndex product) {
  return std::any_of(context.subscriptions.begin(), context.subscriptions.end(),
                     [&](const SubscriptionState& state) {
                       return IsHeld(state.facts->status) && state.plan.index == product;
                     });
}

bool IsUpgrade(const std::vector<Candidate>& out, ProductIndex product) {
  return FindCandidate(out, product, OfferKind::kUpgrade) != nullptr;
}

// The rhythms nearest to being due, by product id between equals.
std::vector<const Rhythm*> NearestDue(const Context& context, std::size_t most) {
  std::vector<const Rhythm*> rhythms;
  for (const Rhythm& rhythm : context.rhythms) {
    if (rhythm.product.facts != nullptr && rhythm.product.facts->consumable &&
        rhythm.interval_days > 0) {
      rhythms.push_back(&rhythm);
    }
  }
  if (rhythms.size() <= most) return rhythms;
  const auto distance = [&](const Rhythm& rhythm) {
    return absl::AbsDuration(rhythm.last + absl::Hours(24) * rhythm.interval_days - context.at);
  };
  std::stable_sort(rhythms.begin(), rhythms.end(),
                   [&](const Rhythm* a, const Rhythm* b) { return distance(*a) < distance(*b); });
  rhythms.resize(most);
  return rhythms;
}

void AddDearer(const FactIndex& index, const Context& context, const Rhythm& rhythm,
               std::vector<Candidate>& out) {
  std::vector<ProductRef> higher;
  FindHigherTiers(index, context, rhythm.product.index, higher);
  for (const ProductRef& product : higher) {
    if (IsUpgrade(out, product.index)) continue;
    Candidate candidate;
    candidate.product = product;
    candidate.kind = OfferKind::kUpgrade;
    candidate.replaces = rhythm.product;
    out.push_back(std::move(candidate));
  }
}

bool HoldsFamily(const FactIndex& index, const Context& context, const CatalogEntry& plan,
                 ProductIndex product) {
  const base::Micros at = base::ToMicros(context.at);
  return std::any_of(context.subscriptions.begin(), context.subscriptions.end(),
                     [&](const SubscriptionState& state) {
                       if (!IsHeld(state.facts->status)) return false;
                       if (state.plan.index == product) return true;
                       const CatalogEntry* held = index.EntryAsOf(state.plan.index, at);
                       return plan.family != kNoGroup && held != nullptr &&
                              held->family == plan.family;
                     });
}

// The next lower tier of the plan's family that can be sold; between equals the first by id.
ProductIndex NextCheaper(const FactIndex& index, const Context& context, const CatalogEntry& plan) {
  ProductIndex best;
  if (plan.family == kNoGroup || !plan.facts.tier.has_value()) return best;
  const base::Micros at = base::ToMicros(context.at);
  const auto key = [&](const CatalogEntry& entry) {
    return std::pair(-*entry.facts.tier, std::string_view(entry.facts.id));
  };
  for (const ProductIndex product : index.OfFamily(plan.family)) {
    const CatalogEntry* entry = index.EntryAsOf(product, at);
    const bool lower = entry != nullptr && entry->family == plan.family &&
                       entry->facts.kind == plan.facts.kind && entry->facts.tier.has_value() &&
                       *entry->facts.tier < *plan.facts.tier;
    if (!lower || !IsSellable(index, product, at) || InCart(context, product)) continue;
    if (!best.valid() || key(*entry) < key(*index.EntryAsOf(best, at))) best = product;
  }
  return best;
}

const SubscriptionState* NewestLostDeal(const Context& context) {
  const SubscriptionState* newest = nullptr;
  const auto when = [](const SubscriptionState& state) {
    return state.facts->ended_at.value_or(state.facts->started_at);
  };
  for (const SubscriptionState& state : context.subscriptions) {
    if (state.facts->status != SubscriptionStatus::kLostDeal || !IsAskedFor(context, state)) {
      continue;
    }
    if (newest == nullptr || when(state) > when(*newest)) newest = &state;
  }
  return newest;
}

void AddLostDeal(const FactIndex& index, const Context& context, std::vector<Candidate>& out) {
  const SubscriptionState* const deal = NewestLostDeal(context);
  if (deal == nullptr) return;
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* const plan = index.EntryAsOf(deal->plan.index, at);
  if (plan == nullptr || HoldsFamily(index, context, *plan, deal->plan.index)) return;
  const auto add = [&](ProductIndex product) {
    if (!product.valid() || !IsSellable(index, product, at) || InCart(context, product)) return;
    Candidate candidate;
    candidate.product = index.RefAsOf(product, at);
    candidate.kind = OfferKind::kCrossSell;
    candidate.subscription = deal;
    candidate.evidence.because_of = deal->plan;
    out.push_back(std::move(candidate));
  };
  add(deal->plan.index);
  add(NextCheaper(index, context, *plan));
}

}  // namespace

const Candidate* FindCandidate(const std::vector<Candidate>& out, ProductIndex product,
                               OfferKind kind) {
  const auto found = std::find_if(out.begin(), out.end(), [&](const Candidate& candidate) {
    return candidate.product.index == product && candidate.kind == kind;
  });
  return found == out.end() ? nullptr : &*found;
}

std::vector<BoughtProduct> RecentlyBought(const Context& context, std::size_t lines) {
  std::vector<BoughtProduct> products;
  const std::size_t all = context.purchases.size();
  for (std::size_t i = 0; i < std::min(all, lines); ++i) {
    const Purchase& purchase = context.purchases[all - 1 - i];
    if (purchase.quantity <= 0) continue;
    products.push_back({purchase.product, 1, purchase.at, i});
  }
  std::sort(products.begin(), products.end(), [](const BoughtProduct& a, const BoughtProduct& b) {
    return std::pair(a.product, a.line) < std::pair(b.product, b.line);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < products.size(); ++i) {
    if (i > 0 && products[i].product == products[kept - 1].product) {
      ++products[kept - 1].times;
    } else {
      products[kept++] = products[i];
    }
  }
  products.resize(kept);
  std::sort(products.begin(), products.end(),
            [](const BoughtProduct& a, const BoughtProduct& b) { return a.line < b.line; });
  return products;
}

Candidate MakeCandidate(const BoundModel& model, const FactIndex& index, const Context& context,
                        const std::vector<Candidate>& out, ProductIndex product, OfferKind kind,
                        const BoughtProduct* bought) {
  Candidate candidate;
  candidate.product = index.RefAsOf(product, base::ToMicros(context.at));
  candidate.kind = kind;
  if (const Candidate* same = FindCandidate(out, product, OfferKind::kCrossSell)) {
    candidate.scores = same->scores;
    candidate.evidence = same->evidence;
    return candidate;
  }
  const models::PopularityView& popularity = model.models().popularity;
  const std::uint32_t item = model.ItemOf(product);
  if (item != kNoItem && item < popularity.num_items) {
    candidate.scores.popularity = popularity.SegmentShare(model.SegmentOf(context.segment), item);
    candidate.scores.recent = popularity.recent[item];
  }
  if (bought != nullptr) {
    constexpr double kMicrosADay = 86'400e6;
    const base::Micros ago = base::ToMicros(context.at) - bought->last;
    candidate.scores.times_bought = static_cast<float>(bought->times);
    candidate.scores.days_since_bought = static_cast<float>(static_cast<double>(ago) / kMicrosADay);
  }
  return candidate;
}

void CollectSeasonal(const BoundModel& model, const FactIndex& index, const Context& context,
                     const CandidateOptions& options, std::vector<Candidate>& out) {
  if (context.seasonal.empty()) return;
  const base::Micros at = base::ToMicros(context.at);
  const int month = absl::ToCivilMonth(context.at, context.zone).month();
  std::vector<ProductRef> companions;
  for (const ProductRef& product : context.seasonal) {
    const bool in_season =
        product.facts != nullptr && IsInSeason(product.facts->season_months, month);
    if (!in_season || IsUpgrade(out, product.index) ||
        FindCandidate(out, product.index, OfferKind::kCrossSell) != nullptr ||
        KindBesideCart(index, context, product.index) != OfferKind::kCrossSell) {
      continue;
    }
    companions.push_back(product);
  }
  if (companions.empty()) return;
  std::sort(companions.begin(), companions.end(),
            [](const ProductRef& a, const ProductRef& b) { return a.id() < b.id(); });
  if (companions.size() > options.seasonal) companions.resize(options.seasonal);
  const std::vector<BoughtProduct> history = RecentlyBought(context, options.history_lines);
  for (const ProductRef& product : companions) {
    Candidate candidate =
        MakeCandidate(model, index, context, out, product.index, OfferKind::kCrossSell);
    const std::vector<ProductIndex>& goes_with = index.EntryAsOf(product.index, at)->goes_with;
    for (const BoughtProduct& bought : history) {
      if (std::find(goes_with.begin(), goes_with.end(), bought.product) == goes_with.end())
        continue;
      candidate.evidence.because_of = index.RefAsOf(bought.product, at);
      break;
    }
    out.push_back(std::move(candidate));
  }
}

void CollectRegulars(const BoundModel& model, const FactIndex& index, const Context& context,
                     const CandidateOptions& options, std::vector<Candidate>& out) {
  if (!context.profiled || context.rhythms.empty()) return;
  const base::Micros at = base::ToMicros(context.at);
  const std::vector<BoughtProduct> history = RecentlyBought(context, options.history_lines);
  for (const Rhythm* rhythm : NearestDue(context, options.regulars)) {
    const ProductIndex product = rhythm->product.index;
    if (IsSubscribed(context, product)) continue;
    AddDearer(index, context, *rhythm, out);
    if (!IsSellable(index, product, at) || InCart(context, product) || IsOwned(context, product)) {
      continue;
    }
    const auto found =
        std::find_if(history.begin(), history.end(),
                     [&](const BoughtProduct& bought) { return bought.product == product; });
    const BoughtProduct* const bought = found == history.end() ? nullptr : &*found;
    if (FindCandidate(out, product, OfferKind::kCrossSell) == nullptr && !IsUpgrade(out, product) &&
        KindBesideCart(index, context, product) == OfferKind::kCrossSell) {
      out.push_back(
          MakeCandidate(model, index, context, out, product, OfferKind::kCrossSell, bought));
    }
    Candidate regular =
        MakeCandidate(model, index, context, out, product, OfferKind::kSubscribeAndSave, bought);
    regular.interval_days = std::max(1, static_cast<int>(std::lround(rhythm->interval_days)));
    out.push_back(std::move(regular));
  }
}

void CollectWinBack(const BoundModel& model, const FactIndex& index, const Context& context,
                    const CandidateOptions& options, std::vector<Candidate>& out) {
  if (!context.profiled) return;
  AddLostDeal(index, context, out);
  const bool late =
      context.cart.empty() && context.last_order.has_value() &&
      context.usual_order_interval_days.has_value() &&
      context.at - *context.last_order > absl::Hours(24) * *context.usual_order_interval_days;
  if (!late) return;
  std::vector<BoughtProduct> favourites = RecentlyBought(context, options.history_lines);
  std::sort(favourites.begin(), favourites.end(),
            [&](const BoughtProduct& a, const BoughtProduct& b) {
              if (a.times != b.times) return a.times > b.times;
              return index.product(a.product).id < index.product(b.product).id;
            });
  std::uint32_t kept = 0;
  for (const BoughtProduct& favourite : favourites) {
    if (kept >= options.favourites) return;
    const ProductIndex product = favourite.product;
    if (KindBesideCart(index, context, product) != OfferKind::kCrossSell) continue;
    ++kept;
    if (FindCandidate(out, product, OfferKind::kCrossSell) != nullptr || IsUpgrade(out, product)) {
      continue;
    }
    out.push_back(
        MakeCandidate(model, index, context, out, product, OfferKind::kCrossSell, &favourite));
  }
}

}  // namespace tsugi
