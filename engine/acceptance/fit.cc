#include "engine/acceptance/fit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/parallel_status.h"
#include "base/status_macros.h"
#include "engine/acceptance/features.h"
#include "engine/acceptance/prior.h"
#include "engine/candidates/candidates.h"
#include "engine/facts/predicates.h"
#include "engine/scoring/complements.h"
#include "engine/scoring/scoring.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

constexpr absl::Duration kSameVisit = absl::Hours(1);
constexpr auto kLogitAt = static_cast<std::size_t>(AcceptanceFeature::kLogit);

struct Rows {
  std::vector<float> features;
  std::vector<float> labels;
  std::vector<float> offsets;
};

bool Accepted(const ShownAnswer& answer, std::string_view product_id) {
  return std::any_of(answer.offers.begin(), answer.offers.end(), [&](const ShownOffer& offer) {
    return offer.accepted && offer.product_id == product_id;
  });
}

SuggestRequest RequestOf(const FactIndex& index, const ShownAnswer& answer, bool outbound) {
  SuggestRequest request;
  request.customer_id = answer.customer_id;
  request.placement = answer.placement;
  request.at = answer.at - absl::Microseconds(1);
  if (outbound) return request;
  request.viewed_product_ids = answer.viewed;
  const CustomerRecord* const customer = index.FindCustomer(answer.customer_id);
  if (customer == nullptr) return request;
  const base::Micros from = base::ToMicros(answer.at);
  std::vector<std::string_view> seen;
  for (const Purchase& purchase :
       FactIndex::PurchasesAsOf(*customer, base::ToMicros(answer.at + kSameVisit))) {
    const std::string& id = index.product(purchase.product).id;
    if (purchase.at < from || purchase.quantity <= 0 || Accepted(answer, id)) continue;
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
    seen.push_back(id);
    request.cart.push_back({id, 1, std::nullopt});
  }
  return request;
}

// Where the shown offer is among the candidates; a promotion may have been a cross-sell and the
// other way round, and is added then. None where the sources would not propose it now: nothing says
// how probable it was, and serving never asks.
std::optional<std::size_t> FindShown(const FactIndex& index, const ShownOffer& offer,
                                     std::vector<Candidate>& candidates) {
  const ProductIndex product = index.FindProduct(offer.product_id);
  if (!product.valid()) return std::nullopt;
  const auto find = [&](const auto& wanted) -> std::optional<std::size_t> {
    const auto found = std::ranges::find_if(
        candidates, [&](const Candidate& c) { return c.product.index == product && wanted(c); });
    if (found == candidates.end()) return std::nullopt;
    return static_cast<std::size_t>(found - candidates.begin());
  };
  const auto same = find([&](const Candidate& c) { return c.kind == offer.kind; });
  if (same.has_value()) return same;
  const bool goods = offer.kind == OfferKind::kCrossSell || offer.kind == OfferKind::kPromotion;
  const auto like = find([](const Candidate& c) { return c.subscription == nullptr; });
  if (!goods || !like.has_value()) return std::nullopt;
  Candidate added = candidates[*like];
  added.kind = offer.kind;
  candidates.push_back(std::move(added));
  return candidates.size() - 1;
}

class Replays {
 public:
  Replays(const FactIndex& index, const BoundModel& model, const ContextOptions& context)
      : index_(index), model_(model), options_(context) {}

  absl::StatusOr<Rows> Replay(const ShownAnswer& answer) const {
    Rows rows;
    const bool outbound = IsOutbound(answer.placement, options_.outbound_placements);
    TSUGI_ASSIGN_OR_RETURN(const Context context,
                           ResolveContext(index_, options_, RequestOf(index_, answer, outbound)));
    std::vector<Candidate> candidates;
    TSUGI_RETURN_IF_ERROR(CollectCandidates(model_, index_, context, {}, candidates));
    std::vector<std::pair<ProductIndex, OfferKind>> shown;
    std::vector<float> labels;
    for (const ShownOffer& offer : answer.offers) {
      const std::optional<std::size_t> at = FindShown(index_, offer, candidates);
      if (!at.has_value()) continue;
      shown.emplace_back(candidates[*at].product.index, offer.kind);
      labels.push_back(offer.accepted ? 1.0F : 0.0F);
    }
    // All of them, as in serving: a probability is that of a choice among them.
    std::vector<ScoredOffer> offers;
    Score(model_, index_, context, {}, candidates, offers);
    FillComplements(model_, index_, context, offers);
    const AcceptanceRows filler(context);
    std::array<float, kAcceptanceFeatureCount> row = {};
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto offer = std::ranges::find_if(offers, [&](const ScoredOffer& o) {
        return o.candidate.product.index == shown[i].first && o.candidate.kind == shown[i].second;
      });
      filler.Fill(*offer, row);
      rows.features.insert(rows.features.end(), row.begin(), row.end());
      rows.labels.push_back(labels[i]);
      rows.offsets.push_back(static_cast<float>(PurchaseLogit(offer->probability)));
    }
    return rows;
  }

 private:
  const FactIndex& index_;
  const BoundModel& model_;
  const ContextOptions& options_;
};

