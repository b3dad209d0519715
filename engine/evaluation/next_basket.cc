#include "engine/evaluation/next_basket.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

using models::BasketSource;

enum Row : std::size_t {
  kPopularity,
  kRecentPopularity,
  kPersonalFrequency,
  kRecencyWeighted,
  kUserNeighbours,
  kTargetRegressionRow,
  kNextBasket,
  kRows,
};
constexpr std::array<std::string_view, kRows> kRowNames = {
    "popularity",      "recent_popularity", "personal_frequency", "recency_weighted",
    "user_neighbours", "target_regression", "next_basket"};

constexpr double kRecencyDecay = 0.9;

// One customer's results at one k.
struct Result {
  models::ListMetrics all;
  double repeat = 0;
  double explore = 0;
};

struct Asked {
  std::uint32_t customer = 0;
  std::vector<std::uint8_t> repeats;  // by product of the target
  bool any_repeat = false;
  bool any_explore = false;
};

class Evaluation {
 public:
  Evaluation(const NextBasketData& data, const NextBasketEvaluationOptions& options,
             const models::NextBasketModel& model)
      : data_(data),
        options_(options),
        model_(model),
        recency_(models::DecayedVectors(data.Histories(), kRecencyDecay)) {
    std::uint32_t most = 1;
    for (const std::uint32_t count : Counts()) most = std::max(most, count);
    for (const std::uint32_t count : Counts()) {
      popularity_.push_back(static_cast<float>(count) / (static_cast<float>(most) + 1));
    }
  }

  // results()[row][k] of each customer asked about.
  void Ask(std::span<const Asked> asked) {
    results_.assign(kRows, std::vector<std::vector<Result>>(options_.k.size()));
    for (auto& of_row : results_) {
      for (std::vector<Result>& of_k : of_row) of_k.resize(asked.size());
    }
    base::ParallelFor(asked.size(), /*grain=*/16, [&](base::Chunk chunk) {
      models::NextBasketModel::Workspace workspace(model_.sources());
      std::vector<float> scores(popularity_.size());
      std::vector<double> ranks;
      for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
        // The trees first: they fill the workspace from which the other rows are made.
        for (std::size_t row = kRows; row-- > 0;) {
          Score(row, asked[i].customer, workspace, scores);
          models::RanksOf(scores, data_.targets.View().Row(asked[i].customer), {}, ranks);
          for (std::size_t k = 0; k < options_.k.size(); ++k) {
            results_[row][k][i] = Measure(ranks, asked[i], options_.k[k]);
          }
        }
      }
    });
  }

  const std::vector<Result>& Results(std::size_t row, std::size_t k) const {
    return results_[row][k];
  }

 private:
  const std::vector<std::uint32_t>& Counts() const {
    return model_.sources().item_counts().baskets;
  }

  // scores = popularity in [0, 1) + the values of the customer's row, scaled.
  void Personal(const models::SparseView& rows, std::uint32_t customer, float scale,
                std::span<float> scores) const {
    const std::span<const std::uint32_t> items = rows.Row(customer);
    const std::span<const float> values = rows.RowValues(customer);
    for (std::size_t i = 0; i < items.size(); ++i) scores[items[i]] += scale * values[i];
  }

  void Score(std::size_t row, std::uint32_t customer, models::NextBasketModel::Workspace& workspace,
             std::span<float> scores) const {
    const auto source = [&](BasketSource of) -> const std::vector<float>& {
      return workspace.scores[static_cast<std::size_t>(of)];
    };
    switch (row) {
      case kNextBasket:
        return model_.Score(customer, workspace, scores);
      case kRecentPopularity:
        std::ranges::copy(source(BasketSource::kTargetShare), scores.begin());
        return;
      case kTargetRegressionRow:
        std::ranges::copy(source(BasketSource::kTargetRegression), scores.begin());
        return;
      case kUserNeighbours: {
        std::ranges::copy(source(BasketSource::kNeighbourTargets), scores.begin());
        const auto orders = static_cast<float>(model_.sources().histories().BasketsOf(customer));
        return Personal(model_.sources().counts(), customer, 1 / orders, scores);
      }
      default:
        break;
    }
    std::ranges::copy(popularity_, scores.begin());
    if (row == kPersonalFrequency) {
      Personal(model_.sources().counts(), customer, 1, scores);
    } else if (row == kRecencyWeighted) {
      // Values are sums of powers of .9: far enough apart for popularity / 1000 to break ties only.
      for (float& score : scores) score /= 1000;
      Personal(recency_.View(), customer, 1, scores);
    }
  }

  static Result Measure(std::span<const double> ranks, const Asked& asked, std::size_t k) {
    Result result;
    result.all = models::MeasureRanks(ranks, k);
    double repeats = 0;
    double hits = 0;
    double repeat_hits = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const double hit = models::HitAt(ranks[i], k);
      hits += hit;
      if (asked.repeats[i] == 0) continue;
      repeats += 1;
      repeat_hits += hit;
    }
    const double explores = static_cast<double>(ranks.size()) - repeats;
    result.repeat = repeats > 0 ? repeat_hits / repeats : 0;
    result.explore = explores > 0 ? (hits - repeat_hits) / explores : 0;
    return result;
  }

  const NextBasketData& data_;
  const NextBasketEvaluationOptions& options_;
  const models::NextBasketModel& model_;
  const models::SparseMatrix recency_;
  std::vector<float> popularity_;
  std::vector<std::vector<std::vector<Result>>> results_;
};

