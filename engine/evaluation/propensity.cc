#include "engine/evaluation/propensity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

constexpr std::array<const char*, kTransitionCount> kNames = {"upgrade", "loss", "conversion"};

double LogLoss(double probability, float label) {
  const double p = std::clamp(probability, 1e-12, 1 - 1e-12);
  return label > 0 ? -std::log(p) : -std::log1p(-p);
}

// The rows that began at `from` or after.
TransitionRows RowsFrom(const TransitionRows& rows, base::Micros from) {
  TransitionRows out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows.at[r] < from) continue;
    const auto features =
        std::span(rows.features).subspan(r * kPropensityFeatureCount, kPropensityFeatureCount);
    out.features.insert(out.features.end(), features.begin(), features.end());
    out.offsets.push_back(rows.offsets[r]);
    out.labels.push_back(rows.labels[r]);
    out.at.push_back(rows.at[r]);
    out.to.push_back(rows.to[r]);
    out.customers.push_back(rows.customers[r]);
  }
  return out;
}

std::size_t Events(const TransitionRows& rows) {
  return static_cast<std::size_t>(
      std::count_if(rows.labels.begin(), rows.labels.end(), [](float l) { return l > 0; }));
}

std::vector<float> Predict(const TransitionModel& model, const TransitionRows& rows) {
  std::vector<float> probabilities;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    PropensityFeatures features;
    std::copy_n(rows.features.begin() + static_cast<std::ptrdiff_t>(r * kPropensityFeatureCount),
                kPropensityFeatureCount, features.begin());
    probabilities.push_back(static_cast<float>(
        models::Sigmoid(double{rows.offsets[r]} + LearnedShift(model, features))));
  }
  return probabilities;
}

// By ranks, ties at their middle (Mann, Whitney 1947).
double AreaUnderCurve(std::span<const float> probabilities, std::span<const float> labels) {
  std::vector<std::pair<float, float>> sorted;
  sorted.reserve(labels.size());
  for (std::size_t r = 0; r < labels.size(); ++r) sorted.emplace_back(probabilities[r], labels[r]);
  std::sort(sorted.begin(), sorted.end());
  double rank_sum = 0;
  double events = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    double here = 0;
    for (; end < sorted.size() && sorted[end].first == sorted[i].first; ++end) {
      here += sorted[end].second > 0 ? 1 : 0;
    }
    rank_sum += here * (static_cast<double>(i + end + 1) / 2);
    events += here;
    i = end;
  }
  const double others = static_cast<double>(sorted.size()) - events;
  if (events == 0 || others == 0) return 0.5;
  return (rank_sum - events * (events + 1) / 2) / (events * others);
}

// What the model gains on the constant, a row; customers are drawn whole.
absl::StatusOr<models::Interval> Lead(const TransitionRows& rows,
                                      std::span<const float> probabilities, double constant,
                                      std::uint64_t seed) {
  std::map<std::string, std::pair<double, double>> by_customer;  // gain and rows
  for (std::size_t r = 0; r < rows.size(); ++r) {
    auto& [gain, count] = by_customer[rows.customers[r]];
    gain += LogLoss(constant, rows.labels[r]) - LogLoss(double{probabilities[r]}, rows.labels[r]);
    count += 1;
  }
  std::vector<double> gains;
  std::vector<double> counts;
  for (const auto& [customer, sums] : by_customer) {
    gains.push_back(sums.first);
    counts.push_back(sums.second);
  }
  return models::BootstrapRatio(gains, counts, {.seed = seed});
}

void FillCoefficients(const TransitionModel& model, const TransitionRows& rows,
                      PropensityResult& result) {
  for (std::size_t f = 0; f < kPropensityFeatureCount; ++f) {
    double square = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const double x = double{rows.features[r * kPropensityFeatureCount + f]} - model.means[f];
      square += x * x;
    }
    const double deviation = std::sqrt(square / static_cast<double>(rows.size()));
    result.coefficients.emplace_back(std::string(PropensityFeatureNames()[f]),
                                     model.coefficients[f + 1] * deviation);
  }
  std::stable_sort(
      result.coefficients.begin(), result.coefficients.end(),
      [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
}

absl::Status Measure(const TransitionRows& train, const TransitionRows& test,
                     const PropensityOptions& options, PropensityResult& result) {
  result.train_rows = train.size();
  result.train_events = Events(train);
  result.test_rows = test.size();
  result.test_events = Events(test);
  if (test.size() == 0) {
    result.why = "no period began and ended in the test part";
    return absl::OkStatus();
  }
  TSUGI_ASSIGN_OR_RETURN(const std::optional<TransitionModel> model,
                         FitTransition(train, options.transitions));
  if (!model.has_value()) {
    result.why = absl::StrCat("fewer than ", options.transitions.fewest_events,
                              " events, or others, to learn from: the prior serves");
    return absl::OkStatus();
  }
  result.train_rate = static_cast<double>(result.train_events) / static_cast<double>(train.size());
  const std::vector<float> probabilities = Predict(*model, test);
  const auto rows = static_cast<double>(test.size());
  for (std::size_t r = 0; r < test.size(); ++r) {
    result.constant_log_loss += LogLoss(result.train_rate, test.labels[r]) / rows;
    result.prior_log_loss +=
        LogLoss(models::Sigmoid(double{test.offsets[r]}), test.labels[r]) / rows;
  }
  TSUGI_ASSIGN_OR_RETURN(result.model, models::MeasureCalibration(probabilities, test.labels, {}));
  TSUGI_ASSIGN_OR_RETURN(result.lead, Lead(test, probabilities, result.train_rate, options.seed));
  result.auc = AreaUnderCurve(probabilities, test.labels);
  FillCoefficients(*model, train, result);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PropensityResult>> EvaluatePropensity(const FactIndex& index,
                                                                 const PropensityOptions& options) {
  const base::Micros from = base::ToMicros(options.test_from);
  base::Micros until = std::numeric_limits<base::Micros>::max();
  if (options.test_until.has_value()) {
    if (*options.test_until <= options.test_from) {
      return absl::InvalidArgumentError(
          absl::StrCat("test_until: ", base::FormatTime(*options.test_until),
                       " is not after test_from; take a later time"));
    }
    until = base::ToMicros(*options.test_until);
  } else {
    // What is known goes as far as the newest fact of a subscription.
    const base::ReaderLock lock(&index.mutex());
    until = from;
    for (const SubscriptionRecord& record : index.subscriptions()) {
      for (const auto& version : record.versions.all()) until = std::max(until, version.valid_from);
    }
  }
  TSUGI_ASSIGN_OR_RETURN(const auto train, CollectTransitions(index, from, options.transitions));
  TSUGI_ASSIGN_OR_RETURN(const auto all, CollectTransitions(index, until, options.transitions));
  std::vector<PropensityResult> results;
  for (std::size_t t = 0; t < kTransitionCount; ++t) {
    PropensityResult& result = results.emplace_back();
    result.transition = kNames[t];
    TSUGI_RETURN_IF_ERROR(Measure(train[t], RowsFrom(all[t], from), options, result));
  }
  return results;
}

}  // namespace tsugi
