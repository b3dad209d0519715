// A trained model brought up to the orders that came after it, known customers' and others',
// without training: what is bought together, how much of it, and products the model has never seen.
//
//   auto live = std::make_shared<LiveModel>(models, &index, product_of, item_of);
//   index.Follow(live);
//   index.SettleFollowers();
//   if (live->AnyAsOf(at)) {
//     const LiveRow* row = live->Row(slot, at, scratch);   // null: nothing since, ask the model
//
// Every answer is a function of the model, the index's order log and `at`: orders of after `at` do
// not count, and neither the order of arrival nor what is kept ready shows. A row is kept ready as
// of the newest order and made anew where its product was in an order (Settle, outside of
// requests); asked as of earlier, or before it is settled, it is made on the spot in some ten
// microseconds. (An order in the second in which the model's history ends may count twice.)
//
// The item regression is solved anew at boundaries (live_regression.h), which takes long and is
// done without the index's lock: Prepare, for an instant that is asked about; Keep, from time to
// time, for requests of now. Where neither was called, the boundary before counts: a server whose
// facts of before a boundary changed answers as it did until Keep has solved again.
//
// Memory: about 4 KiB a product that was in an order since, and once there was a boundary, of every
// product; 8 bytes each of the weights kept (100 a product) for each boundary that was asked about,
// kMostSolutions at most.
//
// Thread safety: as FactIndex: Touched and Settle under its write lock, Prepare and Keep without
// any lock of it, the rest under the read lock.
#ifndef TSUGI_ENGINE_LIVE_LIVE_MODEL_H_
#define TSUGI_ENGINE_LIVE_LIVE_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"
#include "engine/facts/ids.h"
#include "engine/live/live_regression.h"
#include "engine/live/live_row.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"

namespace tsugi {

class LiveModel : public OrderFollower {
 public:
  static constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

  // `item_of`: by product, kNoSlot where the model does not know it. `index` must outlive it.
  LiveModel(std::shared_ptr<const ModelSet> models, FactIndex* index,
            std::vector<ProductIndex> product_of, std::vector<std::uint32_t> item_of);

  void Touched(std::span<const ProductIndex> products) override;
  bool Settle() override;

  // Solves what answers at `at` count on, where that was not done or facts have changed since.
  void Prepare(base::Micros at);
  // The same, and has rows kept ready for it.
  void Keep(base::Micros at);

  // Is there an order of after the model, at `at` or before?
  bool AnyAsOf(base::Micros at) const { return oldest_ <= SecondAt(at); }
  // Once a request; see Share.
  struct Totals {
    std::uint32_t until = 0;  // the request's second
    double orders = 0;        // since
    double model_recent = 0;  // orders of the model and since, by how long ago they were
    double recent = 0;
    double recent_each = 0;  // what an order since weighs on average
  };
  Totals TotalsAsOf(base::Micros at) const;

  std::uint32_t num_slots() const { return static_cast<std::uint32_t>(product_of_.size()); }
  ProductIndex ProductOf(std::uint32_t slot) const { return product_of_[slot]; }
  // kNoSlot: neither the model nor an order since knows it.
  std::uint32_t SlotOf(ProductIndex product) const {
    return product.value() < slot_of_.size() ? slot_of_[product.value()] : kNoSlot;
  }
  // Does the second come after the first where all else is equal? Slots themselves mean nothing.
  bool IdBefore(std::uint32_t a, std::uint32_t b) const;

  // Orders since that hold the product.
  std::uint32_t OrdersOf(std::uint32_t slot, base::Micros at) const {
    return static_cast<std::uint32_t>(HoldingsOf(slot, SecondAt(at)).size());
  }
  // 1 / sqrt of the product's weighted orders, the model's and those since; 0: none.
  float InverseRoot(std::uint32_t slot, base::Micros at) const {
    const std::uint32_t until = SecondAt(at);
    return until >= newest_ ? inverse_roots_[slot] : InverseRootOf(slot, until);
  }
  // Of all slots, as they are kept; null where an order came after `at`.
  const float* InverseRoots(base::Micros at) const {
    return SecondAt(at) >= newest_ ? inverse_roots_.data() : nullptr;
  }
  // Null: the model's row holds. The row is kept by the model or is `scratch`.
  const LiveRow* Row(std::uint32_t slot, base::Micros at, LiveRow& scratch) const;
  // Slots that most orders since hold, best first, ties by id; at most kHot.
  static constexpr std::size_t kHot = 200;
  void Hot(base::Micros at, std::vector<std::uint32_t>& slots) const;

  // A share of orders by the model, brought up to `totals`: as if the model's orders had been seen
  // with those since. `recent`: weighed by how long ago they were, those since as if they were
  // spread evenly.
  float Share(std::uint32_t slot, float by_model, const Totals& totals) const;
  float RecentShare(std::uint32_t slot, float by_model, const Totals& totals) const;

 private:
  static constexpr std::size_t kMostSolutions = 32;
  struct Solution {
    std::uint64_t digest = 0;                          // of the orders before the boundary
    std::shared_ptr<const LiveRegression> regression;  // null: the model's own
  };
  struct Kept {
    LiveRow row;
    std::uint32_t last = 0;  // second of the last order in it
    bool ready = false;
  };

  std::span<const OrderLog::Holding> HoldingsOf(std::uint32_t slot, std::uint32_t until) const {
    return index_->order_log().Of(product_of_[slot], from_, until);
  }
  // Of the newest boundary that was solved for and counts at `until`; null: the model's own.
  const std::shared_ptr<const LiveRegression>& RegressionAt(std::uint32_t until) const;
  std::uint32_t BoundaryAt(std::uint32_t second) const {
    return models_->item_regression.gram_items == 0 ? 0 : SolveBoundary(from_, second);
  }
  bool IsSolved(std::uint32_t boundary) const;
  // With the same orders, where it was solved for another boundary.
  Solution SolvedBefore(std::uint32_t boundary) const;
  LiveOrders OrdersBefore(std::uint32_t boundary) const;
  void SolveFor(std::uint32_t boundary);

  float InverseRootOf(std::uint32_t slot, std::uint32_t until) const;
  // False: no order.
  bool MakeRow(std::uint32_t slot, std::uint32_t until, const LiveRegression* regression,
               LiveRow& row) const;

  const std::shared_ptr<const ModelSet> models_;
  FactIndex* const index_;
  const std::uint32_t from_;  // the first second that counts
  std::uint32_t oldest_ = std::numeric_limits<std::uint32_t>::max();  // seconds of orders since
  std::uint32_t newest_ = 0;
  std::vector<ProductIndex> product_of_;  // by slot
  std::vector<std::uint32_t> slot_of_;    // by product
  std::vector<float> inverse_roots_;      // by slot, as of the newest order
  std::vector<Kept> rows_;                // by slot
  std::vector<std::uint32_t> unsettled_;
  std::map<std::uint32_t, Solution> solutions_;  // by boundary
  std::shared_ptr<const LiveRegression> kept_;   // what rows are kept ready for
  base::Mutex solving_;                          // held while one is solved
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIVE_LIVE_MODEL_H_
