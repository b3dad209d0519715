#include "engine/training/config.h"

#include <array>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/time.h"
#include "engine/policy/node_reader.h"
#include "engine/policy/yaml_tree.h"
#include "models/ranker/trees.h"

namespace tsugi {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kTopKeys = {
    "history", "popularity", "co_purchase", "item_regression", "ials", "ranker"};
constexpr std::array<std::string_view, 1> kHistoryKeys = {"half_life"};
constexpr std::array<std::string_view, 3> kPopularityKeys = {
    "recent_half_life", "segment_prior_orders", "ranked_items"};
constexpr std::array<std::string_view, 3> kCoPurchaseKeys = {"size_exponent", "neighbours",
                                                             "min_pair_orders"};
constexpr std::array<std::string_view, 6> kRegressionKeys = {
    "form", "l2", "l2_per_order", "size_exponent", "kept", "neighbourhood"};
constexpr std::array<std::string_view, 6> kIalsKeys = {"dim", "epochs",      "unobserved_weight",
                                                       "l2",  "l2_exponent", "solver"};
constexpr std::array<std::string_view, 16> kRankerKeys = {
    "fit",           "model",        "replay_share",     "window", "windows", "max_orders",
    "carts",         "cart_at_most", "empty_carts",      "l2",     "trees",   "depth",
    "learning_rate", "leaf_l2",      "min_child_weight", "threads"};
constexpr std::array<std::string_view, 2> kRankerModels = {"auto", "logistic"};
constexpr std::array<std::string_view, 3> kForms = {"auto", "dense", "sparse"};
constexpr std::array<std::string_view, 2> kSolvers = {"conjugate_gradient", "cholesky"};

constexpr int kMostItems = 100'000;
constexpr double kMostL2 = 1e9;

// As MapReader::Duration, with the word `none` for no decay.
void ReadHalfLife(const MapReader& map, std::string_view key, absl::Duration* out) {
  const YamlNode* const node = map.Find(key);
  if (node == nullptr) return;
  if (node->kind == YamlNode::Kind::kScalar && node->text == "none") {
    *out = absl::InfiniteDuration();
    return;
  }
  map.Duration(key, absl::Seconds(1), out);
}

void ReadCount(const MapReader& map, std::string_view key, int low, int high, std::uint32_t* out) {
  int value = static_cast<int>(*out);
  map.Integer(key, low, high, &value);
  *out = static_cast<std::uint32_t>(value);
}

void ReadPopularity(const MapReader& top, TrainConfig& config) {
  const MapReader map(top.Find("popularity"), "popularity", kPopularityKeys, top.mistakes());
  ReadHalfLife(map, "recent_half_life", &config.recent_half_life);
  map.Number("segment_prior_orders", {0, kMostL2}, &config.popularity.segment_prior_orders);
  ReadCount(map, "ranked_items", 1, kMostItems, &config.popularity.ranked_items);
}

void ReadCoPurchase(const MapReader& top, models::CoPurchaseOptions& options) {
  const MapReader map(top.Find("co_purchase"), "co_purchase", kCoPurchaseKeys, top.mistakes());
  map.Number("size_exponent", {0, 4}, &options.size_exponent);
  ReadCount(map, "neighbours", 1, kMostItems, &options.neighbours);
  ReadCount(map, "min_pair_orders", 1, kMostItems, &options.min_pair_orders);
}

void ReadItemRegression(const MapReader& top, models::ItemRegressionOptions& options) {
  const MapReader map(top.Find("item_regression"), "item_regression", kRegressionKeys,
                      top.mistakes());
  std::size_t form = static_cast<std::size_t>(options.form);
  map.Choice("form", kForms, &form);
  options.form = static_cast<models::ItemRegressionForm>(form);
  map.Number("l2", {0, kMostL2, /*low_excluded=*/true}, &options.l2);
  map.Number("l2_per_order", {0, kMostL2}, &options.l2_per_order);
  map.Number("size_exponent", {0, 4}, &options.size_exponent);
  ReadCount(map, "kept", 1, kMostItems, &options.kept);
  ReadCount(map, "neighbourhood", 1, kMostItems, &options.neighbourhood);
}

void ReadIals(const MapReader& top, models::IalsOptions& options) {
  const MapReader map(top.Find("ials"), "ials", kIalsKeys, top.mistakes());
  ReadCount(map, "dim", 1, 2048, &options.dim);
  ReadCount(map, "epochs", 1, 1000, &options.epochs);
  map.Number("unobserved_weight", {0, 1000, /*low_excluded=*/true}, &options.unobserved_weight);
  map.Number("l2", {0, kMostL2, /*low_excluded=*/true}, &options.l2);
  map.Number("l2_exponent", {0, 2}, &options.l2_exponent);
  std::size_t solver = static_cast<std::size_t>(options.solver);
  map.Choice("solver", kSolvers, &solver);
  options.solver = static_cast<models::IalsSolver>(solver);
}

void ReadRanker(const MapReader& top, RankerConfig& config) {
  const MapReader map(top.Find("ranker"), "ranker", kRankerKeys, top.mistakes());
  map.Bool("fit", &config.fit);
  std::size_t model = static_cast<std::size_t>(config.model);
  map.Choice("model", kRankerModels, &model);
  config.model = static_cast<RankerChoice>(model);
  map.Duration("window", absl::Hours(1), &config.window);
  map.Integer("windows", 1, 100, &config.windows);
  map.Integer("carts", 1, 100, &config.carts);
  map.Number("replay_share", {0, 0.5, /*low_excluded=*/true}, &config.replay_share);
  map.Integer("max_orders", 1, std::numeric_limits<int>::max(), &config.max_orders);
  map.Integer("cart_at_most", 1, 1000, &config.cart_at_most);
  map.Number("empty_carts", {0, 1}, &config.empty_carts);
  map.Number("l2", {0, kMostL2}, &config.l2);
  models::BoostingOptions& boosting = config.boosting;
  ReadCount(map, "trees", 1, 10'000, &boosting.rounds);
  ReadCount(map, "depth", 1, static_cast<int>(models::kDeepestTree), &boosting.depth);
  map.Number("learning_rate", {0, 1, /*low_excluded=*/true}, &boosting.learning_rate);
  map.Number("leaf_l2", {0, kMostL2}, &boosting.l2);
  map.Number("min_child_weight", {0, kMostL2}, &boosting.min_child_weight);
  ReadCount(map, "threads", 1, 1024, &boosting.threads);
}

json HalfLifeJson(absl::Duration half_life) {
  if (half_life == absl::InfiniteDuration()) return "none";
  return base::FormatDuration(half_life);
}

}  // namespace

absl::StatusOr<TrainConfig> ParseTrainConfig(const std::string& name, const std::string& yaml) {
  TrainConfig config;
  std::vector<PolicyMistake> mistakes;
  const std::optional<YamlNode> tree = ReadYamlTree(yaml, &mistakes);
  MistakeList list;
  if (tree.has_value()) {
    const MapReader top(&*tree, "", kTopKeys, &list);
    const MapReader history(top.Find("history"), "history", kHistoryKeys, &list);
    ReadHalfLife(history, "half_life", &config.half_life);
    ReadPopularity(top, config);
    ReadCoPurchase(top, config.co_purchase);
    ReadItemRegression(top, config.item_regression);
    ReadIals(top, config.ials);
    ReadRanker(top, config.ranker);
  }
  for (PolicyMistake& mistake : std::move(list).Take()) mistakes.push_back(std::move(mistake));
  if (mistakes.empty()) return config;
  std::string message;
  for (const PolicyMistake& mistake : mistakes) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", name, ":", mistake.line, ":",
                    mistake.column, ": ", mistake.message);
  }
  return absl::InvalidArgumentError(message);
}

