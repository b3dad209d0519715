// Which arrays a snapshot holds, under which names: the one list that writing, reading and the
// format's documentation follow.
#ifndef TSUGI_ENGINE_SNAPSHOT_ARRAYS_H_
#define TSUGI_ENGINE_SNAPSHOT_ARRAYS_H_

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "engine/snapshot/model_set.h"

namespace tsugi {

// Calls visit(name, span) for each array of the models. `Models` is ModelSet or const ModelSet.
template <typename Models, typename Visitor>
void VisitArrays(Models& models, Visitor&& visit) {
  auto& popularity = models.popularity;
  visit("popularity.item_orders", popularity.item_orders);
  visit("popularity.overall", popularity.overall);
  visit("popularity.recent", popularity.recent);
  visit("popularity.by_segment", popularity.by_segment);
  visit("popularity.ranked_overall", popularity.ranked_overall);
  visit("popularity.ranked_recent", popularity.ranked_recent);
  visit("popularity.ranked_segment", popularity.ranked_segment);
  auto& pairs = models.co_purchase;
  visit("co_purchase.item_orders", pairs.item_orders);
  visit("co_purchase.item_weights", pairs.item_weights);
  visit("co_purchase.offsets", pairs.offsets);
  visit("co_purchase.neighbours", pairs.neighbours);
  visit("co_purchase.pair_orders", pairs.pair_orders);
  visit("co_purchase.pair_weights", pairs.pair_weights);
  visit("co_purchase.scores", pairs.scores);
  visit("co_purchase.since", pairs.since);
  auto& within = models.segment_pairs;
  if (within.prior_orders > 0) {
    visit("segment_pairs.segment_offsets", within.segment_offsets);
    visit("segment_pairs.segment_orders", within.segment_orders);
    visit("segment_pairs.row_items", within.row_items);
    visit("segment_pairs.row_orders", within.row_orders);
    visit("segment_pairs.offsets", within.offsets);
    visit("segment_pairs.neighbours", within.neighbours);
    visit("segment_pairs.pair_orders", within.pair_orders);
    visit("segment_pairs.neighbour_orders", within.neighbour_orders);
  }
  auto& regression = models.item_regression;
  visit("item_regression.offsets", regression.offsets);
  visit("item_regression.targets", regression.targets);
  visit("item_regression.weights", regression.weights);
  if (regression.gram_items > 0) visit("item_regression.gram", regression.gram);
  visit("ials.item_factors", models.ials.item_factors);
  visit("ials.gramian", models.ials.gramian);
  auto& habits = models.behaviour;
  if (habits.habit_goes_on > 0) visit("habits.repeats_per_year", habits.repeats_per_year);
  if (habits.habit_begins > 0) {
    visit("habits.interval_days", habits.interval_days);
    visit("habits.beginnings", habits.beginnings.orders);
    visit("habits.beginnings_offsets", habits.beginnings.offsets);
    visit("habits.beginnings_bases", habits.beginnings.bases);
    visit("habits.beginnings_together", habits.beginnings.together);
  }
  if (models.names.num_items > 0) {
    visit("names.offsets", models.names.offsets);
    visit("names.neighbours", models.names.neighbours);
    visit("names.scores", models.names.scores);
  }
  if (!models.ranker.has_value()) return;
  visit("ranker.coefficients", models.ranker->coefficients);
  if (models.ranker->kind == models::RankerKind::kLogistic) return;
  visit("ranker.features", models.ranker->trees.features);
  visit("ranker.thresholds", models.ranker->trees.thresholds);
  visit("ranker.leaves", models.ranker->trees.leaves);
}

template <typename T>
constexpr const char* ArrayType() {
  if constexpr (std::is_same_v<T, std::uint32_t>) return "u32";
  if constexpr (std::is_same_v<T, std::uint64_t>) return "u64";
  if constexpr (std::is_same_v<T, float>) return "f32";
  if constexpr (std::is_same_v<T, double>) return "f64";
  return "u8";
}

// The name of an array's file: `co_purchase.offsets.u64`.
template <typename T>
std::string ArrayFileName(const std::string& name) {
  return name + "." + ArrayType<T>();
}

// Texts as two arrays: text i is bytes[offsets[i] .. offsets[i + 1]).
struct TextArrays {
  std::vector<std::uint64_t> offsets;
  std::string bytes;
};
TextArrays PackTexts(const std::vector<std::string>& texts);

// Errors: DATA_LOSS naming `name` for offsets that do not fit, or texts not strictly ascending.
absl::StatusOr<std::vector<std::string>> UnpackTexts(const std::string& name,
                                                     std::span<const std::uint64_t> offsets,
                                                     std::string_view bytes);

// OK if no index or offset of the models leads outside its array, sizes fit one another and all
// numbers are finite; so that serving needs no checks. Errors: DATA_LOSS naming the array.
absl::Status ValidateModels(const ModelSet& models);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_ARRAYS_H_