// Targets of those who may be learned from; empty rows for all others.
models::SparseMatrix LearnedTargets(const NextBasketData& data, bool on_validation,
                                    std::size_t& learners) {
  models::SparseMatrix out;
  out.num_columns = data.targets.num_columns;
  out.offsets.push_back(0);
  for (std::size_t c = 0; c < data.parts.size(); ++c) {
    const bool learned = data.parts[c] == BasketPart::kTrain ||
                         (data.parts[c] == BasketPart::kValidate && !on_validation);
    if (learned) {
      const std::span<const std::uint32_t> row = data.targets.View().Row(c);
      out.columns.insert(out.columns.end(), row.begin(), row.end());
      ++learners;
    }
    out.offsets.push_back(out.columns.size());
  }
  return out;
}

std::vector<Asked> WhomToAsk(const NextBasketData& data, const models::SparseView& histories,
                             bool on_validation) {
  std::vector<Asked> asked;
  const BasketPart wanted = on_validation ? BasketPart::kValidate : BasketPart::kTest;
  for (std::uint32_t c = 0; c < data.parts.size(); ++c) {
    if (data.parts[c] != wanted) continue;
    Asked& one = asked.emplace_back();
    one.customer = c;
    for (const std::uint32_t product : data.targets.View().Row(c)) {
      const bool repeat = std::ranges::binary_search(histories.Row(c), product);
      one.repeats.push_back(repeat ? 1 : 0);
      (repeat ? one.any_repeat : one.any_explore) = true;
    }
  }
  return asked;
}

template <typename Value, typename Wanted>
std::vector<double> Values(const std::vector<Result>& results, std::span<const Asked> asked,
                           Value value, Wanted wanted) {
  std::vector<double> out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (wanted(asked[i])) out.push_back(value(results[i]));
  }
  return out;
}

std::vector<double> Recalls(const std::vector<Result>& results, std::span<const Asked> asked) {
  return Values(
      results, asked, [](const Result& r) { return r.all.recall; },
      [](const Asked&) { return true; });
}

