#include "engine/training/replay.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <span>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "engine/candidates/bound_model.h"
#include "engine/features/features.h"
#include "engine/history/baskets.h"
#include "engine/training/replay_case.h"
#include "models/calibration.h"
#include "models/logistic.h"
#include "models/metrics.h"

namespace tsugi {
namespace {

// Rows of several cases, end to end.
struct Rows {
  std::vector<float> features;
  std::vector<float> labels;

  void Append(const ReplayCase& from) {
    features.insert(features.end(), from.features.begin(), from.features.end());
    labels.insert(labels.end(), from.labels.begin(), from.labels.end());
  }
  models::LogisticRows View() const {
    return {.features = features, .num_features = kFeatureCount, .labels = labels, .weights = {}};
  }
};

Rows Join(std::span<const ReplayCase> cases) {
  Rows rows;
  for (const ReplayCase& one : cases) rows.Append(one);
  return rows;
}

double Sum(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += double{value};
  return sum;
}

absl::StatusOr<std::vector<ReplayCase>> ReplayAll(const Replayer& replayer,
                                                  std::span<const std::uint32_t> orders,
                                                  const StepTimer* timer) {
  std::vector<ReplayCase> cases(orders.size());
  std::vector<absl::Status> errors(orders.size());
  base::ParallelFor(orders.size(), /*grain=*/16, [&](base::Chunk chunk) {
    if (timer != nullptr && timer->cancelled()) return;
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      absl::StatusOr<ReplayCase> replayed = replayer.Replay(orders[i]);
      errors[i] = replayed.status();
      if (replayed.ok()) cases[i] = *std::move(replayed);
    }
  });
  if (timer != nullptr && timer->cancelled()) {
    return absl::CancelledError("training cancelled at replay");
  }
  for (const absl::Status& error : errors) TSUGI_RETURN_IF_ERROR(error);
  return cases;
}

// sigmoid(slope * (c . x) + intercept) is a logistic model again.
void Rescale(const models::PlattScaling& platt, std::vector<double>& coefficients) {
  for (double& c : coefficients) c *= platt.slope;
  coefficients[0] += platt.intercept;
}

// A log loss of labels in [0, 1] against one probability for all rows.
double ConstantLogLoss(std::span<const float> labels, double probability) {
  const double p = std::clamp(probability, 1e-12, 1 - 1e-12);
  const double mean = Sum(labels) / static_cast<double>(labels.size());
  return -(mean * std::log(p) + (1 - mean) * std::log(1 - p));
}

double HitOf(std::span<const float> scores, std::size_t hidden) {
  constexpr std::size_t kBest = 10;
  if (hidden >= scores.size() || scores[hidden] == 0) return 0;
  return models::HitAt(models::RankOf(scores, hidden, {}), kBest);
}

class Fitter {
 public:
  explicit Fitter(std::vector<ReplayCase> cases) : cases_(std::move(cases)) {
    const std::size_t fit = cases_.size() * 3 / 5;
    const std::size_t calibration = cases_.size() / 5;
    fit_ = std::span(cases_).first(fit);
    calibration_ = std::span(cases_).subspan(fit, calibration);
    test_ = std::span(cases_).subspan(fit + calibration);
  }

  absl::StatusOr<RankerFit> Run(double l2) {
    RankerFit out;
    RankerReport& report = out.report;
    report.fit_orders = fit_.size();
    report.calibration_orders = calibration_.size();
    report.test_orders = test_.size();
    for (const ReplayCase& one : cases_) report.rows += one.labels.size();
    const Rows rows = Join(fit_);
    const Rows scale_rows = Join(calibration_);
    const Rows test_rows = Join(test_);
    if (Sum(rows.labels) < 1 || Sum(scale_rows.labels) < 1 || test_rows.labels.empty()) {
      report.why = "no candidate of the replayed orders was bought: the prior serves";
      return out;
    }
    models::RankerOptions options{.logistic = {.l2 = l2}, .feature_version = kFeatureVersion};
    TSUGI_ASSIGN_OR_RETURN(models::RankerModel ranker, models::TrainRanker(rows.View(), options));
    std::vector<float> predicted(scale_rows.labels.size());
    ranker.View().Predict(scale_rows.features, predicted);
    TSUGI_ASSIGN_OR_RETURN(const models::PlattScaling platt,
                           models::FitPlatt(predicted, scale_rows.labels, {}));
    if (platt.slope > 0) Rescale(platt, ranker.coefficients);
    TSUGI_RETURN_IF_ERROR(Measure(
        ranker, test_rows, Sum(rows.labels) / static_cast<double>(rows.labels.size()), report));
    report.fitted = true;
    report.why = absl::StrCat("fitted on ", fit_.size(), " replayed orders");
    const std::span<const std::string_view> names = FeatureNames();
    report.coefficients.emplace_back("intercept", ranker.coefficients[0]);
    for (std::size_t f = 0; f < names.size(); ++f) {
      report.coefficients.emplace_back(std::string(names[f]), ranker.coefficients[f + 1]);
    }
    out.ranker = std::move(ranker);
    return out;
  }

