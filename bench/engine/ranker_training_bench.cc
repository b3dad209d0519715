// Training of the ranker's trees beside XGBoost itself:
//
//   ranker_training_bench tsugi.db UNTIL [ROUNDS]
//
// The orders before UNTIL are replayed as in training; on their rows, in turns, our trees (softmax
// within a cart) and as many of XGBoost's own (binary:logistic, the same parameters, straight from
// its C API). Prints the medians and the ratio of ours to its own.
#include <xgboost/c_api.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/features/features.h"
#include "engine/store/store.h"
#include "engine/training/ranker_fit.h"
#include "engine/training/replay.h"
#include "engine/training/replay_case.h"
#include "engine/training/train.h"

namespace tsugi {
namespace {

using Steady = std::chrono::steady_clock;

double SecondsSince(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

absl::Status FromXgboost(int code) {
  return code == 0 ? absl::OkStatus() : absl::InternalError(XGBGetLastError());
}

absl::Status Boost(BoosterHandle booster, DMatrixHandle matrix,
                   const models::BoostingOptions& options) {
  const std::pair<const char*, std::string> parameters[] = {
      {"objective", "binary:logistic"},
      {"tree_method", "hist"},
      {"max_depth", absl::StrCat(options.depth)},
      {"eta", absl::StrCat(options.learning_rate)},
      {"min_child_weight", absl::StrCat(options.min_child_weight)},
      {"subsample", absl::StrCat(options.row_share)},
      {"colsample_bytree", absl::StrCat(options.feature_share)},
      {"lambda", absl::StrCat(options.l2)},
      {"max_bin", absl::StrCat(options.bins)},
      {"nthread", absl::StrCat(options.threads)},
      {"verbosity", "0"},
  };
  for (const auto& [name, value] : parameters) {
    TSUGI_RETURN_IF_ERROR(FromXgboost(XGBoosterSetParam(booster, name, value.c_str())));
  }
  for (std::uint32_t round = 0; round < options.rounds; ++round) {
    TSUGI_RETURN_IF_ERROR(
        FromXgboost(XGBoosterUpdateOneIter(booster, static_cast<int>(round), matrix)));
  }
  return absl::OkStatus();
}

absl::Status TrainByXgboost(const CaseRows& rows, const models::BoostingOptions& options) {
  DMatrixHandle matrix = nullptr;
  TSUGI_RETURN_IF_ERROR(FromXgboost(XGDMatrixCreateFromMat(rows.features.data(), rows.labels.size(),
                                                           kFeatureCount, -1e30F, &matrix)));
  const std::unique_ptr<void, int (*)(DMatrixHandle)> matrix_owner(matrix, XGDMatrixFree);
  TSUGI_RETURN_IF_ERROR(
      FromXgboost(XGDMatrixSetFloatInfo(matrix, "label", rows.labels.data(), rows.labels.size())));
  BoosterHandle booster = nullptr;
  TSUGI_RETURN_IF_ERROR(FromXgboost(XGBoosterCreate(&matrix, 1, &booster)));
  const std::unique_ptr<void, int (*)(BoosterHandle)> booster_owner(booster, XGBoosterFree);
  return Boost(booster, matrix, options);
}

absl::StatusOr<std::vector<ReplayCase>> ReplayAll(const ScannedStore& scanned,
                                                  const HistoryView& view,
                                                  const TrainConfig& config) {
  const std::vector<std::uint32_t> orders = OrdersToReplay(view, config.ranker);
  if (orders.empty()) return absl::FailedPreconditionError("no orders to replay");
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<TrainedModels> models,
                         TrainModels(view.Before(orders.front()), config, /*seed=*/1, nullptr, {},
                                     scanned.index.get()));
  const BoundModel model =
      BoundModel::Bind("replay", TrainedModels::SetOf(models), scanned.index.get());
  const base::ReaderLock lock(&scanned.index->mutex());
  const Replayer replayer(*view.history, *scanned.index, model, config.ranker, /*seed=*/1);
  std::vector<ReplayCase> cases;
  for (const std::uint32_t order : orders) {
    TSUGI_ASSIGN_OR_RETURN(cases.emplace_back(), replayer.Replay(order, /*cart=*/0));
  }
  return cases;
}

absl::Status Run(const char* store_path, const char* until, int rounds) {
  TSUGI_ASSIGN_OR_RETURN(const auto store, OpenStore(store_path, {.read_only = true}));
  TSUGI_ASSIGN_OR_RETURN(const absl::Time end, base::ParseTime(until));
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(*store));
  const TrainConfig config;
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ReplayCase> cases,
                         ReplayAll(scanned, scanned.history.AsOf(end), config));
  const CaseRows rows = JoinRows(cases);
  const models::BoostingOptions& options = config.ranker.boosting;
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    auto start = Steady::now();
    TSUGI_RETURN_IF_ERROR(FitTrees(rows, options).status());
    ours.push_back(SecondsSince(start));
    start = Steady::now();
    TSUGI_RETURN_IF_ERROR(TrainByXgboost(rows, options));
    theirs.push_back(SecondsSince(start));
    ratios.push_back(ours.back() / theirs.back());
  }
  std::printf(
      "%zu rows of %zu features, %u trees of depth %u, %u threads: ours %.3f s, "
      "xgboost %.3f s, ratio %.2f (medians of %d)\n",
      rows.labels.size(), kFeatureCount, options.rounds, options.depth, options.threads,
      Median(ours), Median(theirs), Median(ratios), rounds);
  return absl::OkStatus();
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: ranker_training_bench STORE UNTIL [ROUNDS]\n");
    return 2;
  }
  const int rounds = argc > 3 ? std::max(1, std::atoi(argv[3])) : 5;
  const absl::Status status = tsugi::Run(argv[1], argv[2], rounds);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
