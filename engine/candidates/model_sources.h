// Candidates that the models propose, on scratch memory that a thread keeps.
#ifndef TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_
#define TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "models/ials.h"

namespace tsugi {

// Collects into `out`; one instance a thread, reused from request to request. Between requests
// nothing is cleared: a slot whose stamp is not the request's counts as empty.
class ModelSources {
 public:
  // `taken`: products that are candidates of another kind already, sorted.
  absl::Status Collect(const BoundModel& model, const FactIndex& index, const Context& context,
                       const CandidateOptions& options, std::span<const ProductIndex> taken,
                       std::vector<Candidate>& out);

 private:
  // What the item models say of one item.
  struct Slot {
    float co_purchase = 0;
    float best = 0;  // the greatest single addend of co_purchase ...
    float regression = 0;
    float history = 0;
    std::uint32_t because = 0;   // ... and the seed it came from,
    std::uint32_t together = 0;  // the orders that held both
    std::uint32_t since = 0;     // and the day of the first
    std::uint32_t stamp = 0;
  };
  // Where the item stands in this request's lists.
  struct Mark {
    std::uint32_t history_stamp = 0;
    std::uint32_t history = 0;
    std::uint32_t pooled_stamp = 0;
  };
  struct Bought {
    std::uint32_t item = 0;
    std::uint32_t times = 0;
    base::Micros last = 0;
  };
  struct Ranked {
    float score = 0;
    std::uint32_t item = 0;
  };
  // The request at hand.
  struct Request {
    const BoundModel& model;
    const FactIndex& index;
    const Context& context;
    const CandidateOptions& options;
    std::span<const ProductIndex> taken;
    base::Micros at;
    std::uint32_t segment;
  };

  void Begin(const BoundModel& model);
  void FindHistory(const Request& request);
  void FindSeeds(const Request& request);
  void AddNeighbours(const models::CoPurchaseView& view);
  void AddRegression(const models::ItemRegressionView& view, std::span<const std::uint32_t> basket,
                     float Slot::*sum);
  Slot& Touch(std::uint32_t item);

  // The pool: items in `pool_` with their kinds, then products without an item in `strangers_`.
  void FillPool(const Request& request);
  void PoolRanked(const Request& request);
  void PoolCategories(const Request& request);
  void PoolCategory(const Request& request, std::uint32_t category);
  void PoolPopular(const Request& request);
  void TryProduct(const Request& request, ProductIndex product);
  // False once the pool is full.
  bool TryItem(const Request& request, std::uint32_t item);
  bool Admit(const Request& request, ProductIndex product, OfferKind* kind);

  absl::Status FoldIn(const Request& request);
  void Emit(const Request& request, std::vector<Candidate>& out);
  void FillEvidence(const Request& request, std::uint32_t item, Evidence& evidence) const;
  void FillScores(const Request& request, std::uint32_t item, SourceScores& scores) const;

  std::uint32_t stamp_ = 0;
  std::vector<Slot> slots_;
  std::vector<Mark> marks_;
  std::vector<std::uint32_t> touched_;
  std::vector<Bought> history_;                // newest first
  std::vector<std::uint32_t> basket_;          // items of cart and viewed products, ascending
  std::vector<std::uint32_t> seeds_;           // basket_, or recent history; ascending
  std::vector<std::uint32_t> recent_;          // recent history without the basket, ascending
  std::vector<std::uint32_t> unknown_groups_;  // categories of cart products without an item
  std::vector<Ranked> ranked_;
  std::vector<std::pair<ProductIndex, ProductRef>> complements_;  // by product
  std::vector<std::uint32_t> pool_;
  std::vector<OfferKind> pool_kinds_;
  std::vector<std::pair<ProductIndex, OfferKind>> strangers_;
  std::uint32_t wanted_ = 0;
  std::uint32_t unwanted_ = 0;
  std::vector<std::uint32_t> fold_items_;
  std::vector<float> factors_;
  std::vector<float> affinities_;
  models::IalsWorkspace workspace_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_