absl::StatusOr<Rows> ReplayAll(std::span<const ShownAnswer> answers, const Replays& replays,
                               const FactIndex& index) {
  std::vector<Rows> parts(answers.size());
  TSUGI_RETURN_IF_ERROR(
      base::ParallelForStatus(answers.size(), /*grain=*/16, [&](base::Chunk chunk) -> absl::Status {
        const base::ReaderLock lock(&index.mutex());
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
          TSUGI_ASSIGN_OR_RETURN(parts[i], replays.Replay(answers[i]));
        }
        return absl::OkStatus();
      }));
  Rows all;
  for (const Rows& part : parts) {
    all.features.insert(all.features.end(), part.features.begin(), part.features.end());
    all.labels.insert(all.labels.end(), part.labels.begin(), part.labels.end());
    all.offsets.insert(all.offsets.end(), part.offsets.begin(), part.offsets.end());
  }
  return all;
}

// What is fitted: how far each coefficient lies from its prior's mean, in deviations, so that one
// penalty fits all; and behind them all of them together, by a factor.
constexpr std::size_t kColumns = kAcceptanceFeatureCount + 1;

struct Design {
  std::vector<float> features;  // kColumns a row
  std::vector<float> offsets;   // the logit by the prior's means
};

Design WithPrior(const Rows& rows) {
  Design design;
  design.offsets = rows.offsets;
  design.features.reserve(rows.labels.size() * kColumns);
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const std::span row =
        std::span(rows.features).subspan(i * kAcceptanceFeatureCount, kAcceptanceFeatureCount);
    double shift = kAcceptancePriorIntercept.mean;
    for (std::size_t f = 0; f < row.size(); ++f) {
      const CoefficientPrior& prior = AcceptancePrior()[f];
      shift += prior.mean * double{row[f]};
      design.features.push_back(static_cast<float>(prior.deviation * double{row[f]}));
    }
    design.offsets[i] += static_cast<float>(shift);
    const double all = shift + kLogitScale * double{row[kLogitAt]};
    design.features.push_back(static_cast<float>(kAcceptanceFactorDeviation * all));
  }
  return design;
}

// From what was fitted on a Design to the coefficients.
std::vector<double> CoefficientsOf(std::span<const double> fitted) {
  const double factor = 1 + kAcceptanceFactorDeviation * fitted[kColumns];
  std::vector<double> coefficients(kAcceptanceFeatureCount + 1);
  coefficients[0] = factor * kAcceptancePriorIntercept.mean + fitted[0];
  for (std::size_t f = 0; f < kAcceptanceFeatureCount; ++f) {
    const CoefficientPrior& prior = AcceptancePrior()[f];
    coefficients[f + 1] = factor * prior.mean + prior.deviation * fitted[f + 1];
  }
  coefficients[kLogitAt + 1] += (factor - 1) * kLogitScale;
  return coefficients;
}

double LogLoss(const Rows& rows) {
  double loss = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const double p = models::Sigmoid(double{rows.offsets[i]});
    loss -= rows.labels[i] > 0 ? std::log(p) : std::log1p(-p);
  }
  return rows.labels.empty() ? 0 : loss / static_cast<double>(rows.labels.size());
}

}  // namespace

absl::StatusOr<AcceptanceFit> FitAcceptance(std::span<const ShownAnswer> answers,
                                            const FactIndex& index, const BoundModel& model,
                                            const ContextOptions& context,
                                            const AcceptanceOptions& options) {
  AcceptanceFit fit;
  TSUGI_ASSIGN_OR_RETURN(const Rows rows,
                         ReplayAll(answers, Replays(index, model, context), index));
  AcceptanceReport& report = fit.report;
  report.shown = rows.labels.size();
  report.accepted = static_cast<std::size_t>(std::count(rows.labels.begin(), rows.labels.end(), 1));
  report.prior_log_loss = LogLoss(rows);
  if (report.accepted < options.fewest_accepted) {
    report.why = absl::StrCat(report.accepted, " of ", report.shown,
                              " offers shown were accepted; fewer than ", options.fewest_accepted,
                              ", so P stays the probability of purchase");
    return fit;
  }
  const Design design = WithPrior(rows);
  const double deviation = kAcceptancePriorIntercept.deviation;
  TSUGI_ASSIGN_OR_RETURN(
      const models::LogisticModel learned,
      models::TrainLogistic({.features = design.features,
                             .num_features = kColumns,
                             .labels = rows.labels,
                             .offsets = design.offsets},
                            {.l2 = options.prior_strength,
                             .standardise = false,
                             .intercept_l2 = options.prior_strength / (deviation * deviation)}));
  std::vector<double> coefficients = CoefficientsOf(learned.coefficients);
  report.fitted = true;
  report.why = absl::StrCat("learned from ", report.shown, " offers shown, ", report.accepted,
                            " of them accepted");
  report.log_loss = learned.log_loss;
  report.coefficients.emplace_back("intercept", coefficients[0]);
  for (std::size_t f = 0; f < kAcceptanceFeatureCount; ++f) {
    report.coefficients.emplace_back(std::string(AcceptanceFeatureNames()[f]), coefficients[f + 1]);
  }
  fit.model = {.coefficients = std::move(coefficients),
               .feature_version = kAcceptanceVersion,
               .shown = report.shown,
               .accepted = report.accepted};
  return fit;
}

}  // namespace tsugi