std::string ConfigJson(const TrainConfig& config) {
  const models::ItemRegressionOptions& regression = config.item_regression;
  const models::IalsOptions& ials = config.ials;
  const RankerConfig& ranker = config.ranker;
  json out;
  out["history"] = {{"half_life", HalfLifeJson(config.half_life)}};
  out["popularity"] = {{"recent_half_life", HalfLifeJson(config.recent_half_life)},
                       {"segment_prior_orders", config.popularity.segment_prior_orders},
                       {"ranked_items", config.popularity.ranked_items}};
  out["co_purchase"] = {{"size_exponent", config.co_purchase.size_exponent},
                        {"neighbours", config.co_purchase.neighbours},
                        {"min_pair_orders", config.co_purchase.min_pair_orders}};
  out["item_regression"] = {{"form", kForms[static_cast<std::size_t>(regression.form)]},
                            {"l2", regression.l2},
                            {"l2_per_order", regression.l2_per_order},
                            {"size_exponent", regression.size_exponent},
                            {"kept", regression.kept},
                            {"neighbourhood", regression.neighbourhood}};
  out["ials"] = {{"dim", ials.dim},
                 {"epochs", ials.epochs},
                 {"unobserved_weight", ials.unobserved_weight},
                 {"l2", ials.l2},
                 {"l2_exponent", ials.l2_exponent},
                 {"solver", kSolvers[static_cast<std::size_t>(ials.solver)]}};
  out["ranker"] = {{"fit", ranker.fit},
                   {"model", kRankerModels[static_cast<std::size_t>(ranker.model)]},
                   {"replay_share", ranker.replay_share},
                   {"window", base::FormatDuration(ranker.window)},
                   {"windows", ranker.windows},
                   {"carts", ranker.carts},
                   {"trees", ranker.boosting.rounds},
                   {"depth", ranker.boosting.depth},
                   {"learning_rate", ranker.boosting.learning_rate},
                   {"leaf_l2", ranker.boosting.l2},
                   {"min_child_weight", ranker.boosting.min_child_weight},
                   {"threads", ranker.boosting.threads},
                   {"max_orders", ranker.max_orders},
                   {"cart_at_most", ranker.cart_at_most},
                   {"empty_carts", ranker.empty_carts},
                   {"l2", ranker.l2}};
  return out.dump();
}

}  // namespace tsugi
