#include "engine/training/ranker_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "engine/features/features.h"
#include "models/calibration.h"
#include "models/evaluation/metrics.h"
#include "models/logistic.h"
#include "models/ranker/boosting.h"

namespace tsugi {
namespace {

constexpr std::size_t kBest = 10;

double Sum(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += double{value};
  return sum;
}

// A log loss of labels in [0, 1] against one probability for all rows.
double ConstantLogLoss(std::span<const float> labels, double probability) {
  const double p = std::clamp(probability, 1e-12, 1 - 1e-12);
  const double mean = Sum(labels) / static_cast<double>(labels.size());
  return -(mean * std::log(p) + (1 - mean) * std::log(1 - p));
}

// Rank of the hidden product among the candidates; infinite where it is not one of them.
double RankOfHidden(std::span<const float> scores, std::size_t hidden) {
  if (hidden >= scores.size()) return std::numeric_limits<double>::infinity();
  return models::RankOf(scores, hidden, {});
}

std::vector<float> Labels(std::span<const ReplayCase> cases) {
  std::vector<float> labels;
  for (const ReplayCase& one : cases) {
    labels.insert(labels.end(), one.labels.begin(), one.labels.end());
  }
  return labels;
}

class Fitter {
 public:
  Fitter(std::span<const ReplayCase> cases, std::size_t fit, const RankerConfig& config,
         std::uint64_t seed, const StepTimer* timer)
      : cases_(cases),
        fit_(cases.first(fit)),
        calibration_(cases.subspan(fit, (cases.size() - fit) / 2)),
        test_(cases.subspan(fit + calibration_.size())),
        config_(config),
        seed_(seed),
        timer_(timer) {}

  absl::StatusOr<RankerFit> Run() {
    RankerFit out;
    RankerReport& report = out.report;
    report.fit_orders = fit_.size();
    report.calibration_orders = calibration_.size();
    report.test_orders = test_.size();
    for (const ReplayCase& one : cases_) report.rows += one.labels.size();
    const CaseRows rows = JoinRows(fit_);
    const std::vector<float> test_labels = Labels(test_);
    if (Sum(rows.labels) < 1 || Sum(Labels(calibration_)) < 1 || test_labels.empty()) {
      report.why = "no candidate of the replayed orders was bought: the prior serves";
      return out;
    }
    TSUGI_ASSIGN_OR_RETURN(models::RankerModel ranker, FitLogistic(rows));
    TSUGI_ASSIGN_OR_RETURN(const double logistic, MeasureRest("logistic", ranker, report));
    report.model = "logistic";
    report.why = absl::StrCat("logistic, fitted on ", fit_.size(), " replayed carts");
    if (config_.model == RankerChoice::kAuto) {
      TSUGI_RETURN_IF_ERROR(TryTrees(rows, logistic, ranker, report));
    }
    const double base = Sum(rows.labels) / static_cast<double>(rows.labels.size());
    TSUGI_RETURN_IF_ERROR(Measure(ranker, test_labels, base, report));
    report.fitted = true;
    NoteCoefficients(ranker, report);
    out.ranker = std::move(ranker);
    return out;
  }

 private:
  std::span<const ReplayCase> Rest() const { return cases_.subspan(fit_.size()); }

  absl::StatusOr<models::RankerModel> FitLogistic(const CaseRows& rows) const {
    const models::RankerOptions options{.logistic = {.l2 = config_.l2},
                                        .feature_version = kFeatureVersion};
    TSUGI_ASSIGN_OR_RETURN(models::RankerModel ranker,
                           models::TrainRanker({.features = rows.features,
                                                .num_features = kFeatureCount,
                                                .labels = rows.labels,
                                                .weights = {}},
                                               options));
    TSUGI_ASSIGN_OR_RETURN(const models::PlattScaling platt, Scale(ranker));
    // sigmoid(slope * (c . x) + intercept) is a logistic model again.
    if (platt.slope > 0) {
      for (double& c : ranker.coefficients) c *= platt.slope;
      ranker.coefficients[0] += platt.intercept;
    }
    return ranker;
  }

