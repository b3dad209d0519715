// The engine as a seller: the one place where the simulator touches the serving path. Facts go in
// (FactIndex::Apply, as a follower of the store would), Engine::Suggest answers, models are trained
// on the facts so far. No truth of the market can come here: this file knows neither World nor
// Customer.
//
// Not thread-safe.
#ifndef TSUGI_SIMULATOR_ENGINE_SELLER_H_
#define TSUGI_SIMULATOR_ENGINE_SELLER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "engine/policy/policy.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"
#include "engine/store/store.h"
#include "engine/suggest/engine.h"
#include "simulator/seller.h"
#include "simulator/shop_window.h"

namespace tsugi::simulator {

// The facts as the store would hand them to a follower: with a seq, and since when they hold.
class FactLog {
 public:
  // The change that was added; valid until the next Add.
  const Change& Add(const Fact& fact);
  std::span<const Change> all() const { return changes_; }

 private:
  std::vector<Change> changes_;
  Seq seq_ = 0;
};

// Models of everything in the log before `until`.
absl::StatusOr<std::shared_ptr<const ModelSet>> TrainOn(std::span<const Change> changes,
                                                        FactIndex* index, absl::Time until,
                                                        std::uint64_t seed);

struct EngineSellerOptions {
  Policy policy;
  int retrain_days = 30;  // 0: never
  std::uint64_t seed = 1;
  // Trained on what the seller is handed first; null: it trains on the first day itself.
  std::shared_ptr<const ModelSet> models;
  absl::Time start;  // midnight of day 0
};

class EngineSeller : public Seller {
 public:
  static absl::StatusOr<std::unique_ptr<EngineSeller>> Create(EngineSellerOptions options);

  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) override;
  void Hear(const Fact& fact) override;
  absl::Status StartDay(int day) override;

 private:
  explicit EngineSeller(EngineSellerOptions options) : options_(std::move(options)) {}

  // The model in hand on the first day, a new one when it is time.
  absl::Status Learn(int day);
  absl::Status Retrain(int day);

  const EngineSellerOptions options_;
  FactLog log_;
  FactIndex index_;
  std::unique_ptr<Engine> engine_;
  ShopWindow window_;  // numbers of items and customers
  int trained_on_ = -1;
  int versions_ = 0;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_ENGINE_SELLER_H_
