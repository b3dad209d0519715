#include "engine/propensity/transitions.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "base/status_macros.h"
#include "engine/propensity/periods.h"
#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

// The offer of the next tier, as far as the prior looks at it.
ScoredOffer NextTierOffer(const FactIndex& index, const SubscriptionState& state,
                          const ProductRef& next, base::Micros at) {
  ScoredOffer offer;
  offer.candidate.kind = OfferKind::kUpgrade;
  offer.candidate.product = next;
  offer.candidate.replaces = state.plan;
  offer.candidate.subscription = &state;
  // A month's price of one seat: plans may be billed over other periods.
  const auto monthly = [](base::Decimal price, const Product* plan) {
    const int months = plan == nullptr ? 1 : std::max(1, plan->billing_months);
    return base::Decimal::FromMicros(price.micros() / months);
  };
  offer.list_price = monthly(index.PriceOrZeroAsOf(next.index, at), next.facts);
  offer.replaced_price =
      monthly(SeatPrice(index, state, at).value_or(base::Decimal()), state.plan.facts);
  return offer;
}

class Collector {
 public:
  Collector(const FactIndex& index, const TransitionOptions& options)
      : index_(index), options_(options) {}

  absl::Status Add(const SubscriptionPeriod& period,
                   std::array<TransitionRows, kTransitionCount>& rows) const {
    const SubscriptionRecord& record = index_.subscriptions()[period.subscription];
    const SubscriptionVersion* version = record.versions.AsOf(period.at);
    if (version == nullptr) return absl::OkStatus();  // written later: nothing was known then
    SuggestRequest request;
    request.customer_id = version->facts.customer_id;
    request.at = base::FromMicros(period.at);
    TSUGI_ASSIGN_OR_RETURN(const Context context,
                           ResolveContext(index_, ContextOptions(), request));
    const auto state =
        std::find_if(context.subscriptions.begin(), context.subscriptions.end(),
                     [&](const SubscriptionState& one) { return one.facts == &version->facts; });
    if (state == context.subscriptions.end()) return absl::OkStatus();  // no consent
    AddRows(period, context, *state, rows);
    return absl::OkStatus();
  }

 private:
  void AddRows(const SubscriptionPeriod& period, const Context& context,
               const SubscriptionState& state,
               std::array<TransitionRows, kTransitionCount>& rows) const {
    const PropensityFeatures features =
        FillPropensityFeatures(context, state, SeatPriceOrZero(index_, state, period.at));
    const auto add = [&](Transition transition, double offset, bool happened) {
      TransitionRows& to = rows[static_cast<std::size_t>(transition)];
      to.features.insert(to.features.end(), features.begin(), features.end());
      to.offsets.push_back(static_cast<float>(offset));
      to.labels.push_back(happened ? 1.0F : 0.0F);
      to.at.push_back(period.at);
      to.to.push_back(period.to);
      to.customers.push_back(state.facts->customer_id);
    };
    const double risk = RiskPriorLogit(options_.risk, context, state);
    if (period.trial) {
      add(Transition::kConversion, -risk, period.converted);
      return;
    }
    add(Transition::kLoss, risk, period.lost);
    const ProductRef next = NextTier(index_, state.plan.index, period.at);
    if (!next.known()) return;
    add(Transition::kUpgrade,
        PriorLogit(options_.upgrade, context, NextTierOffer(index_, state, next, period.at)),
        period.upgraded);
  }

  const FactIndex& index_;
  const TransitionOptions& options_;
};

// Positions of the subscriptions by id, so that rows do not depend on the order of arrival.
std::vector<std::size_t> ById(const FactIndex& index) {
  std::vector<std::size_t> positions(index.subscriptions().size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  std::sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
    return index.subscriptions()[a].id < index.subscriptions()[b].id;
  });
  return positions;
}

}  // namespace

