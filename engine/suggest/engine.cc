#include "engine/suggest/engine.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "engine/acceptance/acceptance.h"
#include "engine/lifetime_value/customer_value.h"
#include "engine/suggest/fill.h"
#include "engine/suggest/recommendation_id.h"

namespace tsugi {
namespace {

constexpr char kStable[] = "stable";
constexpr char kCanary[] = "canary";

absl::Status CheckLabel(const std::string& label) {
  if (label == kStable || label == kCanary) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("model_label: \"", label, "\" is unknown; use stable or canary"));
}

OwnershipRule RuleOf(const Ownership& owned) {
  OwnershipRule rule;
  rule.durable_for = owned.durable_for;
  switch (owned.exclude) {
    case Ownership::Exclude::kDurable:
      rule.goods = OwnershipRule::Goods::kDurable;
      break;
    case Ownership::Exclude::kAll:
      rule.goods = OwnershipRule::Goods::kAll;
      break;
    case Ownership::Exclude::kNone:
      rule.goods = OwnershipRule::Goods::kNone;
      break;
  }
  return rule;
}

// Who and where is filled in by ToExposures.
std::vector<Exposure> Withheld(const Decision& decision) {
  std::vector<Exposure> withheld;
  withheld.reserve(decision.withheld.size());
  for (const DecidedOffer& decided : decision.withheld) {
    Exposure& exposure = withheld.emplace_back();
    exposure.product_id = std::string(decided.offer.candidate.product.id());
    exposure.moment = decided.moment;
    exposure.offer_kind = decided.offer.candidate.kind;
    exposure.rule_id = decided.rule_id;
    exposure.control = true;
    exposure.propensity = decided.propensity;
  }
  return withheld;
}

}  // namespace

Engine::Engine(FactIndex* index, EngineOptions options, absl::TimeZone zone)
    : index_(index), options_(std::move(options)), zone_(zone) {}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(FactIndex* index, Policy policy,
                                                       EngineOptions options) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(options.settings.time_zone, &zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("time_zone: \"", options.settings.time_zone,
                     "\" is not known on this machine; install its time zone data (tzdata)"));
  }
  std::unique_ptr<Engine> engine(new Engine(index, std::move(options), zone));
  engine->SetPolicy(std::move(policy));
  return engine;
}

absl::Status Engine::SetModel(const std::string& label, const std::string& version,
                              std::shared_ptr<const ModelSet> models) {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  TSUGI_RETURN_IF_ERROR(CheckScorable(*models));
  TSUGI_RETURN_IF_ERROR(CheckAcceptance(*models));
  auto bound =
      std::make_shared<const BoundModel>(BoundModel::Bind(version, std::move(models), index_));
  const base::MutexLock lock(&mutex_);
  models_[label].swap(bound);  // the old one is let go of after the lock
  return absl::OkStatus();
}

absl::Status Engine::ClearModel(const std::string& label) {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  std::shared_ptr<const BoundModel> old;
  const base::MutexLock lock(&mutex_);
  models_[label].swap(old);
  return absl::OkStatus();
}

void Engine::KeepModels(absl::Time now) const {
  std::vector<std::shared_ptr<const BoundModel>> models;
  {
    const base::MutexLock lock(&mutex_);
    for (const auto& [label, model] : models_) {
      if (model != nullptr) models.push_back(model);
    }
  }
  for (const auto& model : models) model->Keep(base::ToMicros(now));
}

void Engine::SetPolicy(Policy policy) {
  PolicyInForce in_force;
  in_force.context.zone = zone_;
  in_force.context.currency = options_.settings.currency;
  in_force.context.owned = RuleOf(policy.owned);
  // At least the default spans: what is learned of acceptance looks at these, whatever the limits.
  const auto& contact = policy.contact_policy;
  ContextOptions& context = in_force.context;
  if (contact.same_product.has_value()) {
    context.showings_for = std::max(context.showings_for, contact.same_product->per);
  }
  if (contact.outbound.has_value()) {
    context.contacts_for = std::max(context.contacts_for, contact.outbound->per);
  }
  in_force.policy = std::move(policy);
  auto next = std::make_shared<const PolicyInForce>(std::move(in_force));
  const base::MutexLock lock(&mutex_);
  policy_.swap(next);
}

