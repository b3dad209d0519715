#include "engine/snapshot/arrays.h"

#include <cmath>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/snapshot/behaviour_json.h"

namespace tsugi {
namespace {

absl::Status Damaged(const std::string& name, const std::string& what) {
  return absl::DataLossError(
      absl::StrCat(name, ": ", what, "; the snapshot is damaged: train again or roll back"));
}

absl::Status CheckSize(const std::string& name, std::uint64_t size, std::uint64_t wanted) {
  if (size == wanted) return absl::OkStatus();
  return Damaged(name, absl::StrCat("has ", size, " elements where ", wanted, " belong"));
}

absl::Status CheckIndexes(const std::string& name, std::span<const std::uint32_t> values,
                          std::uint64_t size, std::uint32_t bound) {
  TSUGI_RETURN_IF_ERROR(CheckSize(name, values.size(), size));
  for (const std::uint32_t value : values) {
    if (value >= bound) return Damaged(name, absl::StrCat("holds item ", value, " of ", bound));
  }
  return absl::OkStatus();
}

template <typename T>
absl::Status CheckNumbers(const std::string& name, std::span<const T> values, std::uint64_t size) {
  TSUGI_RETURN_IF_ERROR(CheckSize(name, values.size(), size));
  for (const T value : values) {
    if (!std::isfinite(value)) return Damaged(name, "holds a number that is not finite");
  }
  return absl::OkStatus();
}

// `rows` rows over `entries` entries. A matrix of no row may come without offsets.
absl::Status CheckOffsets(const std::string& name, std::span<const std::uint64_t> offsets,
                          std::uint64_t rows, std::uint64_t entries) {
  if (rows == 0 && offsets.empty() && entries == 0) return absl::OkStatus();
  TSUGI_RETURN_IF_ERROR(CheckSize(name, offsets.size(), rows + 1));
  if (offsets.front() != 0 || offsets.back() != entries) {
    return Damaged(name, absl::StrCat("does not run from 0 to ", entries));
  }
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] < offsets[i - 1]) return Damaged(name, absl::StrCat("falls at row ", i - 1));
  }
  return absl::OkStatus();
}

absl::Status CheckPopularity(const ModelSet& models) {
  const models::PopularityView& m = models.popularity;
  const std::uint64_t items = models.product_ids.size();
  const std::uint64_t segments = models.segments.size();
  const std::uint64_t ranked = m.ranked_items;
  TSUGI_RETURN_IF_ERROR(CheckSize("popularity.num_items", m.num_items, items));
  TSUGI_RETURN_IF_ERROR(CheckSize("popularity.num_segments", m.num_segments, segments));
  TSUGI_RETURN_IF_ERROR(CheckSize("popularity.item_orders", m.item_orders.size(), items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("popularity.overall", m.overall, items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("popularity.recent", m.recent, items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("popularity.by_segment", m.by_segment, segments * items));
  TSUGI_RETURN_IF_ERROR(
      CheckIndexes("popularity.ranked_overall", m.ranked_overall, ranked, m.num_items));
  TSUGI_RETURN_IF_ERROR(
      CheckIndexes("popularity.ranked_recent", m.ranked_recent, ranked, m.num_items));
  return CheckIndexes("popularity.ranked_segment", m.ranked_segment, segments * ranked,
                      m.num_items);
}

absl::Status CheckCoPurchase(const ModelSet& models) {
  const models::CoPurchaseView& m = models.co_purchase;
  const std::uint64_t items = models.product_ids.size();
  const std::uint64_t pairs = m.neighbours.size();
  TSUGI_RETURN_IF_ERROR(CheckSize("co_purchase.num_items", m.num_items, items));
  TSUGI_RETURN_IF_ERROR(CheckSize("co_purchase.item_orders", m.item_orders.size(), items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("co_purchase.item_weights", m.item_weights, items));
  TSUGI_RETURN_IF_ERROR(CheckOffsets("co_purchase.offsets", m.offsets, items, pairs));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("co_purchase.neighbours", m.neighbours, pairs, m.num_items));
  TSUGI_RETURN_IF_ERROR(CheckSize("co_purchase.pair_orders", m.pair_orders.size(), pairs));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("co_purchase.pair_weights", m.pair_weights, pairs));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("co_purchase.scores", m.scores, pairs));
  return CheckSize("co_purchase.since", m.since.size(), pairs);
}

absl::Status CheckSegmentPairs(const ModelSet& models) {
  const models::SegmentPairsView& m = models.segment_pairs;
  if (!(m.prior_orders > 0)) return absl::OkStatus();
  const auto items = static_cast<std::uint32_t>(models.product_ids.size());
  const std::uint64_t segments = models.segments.size();
  const std::uint64_t rows = m.row_items.size();
  const std::uint64_t pairs = m.neighbours.size();
  TSUGI_RETURN_IF_ERROR(
      CheckOffsets("segment_pairs.segment_offsets", m.segment_offsets, segments, rows));
  TSUGI_RETURN_IF_ERROR(
      CheckSize("segment_pairs.segment_orders", m.segment_orders.size(), segments));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("segment_pairs.row_items", m.row_items, rows, items));
  TSUGI_RETURN_IF_ERROR(CheckSize("segment_pairs.row_orders", m.row_orders.size(), rows));
  TSUGI_RETURN_IF_ERROR(CheckOffsets("segment_pairs.offsets", m.offsets, rows, pairs));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("segment_pairs.neighbours", m.neighbours, pairs, items));
  TSUGI_RETURN_IF_ERROR(CheckSize("segment_pairs.pair_orders", m.pair_orders.size(), pairs));
  return CheckSize("segment_pairs.neighbour_orders", m.neighbour_orders.size(), pairs);
}

