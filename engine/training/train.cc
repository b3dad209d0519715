#include "engine/training/train.h"

#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "engine/history/builder.h"
#include "engine/state/resolve_context.h"
#include "engine/training/acceptance_step.h"
#include "engine/training/behaviour.h"

namespace tsugi {
namespace {

using nlohmann::json;

// Shares of the whole by step, for progress.
constexpr double kScanShare = 0.2;
constexpr double kReplayShare = 0.35;
constexpr double kModelsShare = 0.27;
constexpr double kBehaviourShare = 0.03;
constexpr double kAcceptanceShare = 0.05;
constexpr double kGateShare = 0.05;
constexpr double kWriteShare = 0.05;

json RankerJson(const RankerReport& report) {
  json out = {{"fitted", report.fitted}, {"why", report.why}};
  if (!report.fitted) return out;
  out["orders"] = {{"fit", report.fit_orders},
                   {"calibration", report.calibration_orders},
                   {"test", report.test_orders}};
  out["rows"] = report.rows;
  out["model"] = report.model;
  for (const RankerReport::Tried& tried : report.by_kind) {
    out["tried"][tried.kind] = {{"log_loss", tried.log_loss}, {"ndcg@10", tried.ndcg_at_10}};
  }
  out["log_loss"] = report.log_loss;
  out["base_log_loss"] = report.base_log_loss;
  out["calibration"] = {{"slope", report.calibration_slope},
                        {"intercept", report.calibration_intercept},
                        {"expected_error", report.expected_calibration_error}};
  out["coverage"] = report.coverage;
  for (const auto& [source, rate] : report.hit_rate_at_10) out["hr@10"][source] = rate;
  for (const auto& [name, value] : report.coefficients) out["coefficients"][name] = value;
  return out;
}

json AcceptanceJson(const AcceptanceReport& report) {
  json out = {{"fitted", report.fitted},
              {"why", report.why},
              {"shown", report.shown},
              {"accepted", report.accepted}};
  if (!report.fitted) return out;
  out["log_loss"] = report.log_loss;
  out["prior_log_loss"] = report.prior_log_loss;
  for (const auto& [name, value] : report.coefficients) out["coefficients"][name] = value;
  return out;
}

json GateJson(const GateReport& report) {
  return {{"passed", report.passed},
          {"forced", report.forced},
          {"why", report.why},
          {"against", report.against},
          {"orders", report.orders},
          {"hr@10", {{"new", report.hit_rate_at_10}, {"old", report.hit_rate_at_10_against}}},
          {"difference",
           {{"mean", report.difference.mean},
            {"low", report.difference.low},
            {"high", report.difference.high}}}};
}

// How much went into what was learned of customers as a whole; the parameters are the manifest's.
json LearnedJson(const Behaviour& behaviour) {
  constexpr std::array<const char*, kTransitionCount> kNames = {"upgrade", "loss", "conversion"};
  json out = {{"order_segments", behaviour.orders.size()},
              {"contract_groups", behaviour.contracts.size()},
              {"habits", behaviour.habit_goes_on > 0}};
  for (std::size_t t = 0; t < kTransitionCount; ++t) {
    const std::optional<TransitionModel>& model = behaviour.transitions[t];
    out["transitions"][kNames[t]] =
        model.has_value() ? json{{"rows", model->rows}, {"events", model->events}} : json(nullptr);
  }
  return out;
}

std::string ReportJson(const TrainedModels& models, const OrderHistory& history,
                       const RankerReport& ranker, const AcceptanceReport& acceptance,
                       const GateReport& gate) {
  const ModelSet& set = models.set();
  json out;
  out["baskets"] = models.rows();
  out["interactions"] = models.interactions();
  out["co_purchase_pairs"] = set.co_purchase.neighbours.size();
  out["item_regression"] = {{"weights", set.item_regression.targets.size()},
                            {"form", models.regression_form()}};
  out["ials_dim"] = set.ials.dim;
  out["returns"] = {{"matched", history.columns().returns.size()},
                    {"units_unmatched", history.columns().unmatched_returns}};
  out["ranker"] = RankerJson(ranker);
  out["acceptance"] = AcceptanceJson(acceptance);
  out["behaviour"] = LearnedJson(set.behaviour);
  if (gate.orders > 0) out["gate"] = GateJson(gate);
  return out.dump();
}

std::uint64_t CountCustomers(const HistoryView& view) {
  const HistoryColumns& columns = view.history->columns();
  std::vector<std::uint8_t> seen(columns.customer_ids.size(), 0);
  std::uint64_t count = 0;
  for (std::size_t order = 0; order < view.num_orders; ++order) {
    const std::uint32_t customer = columns.customers[order];
    if (customer == kNoIndex || seen[customer] != 0) continue;
    seen[customer] = 1;
    ++count;
  }
  return count;
}

SnapshotInfo InfoOf(const HistoryView& view, const TrainOptions& options, const TrainedSet& trained,
                    const GateReport& gate) {
  SnapshotInfo info;
  info.seed = options.seed;
  info.until = options.until;
  if (const auto range = view.Range(); range.has_value()) {
    info.first_order = base::FromMicros(range->first);
    info.last_order = base::FromMicros(range->second);
  }
  info.orders = view.num_orders;
  info.lines = view.num_lines();
  info.customers = CountCustomers(view);
  info.configuration = ConfigJson(options.config);
  info.report =
      ReportJson(*trained.models, *view.history, trained.ranker, trained.acceptance, gate);
  return info;
}

// A label must not move from a model that knows products to one that knows none by mistake.
absl::Status CheckMayReplace(const Registry& registry, const TrainOptions& options,
                             const TrainResult& result) {
  if (options.force || result.products > 0) return absl::OkStatus();
  const absl::StatusOr<std::string> current = registry.Resolve(options.label);
  if (!current.ok()) return absl::OkStatus();
  const absl::StatusOr<ModelInfo> model = registry.Show(*current);
  if (!model.ok() || model->manifest.products == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "version ", result.version, " knows no product, ", *current, " labelled ", options.label,
      " knows ", model->manifest.products, "; check `until` and the store, or use --force"));
}

absl::Status CheckGate(const TrainOptions& options, const TrainResult& result) {
  if (result.gate.passed || options.force) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("gate: version ", result.version, " is published without the label ",
                   options.label, ": ", result.gate.why, "; `tsugi models show ", result.version,
                   "` has its report, --force labels it all the same"));
}

