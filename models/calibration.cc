#include "models/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/logistic.h"
#include "models/ranges.h"

namespace tsugi::models {
namespace {

constexpr double kFloor = 1e-12;

double Cut(double probability) { return std::clamp(probability, kFloor, 1.0 - kFloor); }

double LogitOf(double probability) {
  const double p = Cut(probability);
  return std::log(p) - std::log1p(-p);
}

absl::Status Check(std::span<const float> inputs, std::span<const float> labels,
                   std::span<const float> weights) {
  if (inputs.empty()) return absl::InvalidArgumentError("probabilities: there are none");
  if (labels.size() != inputs.size() || (!weights.empty() && weights.size() != inputs.size())) {
    return absl::InvalidArgumentError(absl::StrCat("labels, weights: ", labels.size(), " and ",
                                                   weights.size(), " for ", inputs.size(),
                                                   " rows"));
  }
  double total = 0;
  for (std::size_t r = 0; r < inputs.size(); ++r) {
    const float weight = weights.empty() ? 1.0F : weights[r];
    if (!std::isfinite(inputs[r]) || !InRange(labels[r], 0, 1) || !IsNonNegative(weight)) {
      return absl::InvalidArgumentError(
          absl::StrCat("row ", r, ": value ", inputs[r], ", label ", labels[r], ", weight ", weight,
                       "; labels must be in [0, 1] and weights 0 or more"));
    }
    total += double{weight};
  }
  if (total <= 0) return absl::InvalidArgumentError("weights: all are 0");
  return absl::OkStatus();
}

absl::Status CheckProbabilities(std::span<const float> probabilities) {
  for (std::size_t r = 0; r < probabilities.size(); ++r) {
    if (!InRange(probabilities[r], 0, 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("probabilities: ", probabilities[r], " of row ", r, " is not in [0, 1]"));
    }
  }
  return absl::OkStatus();
}

// Rows of equal input together, by rising input: weight, label sum, input sum.
struct Group {
  double weight = 0;
  double labels = 0;
  double inputs = 0;
  float input = 0;
};

std::vector<Group> GroupByInput(std::span<const float> inputs, std::span<const float> labels,
                                std::span<const float> weights) {
  std::vector<std::uint32_t> order(inputs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return inputs[a] < inputs[b]; });
  std::vector<Group> groups;
  for (const std::uint32_t r : order) {
    const double weight = weights.empty() ? 1.0 : double{weights[r]};
    if (weight == 0) continue;
    if (groups.empty() || groups.back().input != inputs[r]) groups.push_back({0, 0, 0, inputs[r]});
    groups.back().weight += weight;
    groups.back().labels += weight * double{labels[r]};
    groups.back().inputs += weight * double{inputs[r]};
  }
  return groups;
}

std::vector<ReliabilityBin> MakeBins(const std::vector<Group>& groups, double total,
                                     std::size_t bins) {
  std::vector<ReliabilityBin> result;
  double passed = 0;
  ReliabilityBin bin;
  const auto close = [&] {
    if (bin.weight <= 0) return;
    bin.predicted /= bin.weight;
    bin.observed /= bin.weight;
    result.push_back(bin);
    bin = ReliabilityBin();
  };
  for (const Group& group : groups) {
    bin.weight += group.weight;
    bin.predicted += group.inputs;
    bin.observed += group.labels;
    passed += group.weight;
    const double edge = total * static_cast<double>(result.size() + 1) / static_cast<double>(bins);
    if (passed >= edge * (1 - 1e-12)) close();
  }
  close();
  return result;
}

// Label on logit, all but unpenalised.
absl::StatusOr<LogisticModel> FitLogits(std::span<const float> probabilities,
                                        std::span<const float> labels,
                                        std::span<const float> weights) {
  std::vector<float> logits(probabilities.size());
  for (std::size_t r = 0; r < logits.size(); ++r) {
    logits[r] = static_cast<float>(LogitOf(double{probabilities[r]}));
  }
  return TrainLogistic(
      {.features = logits, .num_features = 1, .labels = labels, .weights = weights},
      {.l2 = 1e-6, .max_iterations = 100});
}

}  // namespace

