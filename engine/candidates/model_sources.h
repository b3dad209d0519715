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

// Collects into `out`; one instance a thread, reused from request to request.
//
// What the sources say of an item is added up in one array by item, a cache line each; the
// items that something proposed are listed, so that ranking and clearing cost what was touched,
// not the catalogue. History only rescores what the cart proposes; where there is no cart, it
// proposes itself.
class ModelSources {
 public:
  // `taken`: products that are candidates of another kind already, sorted.
  absl::Status Collect(const BoundModel& model, const FactIndex& index, const Context& context,
                       const CandidateOptions& options, std::span<const ProductIndex> taken,
                       std::vector<Candidate>& out);

 private:
  // What is known of one item; all 0 between requests.
  struct alignas(64) Sums {
    float regression = 0;  // over the basket
    float regression_best = 0;
    float co_purchase = 0;    // over the seeds
    float because_score = 0;  // the greatest of its addends
    float confidence = 0;
    float name = 0;
    float name_best = 0;
    std::uint32_t because_seed = 0;
    std::uint32_t because_pair = 0;  // position of the pair in the model's arrays
    std::uint32_t listed = 0;        // 1: stands in proposed_
  };
  // Where the item stands in this request's lists; another stamp than the request's: nowhere.
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
  void Clear(const models::ItemRegressionView& view);
  void FindHistory(const Request& request);
  void FindSeeds(const Request& request);
  void AddNeighbours(const models::CoPurchaseView& view);
  void AddRegression(const models::ItemRegressionView& view);
  void AddNames(const models::TextLikenessView& view);
  void AddHistory(const models::ItemRegressionView& view);
  std::uint32_t* List(std::uint32_t item, std::uint32_t* end);

  // The pool: items in `pool_` with their kinds, then products without an item in `strangers_`.
  void FillPool(const Request& request);
  void PoolRanked(const Request& request);
  // The items of the `most` greatest preliminary scores above 0 into ranked_, best first.
  void Rank(const CandidateOptions& options, std::size_t most);
  // A bound that at least `most` scores reach, and not many more; 0 where there are fewer.
  float LeastOf(std::size_t most) const;
  // What is read of each ranked item lies far apart: the misses are taken all at once.
  void Prefetch(const Request& request) const;
  void PrefetchRows(const ModelSet& models) const;
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
  void FillDemand(const Request& request, ProductIndex product, SourceScores& scores) const;
  // Places to the nearest seed in the order of product ids.
  float IdDistance(std::uint32_t item) const;

  std::uint32_t stamp_ = 0;
  std::vector<Sums> sums_;
  std::vector<float> history_sums_;  // by item, all 0 between requests
  std::vector<Mark> marks_;
  std::vector<std::uint32_t> proposed_;  // items listed; the first num_proposed_ count
  std::size_t num_proposed_ = 0;
  std::vector<Bought> history_;                // newest first
  std::vector<std::uint32_t> basket_;          // items of cart and viewed products, ascending
  std::vector<std::uint32_t> seeds_;           // basket_, or recent history; ascending
  std::vector<std::uint32_t> recent_;          // recent history without the basket, ascending
  std::vector<std::uint32_t> unknown_groups_;  // categories of cart products without an item
  std::vector<float> scores_;                  // of proposed_
  std::vector<Ranked> ranked_;                 // the first num_ranked_ count
  std::size_t num_ranked_ = 0;
  std::vector<std::pair<ProductIndex, ProductRef>> complements_;  // by product
  std::vector<std::uint32_t> pool_;
  std::vector<OfferKind> pool_kinds_;
  std::vector<std::pair<ProductIndex, OfferKind>> strangers_;
  std::uint32_t wanted_ = 0;
  std::uint32_t unwanted_ = 0;
  std::vector<float> factors_;
  std::vector<float> affinities_;
  models::IalsWorkspace workspace_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_
