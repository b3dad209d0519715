#include "tests/service/server/live_server.h"

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/training/train.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::testing {
namespace {

constexpr int kOrders = 200;
constexpr std::uint64_t kProducts = 20;

Product PlanOf(const std::string& id, int tier, int price) {
  Product plan;
  plan.id = id;
  plan.name = id;
  plan.kind = ProductKind::kPlan;
  plan.family = "plans";
  plan.tier = tier;
  plan.price = base::Decimal::FromUnits(price);
  return plan;
}

std::string Publish(Registry* registry, std::uint64_t seed) {
  MemoryStore store;
  EXPECT_OK(store.Put(LiveShop()));
  TrainOptions options;
  options.seed = seed;
  options.config.ials.dim = 4;
  options.config.ials.epochs = 1;
  options.config.ranker.fit = false;
  options.now = absl::Now();
  const auto result = Train(store, *registry, options);
  EXPECT_OK(result);
  return result.ok() ? result->version : "";
}

}  // namespace

absl::StatusOr<WriteResult> GatedStore::Write(std::span<const Fact> facts, absl::Time now) {
  {
    base::MutexLock lock(&gate_mutex_);
    ++waiting_;
    changed_.notify_all();
    while (closed_) changed_.wait(gate_mutex_);
    --waiting_;
  }
  return MemoryStore::Write(facts, now);
}

void GatedStore::Close() {
  base::MutexLock lock(&gate_mutex_);
  closed_ = true;
}

void GatedStore::Open() {
  base::MutexLock lock(&gate_mutex_);
  closed_ = false;
  changed_.notify_all();
}

void GatedStore::AwaitWaiting(int n) {
  base::MutexLock lock(&gate_mutex_);
  while (waiting_ < n) changed_.wait(gate_mutex_);
}

std::vector<Fact> LiveShop() {
  std::vector<Fact> facts = SampleFacts(kOrders, kProducts);
  for (std::uint64_t i = 0; i < kProducts; ++i) {
    Product product;
    product.id = absl::StrCat("P", i);
    product.name = absl::StrCat("Product ", i);
    product.price = base::Decimal::FromUnits(10);
    facts.emplace_back(product);
  }
  facts.emplace_back(PlanOf("basic", 1, 10));
  facts.emplace_back(PlanOf("pro", 2, 25));
  for (const char* id : {"S0", "S1", "S2"}) {
    Subscription subscription;
    subscription.id = id;
    subscription.customer_id = absl::StrCat("C", id + 1);
    subscription.product_id = "basic";
    subscription.started_at = At("2024-01-01");
    subscription.renews_at = absl::Now() + absl::Hours(24 * 10);
    facts.emplace_back(subscription);
  }
  return facts;
}

TrainedVersions CopyModels(const std::string& directory) {
  static const TempDir temp;
  static const TrainedVersions versions = [] {
    Registry registry(temp.path());
    TrainedVersions made{Publish(&registry, 1), Publish(&registry, 2)};
    EXPECT_NE(made.first, made.second);
    EXPECT_OK(registry.Promote(made.first, kStable));
    return made;
  }();
  std::filesystem::copy(temp.path(), directory, std::filesystem::copy_options::recursive);
  return versions;
}

LiveServer::LiveServer(const LiveOptions& options) {
  auto store = std::make_unique<GatedStore>();
  store_ = store.get();
  EXPECT_OK(store->Put(LiveShop()));
  ApplicationOptions application;
  application.models = temp_.File("models");
  application.policy = options.policy;
  if (options.with_model) versions_ = CopyModels(application.models);
  auto made = Application::Create(std::move(store), application);
  EXPECT_OK(made);
  auto server = Server::Start(*std::move(made), options.server);
  EXPECT_OK(server);
  server_ = *std::move(server);
  channel_ = NewChannel(server_->address());
}

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace tsugi::testing