absl::StatusOr<NextBasketMeasures> Summarise(const std::vector<Result>& results,
                                             std::span<const Asked> asked,
                                             const models::BootstrapOptions& bootstrap) {
  const auto any = [](const Asked&) { return true; };
  const auto mean = [&](auto value, auto wanted) -> absl::StatusOr<models::Interval> {
    const std::vector<double> values = Values(results, asked, value, wanted);
    if (values.empty()) return models::Interval();
    return models::BootstrapMean(values, bootstrap);
  };
  NextBasketMeasures out;
  TSUGI_ASSIGN_OR_RETURN(out.recall, mean([](const Result& r) { return r.all.recall; }, any));
  TSUGI_ASSIGN_OR_RETURN(out.ndcg, mean([](const Result& r) { return r.all.ndcg; }, any));
  TSUGI_ASSIGN_OR_RETURN(out.phr, mean([](const Result& r) { return r.all.hit; }, any));
  TSUGI_ASSIGN_OR_RETURN(out.repeat_recall, mean([](const Result& r) { return r.repeat; },
                                                 [](const Asked& a) { return a.any_repeat; }));
  TSUGI_ASSIGN_OR_RETURN(out.explore_recall, mean([](const Result& r) { return r.explore; },
                                                  [](const Asked& a) { return a.any_explore; }));
  return out;
}

std::vector<std::pair<std::string, std::uint32_t>> SplitsOf(const models::NextBasketModel& model) {
  std::vector<std::pair<std::string, std::uint32_t>> out;
  for (const std::string_view name : models::NextBasketFeatureNames()) out.emplace_back(name, 0);
  for (const models::BoostedTrees& trees : model.trees()) {
    const std::vector<std::uint32_t> splits = trees.Splits();
    for (std::size_t f = 0; f < splits.size(); ++f) out[f].second += splits[f];
  }
  std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

absl::Status Check(const NextBasketEvaluationOptions& options) {
  if (options.k.empty()) return absl::InvalidArgumentError("k: none given");
  for (const std::size_t k : options.k) {
    if (k == 0) return absl::InvalidArgumentError("k: 0 must be 1 or more");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NextBasketTable> EvaluateNextBasket(const NextBasketData& data,
                                                   const NextBasketEvaluationOptions& options) {
  TSUGI_RETURN_IF_ERROR(Check(options));
  NextBasketTable table;
  table.k = options.k;
  table.products = data.targets.num_columns;
  table.left_out = data.left_out;
  const models::SparseMatrix targets = LearnedTargets(data, options.on_validation, table.learners);
  const models::SparseMatrix histories = models::DecayedVectors(data.Histories(), 1);
  const std::vector<Asked> asked = WhomToAsk(data, histories.View(), options.on_validation);
  if (asked.empty() || table.learners == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing to evaluate: ", asked.size(), " customers to ask about and ", table.learners,
        " to learn from, each with two orders or more; the split names them"));
  }
  table.customers = asked.size();
  for (const Asked& one : asked) {
    table.with_repeat += one.any_repeat ? 1 : 0;
    table.with_explore += one.any_explore ? 1 : 0;
  }
  models::NextBasketOptions model_options = options.model;
  model_options.boosting.seed = options.seed;
  model_options.sources.seed = options.seed;
  TSUGI_ASSIGN_OR_RETURN(const models::NextBasketModel model,
                         models::TrainNextBasket(data.Histories(), targets.View(), model_options));
  Evaluation evaluation(data, options, model);
  evaluation.Ask(asked);
  const models::BootstrapOptions bootstrap = {.resamples = options.resamples, .seed = options.seed};
  const std::vector<double> best = Recalls(evaluation.Results(kNextBasket, 0), asked);
  for (std::size_t row = 0; row < kRows; ++row) {
    NextBasketRow& out = table.rows.emplace_back();
    out.model = std::string(kRowNames[row]);
    for (std::size_t k = 0; k < options.k.size(); ++k) {
      TSUGI_ASSIGN_OR_RETURN(out.at.emplace_back(),
                             Summarise(evaluation.Results(row, k), asked, bootstrap));
    }
    TSUGI_ASSIGN_OR_RETURN(
        out.lead,
        models::BootstrapDifference(best, Recalls(evaluation.Results(row, 0), asked), bootstrap));
  }
  table.splits = SplitsOf(model);
  return table;
}

}  // namespace tsugi
