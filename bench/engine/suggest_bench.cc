// How long one suggestion takes in process:
//
//   suggest_bench tsugi.db models/versions/VERSION [TREES DEPTH]
//
// Cart of 3, customer with 20 past orders, built-in default policy; then other carts, and the steps
// of the first apart. Given TREES and DEPTH, with so many boosted trees in place of the snapshot's
// ranker: their splits are drawn, which costs what learned ones would (every walk goes to the
// leaves, without branches), and the answers mean nothing.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/random.h"
#include "base/status_macros.h"
#include "bench/engine/measure.h"
#include "engine/features/features.h"
#include "engine/policy/parse.h"
#include "engine/snapshot/snapshot.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"
#include "models/ranker.h"

namespace tsugi {
namespace {

models::TreesModel DrawTrees(std::uint32_t trees, std::uint32_t depth) {
  base::Random random(1);
  models::TreesModel model;
  model.depth = depth;
  model.num_trees = trees;
  model.base = -4;
  for (std::size_t i = 0; i < trees * model.View().inner_nodes(); ++i) {
    model.features.push_back(static_cast<std::uint32_t>(random.Below(kFeatureCount)));
    model.thresholds.push_back(static_cast<float>(random.Below(1000)) / 250);
  }
  for (std::size_t i = 0; i < trees * model.View().num_leaves(); ++i) {
    model.leaves.push_back(static_cast<float>(random.Below(100)) / 1000);
  }
  return model;
}

// The snapshot's models with a ranker of such trees, which must outlive them.
std::shared_ptr<const ModelSet> WithTrees(const Snapshot& snapshot,
                                          const models::TreesModel& trees) {
  static constexpr std::array<double, 2> kCalibration = {0, 1};
  auto models = std::make_shared<ModelSet>(snapshot.models());
  models->ranker = models::RankerView{models::RankerKind::kBoostedTrees, kFeatureCount,
                                      kFeatureVersion, kCalibration, trees.View()};
  return models;
}

absl::Status Run(const char* store_path, const char* snapshot_path, std::uint32_t num_trees,
                 std::uint32_t depth) {
  TSUGI_ASSIGN_OR_RETURN(const auto store, OpenStore(store_path, {.read_only = true}));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  TSUGI_ASSIGN_OR_RETURN(const auto snapshot, Snapshot::Open(snapshot_path));
  FactIndex index;
  Follower follower(store.get(), &index);
  TSUGI_RETURN_IF_ERROR(follower.CatchUp());
  EngineOptions options;
  options.settings = info.settings;
  TSUGI_ASSIGN_OR_RETURN(const auto engine, Engine::Create(&index, DefaultPolicy(), options));
  const models::TreesModel trees = DrawTrees(num_trees, depth);
  std::shared_ptr<const ModelSet> models{snapshot, &snapshot->models()};
  if (num_trees > 0) models = WithTrees(*snapshot, trees);
  TSUGI_RETURN_IF_ERROR(engine->SetModel("stable", snapshot->version(), models));
  std::printf("%zu products, %zu customers, %u products in the model\n", index.num_products(),
              index.num_customers(), static_cast<unsigned>(snapshot->models().product_ids.size()));
  const auto known = MakeRequests(index, 1000, 3, 20);
  Measure("cart of 3, 20 past orders", *engine, known, 10);
  MeasureSteps(*engine, known, 5);
  Measure("cart of 3, unknown visitor", *engine, MakeRequests(index, 1000, 3, 0), 10);
  Measure("cart of 10, 20 past orders", *engine, MakeRequests(index, 1000, 10, 20), 10);
  Measure("empty cart, 20 past orders", *engine, MakeRequests(index, 1000, 0, 20), 10);
  return absl::OkStatus();
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: suggest_bench STORE SNAPSHOT_DIRECTORY [TREES DEPTH]\n");
    return 2;
  }
  const auto number = [&](int i) {
    return argc > i ? static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)) : 0;
  };
  const absl::Status status = tsugi::Run(argv[1], argv[2], number(3), number(4));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
