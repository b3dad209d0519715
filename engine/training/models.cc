#include "engine/training/models.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

std::vector<float> RecentWeights(const HistoryView& view, const HistoryBaskets& baskets,
                                 absl::Duration half_life) {
  std::vector<base::Micros> times;
  times.reserve(baskets.order_of_row.size());
  for (const std::uint32_t order : baskets.order_of_row) {
    times.push_back(view.history->columns().times[order]);
  }
  const double micros = half_life == absl::InfiniteDuration()
                            ? std::numeric_limits<double>::infinity()
                            : absl::ToDoubleMicroseconds(half_life);
  return models::RecencyWeights(times, times.empty() ? 0 : times.back(), micros);
}

}  // namespace

// The steps of one training, in order.
class ModelTrainer {
 public:
  ModelTrainer(const HistoryView& view, const TrainConfig& config, std::uint64_t seed,
               StepTimer* timer, const TrainShares& shares, const FactIndex* index)
      : view_(view), config_(config), seed_(seed), timer_(timer), shares_(shares), index_(index) {}

  absl::StatusOr<std::shared_ptr<TrainedModels>> Run() {
    TSUGI_RETURN_IF_ERROR(Begin("baskets", 0.05));
    baskets_ = MakeBaskets(view_, config_.half_life);
    out_->rows_ = baskets_.order_of_row.size();
    if (baskets_.num_items() > 0) {
      TSUGI_RETURN_IF_ERROR(TrainItemModels());
      TSUGI_RETURN_IF_ERROR(TrainFactors());
      if (index_ != nullptr) TSUGI_RETURN_IF_ERROR(CompareNames());
    } else {
      MakeEmpty();
    }
    if (timer_ != nullptr) timer_->End();
    FillSet();
    return out_;
  }

 private:
  absl::Status Begin(const std::string& step, double share) {
    if (timer_ == nullptr) return absl::OkStatus();
    return timer_->Begin(absl::StrCat(shares_.prefix, step), shares_.total * share);
  }

  absl::Status TrainItemModels() {
    TSUGI_RETURN_IF_ERROR(Begin("popularity", 0.05));
    const std::vector<float> recent = RecentWeights(view_, baskets_, config_.recent_half_life);
    for (const float weight : recent) out_->set_.live.recent_orders += double{weight};
    models::Baskets for_popularity = baskets_.View();
    for_popularity.order_weights = recent;
    TSUGI_ASSIGN_OR_RETURN(out_->popularity_,
                           models::TrainPopularity(for_popularity, config_.popularity));
    TSUGI_RETURN_IF_ERROR(Begin("co_purchase", 0.2));
    TSUGI_ASSIGN_OR_RETURN(out_->co_purchase_,
                           models::TrainCoPurchase(baskets_.View(), config_.co_purchase));
    TSUGI_ASSIGN_OR_RETURN(
        out_->segment_pairs_,
        models::TrainSegmentPairs(baskets_.View(), out_->co_purchase_.View(), {}));
    TSUGI_RETURN_IF_ERROR(Begin("item_regression", 0.4));
    TSUGI_ASSIGN_OR_RETURN(out_->regression_,
                           models::TrainItemRegression(baskets_.View(), config_.item_regression));
    return absl::OkStatus();
  }

  absl::Status TrainFactors() {
    TSUGI_RETURN_IF_ERROR(Begin("ials", 0.3));
    const models::SparseMatrix interactions = MakeInteractions(baskets_);
    out_->interactions_ = interactions.columns.size();
    models::IalsOptions options = config_.ials;
    options.seed = seed_;
    if (timer_ != nullptr) {
      options.progress = [this, &options](std::uint32_t epochs) {
        return timer_->Advance(static_cast<double>(epochs) / options.epochs).ok();
      };
    }
    TSUGI_ASSIGN_OR_RETURN(out_->ials_, models::TrainIals(interactions.View(), options));
    return absl::OkStatus();
  }

