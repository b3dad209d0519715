#include "engine/state/resolve_context.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

constexpr base::Micros kBeginning = std::numeric_limits<base::Micros>::min();

ProductRef FindRef(const FactIndex& index, const std::string& id, base::Micros at) {
  const ProductIndex product = index.FindProduct(id);
  if (!product.valid() || !index.KnownAsOf(product, at)) return {};
  return index.RefAsOf(product, at);
}

void ResolveCart(const FactIndex& index, const SuggestRequest& request, base::Micros at,
                 Context& context) {
  context.cart.reserve(request.cart.size());
  for (const SuggestRequest::Line& line : request.cart) {
    const auto place = std::lower_bound(
        context.cart.begin(), context.cart.end(), line.product_id,
        [](const CartItem& item, const std::string& id) { return item.product_id < id; });
    if (place != context.cart.end() && place->product_id == line.product_id) {
      place->quantity += line.quantity;
      if (line.unit_price.has_value()) {
        place->unit_price =
            std::max(place->unit_price.value_or(*line.unit_price), *line.unit_price);
      }
      continue;
    }
    context.cart.insert(place, {line.product_id, FindRef(index, line.product_id, at), line.quantity,
                                line.unit_price});
  }
}

void ResolveProducts(const FactIndex& index, const SuggestRequest& request, base::Micros at,
                     Context& context) {
  std::vector<std::string> viewed = request.viewed_product_ids;
  std::sort(viewed.begin(), viewed.end());
  viewed.erase(std::unique(viewed.begin(), viewed.end()), viewed.end());
  for (const std::string& id : viewed) {
    const ProductRef ref = FindRef(index, id, at);
    if (ref.known()) context.viewed.push_back(ref);
  }
  for (const std::string& id : request.exclude_product_ids) {
    const ProductIndex product = index.FindProduct(id);
    if (product.valid()) context.excluded.push_back(product);
  }
  std::sort(context.excluded.begin(), context.excluded.end());
}

bool Addresses(const Campaign& campaign, const std::string& customer_id,
               const std::string& segment) {
  if (campaign.customer_ids.empty() && campaign.segments.empty()) return true;
  const auto holds = [](const std::vector<std::string>& list, const std::string& value) {
    return !value.empty() && std::find(list.begin(), list.end(), value) != list.end();
  };
  return holds(campaign.customer_ids, customer_id) || holds(campaign.segments, segment);
}

