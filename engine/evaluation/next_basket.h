// `tsugi evaluate next-basket`: each customer's last order is the target, all earlier ones are
// history; every product is ranked.
//
// Histories of all customers may be seen. When test customers are asked about, the targets of train
// and validation customers are learned from; when validation customers are, those of train
// customers only. Recall@k = hits / size of the target; NDCG@k with the ideal cut at k; PHR@k =
// share of customers with at least one hit; ties count half. `repeat` is the recall of the products
// of the target that the customer had bought before, `explore` that of the others, each over
// customers who have such.
//
// Rows: popularity (orders), recent_popularity (learned targets), personal_frequency (ties by
// popularity), recency_weighted (an order weighs .9 ^ its age), user_neighbours (personal share of
// orders + what similar customers bought next), target_regression, and next_basket, the boosted
// trees of models/next_basket.
#ifndef TSUGI_ENGINE_EVALUATION_NEXT_BASKET_H_
#define TSUGI_ENGINE_EVALUATION_NEXT_BASKET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/evaluation/next_basket_data.h"
#include "models/evaluation/metrics.h"
#include "models/next_basket/next_basket.h"

namespace tsugi {

struct NextBasketEvaluationOptions {
  std::vector<std::size_t> k = {10, 20};
  bool on_validation = false;  // ask about validation customers; for choosing options
  std::uint64_t seed = 1;      // of models and intervals
  std::uint32_t resamples = 1000;
  models::NextBasketOptions model;
};

// At one k, means over customers.
struct NextBasketMeasures {
  models::Interval recall;
  models::Interval ndcg;
  models::Interval phr;
  models::Interval repeat_recall;
  models::Interval explore_recall;
};

struct NextBasketRow {
  std::string model;
  std::vector<NextBasketMeasures> at;  // by NextBasketTable::k
  models::Interval lead;  // recall at the first k of the last row less this row's, same customers
};

struct NextBasketTable {
  std::size_t customers = 0;  // asked about
  std::size_t learners = 0;   // whose targets were learned from
  std::size_t products = 0;
  std::size_t left_out = 0;
  std::size_t with_repeat = 0;   // customers whose target holds a product bought before
  std::size_t with_explore = 0;  // ... a product never bought before
  std::vector<std::size_t> k;
  std::vector<NextBasketRow> rows;
  std::vector<std::pair<std::string, std::uint32_t>> splits;  // of the trees by feature, most first
};

// Errors: INVALID_ARGUMENT for k of none or 0; FAILED_PRECONDITION where there is nobody to ask
// about or to learn from; those of the models.
absl::StatusOr<NextBasketTable> EvaluateNextBasket(const NextBasketData& data,
                                                   const NextBasketEvaluationOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_NEXT_BASKET_H_
