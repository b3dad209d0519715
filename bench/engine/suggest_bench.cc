// How long one suggestion takes in process:
//
//   suggest_bench tsugi.db models/versions/VERSION
//
// Cart of 3, customer with 20 past orders, built-in default policy; then other carts, and the steps
// of the first apart.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/status_macros.h"
#include "bench/engine/measure.h"
#include "engine/policy/parse.h"
#include "engine/snapshot/snapshot.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"

namespace tsugi {
namespace {

absl::Status Run(const char* store_path, const char* snapshot_path) {
  TSUGI_ASSIGN_OR_RETURN(const auto store, OpenStore(store_path, {.read_only = true}));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  TSUGI_ASSIGN_OR_RETURN(const auto snapshot, Snapshot::Open(snapshot_path));
  FactIndex index;
  Follower follower(store.get(), &index);
  TSUGI_RETURN_IF_ERROR(follower.CatchUp());
  EngineOptions options;
  options.settings = info.settings;
  TSUGI_ASSIGN_OR_RETURN(const auto engine, Engine::Create(&index, DefaultPolicy(), options));
  TSUGI_RETURN_IF_ERROR(
      engine->SetModel("stable", snapshot->version(), {snapshot, &snapshot->models()}));
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
    std::fprintf(stderr, "usage: suggest_bench STORE SNAPSHOT_DIRECTORY\n");
    return 2;
  }
  const absl::Status status = tsugi::Run(argv[1], argv[2]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