void ResolveCampaigns(const FactIndex& index, Context& context) {
  const std::string nobody;
  for (const Campaign& campaign : index.campaigns()) {
    const bool running = campaign.starts_at <= context.at && context.at < campaign.ends_at;
    if (running &&
        Addresses(campaign, context.profiled ? context.customer_id : nobody, context.segment)) {
      context.campaigns.push_back(campaign.id);
    }
  }
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
    const SubscriptionStatus status = state.facts->status;
    if (status != SubscriptionStatus::kActive && status != SubscriptionStatus::kTrialing) continue;
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

void OwnGoods(const FactIndex& index, const OwnershipRule& rule, base::Micros at,
              Context& context) {
  if (rule.goods == OwnershipRule::Goods::kNone) return;
  const bool all = rule.goods == OwnershipRule::Goods::kAll;
  if (!all && !index.HasDurables()) return;
  const base::Micros from = base::ToMicros(context.at - rule.durable_for);
  std::vector<std::pair<ProductIndex, std::int64_t>> quantities;
  for (const Purchase& purchase : context.purchases) {
    if (!all) {
      if (purchase.at < from || !index.product(purchase.product).ever_durable) continue;
      const CatalogEntry* entry = index.EntryAsOf(purchase.product, at);
      if (entry == nullptr || !entry->facts.durable) continue;
    }
    quantities.emplace_back(purchase.product, purchase.quantity);
  }
  std::sort(quantities.begin(), quantities.end());
  for (std::size_t i = 0; i < quantities.size();) {
    const ProductIndex product = quantities[i].first;
    std::int64_t net = 0;
    for (; i < quantities.size() && quantities[i].first == product; ++i) {
      net += quantities[i].second;
    }
    if (net > 0) context.owned.push_back(product);
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

void ResolveHistory(const FactIndex& index, const ContextOptions& options,
                    const CustomerRecord& customer, const Customer* facts, base::Micros at,
                    Context& context) {
  context.purchases = FactIndex::PurchasesAsOf(customer, at);
  std::int64_t spend = 0;
  for (const Purchase& purchase : context.purchases) spend += purchase.revenue_micros;
  context.spend = base::Decimal::FromMicros(spend);

  const auto signals_end =
      std::upper_bound(customer.signals.begin(), customer.signals.end(), at,
                       [](base::Micros time, const SignalRecord& s) { return time < s.at; });
  const std::span<const SignalRecord> signals(customer.signals.begin(), signals_end);
  ResolveSignals(signals, context);
  ResolveSubscriptions(index, customer, signals, at, context);
  for (const ReactionRecord& reaction : customer.reactions) {
    if (reaction.at > at) break;
    context.reactions.push_back(
        {index.RefAsOf(reaction.product, at), reaction.reaction, base::FromMicros(reaction.at)});
  }
  ResolveTenure(facts, context);
  OwnPlans(index, at, context);
  OwnGoods(index, options.owned, at, context);
  std::sort(context.owned.begin(), context.owned.end());
  context.owned.erase(std::unique(context.owned.begin(), context.owned.end()), context.owned.end());
}

// Was there anything about the customer at `at`?
bool KnownAsOf(const FactIndex& index, const CustomerRecord& customer, base::Micros at) {
  if (customer.versions.AsOf(at) != nullptr) return true;
  if (!FactIndex::PurchasesAsOf(customer, at).empty()) return true;
  if (!customer.signals.empty() && customer.signals.front().at <= at) return true;
  if (!customer.reactions.empty() && customer.reactions.front().at <= at) return true;
  return std::any_of(customer.subscriptions.begin(), customer.subscriptions.end(),
                     [&](std::uint32_t position) {
                       return index.subscriptions()[position].versions.AsOf(at) != nullptr;
                     });
}

// False where the customer is known but does not consent to profiling.
bool ResolveCustomer(const FactIndex& index, const ContextOptions& options,
                     const SuggestRequest& request, base::Micros at, Context& context) {
  context.customer_id = request.customer_id;
  context.language = request.language;
  const CustomerIndex customer_index =
      request.customer_id.empty() ? CustomerIndex() : index.FindCustomerIndex(request.customer_id);
  if (!customer_index.valid() || !KnownAsOf(index, index.customer(customer_index), at)) {
    context.consent_marketing = !context.outbound;
    return true;
  }
  const CustomerRecord& customer = index.customer(customer_index);
  const Customer* facts = customer.versions.AsOf(at);
  if (facts != nullptr) {
    context.consent_marketing = facts->consent_marketing;
    if (context.language.empty()) context.language = facts->language;
    if (!facts->consent_profiling) return false;
    context.segment = facts->segment;
  }
  context.customer = customer_index;
  context.profiled = true;
  ResolveHistory(index, options, customer, facts, at, context);
  return true;
}

absl::Status CheckSubscription(const SuggestRequest& request, const Context& context) {
  if (request.subscription_id.empty()) return absl::OkStatus();
  const bool found = std::any_of(
      context.subscriptions.begin(), context.subscriptions.end(),
      [&](const SubscriptionState& state) { return state.facts->id == request.subscription_id; });
  if (found) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "subscription_id: \"", request.subscription_id, "\" is no subscription of customer \"",
      request.customer_id, "\"; name one of the customer's, or leave it out for all of them"));
}

}  // namespace

absl::StatusOr<Context> ResolveContext(const FactIndex& index, const ContextOptions& options,
                                       const SuggestRequest& request) {
  const base::Micros at = base::ToMicros(request.at);
  Context context;
  context.at = request.at;
  context.zone = options.zone;
  context.currency = options.currency;
  context.placement = request.placement.empty() ? "checkout" : request.placement;
  context.outbound =
      std::find(options.outbound_placements.begin(), options.outbound_placements.end(),
                context.placement) != options.outbound_placements.end();
  context.moment = request.moment;
  context.subscription_id = request.subscription_id;
  context.filter = request.filter;
  ResolveCart(index, request, at, context);
  ResolveProducts(index, request, at, context);
  const bool may_look = ResolveCustomer(index, options, request, at, context);
  if (context.language.empty()) context.language = "en";
  ResolveCampaigns(index, context);
  if (may_look) TSUGI_RETURN_IF_ERROR(CheckSubscription(request, context));
  return context;
}

}  // namespace tsugi