// As requests are resolved, with the default's ownership and channels.
absl::StatusOr<ContextOptions> ContextOf(const Store& store) {
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store.Info());
  ContextOptions context;
  context.currency = info.settings.currency;
  if (!absl::LoadTimeZone(info.settings.time_zone, &context.zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("time_zone: \"", info.settings.time_zone,
                     "\" is not known on this machine; install its time zone data (tzdata)"));
  }
  return context;
}

absl::StatusOr<TrainResult> TrainOn(const Store& store, Registry& registry,
                                    const TrainOptions& options) {
  StepTimer timer(options.progress, options.cancelled);
  TSUGI_ASSIGN_OR_RETURN(ScannedStore scanned, ScanStore(store, &timer));
  const HistoryView view =
      options.until.has_value() ? scanned.history.AsOf(*options.until) : scanned.history.All();
  TSUGI_ASSIGN_OR_RETURN(const ContextOptions context, ContextOf(store));
  const TrainFrom from = {.view = view,
                          .showings = &scanned.showings,
                          .index = scanned.index.get(),
                          .until = options.until.value_or(options.now),
                          .context = context};
  TSUGI_ASSIGN_OR_RETURN(const TrainedSet trained,
                         TrainAll(from, options.config, options.seed, &timer));
  TrainResult result;
  if (!options.label.empty()) {
    TSUGI_RETURN_IF_ERROR(timer.Begin("gate", kGateShare));
    TSUGI_ASSIGN_OR_RETURN(result.gate, AskGate(registry, view, scanned.index.get(), trained.twin,
                                                {.label = options.label,
                                                 .config = options.config,
                                                 .seed = options.seed,
                                                 .cancelled = options.cancelled}));
    result.gate.forced = !result.gate.passed && options.force;
  }
  scanned.index.reset();  // its memory is not needed while writing
  TSUGI_RETURN_IF_ERROR(timer.Begin("write", kWriteShare));
  result.info = InfoOf(view, options, trained, result.gate);
  result.products = trained.models->set().product_ids.size();
  result.ranker = trained.ranker;
  result.acceptance = trained.acceptance;
  SnapshotContent content;
  content.models = trained.models->set();
  content.info = result.info;
  content.times = {.created_at = options.now, .seconds = timer.seconds()};
  TSUGI_ASSIGN_OR_RETURN(result.version, registry.Publish(content));
  if (!options.label.empty()) {
    TSUGI_RETURN_IF_ERROR(CheckMayReplace(registry, options, result));
    TSUGI_RETURN_IF_ERROR(CheckGate(options, result));
    TSUGI_RETURN_IF_ERROR(registry.Promote(result.version, options.label));
    result.label = options.label;
  }
  timer.End();
  result.times = {.created_at = options.now, .seconds = timer.seconds()};
  if (options.progress) options.progress({.step = "done", .fraction = 1});
  return result;
}

}  // namespace

