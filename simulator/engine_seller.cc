#include "simulator/engine_seller.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/history/builder.h"
#include "engine/training/train.h"

namespace tsugi::simulator {
namespace {

// As the store dates what it is told: facts.h, "versioned".
absl::Time ValidFrom(const Fact& fact) {
  struct Visitor {
    absl::Time operator()(const Order& f) const { return f.ordered_at; }
    absl::Time operator()(const Product& f) const {
      return f.observed_at.value_or(absl::InfinitePast());
    }
    absl::Time operator()(const tsugi::Customer& f) const {
      return f.observed_at.value_or(f.signed_up_at.value_or(absl::InfinitePast()));
    }
    absl::Time operator()(const Subscription& f) const {
      return f.observed_at.value_or(f.started_at);
    }
    absl::Time operator()(const Signal& f) const { return f.at; }
    absl::Time operator()(const Campaign&) const { return absl::InfinitePast(); }
    absl::Time operator()(const Exposure& f) const { return f.at; }
    absl::Time operator()(const ReactionEvent& f) const { return f.at; }
    absl::Time operator()(const Contact& f) const { return f.at; }
  };
  return std::visit(Visitor{}, fact);
}

// The page view, as a shop tells it.
Signal ViewOf(const Opportunity& opportunity, const std::string& customer,
              const std::string& product) {
  Signal visit;
  visit.event_id = absl::StrCat("view-", customer, "-", opportunity.day, "-", product);
  visit.customer_id = customer;
  visit.at = opportunity.at;
  visit.type = SignalType::kVisit;
  visit.product_id = product;
  return visit;
}

}  // namespace

const Change& FactLog::Add(const Fact& fact) {
  changes_.push_back({++seq_, Stored{fact, ValidFrom(fact)}});
  return changes_.back();
}

absl::StatusOr<std::shared_ptr<const ModelSet>> TrainOn(std::span<const Change> changes,
                                                        FactIndex* index, absl::Time until,
                                                        std::uint64_t seed) {
  OrderHistoryBuilder builder;
  ShowingLog showings;
  for (const Change& change : changes) {
    TSUGI_RETURN_IF_ERROR(builder.Add(change));
    showings.Add(change);
  }
  const OrderHistory history = builder.Build();
  TrainConfig config;
  config.ials.dim = 16;  // a catalogue of a few dozen products
  // Ten thousand orders carry no trees; one window and one cart an order keep a run of thousands of
  // trainings short.
  config.ranker.model = RankerChoice::kLogistic;
  config.ranker.window = absl::Hours(24 * 56);
  config.ranker.windows = 1;
  config.ranker.carts = 1;
  const TrainFrom from = {.view = history.AsOf(until),
                          .showings = &showings,
                          .index = index,
                          .until = until,
                          .context = {}};
  TSUGI_ASSIGN_OR_RETURN(const TrainedSet trained, TrainAll(from, config, seed));
  return TrainedModels::SetOf(trained.models);
}

absl::StatusOr<std::unique_ptr<EngineSeller>> EngineSeller::Create(EngineSellerOptions options) {
  std::unique_ptr<EngineSeller> seller(new EngineSeller(std::move(options)));
  TSUGI_ASSIGN_OR_RETURN(seller->engine_,
                         Engine::Create(&seller->index_, seller->options_.policy, {}));
  return seller;
}

void EngineSeller::Hear(const Fact& fact) {
  window_.Hear(fact);
  const Change& change = log_.Add(fact);
  index_.Apply(std::span(&change, 1));
}

absl::Status EngineSeller::StartDay(int day) {
  TSUGI_RETURN_IF_ERROR(Learn(day));
  engine_->KeepModels(options_.start + absl::Hours(24 * day));
  return absl::OkStatus();
}

absl::Status EngineSeller::Learn(int day) {
  const bool first = trained_on_ < 0;
  if (first && options_.models != nullptr) {
    trained_on_ = day;
    return engine_->SetModel("stable", "warm-up", options_.models);
  }
  if (!first && (options_.retrain_days == 0 || day - trained_on_ < options_.retrain_days)) {
    return absl::OkStatus();
  }
  return Retrain(day);
}

absl::Status EngineSeller::Retrain(int day) {
  trained_on_ = day;
  const absl::Time until = options_.start + absl::Hours(24 * day);
  TSUGI_ASSIGN_OR_RETURN(std::shared_ptr<const ModelSet> models,
                         TrainOn(log_.all(), &index_, until, options_.seed));
  return engine_->SetModel("stable", absl::StrCat("v", ++versions_), std::move(models));
}

absl::StatusOr<std::vector<Offer>> EngineSeller::Offers(const Opportunity& opportunity) {
  SuggestRequest request;
  request.customer_id = window_.customer(opportunity.customer);
  request.at = opportunity.at;
  request.placement = opportunity.placement;
  request.max_suggestions = kMostOffers;
  request.recommendation_id = MakeRecommendationId(opportunity, request.customer_id);
  for (const int item : opportunity.cart) {
    request.cart.push_back({window_.product(item).id, 1, window_.product(item).price});
  }
  for (const int item : opportunity.viewed) {
    request.viewed_product_ids.push_back(window_.product(item).id);
    Hear(ViewOf(opportunity, request.customer_id, request.viewed_product_ids.back()));
  }
  TSUGI_ASSIGN_OR_RETURN(const Suggestions answer, engine_->Suggest(request));
  std::vector<Offer> offers;
  for (const Suggestion& suggestion : answer.suggestions) {
    Offer& offer = offers.emplace_back();
    offer.item = window_.Find(suggestion.product_id);
    offer.kind = suggestion.kind;
    offer.replaces = window_.Find(suggestion.replaces_product_id);
    offer.discount_percent = suggestion.discount_percent;
    offer.recommendation_id = answer.recommendation_id;
    offer.moment = suggestion.moment;
    offer.rule_id = suggestion.rule_id;
  }
  return offers;
}

}  // namespace tsugi::simulator