absl::Status CheckItemRegression(const ModelSet& models) {
  const models::ItemRegressionView& m = models.item_regression;
  const std::uint64_t items = models.product_ids.size();
  const std::uint64_t entries = m.targets.size();
  TSUGI_RETURN_IF_ERROR(CheckSize("item_regression.num_items", m.num_items, items));
  TSUGI_RETURN_IF_ERROR(CheckOffsets("item_regression.offsets", m.offsets, items, entries));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("item_regression.targets", m.targets, entries, m.num_items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("item_regression.weights", m.weights, entries));
  if (m.gram_items == 0) return absl::OkStatus();
  TSUGI_RETURN_IF_ERROR(CheckSize("item_regression.gram_items", m.gram_items, items));
  return CheckNumbers("item_regression.gram", m.gram, items * (items + 1) / 2);
}

absl::Status CheckIals(const ModelSet& models) {
  const models::IalsView& m = models.ials;
  const std::uint64_t items = models.product_ids.size();
  TSUGI_RETURN_IF_ERROR(CheckSize("ials.num_items", m.num_items, items));
  TSUGI_RETURN_IF_ERROR(CheckNumbers("ials.item_factors", m.item_factors, items * m.dim));
  return CheckNumbers("ials.gramian", m.gramian, m.dim);
}

absl::Status CheckNames(const ModelSet& models) {
  const models::TextLikenessView& m = models.names;
  const std::uint64_t items = models.product_ids.size();
  const std::uint64_t pairs = m.neighbours.size();
  TSUGI_RETURN_IF_ERROR(CheckSize("names.num_items", m.num_items, items));
  TSUGI_RETURN_IF_ERROR(CheckOffsets("names.offsets", m.offsets, items, pairs));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("names.neighbours", m.neighbours, pairs, m.num_items));
  return CheckNumbers("names.scores", m.scores, pairs);
}