  absl::StatusOr<models::PlattScaling> Scale(const models::RankerModel& ranker) const {
    return models::FitPlatt(PredictCases(ranker.View(), calibration_), Labels(calibration_), {});
  }

  models::BoostingOptions Boosting() const {
    models::BoostingOptions options = config_.boosting;
    options.seed = seed_;
    if (timer_ != nullptr) {
      options.progress = [this](std::uint32_t) { return !timer_->cancelled(); };
    }
    return options;
  }

  // Puts boosted trees in the place of `ranker` where they are better on what did not fit.
  absl::Status TryTrees(const CaseRows& rows, double to_beat, models::RankerModel& ranker,
                        RankerReport& report) const {
    if (fit_.size() < kFewestForTrees) {
      absl::StrAppend(&report.why, "; boosted trees want ", kFewestForTrees, " or more");
      return absl::OkStatus();
    }
    models::RankerModel trees;
    trees.kind = models::RankerKind::kBoostedTrees;
    trees.num_features = static_cast<std::uint32_t>(kFeatureCount);
    trees.feature_version = kFeatureVersion;
    trees.coefficients = {0, 1};
    TSUGI_ASSIGN_OR_RETURN(trees.trees, FitTrees(rows, Boosting()));
    TSUGI_ASSIGN_OR_RETURN(const models::PlattScaling platt, Scale(trees));
    if (platt.slope > 0) trees.coefficients = {platt.intercept, platt.slope};
    TSUGI_ASSIGN_OR_RETURN(const double reached, MeasureRest("boosted_trees", trees, report));
    const std::string losses = absl::StrFormat(
        "log loss %.5f of boosted trees, %.5f of the logistic "
        "model, on %d carts after the %d that fitted",
        reached, to_beat, Rest().size(), fit_.size());
    if (reached >= to_beat) {
      report.why = absl::StrCat("logistic: ", losses);
      return absl::OkStatus();
    }
    ranker = std::move(trees);
    report.model = "boosted_trees";
    report.why = absl::StrCat("boosted trees: ", losses);
    return absl::OkStatus();
  }

  // The log loss on what did not fit, by which the ranker that ships is chosen: a probability is
  // multiplied with money, and where a hit at ten is noise a likelihood still tells two apart.
  absl::StatusOr<double> MeasureRest(const char* kind, const models::RankerModel& ranker,
                                     RankerReport& report) const {
    const std::vector<float> predicted = PredictCases(ranker.View(), Rest());
    TSUGI_ASSIGN_OR_RETURN(const models::CalibrationReport calibration,
                           models::MeasureCalibration(predicted, Labels(Rest()), {}));
    report.by_kind.push_back(
        {kind, calibration.log_loss, MeasureCases(predicted, Rest()).ndcg_at_10});
    return calibration.log_loss;
  }

  absl::Status Measure(const models::RankerModel& ranker, std::span<const float> labels,
                       double base_rate, RankerReport& report) const {
    const std::vector<float> predicted = PredictCases(ranker.View(), test_);
    TSUGI_ASSIGN_OR_RETURN(const models::CalibrationReport calibration,
                           models::MeasureCalibration(predicted, labels, {}));
    report.log_loss = calibration.log_loss;
    report.base_log_loss = ConstantLogLoss(labels, base_rate);
    report.calibration_slope = calibration.slope;
    report.calibration_intercept = calibration.intercept;
    report.expected_calibration_error = calibration.expected_error;
    MeasureHits(predicted, report);
    return absl::OkStatus();
  }

  void MeasureHits(std::span<const float> predicted, RankerReport& report) const {
    std::array<double, kSourceNames.size()> hits{};
    std::vector<float> scores;
    for (const ReplayCase& one : test_) {
      for (std::size_t s = 0; s < kSourceNames.size(); ++s) {
        scores.clear();
        for (const auto& of_candidate : one.sources) scores.push_back(of_candidate[s]);
        const bool knows = one.hidden < scores.size() && scores[one.hidden] != 0;
        if (knows) hits[s] += models::HitAt(RankOfHidden(scores, one.hidden), kBest);
      }
    }
    const auto orders = static_cast<double>(test_.size());
    for (std::size_t s = 0; s < kSourceNames.size(); ++s) {
      report.hit_rate_at_10.emplace_back(std::string(kSourceNames[s]), hits[s] / orders);
    }
    const CaseMeasures measures = MeasureCases(predicted, test_);
    report.hit_rate_at_10.emplace_back("combined", measures.hit_rate_at_10);
    report.coverage = measures.coverage;
  }

