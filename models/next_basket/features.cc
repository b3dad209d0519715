#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/next_basket/next_basket.h"

namespace tsugi::models {
namespace {

// How many of its best items each source proposes, by BasketSource.
constexpr std::array<std::size_t, kBasketSources> kProposed = {120, 0, 120, 60, 40, 0, 30, 60, 80};

// Features of a pair beside the sources' scores. "Age" counts baskets; where the customer never
// bought the item it is kNever.
constexpr float kNever = 99;

constexpr std::array<std::string_view, 34> kNames = {
    // by BasketSource
    "target_share", "target_weight", "target_regression", "item_regression", "transitions",
    "newest_transitions", "co_purchase", "neighbour_history", "neighbour_targets",
    // the customer and the item
    "bought", "bought_decayed", "bought_share", "share_of_items", "share_decayed", "age",
    "interval",
    // the customer
    "baskets", "basket_size", "distinct_items", "repeat_share", "customer_newness",
    "customer_popularity",
    // the item
    "item_baskets", "item_newest", "item_customers", "item_repeat", "item_self_transition",
    "item_newness", "item_drift", "item_target_repeat",
    // rank among the candidates by
    "rank_target_regression", "rank_neighbour_targets", "rank_item_regression", "rank_share"};

// What is known of a customer before any item is looked at.
struct Customer {
  float baskets = 0;
  float entries = 0;  // items over all baskets
  float distinct = 0;
  float decayed = 0;  // the same as entries, decayed
  float newness = 0;  // mean over its items of how new they are to everyone
  float popularity = 0;
};

float Ratio(float a, float b) { return b > 0 ? a / b : 0; }

float Newness(const BasketCounts& counts, std::uint32_t item) {
  return static_cast<float>(counts.newest[item]) / (static_cast<float>(counts.baskets[item]) + 5);
}

Customer Describe(const BasketSources& sources, std::uint32_t customer) {
  Customer out;
  const SparseView counts = sources.counts();
  const BasketCounts& items = sources.item_counts();
  out.baskets = static_cast<float>(sources.histories().BasketsOf(customer));
  for (const float value : counts.RowValues(customer)) out.entries += value;
  for (const float value : sources.decayed().RowValues(customer)) out.decayed += value;
  out.distinct = static_cast<float>(counts.Row(customer).size());
  for (const std::uint32_t item : counts.Row(customer)) {
    out.newness += Newness(items, item);
    out.popularity += std::log1p(static_cast<float>(items.baskets[item]));
  }
  out.newness = Ratio(out.newness, out.distinct);
  out.popularity = Ratio(out.popularity, out.distinct);
  return out;
}

// Ages of the newest and the oldest basket with an item.
struct Ages {
  float newest = kNever;
  float oldest = kNever;
};

// The best `count` items by score, ties to the smaller item, appended.
void AppendBest(std::span<const float> scores, std::size_t count, std::vector<std::uint32_t>& order,
                std::vector<std::uint32_t>& out) {
  count = std::min(count, scores.size());
  if (count == 0) return;
  order.resize(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto better = [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
  };
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(order.begin(), middle - 1, order.end(), better);
  out.insert(out.end(), order.begin(), middle);
}

class FeatureMaker {
 public:
  FeatureMaker(const BasketSources& sources, std::uint32_t customer,
               const BasketSources::Workspace& workspace, BasketCandidates& out)
      : sources_(sources),
        customer_(customer),
        workspace_(workspace),
        out_(out),
        about_(Describe(sources, customer)),
        own_(sources.counts().Row(customer)) {}

  void Run() {
    Propose();
    const std::size_t rows = out_.items.size();
    out_.features.assign(rows * kNames.size(), 0.0F);
    const std::vector<Ages> ages = AgesOfOwn();
    for (std::size_t r = 0; r < rows; ++r) FillRow(r, ages);
    for (std::size_t k = 0; k < kRankedFeatures.size(); ++k) {
      FillRanks(kRankedFeatures[k], kNames.size() - kRankedFeatures.size() + k);
    }
  }

 private:
  // Columns by whose order the rank features are: target_regression, neighbour_targets,
  // item_regression, share_decayed.
  static constexpr std::array<std::size_t, 4> kRankedFeatures = {2, 8, 3, 13};

  void Propose() {
    out_.items.assign(own_.begin(), own_.end());
    std::vector<std::uint32_t> order;
    for (std::size_t s = 0; s < kBasketSources; ++s) {
      AppendBest(workspace_.scores[s], kProposed[s], order, out_.items);
    }
    std::sort(out_.items.begin(), out_.items.end());
    out_.items.erase(std::unique(out_.items.begin(), out_.items.end()), out_.items.end());
  }

  std::vector<Ages> AgesOfOwn() const {
    std::vector<Ages> ages(own_.size());
    const BasketHistories& histories = sources_.histories();
    for (std::size_t age = 0; age < histories.BasketsOf(customer_); ++age) {
      for (const std::uint32_t item : histories.Basket(customer_, age)) {
        Ages& of =
            ages[static_cast<std::size_t>(std::ranges::lower_bound(own_, item) - own_.begin())];
        of.newest = std::min(of.newest, static_cast<float>(age));
        of.oldest = static_cast<float>(age);
      }
    }
    return ages;
  }

  void FillRow(std::size_t row, const std::vector<Ages>& ages) {
    const std::uint32_t item = out_.items[row];
    float* next = out_.features.data() + row * kNames.size();
    for (const std::vector<float>& scores : workspace_.scores) *next++ = scores[item];
    next = FillPair(next, item, ages);
    for (const float value :
         {about_.baskets, Ratio(about_.entries, about_.baskets), about_.distinct,
          1 - Ratio(about_.distinct, about_.entries), about_.newness, about_.popularity}) {
      *next++ = value;
    }
    FillItem(next, item);
  }

  float* FillPair(float* next, std::uint32_t item, const std::vector<Ages>& ages) const {
    const auto found = std::ranges::lower_bound(own_, item);
    float bought = 0;
    float decayed = 0;
    Ages age;
    if (found != own_.end() && *found == item) {
      const auto at = static_cast<std::size_t>(found - own_.begin());
      bought = sources_.counts().RowValues(customer_)[at];
      decayed = sources_.decayed().RowValues(customer_)[at];
      age = ages[at];
    }
    const float interval = bought > 1 ? (age.oldest - age.newest) / (bought - 1) : kNever;
    for (const float value :
         {bought, decayed, Ratio(bought, about_.baskets), Ratio(bought, about_.entries),
          Ratio(decayed, about_.decayed), age.newest, interval}) {
      *next++ = value;
    }
    return next;
  }

  void FillItem(float* next, std::uint32_t item) const {
    const BasketCounts& counts = sources_.item_counts();
    const auto baskets = static_cast<float>(counts.baskets[item]);
    const auto customers = static_cast<float>(counts.customers[item]);
    const float share =
        workspace_.scores[static_cast<std::size_t>(BasketSource::kTargetShare)][item];
    for (const float value :
         {baskets, static_cast<float>(counts.newest[item]), customers, Ratio(baskets, customers),
          sources_.self_transition()[item], Newness(counts, item),
          share * static_cast<float>(sources_.histories().customers()) / (baskets + 3),
          sources_.RepeatShare(customer_, item)}) {
      *next++ = value;
    }
  }

  void FillRanks(std::size_t by, std::size_t column) {
    const std::size_t rows = out_.items.size();
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0U);
    const auto value = [&](std::uint32_t r) { return out_.features[r * kNames.size() + by]; };
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      return value(a) > value(b) || (value(a) == value(b) && a < b);
    });
    for (std::size_t rank = 0; rank < rows; ++rank) {
      out_.features[order[rank] * kNames.size() + column] = static_cast<float>(rank);
    }
  }

  const BasketSources& sources_;
  const std::uint32_t customer_;
  const BasketSources::Workspace& workspace_;
  BasketCandidates& out_;
  const Customer about_;
  const std::span<const std::uint32_t> own_;
};

}  // namespace

std::span<const std::string_view> NextBasketFeatureNames() { return kNames; }

void MakeBasketCandidates(const BasketSources& sources, std::uint32_t customer,
                          BasketSources::Workspace& workspace, BasketCandidates& out) {
  sources.Score(customer, workspace);
  FeatureMaker(sources, customer, workspace, out).Run();
}

}  // namespace tsugi::models
