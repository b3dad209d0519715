#include "engine/snapshot/manifest.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/snapshot/behaviour_json.h"

namespace tsugi {
namespace {

using nlohmann::json;

json TimeOrNull(const std::optional<absl::Time>& time) {
  return time.has_value() ? json(base::FormatTime(*time)) : json(nullptr);
}

std::optional<absl::Time> OptionalTime(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const absl::StatusOr<absl::Time> time = base::ParseTime(value.get<std::string>());
  return time.ok() ? std::optional(*time) : std::nullopt;
}

json ModelScalars(const ModelSet& models) {
  json result;
  result["popularity"] = {{"num_items", models.popularity.num_items},
                          {"num_segments", models.popularity.num_segments},
                          {"ranked_items", models.popularity.ranked_items}};
  result["co_purchase"] = {{"num_items", models.co_purchase.num_items},
                           {"num_orders", models.co_purchase.num_orders},
                           {"total_weight", models.co_purchase.total_weight}};
  result["item_regression"] = {{"num_items", models.item_regression.num_items},
                               {"form", static_cast<std::uint32_t>(models.item_regression.form)}};
  // Not there where the Gram matrix is not kept, as in snapshots of older builds.
  if (models.item_regression.gram_items > 0) {
    result["item_regression"]["gram_items"] = models.item_regression.gram_items;
  }
  result["ials"] = {{"dim", models.ials.dim},
                    {"num_items", models.ials.num_items},
                    {"solver", static_cast<std::uint32_t>(models.ials.solver)},
                    {"fold_in_steps", models.ials.fold_in_steps},
                    {"unobserved_weight", models.ials.unobserved_weight},
                    {"l2", models.ials.l2},
                    {"l2_exponent", models.ials.l2_exponent}};
  result["ranker"] = nullptr;
  if (models.ranker.has_value()) {
    result["ranker"] = {{"kind", static_cast<std::uint32_t>(models.ranker->kind)},
                        {"num_features", models.ranker->num_features},
                        {"feature_version", models.ranker->feature_version}};
    if (models.ranker->kind == models::RankerKind::kBoostedTrees) {
      result["ranker"]["depth"] = models.ranker->trees.depth;
      result["ranker"]["num_trees"] = models.ranker->trees.num_trees;
      result["ranker"]["base"] = models.ranker->trees.base;
    }
  }
  // Not there where no segment carries anything, as in snapshots of older builds.
  if (models.segment_pairs.prior_orders > 0) {
    result["segment_pairs"] = {{"prior_orders", models.segment_pairs.prior_orders}};
  }
  if (models.names.num_items > 0) result["names"] = {{"num_items", models.names.num_items}};
  // Not there where nothing was learned, as in snapshots of older builds.
  json behaviour = BehaviourJson(models.behaviour);
  if (!behaviour.is_null()) result["behaviour"] = std::move(behaviour);
  const LiveBasis& live = models.live;
  if (live.until != std::numeric_limits<base::Micros>::max()) {
    result["live"] = {{"until_micros", live.until},
                      {"l2", live.l2},
                      {"regression_exponent", live.regression_exponent},
                      {"co_purchase_exponent", live.co_purchase_exponent},
                      {"recent_days", live.recent_days},
                      {"recent_orders", live.recent_orders},
                      {"l2_per_order", live.l2_per_order},
                      {"kept", live.kept},
                      {"half_life_days", live.half_life_days}};
  }
  return result;
}

void ReadLive(const json& in, LiveBasis& live) {
  live = LiveBasis();
  if (in.is_null()) return;
  in.at("until_micros").get_to(live.until);
  in.at("l2").get_to(live.l2);
  in.at("regression_exponent").get_to(live.regression_exponent);
  in.at("co_purchase_exponent").get_to(live.co_purchase_exponent);
  in.at("recent_days").get_to(live.recent_days);
  in.at("recent_orders").get_to(live.recent_orders);
  live.l2_per_order = in.value("l2_per_order", 0.0);
  live.kept = in.value("kept", std::uint32_t{0});
  live.half_life_days = in.value("half_life_days", 0.0);
}

void ReadModelScalars(const json& in, ModelSet& models) {
  const json& popularity = in.at("popularity");
  popularity.at("num_items").get_to(models.popularity.num_items);
  popularity.at("num_segments").get_to(models.popularity.num_segments);
  popularity.at("ranked_items").get_to(models.popularity.ranked_items);
  const json& pairs = in.at("co_purchase");
  pairs.at("num_items").get_to(models.co_purchase.num_items);
  pairs.at("num_orders").get_to(models.co_purchase.num_orders);
  pairs.at("total_weight").get_to(models.co_purchase.total_weight);
  models.segment_pairs.prior_orders = 0;
  if (in.contains("segment_pairs")) {
    in.at("segment_pairs").at("prior_orders").get_to(models.segment_pairs.prior_orders);
  }
  const json& regression = in.at("item_regression");
  regression.at("num_items").get_to(models.item_regression.num_items);
  models.item_regression.form =
      static_cast<models::ItemRegressionForm>(regression.at("form").get<std::uint32_t>());
  models.item_regression.gram_items = regression.value("gram_items", std::uint32_t{0});
  const json& ials = in.at("ials");
  ials.at("dim").get_to(models.ials.dim);
  ials.at("num_items").get_to(models.ials.num_items);
  models.ials.solver = static_cast<models::IalsSolver>(ials.at("solver").get<std::uint32_t>());
  ials.at("fold_in_steps").get_to(models.ials.fold_in_steps);
  ials.at("unobserved_weight").get_to(models.ials.unobserved_weight);
  ials.at("l2").get_to(models.ials.l2);
  ials.at("l2_exponent").get_to(models.ials.l2_exponent);
  ReadBehaviour(in.value("behaviour", json()), models.behaviour);
  models.names.num_items = in.value("names", json::object()).value("num_items", std::uint32_t{0});
  ReadLive(in.value("live", json()), models.live);
  models.ranker.reset();
  const json& ranker = in.at("ranker");
  if (ranker.is_null()) return;
  models::RankerView& view = models.ranker.emplace();
  view.kind = static_cast<models::RankerKind>(ranker.at("kind").get<std::uint32_t>());
  ranker.at("num_features").get_to(view.num_features);
  ranker.at("feature_version").get_to(view.feature_version);
  if (view.kind == models::RankerKind::kBoostedTrees) {
    ranker.at("depth").get_to(view.trees.depth);
    ranker.at("num_trees").get_to(view.trees.num_trees);
    ranker.at("base").get_to(view.trees.base);
  }
}

SnapshotInfo ReadInfo(const json& in) {
  SnapshotInfo info;
  in.at("seed").get_to(info.seed);
  const json& data = in.at("data");
  info.until = OptionalTime(data.at("until"));
  info.first_order = OptionalTime(data.at("first_order"));
  info.last_order = OptionalTime(data.at("last_order"));
  data.at("orders").get_to(info.orders);
  data.at("lines").get_to(info.lines);
  data.at("customers").get_to(info.customers);
  info.configuration = in.at("configuration").dump();
  info.report = in.at("report").dump();
  return info;
}

// May throw json::exception; see ReadManifest.
SnapshotManifest ParseManifest(const json& in, ModelSet& models) {
  SnapshotManifest manifest;
  manifest.info = ReadInfo(in);
  in.at("version").get_to(manifest.version);
  in.at("data").at("products").get_to(manifest.products);
  in.at("data").at("segments").get_to(manifest.segments);
  for (const json& file : in.at("files")) {
    manifest.files.push_back({.name = file.at("name").get<std::string>(),
                              .type = file.at("type").get<std::string>(),
                              .count = file.at("count").get<std::uint64_t>(),
                              .checksum = file.at("checksum").get<std::string>()});
  }
  ReadModelScalars(in.at("models"), models);
  return manifest;
}

// Times in words sort as the times do; only the day of the last order is in the name.
std::string VersionOf(const SnapshotInfo& info, const std::string& checksum) {
  const std::string day = info.last_order.has_value()
                              ? absl::FormatTime("%Y%m%d", *info.last_order, absl::UTCTimeZone())
                              : "nodata";
  return absl::StrCat(day, "-", checksum.substr(0, 8));
}

}  // namespace

absl::StatusOr<WrittenManifest> WriteManifest(const SnapshotInfo& info, const ModelSet& models,
                                              std::vector<SnapshotFile> files) {
  json configuration = json::parse(info.configuration, nullptr, /*allow_exceptions=*/false);
  json report = json::parse(info.report, nullptr, /*allow_exceptions=*/false);
  if (!configuration.is_object() || !report.is_object()) {
    return absl::InvalidArgumentError("configuration and report must be JSON objects");
  }
  json out;
  out["format"] = kSnapshotFormat;
  out["version"] = "";
  out["seed"] = info.seed;
  out["configuration"] = std::move(configuration);
  out["report"] = std::move(report);
  out["data"] = {{"until", TimeOrNull(info.until)},
                 {"first_order", TimeOrNull(info.first_order)},
                 {"last_order", TimeOrNull(info.last_order)},
                 {"orders", info.orders},
                 {"lines", info.lines},
                 {"customers", info.customers},
                 {"products", models.product_ids.size()},
                 {"segments", models.segments.size()}};
  out["models"] = ModelScalars(models);
  std::sort(files.begin(), files.end(),
            [](const SnapshotFile& a, const SnapshotFile& b) { return a.name < b.name; });
  out["files"] = json::array();
  for (const SnapshotFile& file : files) {
    out["files"].push_back({{"name", file.name},
                            {"type", file.type},
                            {"count", file.count},
                            {"checksum", file.checksum}});
  }
  WrittenManifest written;
  written.version = VersionOf(info, base::Checksum(out.dump(2)));
  out["version"] = written.version;
  written.text = absl::StrCat(out.dump(2), "\n");
  return written;
}

absl::StatusOr<SnapshotManifest> ReadManifest(std::string_view text, ModelSet& models) {
  const json in = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!in.is_object()) return absl::DataLossError("manifest.json: is no JSON object");
  const auto format = in.find("format");
  if (format == in.end() || !format->is_number_integer()) {
    return absl::DataLossError("manifest.json: format: missing");
  }
  if (*format > kSnapshotFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "manifest.json: format ", format->dump(), " is newer than format ", kSnapshotFormat,
        ", the newest this build reads; use a newer build or train again"));
  }
  try {
    return ParseManifest(in, models);
  } catch (const json::exception& error) {
    return absl::DataLossError(absl::StrCat("manifest.json: ", error.what()));
  }
}

std::string WriteTimes(const SnapshotTimes& times) {
  json out;
  out["created_at"] = base::FormatTime(times.created_at);
  out["steps"] = json::array();
  for (const auto& [step, seconds] : times.seconds) {
    out["steps"].push_back({{"step", step}, {"seconds", seconds}});
  }
  return absl::StrCat(out.dump(2), "\n");
}

SnapshotTimes ReadTimes(std::string_view text) {
  SnapshotTimes times;
  const json in = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!in.is_object()) return times;
  if (in.contains("created_at")) {
    times.created_at = OptionalTime(in["created_at"]).value_or(absl::InfinitePast());
  }
  if (!in.contains("steps") || !in["steps"].is_array()) return times;
  for (const json& step : in["steps"]) {
    if (!step.is_object() || !step.contains("step") || !step.contains("seconds") ||
        !step["step"].is_string() || !step["seconds"].is_number()) {
      continue;
    }
    times.seconds.emplace_back(step["step"].get<std::string>(), step["seconds"].get<double>());
  }
  return times;
}

}  // namespace tsugi