  static void NoteCoefficients(const models::RankerModel& ranker, RankerReport& report) {
    if (ranker.kind != models::RankerKind::kLogistic) return;
    const std::span<const std::string_view> names = FeatureNames();
    report.coefficients.emplace_back("intercept", ranker.coefficients[0]);
    for (std::size_t f = 0; f < names.size(); ++f) {
      report.coefficients.emplace_back(std::string(names[f]), ranker.coefficients[f + 1]);
    }
  }

  const std::span<const ReplayCase> cases_;
  const std::span<const ReplayCase> fit_;
  const std::span<const ReplayCase> calibration_;
  const std::span<const ReplayCase> test_;
  const RankerConfig& config_;
  const std::uint64_t seed_;
  const StepTimer* const timer_;
};

}  // namespace

CaseRows JoinRows(std::span<const ReplayCase> cases) {
  CaseRows rows;
  std::size_t count = 0;
  for (const ReplayCase& one : cases) count += one.labels.size();
  rows.features.reserve(count * kFeatureCount);
  rows.labels.reserve(count);
  for (const ReplayCase& one : cases) {
    if (one.labels.empty()) continue;
    rows.labels.insert(rows.labels.end(), one.labels.begin(), one.labels.end());
    rows.groups.push_back(static_cast<std::uint32_t>(one.labels.size()));
    const std::size_t stride = models::ColumnStride(one.labels.size());
    for (std::size_t r = 0; r < one.labels.size(); ++r) {
      for (std::size_t f = 0; f < kFeatureCount; ++f) {
        rows.features.push_back(one.columns[f * stride + r]);
      }
    }
  }
  return rows;
}

absl::StatusOr<models::TreesModel> FitTrees(const CaseRows& rows,
                                            const models::BoostingOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const models::BoostedTrees trees,
                         models::TrainBoostedTrees({.features = rows.features,
                                                    .num_features = kFeatureCount,
                                                    .labels = rows.labels,
                                                    .weights = {},
                                                    .group_sizes = rows.groups},
                                                   options));
  return models::FlattenTrees(trees);
}

std::vector<float> PredictCases(const models::RankerView& ranker,
                                std::span<const ReplayCase> cases) {
  std::vector<std::size_t> begins;
  std::size_t count = 0;
  for (const ReplayCase& one : cases) {
    begins.push_back(count);
    count += one.labels.size();
  }
  std::vector<float> predicted(count);
  base::ParallelFor(cases.size(), /*grain=*/64, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      const std::size_t size = cases[i].labels.size();
      if (size == 0) continue;
      ranker.Predict({cases[i].columns, size, models::ColumnStride(size)},
                     std::span(predicted).subspan(begins[i], size));
    }
  });
  return predicted;
}

CaseMeasures MeasureCases(std::span<const float> predicted, std::span<const ReplayCase> cases) {
  CaseMeasures out;
  std::size_t begin = 0;
  for (const ReplayCase& one : cases) {
    const std::size_t size = one.labels.size();
    const double rank = RankOfHidden(predicted.subspan(begin, size), one.hidden);
    out.hit_rate_at_10 += models::HitAt(rank, kBest);
    out.ndcg_at_10 += models::NdcgAt(rank, kBest);
    out.coverage += one.hidden < size ? 1 : 0;
    begin += size;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(cases.size(), 1));
  return {out.hit_rate_at_10 / count, out.ndcg_at_10 / count, out.coverage / count};
}

absl::StatusOr<RankerFit> FitOn(std::span<const ReplayCase> cases, std::size_t fit,
                                const RankerConfig& config, std::uint64_t seed,
                                const StepTimer* timer) {
  return Fitter(cases, fit, config, seed, timer).Run();
}

}  // namespace tsugi
