// Candidates that the models propose, on scratch memory that a thread keeps.
#ifndef TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_
#define TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/live/live_model.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "models/ials.h"
#include "models/item_scores.h"

namespace tsugi {

// Collects into `out`; one instance a thread, reused from request to request.
//
// First one blend of all sources by item, which decides what is kept; then, by a second pass over
// the same rows, what each says of the few items that were. History only rescores what the cart
// proposes; where there is no cart, it proposes itself.
//
// Where orders came since the model (engine/live), the rows of products in them are the live ones,
// and products that the model does not know but those orders do have numbers behind its items'.
class ModelSources {
 public:
  // `taken`: products that are candidates of another kind already, sorted.
  absl::Status Collect(const BoundModel& model, const FactIndex& index, const Context& context,
                       const CandidateOptions& options, std::span<const ProductIndex> taken,
                       std::vector<Candidate>& out);

 private:
  // What the cart says of an item of the pool.
  struct Detail {
    float regression = 0;       // summed over the basket
    float regression_best = 0;  // the greatest addend
    float co_purchase = 0;      // summed over the seeds
    float because_score = 0;    // the greatest addend
    float confidence = 0;       // summed over the seeds
    float name = 0;             // the same
    float name_best = 0;        // the greatest addend
    std::uint32_t because_seed = 0;
    std::uint32_t because_row = 0;   // the seed's place in near_
    std::uint32_t because_pair = 0;  // position of the pair there
  };
  struct Bought {
    std::uint32_t item = 0;
    std::uint32_t times = 0;
    base::Micros last = 0;
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
    const LiveModel* live;  // null: no order since
    LiveModel::Totals totals;
    SoldSpan week;  // before `at`
    SoldSpan month;

    std::uint32_t ItemOf(ProductIndex product) const {
      const std::uint32_t item = model.ItemOf(product);
      return item == kNoItem && live != nullptr ? live->SlotOf(product) : item;
    }
    ProductIndex ProductOf(std::uint32_t item) const {
      return item < model.num_items() ? model.ProductOf(item) : live->ProductOf(item);
    }
  };
  // A source's row of the regression.
  struct Weights {
    std::span<const std::uint32_t> targets;
    const float* weights = nullptr;
  };

  void Begin(const Request& request);
  void Clear();
  void FindHistory(const Request& request);
  void FindSeeds(const Request& request);
  // The rows of seeds, basket and recent history, live where they are.
  void FindRows(const Request& request);
  void FindLiveRows(const Request& request);
  const LiveRow* FindLiveRow(const Request& request, std::uint32_t item);
  void PutLiveNeighbours(const Request& request, std::size_t seed, const LiveRow& row);
  // The first pass.
  void AddRows(const Request& request);
  void AddHistory();
  // The second one.
  void FindDetails(const ModelSet& models);
  void DetailNeighbours();
  // Positions of those that are in the pool, into matches_.
  std::span<const std::uint32_t> MatchesIn(std::span<const std::uint32_t> items);
  Detail& DetailOf(std::uint32_t item) { return details_[in_pool_[item] - 1]; }

  // The pool: items in `pool_` with their kinds, then products without an item in `strangers_`.
  void FillPool(const Request& request);
  void PoolRanked(const Request& request);
  // The items of the `most` greatest preliminary scores above 0, best first.
  std::span<const std::uint32_t> Rank(const Request& request, std::size_t most);
  // The same where products without an item may be among them: of equals by id.
  std::span<const std::uint32_t> ById(const Request& request, std::span<const std::uint32_t> best);
  // What is read of each ranked item lies far apart: the misses are taken all at once.
  static void PrefetchProduct(const Request& request, std::uint32_t item);
  static void PrefetchEntry(const Request& request,
                            std::uint32_t item);  // once the product is there
  void PrefetchPool(const Request& request) const;
  void PrefetchRows(const ModelSet& models) const;
  void PoolCategories(const Request& request);
  void PoolCategory(const Request& request, std::uint32_t category);
  void PoolPopular(const Request& request);
  void PoolHot(const Request& request);
  void TryProduct(const Request& request, ProductIndex product);
  // False once the pool is full.
  bool TryItem(const Request& request, std::uint32_t item);
  bool Admit(const Request& request, ProductIndex product, OfferKind* kind);

  absl::Status FoldIn(const Request& request);
  void Emit(const Request& request, std::vector<Candidate>& out);
  // `place` is the item's in the pool.
  void FillEvidence(const Request& request, std::size_t place, Evidence& evidence) const;
  void FillScores(const Request& request, std::size_t place, SourceScores& scores) const;
  void FillDemand(const Request& request, ProductIndex product, SourceScores& scores) const;
  // Places to the nearest seed in the order of product ids.
  float IdDistance(const Request& request, std::uint32_t item) const;

  models::ItemScores sums_;  // history in the background
  // By item, 1 + its place there; 0: it is not there. Narrow, for the cache's sake.
  using Place = std::uint16_t;
  static constexpr std::size_t kMostPlaces = std::numeric_limits<Place>::max();
  std::vector<Place> in_history_;
  std::vector<Place> in_pool_;
  std::vector<Bought> history_;               // newest first
  std::vector<std::uint32_t> basket_;         // items of cart and viewed products, ascending
  std::vector<std::uint32_t> seeds_;          // basket_, or recent history; ascending
  std::vector<std::uint32_t> recent_;         // recent history without the basket, ascending
  std::vector<models::ItemNeighbours> near_;  // by seed
  std::vector<std::uint32_t> base_orders_;    // the same: orders that hold the seed
  std::vector<ProductRef> seed_refs_;         // the same
  std::vector<Weights> basket_rows_;
  std::vector<Weights> recent_rows_;
  std::vector<LiveRow> made_rows_;  // made for this request; the first num_made_ count
  std::size_t num_made_ = 0;
  std::vector<std::vector<float>> live_scores_;  // by seed, of its live row
  std::vector<std::uint32_t> by_id_;
  std::vector<std::uint32_t> unknown_groups_;  // categories of cart products without an item
  std::vector<std::pair<ProductIndex, ProductRef>> complements_;  // by product
  std::vector<std::uint32_t> pool_;
  std::vector<OfferKind> pool_kinds_;
  std::vector<Detail> details_;  // of pool_
  std::vector<std::uint32_t> matches_;
  std::vector<std::pair<ProductIndex, OfferKind>> strangers_;
  std::uint32_t wanted_ = 0;
  std::uint32_t unwanted_ = 0;
  std::vector<float> factors_;
  std::vector<float> affinities_;
  std::vector<std::uint32_t> known_;  // seeds or pool, those of the model
  std::vector<float> known_affinities_;
  models::IalsWorkspace workspace_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_MODEL_SOURCES_H_
