#include "engine/state/resolve_context.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/prefetch.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "engine/state/resolve_history.h"
#include "engine/state/resolve_limits.h"

namespace tsugi {
namespace {

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
  const auto holds = [](const std::vector<std::string>& sorted, const std::string& value) {
    return !value.empty() && std::binary_search(sorted.begin(), sorted.end(), value);
  };
  return holds(campaign.customer_ids, customer_id) || holds(campaign.segments, segment);
}

void ResolveCampaigns(const FactIndex& index, Context& context) {
  const std::string nobody;
  for (const CampaignRecord& campaign : index.campaigns()) {
    const Campaign& facts = campaign.facts;
    const bool running = facts.starts_at <= context.at && context.at < facts.ends_at;
    if (running &&
        Addresses(facts, context.profiled ? context.customer_id : nobody, context.segment)) {
      context.running_campaigns.push_back({&facts, campaign.products});
    }
  }
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
                     const SuggestRequest& request, CustomerIndex customer_index, base::Micros at,
                     Context& context) {
  context.customer_id = request.customer_id;
  context.language = request.language;
  if (!customer_index.valid()) {
    context.consent_marketing = !context.outbound;
    return true;
  }
  const CustomerRecord& customer = index.customer(customer_index);
  ResolveContacts(options, customer, at, context);
  if (!KnownAsOf(index, customer, at)) {
    ResolveShowings(options, customer.showings, {}, at, context);
    context.consent_marketing = !context.outbound;
    return true;
  }
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
  ResolveShowings(options, customer.showings, customer.reactions, at, context);
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
  context.outbound = IsOutbound(context.placement, options.outbound_placements);
  context.moment = request.moment;
  context.visitor_id = request.visitor_id;
  context.subscription_id = request.subscription_id;
  context.filter = request.filter;
  const CustomerIndex customer =
      request.customer_id.empty() ? CustomerIndex() : index.FindCustomerIndex(request.customer_id);
  if (customer.valid()) {  // history is read last and lies far away
    constexpr std::size_t kNewest = 256;
    const std::span<const Purchase> purchases = index.customer(customer).purchases;
    base::PrefetchAll(purchases.last(std::min(purchases.size(), kNewest)));
  }
  ResolveCart(index, request, at, context);
  ResolveProducts(index, request, at, context);
  const bool may_look = ResolveCustomer(index, options, request, customer, at, context);
  if (request.customer_id.empty() && !request.visitor_id.empty()) {
    ResolveVisitor(index, options, request.visitor_id, at, context);
  }
  if (context.language.empty()) context.language = "en";
  ResolveCampaigns(index, context);
  if (may_look) TSUGI_RETURN_IF_ERROR(CheckSubscription(request, context));
  return context;
}

}  // namespace tsugi