 private:
  absl::Status Measure(const models::RankerModel& ranker, const Rows& rows, double base_rate,
                       RankerReport& report) const {
    std::vector<float> predicted(rows.labels.size());
    ranker.View().Predict(rows.features, predicted);
    TSUGI_ASSIGN_OR_RETURN(const models::CalibrationReport calibration,
                           models::MeasureCalibration(predicted, rows.labels, {}));
    report.log_loss = calibration.log_loss;
    report.base_log_loss = ConstantLogLoss(rows.labels, base_rate);
    report.calibration_slope = calibration.slope;
    report.calibration_intercept = calibration.intercept;
    report.expected_calibration_error = calibration.expected_error;
    MeasureHits(predicted, report);
    return absl::OkStatus();
  }

  void MeasureHits(std::span<const float> predicted, RankerReport& report) const {
    std::array<double, kSourceNames.size()> hits{};
    double combined = 0;
    double covered = 0;
    std::size_t begin = 0;
    std::vector<float> scores;
    for (const ReplayCase& one : test_) {
      const std::size_t size = one.labels.size();
      for (std::size_t s = 0; s < kSourceNames.size(); ++s) {
        scores.clear();
        for (const auto& of_candidate : one.sources) scores.push_back(of_candidate[s]);
        hits[s] += HitOf(scores, one.hidden);
      }
      combined += HitOf(predicted.subspan(begin, size), one.hidden);
      covered += one.hidden < size ? 1 : 0;
      begin += size;
    }
    const auto orders = static_cast<double>(test_.size());
    for (std::size_t s = 0; s < kSourceNames.size(); ++s) {
      report.hit_rate_at_10.emplace_back(std::string(kSourceNames[s]), hits[s] / orders);
    }
    report.hit_rate_at_10.emplace_back("combined", combined / orders);
    report.coverage = covered / orders;
  }

  const std::vector<ReplayCase> cases_;
  std::span<const ReplayCase> fit_;
  std::span<const ReplayCase> calibration_;
  std::span<const ReplayCase> test_;
};

absl::Status BeginStep(StepTimer* timer, const std::string& step, double share) {
  return timer == nullptr ? absl::OkStatus() : timer->Begin(step, share);
}

}  // namespace

std::vector<std::uint32_t> OrdersToReplay(const HistoryView& view, const RankerConfig& config) {
  std::vector<std::uint32_t> orders;
  std::vector<std::uint32_t> products;
  for (std::uint32_t order = 0; order < view.num_orders; ++order) {
    BasketOf(*view.history, order, products);
    if (products.size() >= 2) orders.push_back(order);
  }
  const auto wanted = static_cast<std::size_t>(
      std::llround(config.replay_share * static_cast<double>(orders.size())));
  const std::size_t newest = std::min(std::max(wanted, kFewestReplayedOrders), orders.size() / 2);
  orders.erase(orders.begin(), orders.end() - static_cast<std::ptrdiff_t>(newest));
  const auto most = static_cast<std::size_t>(config.max_orders);
  if (orders.size() <= most) return orders;
  std::vector<std::uint32_t> thinned;
  thinned.reserve(most);
  for (std::size_t i = 0; i < most; ++i) thinned.push_back(orders[i * orders.size() / most]);
  return thinned;
}

absl::StatusOr<RankerFit> FitRanker(const HistoryView& view, FactIndex* index,
                                    const TrainConfig& config, std::uint64_t seed, StepTimer* timer,
                                    double share) {
  RankerFit none;
  if (!config.ranker.fit) {
    none.report.why = "the configuration says `fit: false`: the prior serves";
    return none;
  }
  const std::vector<std::uint32_t> orders = OrdersToReplay(view, config.ranker);
  if (orders.size() < kFewestReplayedOrders) {
    none.report.why = absl::StrCat("only ", orders.size(), " orders to replay, fewer than ",
                                   kFewestReplayedOrders, ": the prior serves");
    return none;
  }
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<TrainedModels> earlier,
                         TrainModels(view.Before(orders.front()), config, seed, timer,
                                     {.total = share * 0.8, .prefix = "replay_"}));
  TSUGI_RETURN_IF_ERROR(BeginStep(timer, "replay", share * 0.15));
  const BoundModel model = BoundModel::Bind("replay", TrainedModels::SetOf(earlier), index);
  std::vector<ReplayCase> cases;
  {
    const base::ReaderLock lock(&index->mutex());
    const Replayer replayer(*view.history, *index, model, config.ranker, seed);
    TSUGI_ASSIGN_OR_RETURN(cases, ReplayAll(replayer, orders, timer));
  }
  TSUGI_RETURN_IF_ERROR(BeginStep(timer, "fit_ranker", share * 0.05));
  return Fitter(std::move(cases)).Run(config.ranker.l2);
}

}  // namespace tsugi