absl::Status CheckHabits(const ModelSet& models) {
  const Behaviour& m = models.behaviour;
  const auto items = static_cast<std::uint32_t>(models.product_ids.size());
  TSUGI_RETURN_IF_ERROR(
      CheckNumbers("habits.repeats_per_year", m.repeats_per_year, m.habit_goes_on > 0 ? items : 0));
  const std::uint32_t begun = m.habit_begins > 0 ? items : 0;
  TSUGI_RETURN_IF_ERROR(CheckNumbers("habits.interval_days", m.interval_days, begun));
  const HabitBeginnings& from = m.beginnings;
  const std::uint64_t pairs = from.bases.size();
  TSUGI_RETURN_IF_ERROR(CheckSize("habits.beginnings", from.orders.size(), begun));
  TSUGI_RETURN_IF_ERROR(CheckOffsets("habits.beginnings_offsets", from.offsets, begun, pairs));
  TSUGI_RETURN_IF_ERROR(CheckIndexes("habits.beginnings_bases", from.bases, pairs, items));
  return CheckSize("habits.beginnings_together", from.together.size(), pairs);
}

absl::Status CheckRanker(const models::RankerView& ranker) {
  if (ranker.kind == models::RankerKind::kLogistic) {
    return CheckNumbers("ranker.coefficients", ranker.coefficients,
                        std::uint64_t{ranker.num_features} + 1);
  }
  TSUGI_RETURN_IF_ERROR(CheckNumbers("ranker.coefficients", ranker.coefficients, 2));
  const models::TreesView& trees = ranker.trees;
  if (trees.depth < 1 || trees.depth > models::kDeepestTree) {
    return Damaged("ranker.features", absl::StrCat("are of trees of depth ", trees.depth));
  }
  const std::uint64_t inner = trees.inner_nodes() * trees.num_trees;
  TSUGI_RETURN_IF_ERROR(
      CheckIndexes("ranker.features", trees.features, inner, ranker.num_features));
  // A branch that ends early has thresholds of +infinity: they need not be finite.
  TSUGI_RETURN_IF_ERROR(CheckSize("ranker.thresholds", trees.thresholds.size(), inner));
  return CheckNumbers("ranker.leaves", trees.leaves, trees.num_leaves() * trees.num_trees);
}

}  // namespace

TextArrays PackTexts(const std::vector<std::string>& texts) {
  TextArrays out;
  out.offsets.reserve(texts.size() + 1);
  out.offsets.push_back(0);
  for (const std::string& text : texts) {
    out.bytes += text;
    out.offsets.push_back(out.bytes.size());
  }
  return out;
}

absl::StatusOr<std::vector<std::string>> UnpackTexts(const std::string& name,
                                                     std::span<const std::uint64_t> offsets,
                                                     std::string_view bytes) {
  if (offsets.empty()) return Damaged(name, "has no offsets");
  TSUGI_RETURN_IF_ERROR(CheckOffsets(name, offsets, offsets.size() - 1, bytes.size()));
  std::vector<std::string> texts;
  texts.reserve(offsets.size() - 1);
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    texts.emplace_back(bytes.substr(offsets[i], offsets[i + 1] - offsets[i]));
    if (i > 0 && texts[i - 1] >= texts[i]) {
      return Damaged(name, absl::StrCat("is not ascending at ", i));
    }
  }
  return texts;
}

absl::Status ValidateModels(const ModelSet& models) {
  TSUGI_RETURN_IF_ERROR(CheckPopularity(models));
  TSUGI_RETURN_IF_ERROR(CheckCoPurchase(models));
  TSUGI_RETURN_IF_ERROR(CheckSegmentPairs(models));
  TSUGI_RETURN_IF_ERROR(CheckItemRegression(models));
  TSUGI_RETURN_IF_ERROR(CheckIals(models));
  TSUGI_RETURN_IF_ERROR(ValidateBehaviour(models.behaviour));
  TSUGI_RETURN_IF_ERROR(CheckHabits(models));
  if (models.names.num_items > 0) TSUGI_RETURN_IF_ERROR(CheckNames(models));
  return models.ranker.has_value() ? CheckRanker(*models.ranker) : absl::OkStatus();
}

}  // namespace tsugi