absl::StatusOr<ScannedStore> ScanStore(const Store& store, StepTimer* timer) {
  constexpr std::size_t kBatch = 512;
  ScannedStore out;
  out.index = std::make_unique<FactIndex>();
  OrderHistoryBuilder builder;
  if (timer != nullptr) TSUGI_RETURN_IF_ERROR(timer->Begin("scan", kScanShare));
  std::vector<Change> batch;
  batch.reserve(kBatch);
  const auto flush = [&]() -> absl::Status {
    out.index->Apply(batch);
    batch.clear();
    return timer == nullptr ? absl::OkStatus() : timer->Advance(0);
  };
  const auto visit = [&](const Change& change) -> absl::Status {
    TSUGI_RETURN_IF_ERROR(builder.Add(change));
    out.showings.Add(change);
    batch.push_back(change);
    return batch.size() < kBatch ? absl::OkStatus() : flush();
  };
  TSUGI_RETURN_IF_ERROR(store.ReadChanges(0, visit).status());
  TSUGI_RETURN_IF_ERROR(flush());
  out.history = builder.Build();
  return out;
}

absl::StatusOr<TrainedSet> TrainWithRanker(const HistoryView& view, FactIndex* index,
                                           const TrainConfig& config, std::uint64_t seed,
                                           StepTimer* timer) {
  TSUGI_ASSIGN_OR_RETURN(RankerFit fit, FitRanker(view, index, config, seed, timer, kReplayShare));
  TrainedSet out;
  TSUGI_ASSIGN_OR_RETURN(out.models, TrainModels(view, config, seed, timer,
                                                 {.total = kModelsShare, .prefix = ""}, index));
  if (fit.ranker.has_value()) out.models->SetRanker(*std::move(fit.ranker));
  out.ranker = std::move(fit.report);
  out.twin = std::move(fit.twin);
  return out;
}

absl::StatusOr<TrainedSet> TrainAll(const TrainFrom& from, const TrainConfig& config,
                                    std::uint64_t seed, StepTimer* timer) {
  const auto begin = [&](const char* step, double share) {
    return timer == nullptr ? absl::OkStatus() : timer->Begin(step, share);
  };
  TSUGI_ASSIGN_OR_RETURN(TrainedSet trained,
                         TrainWithRanker(from.view, from.index, config, seed, timer));
  TSUGI_RETURN_IF_ERROR(begin("behaviour", kBehaviourShare));
  TSUGI_RETURN_IF_ERROR(LearnBehaviour(from.view, *from.index, trained.models.get()));
  TSUGI_RETURN_IF_ERROR(begin("acceptance", kAcceptanceShare));
  TSUGI_ASSIGN_OR_RETURN(
      trained.acceptance,
      LearnAcceptance(*from.showings, from.until, from.context, from.index, trained.models));
  return trained;
}

absl::StatusOr<TrainResult> Train(const Store& store, Registry& registry,
                                  const TrainOptions& options) {
  if (!options.label.empty()) TSUGI_RETURN_IF_ERROR(CheckLabel(options.label));
  absl::StatusOr<TrainResult> result = absl::InternalError("training did not run");
  base::WithThreads(options.threads, [&] { result = TrainOn(store, registry, options); });
  return result;
}

}  // namespace tsugi
