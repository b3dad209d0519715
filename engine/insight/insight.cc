#include "engine/insight/insight.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "engine/lifetime_value/customer_value.h"
#include "engine/outcomes/stages.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

constexpr std::size_t kMostCategories = 10;
constexpr std::size_t kMostDue = 10;
constexpr std::size_t kMostOffers = 20;

class Describer {
 public:
  Describer(const FactIndex& index, const Behaviour& behaviour, const Policy& policy,
            const Context& context)
      : index_(index), behaviour_(behaviour), policy_(policy), context_(context) {}

  CustomerInsight Describe() {
    insight_.customer_id = context_.customer_id;
    insight_.segment = context_.segment;
    const SubscriptionState* main = Main();
    insight_.figures = FiguresOf(index_, context_, main);
    insight_.rank = RankOf(insight_.figures);
    FillValueAndRisk(main);
    if (context_.nps.has_value()) insight_.nps = context_.nps->value;
    if (context_.csat.has_value()) insight_.csat = context_.csat->value;
    insight_.open_complaints = static_cast<int>(context_.open_complaints.size());
    insight_.counted_contacts = static_cast<int>(context_.contacts.size());
    insight_.moments = NextMomentsOf(index_, policy_, context_);
    FillCategories();
    FillDue();
    FillOffers();
    return std::move(insight_);
  }

 private:
  // The running subscription that brings most.
  const SubscriptionState* Main() const {
    const SubscriptionState* main = nullptr;
    double most = -1;
    for (const SubscriptionState& state : context_.subscriptions) {
      if (!IsHeld(state.facts->status)) continue;
      const double price = YearlyOf(index_, policy_.value, state, context_.at).price;
      if (price <= most) continue;
      main = &state;
      most = price;
    }
    return main;
  }

  void FillValueAndRisk(const SubscriptionState* main) {
    const OrderFigures figures = FiguresOf(index_, context_, policy_.value);
    const OrderValue orders =
        ValueOfOrders(behaviour_, policy_.value, context_.segment, figures, context_.at);
    double value = orders.value;
    for (const SubscriptionState& state : context_.subscriptions) {
      if (!IsHeld(state.facts->status)) continue;
      const AccountRisk risk = RiskOf({}, behaviour_, context_, state,
                                      SeatPriceOrZero(index_, state, base::ToMicros(context_.at)));
      value += ValueOfContract(index_, behaviour_, policy_.value, context_.segment, state,
                               risk.probability, context_.at);
      if (&state == main) insight_.risk = risk;
    }
    if (main == nullptr && figures.purchases > 0) {
      insight_.risk.probability = 1 - orders.alive;
      insight_.risk.level = LevelOf(insight_.risk.probability);
    }
    for (const RiskCause cause : insight_.risk.causes) {
      insight_.risk_texts.push_back(RiskText(cause, LanguageOf(context_.language)));
    }
    insight_.lifetime_value = base::Decimal::FromDouble(value);
    insight_.revenue_to_date = context_.spend;
    insight_.orders = static_cast<int>(figures.purchases);
    insight_.first_order = figures.first;
    insight_.last_order = figures.last;
  }

  void FillCategories() {
    const base::Micros at = base::ToMicros(context_.at);
    std::map<std::string, double> spent;
    double all = 0;
    for (const Purchase& purchase : context_.purchases) {
      const CatalogEntry* entry = index_.EntryAsOf(purchase.product, at);
      const auto revenue = static_cast<double>(purchase.revenue_micros);
      all += revenue;
      if (entry != nullptr && !entry->facts.category.empty()) {
        spent[entry->facts.category] += revenue;
      }
    }
    for (const auto& [category, revenue] : spent) {
      if (all > 0 && revenue > 0) insight_.categories.emplace_back(category, revenue / all);
    }
    std::stable_sort(insight_.categories.begin(), insight_.categories.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (insight_.categories.size() > kMostCategories) insight_.categories.resize(kMostCategories);
  }

  void FillDue() {
    for (const Rhythm& rhythm : context_.rhythms) {
      insight_.due.push_back({std::string(rhythm.product.id()),
                              rhythm.last + rhythm.interval_days * absl::Hours(24),
                              rhythm.interval_days});
    }
    std::stable_sort(insight_.due.begin(), insight_.due.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    if (insight_.due.size() > kMostDue) insight_.due.resize(kMostDue);
  }

  void FillOffers() {
    std::map<std::string, RecentOffer> offers;
    for (const PastShowing& showing : context_.showings) {  // oldest first: the newest stays
      offers[index_.product(showing.product).id].shown_at = showing.at;
    }
    for (const PastReaction& past : context_.reactions) {
      RecentOffer& offer = offers[std::string(past.product.id())];
      offer.reaction = past.reaction;
      offer.reacted_at = past.at;
    }
    for (auto& [product, offer] : offers) {
      offer.product_id = product;
      insight_.offers.push_back(std::move(offer));
    }
    const auto newest = [](const RecentOffer& offer) {
      return std::max(offer.shown_at.value_or(absl::InfinitePast()),
                      offer.reacted_at.value_or(absl::InfinitePast()));
    };
    std::stable_sort(
        insight_.offers.begin(), insight_.offers.end(),
        [&](const RecentOffer& a, const RecentOffer& b) { return newest(a) > newest(b); });
    if (insight_.offers.size() > kMostOffers) insight_.offers.resize(kMostOffers);
  }

  const FactIndex& index_;
  const Behaviour& behaviour_;
  const Policy& policy_;
  const Context& context_;
  CustomerInsight insight_;
};

}  // namespace

absl::StatusOr<CustomerInsight> InsightOf(const Engine& engine, const BoundModel& model,
                                          const PolicyInForce& policy,
                                          const std::string& customer_id, absl::Time at,
                                          const std::string& language) {
  SuggestRequest request;
  request.customer_id = customer_id;
  request.at = at;
  request.language = language;
  const FactIndex& index = engine.index();
  const base::ReaderLock lock(&index.mutex());
  const CustomerRecord* record = index.FindCustomer(customer_id);
  if (record == nullptr) {
    return absl::NotFoundError(absl::StrCat("customer_id: \"", customer_id, "\" is not known"));
  }
  TSUGI_ASSIGN_OR_RETURN(const Context context, ResolveContext(index, policy.context, request));
  if (context.profiled) {
    CustomerInsight insight =
        Describer(index, model.models().behaviour, policy.policy, context).Describe();
    insight.stage = StageAsOf(index, *record, base::ToMicros(at));
    return insight;
  }
  const Customer* facts = record->versions.AsOf(base::ToMicros(at));
  if (facts != nullptr && !facts->consent_profiling) {
    return absl::PermissionDeniedError(
        absl::StrCat("customer_id: \"", customer_id, "\" has not consented to profiling"));
  }
  return absl::NotFoundError(
      absl::StrCat("customer_id: nothing was known of \"", customer_id, "\" at that time"));
}

}  // namespace tsugi
