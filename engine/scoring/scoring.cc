#include "engine/scoring/scoring.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/huge_pages.h"
#include "base/status_macros.h"
#include "engine/features/features.h"
#include "engine/scoring/behaviour.h"
#include "engine/state/subscriptions.h"

namespace tsugi {
namespace {

base::Decimal Times(base::Decimal price, double factor) {
  return base::Decimal::FromMicros(
      std::llround(std::clamp(static_cast<double>(price.micros()) * factor, -9e18, 9e18)));
}

base::Decimal Times(base::Decimal price, std::int64_t factor) {
  constexpr std::int64_t kExact = 1'000'000;
  if (factor < kExact && price.micros() < 9'000'000'000'000) {
    return base::Decimal::FromMicros(price.micros() * factor);
  }
  return Times(price, static_cast<double>(factor));
}

bool IsRecurring(const Product* product) {
  return product != nullptr &&
         (product->kind == ProductKind::kPlan || product->kind == ProductKind::kAddOn);
}

void PriceReplaced(const FactIndex& index, const Context& context, base::Micros at,
                   ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  const Product* replaced = candidate.replaces.facts;
  if (replaced != nullptr) offer.replaced_cost = replaced->unit_cost;
  if (candidate.subscription != nullptr) {
    const SubscriptionState& state = *candidate.subscription;
    const std::int64_t seats = state.facts->seats;
    offer.replaced_price = Times(SeatPrice(index, state, at).value_or(base::Decimal()), seats);
    if (offer.replaced_cost) offer.replaced_cost = Times(*offer.replaced_cost, seats);
  } else {
    offer.replaced_price = index.PriceOrZeroAsOf(candidate.replaces.index, at);
    for (const CartItem& item : context.cart) {
      if (item.product.index == candidate.replaces.index && item.unit_price.has_value()) {
        offer.replaced_price = *item.unit_price;
      }
    }
  }
  // Plans of one family may be billed yearly and monthly: compare over the offer's period.
  if (offer.billing_months > 0 && replaced != nullptr &&
      replaced->billing_months != offer.billing_months) {
    const double periods = static_cast<double>(offer.billing_months) / replaced->billing_months;
    offer.replaced_price = Times(offer.replaced_price, periods);
    if (offer.replaced_cost) offer.replaced_cost = Times(*offer.replaced_cost, periods);
  }
}

bool Holds(const std::vector<ProductIndex>& sorted, ProductIndex product) {
  return std::binary_search(sorted.begin(), sorted.end(), product);
}

const CartItem* InCart(const Context& context, ProductIndex product) {
  const auto found =
      std::find_if(context.cart.begin(), context.cart.end(),
                   [&](const CartItem& item) { return item.product.index == product; });
  return found == context.cart.end() ? nullptr : &*found;
}

// A set costs what is in it, where its own cost is not known, and takes the place of what it holds
// of the cart.
void PriceBundle(const FactIndex& index, const Context& context, base::Micros at,
                 ScoredOffer& offer) {
  std::optional<base::Decimal> cost = base::Decimal();
  std::optional<base::Decimal> replaced_cost = base::Decimal();
  const auto add = [](std::optional<base::Decimal>& sum, const std::optional<base::Decimal>& part) {
    if (!part.has_value()) sum.reset();
    if (sum.has_value()) sum = *sum + *part;
  };
  for (const ProductRef& content : offer.candidate.contents) {
    const std::optional<base::Decimal> unit_cost =
        content.facts != nullptr ? content.facts->unit_cost : std::nullopt;
    add(cost, unit_cost);
    if (const CartItem* item = InCart(context, content.index)) {
      const base::Decimal price = index.PriceOrZeroAsOf(content.index, at);
      offer.replaced_price = offer.replaced_price + item->unit_price.value_or(price);
      add(replaced_cost, unit_cost);
    }
  }
  if (!offer.unit_cost.has_value()) offer.unit_cost = cost;
  if (offer.replaced_price > base::Decimal()) offer.replaced_cost = replaced_cost;
}

void FillPrices(const FactIndex& index, const Context& context, base::Micros at,
                ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  const Product* product = candidate.product.facts;
  offer.list_price = candidate.price;
  if (product != nullptr) offer.unit_cost = product->unit_cost;
  if (IsRecurring(product)) offer.billing_months = product->billing_months;
  const bool of_seats = candidate.kind == OfferKind::kUpgrade ||
                        candidate.kind == OfferKind::kTrialConversion || IsLostDeal(candidate);
  if (of_seats && candidate.subscription != nullptr) {
    const SubscriptionState& state = *candidate.subscription;
    if (candidate.kind == OfferKind::kTrialConversion) {
      offer.list_price = SeatPrice(index, state, at).value_or(base::Decimal());
    }
    offer.list_price = Times(offer.list_price, state.facts->seats);
    if (offer.unit_cost) offer.unit_cost = Times(*offer.unit_cost, state.facts->seats);
  }
  if (candidate.replaces.known()) PriceReplaced(index, context, at, offer);
  if (candidate.kind == OfferKind::kBundle) PriceBundle(index, context, at, offer);
}

// Orders of the cart's or viewed product that most orders hold; 0 where the model knows none.
std::uint32_t MostOrdersBeside(const BoundModel& model, const Context& context) {
  const base::Micros at = base::ToMicros(context.at);
  std::uint32_t most = 0;
  const auto look = [&](const ProductRef& product) {
    if (product.known()) most = std::max(most, model.OrdersOf(product.index, at));
  };
  for (const CartItem& item : context.cart) look(item.product);
  for (const ProductRef& product : context.viewed) look(product);
  return most;
}

bool ByPrior(const Candidate& candidate) {
  return candidate.subscription != nullptr || candidate.kind == OfferKind::kUpgrade;
}

// P of a product by itself: of its offer, else what popularity says.
double ProductProbability(const BoundModel& model, const Context& context,
                          const std::vector<ScoredOffer>& offers, ProductIndex product) {
  for (const ScoredOffer& offer : offers) {
    if (offer.candidate.product.index == product && offer.candidate.kind == OfferKind::kCrossSell) {
      return offer.probability;
    }
  }
  const models::PopularityView& popularity = model.models().popularity;
  const std::uint32_t item = model.ItemOf(product);
  if (item == kNoItem || item >= popularity.num_items) return 0;
  return static_cast<double>(popularity.SegmentShare(model.SegmentOf(context.segment), item));
}

void ScoreBundle(const KindPrior& prior, const BoundModel& model, const Context& context,
                 const std::vector<ScoredOffer>& offers, ScoredOffer& bundle) {
  const Candidate& candidate = bundle.candidate;
  std::vector<double> missing;
  for (const ProductRef& content : candidate.contents) {
    if (InCart(context, content.index) != nullptr || Holds(context.owned, content.index)) continue;
    missing.push_back(ProductProbability(model, context, offers, content.index));
  }
  const double singly = candidate.contents_price.ToDouble();
  const double advantage = singly > 0 ? 1 - bundle.list_price.ToDouble() / singly : 0;
  bundle.probability = BundleProbability(prior, missing, advantage);
}

}  // namespace

absl::Status CheckScorable(const ModelSet& models) {
  if (!models.ranker.has_value()) return absl::OkStatus();
  return models.ranker->Fits(static_cast<std::uint32_t>(kFeatureCount), kFeatureVersion);
}

double AtMostByCounts(const SourceScores& scores, std::uint32_t orders_beside) {
  constexpr double kOrders = 20;
  constexpr float kSuggests = 0.01F;
  const bool suggested =
      scores.times_bought > 0 || scores.completes > 0 || scores.item_regression_history > kSuggests;
  if (orders_beside == 0 || suggested) return 1;
  const double share = double{std::max({1e-4F, scores.popularity, scores.recent})};
  return (double{scores.confidence_sum} * orders_beside + kOrders * share) /
         (kOrders + orders_beside);
}

void Score(const BoundModel& model, const FactIndex& index, const Context& context,
           const ScoringOptions& options, std::span<Candidate> candidates,
           std::vector<ScoredOffer>& offers) {
  thread_local base::HugeVector<float> features;  // columns begin with a line of the cache
  thread_local std::vector<float> probabilities;
  const std::optional<models::RankerView>& ranker = model.models().ranker;
  // The ranker weighs products against each other, so those it does not rank stand aside.
  const auto ranked_end = std::stable_partition(candidates.begin(), candidates.end(), IsRanked);
  const auto ranked = static_cast<std::size_t>(ranked_end - candidates.begin());
  if (ranker.has_value()) {
    const std::size_t stride = models::ColumnStride(ranked);
    features.resize(kFeatureCount * stride);
    probabilities.resize(ranked);
    FillFeatures(index, context, candidates.first(ranked), features);
    ranker->Predict({features, ranked, stride}, probabilities);
  }
  const base::Micros at = base::ToMicros(context.at);
  const std::uint32_t beside = MostOrdersBeside(model, context);
  offers.clear();
  offers.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    ScoredOffer& offer = offers.emplace_back(std::move(candidates[i]));
    FillPrices(index, context, at, offer);
    if (IsLostDeal(offer.candidate)) {
      offer.probability = LostDealProbability(options.kinds, offer.candidate);
    } else if (offer.candidate.kind == OfferKind::kSubscribeAndSave) {
      offer.probability = SubscribeProbability(options.kinds, context, offer.candidate);
    } else if (ByPrior(offer.candidate)) {
      offer.probability =
          SubscriptionProbability(model.models().behaviour, options.prior, index, context, offer);
    } else if (ranker.has_value() && i < ranked) {
      offer.probability =
          std::min<double>(probabilities[i], AtMostByCounts(offer.candidate.scores, beside));
    } else {
      offer.probability = FallbackProbability(offer.candidate.scores);
    }
  }
  for (ScoredOffer& offer : offers) {  // sets follow from the others
    if (offer.candidate.kind == OfferKind::kBundle) {
      ScoreBundle(options.kinds, model, context, offers, offer);
    }
  }
  FillBehaviour(model, index, context, offers);
}

absl::Status CollectOffers(const BoundModel& model, const FactIndex& index, const Context& context,
                           const CandidateOptions& collecting, const ScoringOptions& scoring,
                           std::vector<ScoredOffer>& offers) {
  thread_local std::vector<Candidate> candidates;
  TSUGI_RETURN_IF_ERROR(CollectCandidates(model, index, context, collecting, candidates));
  Score(model, index, context, scoring, candidates, offers);
  return absl::OkStatus();
}

}  // namespace tsugi