std::shared_ptr<const PolicyInForce> Engine::policy() const {
  const base::MutexLock lock(&mutex_);
  return policy_;
}

absl::StatusOr<std::shared_ptr<const BoundModel>> Engine::ModelOf(const std::string& label) const {
  {
    const base::MutexLock lock(&mutex_);
    const auto found = models_.find(label.empty() ? kStable : label);
    if (found != models_.end() && found->second != nullptr) return found->second;
  }
  if (!label.empty()) {
    TSUGI_RETURN_IF_ERROR(CheckLabel(label));
    if (label != kStable) {
      return absl::NotFoundError(absl::StrCat("model_label: no model carries the label ", label,
                                              "; give it to one with SetLabel"));
    }
  }
  return absl::UnavailableError("no model has been published yet; run `tsugi train`");
}

absl::StatusOr<std::shared_ptr<const BoundModel>> Engine::ModelOfVersion(
    const std::string& version) const {
  const base::MutexLock lock(&mutex_);
  for (const auto& [label, model] : models_) {
    if (model != nullptr && model->version() == version) return model;
  }
  return absl::NotFoundError(
      absl::StrCat("model ", version, " is not being served any more; start over"));
}

absl::StatusOr<Suggestions> Engine::Suggest(const SuggestRequest& request) const {
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<const BoundModel> model,
                         ModelOf(request.model_label));
  const std::shared_ptr<const PolicyInForce> in_force = policy();
  return SuggestWith(*model, *in_force, request);
}

absl::StatusOr<Suggestions> Engine::SuggestWith(const BoundModel& model,
                                                const PolicyInForce& in_force,
                                                const SuggestRequest& request,
                                                const std::vector<PastContact>* contacts) const {
  if (request.dry_run) model.Prepare(base::ToMicros(request.at));  // of any time
  const base::ReaderLock lock(&index_->mutex());
  TSUGI_ASSIGN_OR_RETURN(Context context, ResolveContext(*index_, in_force.context, request));
  if (contacts != nullptr) context.contacts = *contacts;
  std::string recommendation_id = request.recommendation_id.empty()
                                      ? RecommendationId(request, model.version())
                                      : request.recommendation_id;
  context.seed = base::Fingerprint(recommendation_id);
  context.lifetime_value = FullValueOf(*index_, in_force.policy.value, context);
  if (context.outbound && in_force.policy.contact_policy.goodwill > 0) {
    context.remaining_value =
        RemainingValueOf(*index_, model.models().behaviour, in_force.policy.value, context);
  }
  thread_local std::vector<ScoredOffer> offers;  // of one request at a time
  TSUGI_RETURN_IF_ERROR(
      CollectOffers(model, *index_, context, options_.candidates, options_.scoring, offers));
  ApplyAcceptance(model, *index_, context, offers);
  const Decision decision = Decide(in_force.policy, context, std::span(offers),
                                   request.max_suggestions, /*keep_dropped=*/request.explain);
  Suggestions answer = FillSuggestions(*index_, context, decision, request.explain);
  for (std::size_t i = 0; i < answer.suggestions.size(); ++i) {
    answer.suggestions[i].propensity = decision.offered[i].propensity;
  }
  answer.withheld = Withheld(decision);
  answer.model_version = model.version();
  answer.recommendation_id = std::move(recommendation_id);
  return answer;
}

std::vector<Exposure> ToExposures(const SuggestRequest& request, const Suggestions& answer) {
  if (request.dry_run || request.explain) return {};
  std::vector<Exposure> exposures = answer.withheld;
  for (const Suggestion& suggestion : answer.suggestions) {
    Exposure& exposure = exposures.emplace_back();
    exposure.product_id = suggestion.product_id;
    exposure.moment = suggestion.moment;
    exposure.offer_kind = suggestion.kind;
    exposure.rule_id = suggestion.rule_id;
    exposure.propensity = suggestion.propensity;
  }
  for (std::size_t i = 0; i < exposures.size(); ++i) {
    Exposure& exposure = exposures[i];
    exposure.recommendation_id = answer.recommendation_id;
    exposure.at = answer.decided_at;
    exposure.customer_id = request.customer_id;
    exposure.visitor_id = request.visitor_id;
    exposure.placement = request.placement;
    exposure.position = static_cast<int>(i + 1);
    exposure.model_version = answer.model_version;
  }
  return exposures;
}

}  // namespace tsugi