absl::StatusOr<CalibrationReport> MeasureCalibration(std::span<const float> probabilities,
                                                     std::span<const float> labels,
                                                     std::span<const float> weights,
                                                     std::size_t bins) {
  TSUGI_RETURN_IF_ERROR(Check(probabilities, labels, weights));
  TSUGI_RETURN_IF_ERROR(CheckProbabilities(probabilities));
  if (bins == 0) return absl::InvalidArgumentError("bins: 0 must be 1 or more");
  CalibrationReport report;
  report.rows = probabilities.size();
  double total = 0;
  double positive = 0;
  for (std::size_t r = 0; r < probabilities.size(); ++r) {
    const double weight = weights.empty() ? 1.0 : double{weights[r]};
    const double p = double{probabilities[r]};
    const double y = double{labels[r]};
    total += weight;
    positive += weight * y;
    report.brier += weight * (p - y) * (p - y);
    report.log_loss -= weight * (y * std::log(Cut(p)) + (1 - y) * std::log1p(-Cut(p)));
  }
  report.brier /= total;
  report.log_loss /= total;
  report.bins = MakeBins(GroupByInput(probabilities, labels, weights), total, bins);
  for (const ReliabilityBin& bin : report.bins) {
    report.expected_error += bin.weight / total * std::abs(bin.predicted - bin.observed);
  }
  if (positive > 0 && positive < total) {
    TSUGI_ASSIGN_OR_RETURN(const LogisticModel fit, FitLogits(probabilities, labels, weights));
    report.intercept = fit.coefficients[0];
    report.slope = fit.coefficients[1];
  }
  return report;
}

float PlattScaling::Apply(float probability) const {
  return static_cast<float>(Sigmoid(slope * LogitOf(double{probability}) + intercept));
}

absl::StatusOr<PlattScaling> FitPlatt(std::span<const float> probabilities,
                                      std::span<const float> labels,
                                      std::span<const float> weights) {
  TSUGI_RETURN_IF_ERROR(Check(probabilities, labels, weights));
  TSUGI_RETURN_IF_ERROR(CheckProbabilities(probabilities));
  TSUGI_ASSIGN_OR_RETURN(const LogisticModel fit, FitLogits(probabilities, labels, weights));
  return PlattScaling{fit.coefficients[1], fit.coefficients[0]};
}

float IsotonicView::Apply(float input) const {
  if (inputs.empty()) return input;
  const auto above = std::lower_bound(inputs.begin(), inputs.end(), input);
  if (above == inputs.begin()) return outputs.front();
  if (above == inputs.end()) return outputs.back();
  const auto i = static_cast<std::size_t>(above - inputs.begin());
  const float share = (input - inputs[i - 1]) / (inputs[i] - inputs[i - 1]);
  return outputs[i - 1] + share * (outputs[i] - outputs[i - 1]);
}

absl::StatusOr<IsotonicModel> FitIsotonic(std::span<const float> inputs,
                                          std::span<const float> labels,
                                          std::span<const float> weights) {
  TSUGI_RETURN_IF_ERROR(Check(inputs, labels, weights));
  struct Block {
    double weight;
    double labels;
    float first;
    float last;
    double Mean() const { return labels / weight; }
  };
  std::vector<Block> blocks;
  for (const Group& group : GroupByInput(inputs, labels, weights)) {
    blocks.push_back({group.weight, group.labels, group.input, group.input});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].Mean() >= blocks.back().Mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().weight += last.weight;
      blocks.back().labels += last.labels;
      blocks.back().last = last.last;
    }
  }
  IsotonicModel model;
  for (const Block& block : blocks) {
    const auto output = static_cast<float>(block.Mean());
    model.inputs.push_back(block.first);
    model.outputs.push_back(output);
    if (block.last == block.first) continue;
    model.inputs.push_back(block.last);
    model.outputs.push_back(output);
  }
  return model;
}

}  // namespace tsugi::models