absl::StatusOr<std::array<TransitionRows, kTransitionCount>> CollectTransitions(
    const FactIndex& index, base::Micros end, const TransitionOptions& options) {
  const base::ReaderLock lock(&index.mutex());
  std::vector<std::vector<SubscriptionPeriod>> periods;
  std::size_t count = 0;
  for (const std::size_t position : ById(index)) {
    periods.push_back(PeriodsOf(index, position, end));
    count += periods.back().size();
  }
  // Whole subscriptions are left out, evenly, until the rest is few enough.
  const std::size_t stride = 1 + count / std::max<std::size_t>(1, options.most_rows);
  std::array<TransitionRows, kTransitionCount> rows;
  const Collector collector(index, options);
  for (std::size_t i = 0; i < periods.size(); i += stride) {
    for (const SubscriptionPeriod& period : periods[i]) {
      TSUGI_RETURN_IF_ERROR(collector.Add(period, rows));
    }
  }
  return rows;
}

absl::StatusOr<std::optional<TransitionModel>> FitTransition(const TransitionRows& rows,
                                                             const TransitionOptions& options) {
  std::size_t events = 0;
  for (const float label : rows.labels) events += label > 0 ? 1 : 0;
  if (events < options.fewest_events || rows.size() - events < options.fewest_events) {
    return std::nullopt;
  }
  const models::LogisticRows view = {.features = rows.features,
                                     .num_features = kPropensityFeatureCount,
                                     .labels = rows.labels,
                                     .offsets = rows.offsets};
  TSUGI_ASSIGN_OR_RETURN(
      models::LogisticModel fitted,
      models::TrainLogistic(view, {.l2 = options.l2, .intercept_l2 = options.intercept_l2}));
  TransitionModel model;
  model.coefficients = std::move(fitted.coefficients);
  model.means.assign(kPropensityFeatureCount, 0);
  for (std::size_t i = 0; i < rows.features.size(); ++i) {
    model.means[i % kPropensityFeatureCount] += double{rows.features[i]};
  }
  for (double& mean : model.means) mean /= static_cast<double>(rows.size());
  model.feature_version = kPropensityFeatureVersion;
  model.rows = rows.size();
  model.events = events;
  return model;
}

absl::StatusOr<std::array<std::optional<TransitionModel>, kTransitionCount>> LearnTransitions(
    const FactIndex& index, base::Micros end, const TransitionOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const auto rows, CollectTransitions(index, end, options));
  std::array<std::optional<TransitionModel>, kTransitionCount> models;
  for (std::size_t t = 0; t < kTransitionCount; ++t) {
    TSUGI_ASSIGN_OR_RETURN(models[t], FitTransition(rows[t], options));
  }
  return models;
}

const TransitionModel* UsableModel(const Behaviour& behaviour, Transition transition) {
  const auto& model = behaviour.transitions[static_cast<std::size_t>(transition)];
  if (!model.has_value() || model->feature_version != kPropensityFeatureVersion ||
      model->means.size() != kPropensityFeatureCount) {
    return nullptr;
  }
  return &*model;
}

double LearnedShift(const TransitionModel& model, const PropensityFeatures& features) {
  return models::LogisticView{model.coefficients}.Logit(features);
}

ProductRef NextTier(const FactIndex& index, ProductIndex plan, base::Micros at) {
  const CatalogEntry* entry = index.EntryAsOf(plan, at);
  if (entry == nullptr || entry->family == kNoGroup || !entry->facts.tier.has_value()) return {};
  ProductRef next;
  for (const ProductIndex product : index.OfFamily(entry->family)) {
    const CatalogEntry* other = index.EntryAsOf(product, at);
    if (other == nullptr || other->family != entry->family || !other->facts.active ||
        !other->facts.tier.has_value() || *other->facts.tier <= *entry->facts.tier) {
      continue;
    }
    const bool nearer = !next.known() || *other->facts.tier < *next.facts->tier ||
                        (*other->facts.tier == *next.facts->tier && other->facts.id < next.id());
    if (nearer) next = index.RefAsOf(product, at);
  }
  return next;
}

}  // namespace tsugi