  // Names as they were at the view's end.
  absl::Status CompareNames() {
    TSUGI_RETURN_IF_ERROR(Begin("names", 0.02));
    std::vector<std::string> names(baskets_.num_items());
    {
      const base::ReaderLock lock(&index_->mutex());
      for (std::uint32_t item = 0; item < baskets_.num_items(); ++item) {
        const std::string& id =
            view_.history->columns().product_ids[baskets_.product_of_item[item]];
        const ProductIndex product = index_->FindProduct(id);
        if (product.valid()) names[item] = index_->NameAsOf(product, view_.until - 1);
      }
    }
    out_->names_ = models::FindAlikeTexts(names, {});
    return absl::OkStatus();
  }

  // Models of no item, which the serving path takes like any other.
  void MakeEmpty() {
    out_->popularity_.num_segments = 0;
    out_->co_purchase_.offsets = {0};
    out_->regression_.offsets = {0};
    out_->regression_.form_reason = "there is no item";
    out_->ials_.dim = 0;
  }

  void FillSet() {
    ModelSet& set = out_->set_;
    const OrderHistory& history = *view_.history;
    set.product_ids.reserve(baskets_.num_items());
    set.item_of.reserve(baskets_.num_items());
    for (std::uint32_t item = 0; item < baskets_.num_items(); ++item) {
      set.product_ids.push_back(history.columns().product_ids[baskets_.product_of_item[item]]);
      set.item_of.emplace(set.product_ids.back(), item);
    }
    set.segments = baskets_.segment_names;
    set.popularity = out_->popularity_.View();
    set.co_purchase = out_->co_purchase_.View();
    set.segment_pairs = out_->segment_pairs_.View();
    set.item_regression = out_->regression_.View();
    set.ials = out_->ials_.View();
    set.names = out_->names_.View();
    FillLive(set.live);
  }

  void FillLive(LiveBasis& live) const {
    live.until = view_.until;
    if (live.until == std::numeric_limits<base::Micros>::max()) {  // all: behind the last order
      const auto range = view_.Range();
      live.until = range.has_value() ? range->second + 1 : std::numeric_limits<base::Micros>::min();
    }
    live.l2 = config_.item_regression.l2;
    live.regression_exponent = config_.item_regression.size_exponent;
    live.l2_per_order = config_.item_regression.l2_per_order;
    live.kept = config_.item_regression.kept;
    if (config_.half_life != absl::InfiniteDuration()) {
      live.half_life_days = absl::ToDoubleHours(config_.half_life) / 24;
    }
    live.co_purchase_exponent = config_.co_purchase.size_exponent;
    live.recent_days = config_.recent_half_life == absl::InfiniteDuration()
                           ? 0
                           : absl::ToDoubleHours(config_.recent_half_life) / 24;
  }

  const HistoryView& view_;
  const TrainConfig& config_;
  const std::uint64_t seed_;
  StepTimer* const timer_;
  const TrainShares& shares_;
  const FactIndex* const index_;
  HistoryBaskets baskets_;
  const std::shared_ptr<TrainedModels> out_ = std::make_shared<TrainedModels>();
};

void TrainedModels::SetAcceptance(AcceptanceModel acceptance) {
  set_.behaviour.acceptance = std::move(acceptance);
}

void TrainedModels::SetRanker(models::RankerModel ranker) {
  ranker_ = std::move(ranker);
  set_.ranker = ranker_->View();
}

void TrainedModels::SetBehaviour(Behaviour behaviour, Habits habits, Beginnings beginnings) {
  habits_ = std::move(habits);
  beginnings_ = std::move(beginnings);
  set_.behaviour = std::move(behaviour);
  Behaviour& to = set_.behaviour;
  to.habit_goes_on = habits_.goes_on;
  to.habit_replaced = habits_.replaced;
  to.habit_begins = habits_.begins;
  to.repeats_per_year = habits_.repeats_per_year;
  to.interval_days = habits_.interval_days;
  to.interval_spread = habits_.interval_spread;
  to.beginnings = {.orders = beginnings_.orders,
                   .offsets = beginnings_.offsets,
                   .bases = beginnings_.bases,
                   .together = beginnings_.together};
}

absl::StatusOr<std::shared_ptr<TrainedModels>> TrainModels(const HistoryView& view,
                                                           const TrainConfig& config,
                                                           std::uint64_t seed, StepTimer* timer,
                                                           const TrainShares& shares,
                                                           const FactIndex* index) {
  return ModelTrainer(view, config, seed, timer, shares, index).Run();
}

}  // namespace tsugi
