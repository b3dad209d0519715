#include "models/item_regression.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/item_regression/solve.h"

namespace tsugi::models {
namespace {

std::uint64_t DenseBytes(std::uint32_t num_items) {
  return std::uint64_t{8} * num_items * num_items;
}

absl::Status Check(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", value, " must be in [", low, ", ", high, "]"));
}

absl::Status ValidateOptions(const ItemRegressionOptions& options, std::uint32_t num_items) {
  if (!(options.l2 > 0) || std::isinf(options.l2)) {
    return absl::InvalidArgumentError(absl::StrCat("l2: ", options.l2, " must be above 0"));
  }
  TSUGI_RETURN_IF_ERROR(Check("l2_per_order", options.l2_per_order, 0, 1e9));
  TSUGI_RETURN_IF_ERROR(Check("size_exponent", options.size_exponent, 0, 4));
  if (options.neighbourhood == 0 || options.neighbourhood > 4096) {
    return absl::InvalidArgumentError(
        absl::StrCat("neighbourhood: ", options.neighbourhood, " must be in [1, 4096]"));
  }
  if (options.form == ItemRegressionForm::kDense &&
      DenseBytes(num_items) > options.max_dense_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "max_dense_bytes: ", num_items, " items take ", DenseBytes(num_items),
        " bytes in the dense form, more than ", options.max_dense_bytes, "; use the sparse form"));
  }
  return absl::OkStatus();
}

std::string Reason(std::uint32_t num_items, const ItemRegressionOptions& options,
                   ItemRegressionForm form) {
  const std::string size =
      absl::StrCat(num_items, " items, ", DenseBytes(num_items) >> 20, " MiB in the dense form");
  const std::string limits = absl::StrCat("the limits are ", options.max_dense_items, " items and ",
                                          options.max_dense_bytes >> 20, " MiB");
  const std::string name = form == ItemRegressionForm::kDense ? "dense form" : "sparse form";
  if (options.form != ItemRegressionForm::kAuto) return absl::StrCat(name, ": asked for");
  return absl::StrCat(name, ": ", size, "; ", limits);
}

}  // namespace

std::span<const std::uint32_t> ItemRegressionView::Targets(std::uint32_t source) const {
  return targets.subspan(offsets[source], offsets[source + 1] - offsets[source]);
}

std::span<const float> ItemRegressionView::Weights(std::uint32_t source) const {
  return weights.subspan(offsets[source], offsets[source + 1] - offsets[source]);
}

float ItemRegressionView::Weight(std::uint32_t source, std::uint32_t target) const {
  if (!dense.empty()) return dense[std::size_t{source} * num_items + target];
  const std::span<const std::uint32_t> row = Targets(source);
  const auto found = std::lower_bound(row.begin(), row.end(), target);
  if (found == row.end() || *found != target) return 0.0F;
  return Weights(source)[static_cast<std::size_t>(found - row.begin())];
}

void ItemRegressionView::Accumulate(std::span<const std::uint32_t> basket,
                                    std::span<const float> basket_weights,
                                    SparseAccumulator& sums) const {
  for (std::size_t b = 0; b < basket.size(); ++b) {
    const float weight = basket_weights.empty() ? 1.0F : basket_weights[b];
    const std::span<const std::uint32_t> row = Targets(basket[b]);
    const std::span<const float> values = Weights(basket[b]);
    for (std::size_t e = 0; e < row.size(); ++e) sums.Add(row[e], weight * values[e]);
  }
}

void ItemRegressionView::Score(std::span<const std::uint32_t> basket,
                               std::span<const float> basket_weights, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t b = 0; b < basket.size(); ++b) {
    const float weight = basket_weights.empty() ? 1.0F : basket_weights[b];
    if (!dense.empty()) {
      const std::span<const float> row =
          dense.subspan(std::size_t{basket[b]} * num_items, num_items);
      for (std::size_t i = 0; i < row.size(); ++i) out[i] += weight * row[i];
      continue;
    }
    const std::span<const std::uint32_t> row = Targets(basket[b]);
    const std::span<const float> values = Weights(basket[b]);
    for (std::size_t e = 0; e < row.size(); ++e) out[row[e]] += weight * values[e];
  }
}

ItemRegressionView ItemRegressionModel::View() const {
  return {num_items, form, offsets, targets, weights, dense, gram.empty() ? 0 : num_items, gram};
}

ItemRegressionForm ChooseForm(std::uint32_t num_items, const ItemRegressionOptions& options) {
  if (options.form != ItemRegressionForm::kAuto) return options.form;
  const bool fits =
      num_items <= options.max_dense_items && DenseBytes(num_items) <= options.max_dense_bytes;
  return fits ? ItemRegressionForm::kDense : ItemRegressionForm::kSparse;
}

absl::StatusOr<ItemRegressionModel> TrainItemRegression(const Baskets& baskets,
                                                        const ItemRegressionOptions& options) {
  const std::uint32_t num_items = baskets.orders.num_columns;
  TSUGI_RETURN_IF_ERROR(ValidateOptions(options, num_items));
  TSUGI_RETURN_IF_ERROR(Validate(baskets));
  ItemRegressionModel model;
  model.num_items = num_items;
  model.form = ChooseForm(num_items, options);
  model.form_reason = Reason(num_items, options, model.form);
  TSUGI_RETURN_IF_ERROR(model.form == ItemRegressionForm::kDense
                            ? SolveDense(baskets, options, model)
                            : SolveSparse(baskets, options, model));
  return model;
}

absl::StatusOr<ItemRegressionModel> SolveItemRegression(std::uint32_t num_items,
                                                        std::vector<float> gram,
                                                        const ItemRegressionOptions& options) {
  ItemRegressionModel model;
  model.num_items = num_items;
  model.form = ItemRegressionForm::kDense;
  model.form_reason = "dense form: solved from its Gram matrix";
  TSUGI_RETURN_IF_ERROR(SolveGram(std::move(gram), options, model));
  return model;
}

}  // namespace tsugi::models
