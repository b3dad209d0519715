#include "models/next_basket/sources.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status_macros.h"

namespace tsugi::models {
namespace {

constexpr double kRepeatPrior = 10;  // history items added to each item's, at everyone's share

SparseMatrix DividedByRootOfSum(const SparseMatrix& from) {
  SparseMatrix out = from;
  for (std::size_t r = 0; r + 1 < out.offsets.size(); ++r) {
    const auto row =
        std::span(out.values).subspan(out.offsets[r], out.offsets[r + 1] - out.offsets[r]);
    float sum = 1;
    for (const float value : row) sum += value;
    for (float& value : row) value /= std::sqrt(sum);
  }
  return out;
}

// Sums of one fold (or of all learners), from which shares are made.
struct TargetSums {
  std::vector<double> share, weight, repeated, had;
  double learners = 0;

  explicit TargetSums(std::size_t items)
      : share(items, 0), weight(items, 0), repeated(items, 0), had(items, 0) {}

  void Add(std::span<const std::uint32_t> target, std::span<const std::uint32_t> history) {
    learners += 1;
    for (const std::uint32_t item : target) {
      share[item] += 1;
      weight[item] += 1 / static_cast<double>(target.size());
      if (std::binary_search(history.begin(), history.end(), item)) repeated[item] += 1;
    }
    for (const std::uint32_t item : history) had[item] += 1;
  }
};

std::vector<float> Shares(const std::vector<double>& all, const std::vector<double>& own,
                          double learners) {
  std::vector<float> out(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    out[i] = static_cast<float>((all[i] - own[i]) / std::max(learners, 1.0));
  }
  return out;
}

std::vector<float> RepeatShares(const TargetSums& all, const TargetSums& own) {
  double repeated = 0;
  double had = 1;
  for (std::size_t i = 0; i < all.had.size(); ++i) {
    repeated += all.repeated[i] - own.repeated[i];
    had += all.had[i] - own.had[i];
  }
  const double prior = kRepeatPrior * repeated / had;
  std::vector<float> out(all.had.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<float>((all.repeated[i] - own.repeated[i] + prior) /
                                (all.had[i] - own.had[i] + kRepeatPrior));
  }
  return out;
}

absl::Status Check(const BasketHistories& histories, const SparseView& targets,
                   const BasketSourceOptions& options) {
  TSUGI_RETURN_IF_ERROR(Validate(histories));
  TSUGI_RETURN_IF_ERROR(Validate(targets, "targets"));
  if (targets.rows() != histories.customers() || targets.num_columns != histories.items()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "targets: ", targets.rows(), " x ", targets.num_columns, " is not the shape of histories, ",
        histories.customers(), " x ", histories.items()));
  }
  if (!(options.decay >= 0 && options.decay <= 1)) {
    return absl::InvalidArgumentError(absl::StrCat("decay: ", options.decay, " must be in [0, 1]"));
  }
  if (options.folds < 2) return absl::InvalidArgumentError("folds: must be 2 or more");
  return absl::OkStatus();
}

}  // namespace

BasketSources::Workspace::Workspace(const BasketSources& sources)
    : customers(sources.histories_.customers()) {
  for (std::vector<float>& of_source : scores) of_source.assign(sources.histories_.items(), 0.0F);
}

absl::StatusOr<BasketSources> BasketSources::Train(const BasketHistories& histories,
                                                   const SparseView& targets,
                                                   const BasketSourceOptions& options) {
  TSUGI_RETURN_IF_ERROR(Check(histories, targets, options));
  BasketSources out(histories, targets);
  out.neighbours_ = options.neighbours;
  out.decayed_ = DecayedVectors(histories, options.decay);
  out.counts_ = DecayedVectors(histories, 1);
  out.unit_ = DividedByRootOfSum(out.decayed_);
  out.item_counts_ = CountBaskets(histories);
  out.transitions_ = CountTransitions(histories, {});
  out.CountTargets(options);
  TSUGI_ASSIGN_OR_RETURN(
      out.item_regression_,
      TrainItemRegression({.orders = out.counts_.View()},
                          {.l2 = options.item_l2, .size_exponent = 0, .keep_dense = true}));
  TSUGI_ASSIGN_OR_RETURN(
      out.co_purchase_,
      TrainCoPurchase({.orders = histories.baskets}, {.size_exponent = 0.5, .neighbours = 200}));
  out.user_neighbours_.emplace(out.decayed_.View());
  TSUGI_ASSIGN_OR_RETURN(
      TargetRegression regression,
      TargetRegression::Train(out.unit_.View(), targets, {.l2 = options.target_l2}));
  out.target_regression_ = std::move(regression);
  return out;
}

void BasketSources::CountTargets(const BasketSourceOptions& options) {
  const std::size_t items = histories_.items();
  base::Random random(options.seed);
  std::vector<TargetSums> folds(options.folds, TargetSums(items));
  TargetSums all(items);
  for (std::size_t c = 0; c < histories_.customers(); ++c) {
    const auto fold = static_cast<std::uint32_t>(random.Below(options.folds));
    learns_.push_back(targets_.Row(c).empty() ? 0 : 1);
    fold_.push_back(learns_[c] != 0 ? fold : options.folds);
    if (learns_[c] == 0) continue;
    folds[fold].Add(targets_.Row(c), counts_.View().Row(c));
    all.Add(targets_.Row(c), counts_.View().Row(c));
  }
  folds.emplace_back(items);  // nothing is left out for who is no learner
  for (const TargetSums& own : folds) {
    const double learners = all.learners - own.learners;
    folds_of_items_.share.push_back(Shares(all.share, own.share, learners));
    folds_of_items_.weight.push_back(Shares(all.weight, own.weight, learners));
    folds_of_items_.repeat.push_back(RepeatShares(all, own));
  }
}

void BasketSources::Score(std::uint32_t customer, Workspace& workspace) const {
  const auto out = [&](BasketSource source) { return std::span(Scores(workspace, source)); };
  std::ranges::copy(ByFold(folds_of_items_.share, customer),
                    out(BasketSource::kTargetShare).begin());
  std::ranges::copy(ByFold(folds_of_items_.weight, customer),
                    out(BasketSource::kTargetWeight).begin());
  target_regression_->Score(customer, out(BasketSource::kTargetRegression));
  const std::span<const std::uint32_t> items = decayed_.View().Row(customer);
  const std::span<const float> values = decayed_.View().RowValues(customer);
  item_regression_.View().Score(items, {}, out(BasketSource::kItemRegression));
  co_purchase_.View().Score(items, values, out(BasketSource::kCoPurchase));
  const SparseView shares = transitions_.shares.View();
  ScoreTransitions(shares, items, values, out(BasketSource::kTransitions));
  const std::span<const std::uint32_t> newest = histories_.BasketsOf(customer) > 0
                                                    ? histories_.Basket(customer, 0)
                                                    : std::span<const std::uint32_t>();
  ScoreTransitions(shares, newest, {}, out(BasketSource::kNewestTransitions));
  const auto near = user_neighbours_->Find(customer, neighbours_, {}, workspace.customers);
  AddNeighbourRows(near, decayed_.View(), false, out(BasketSource::kNeighbourHistory));
  const auto learned = user_neighbours_->Find(customer, neighbours_, learns_, workspace.customers);
  AddNeighbourRows(learned, targets_, true, out(BasketSource::kNeighbourTargets));
}

}  // namespace tsugi::models
