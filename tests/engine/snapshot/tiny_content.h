// The smallest snapshot worth looking at: products A and B, bought together in 2 of 4 orders.
#ifndef TSUGI_TESTS_ENGINE_SNAPSHOT_TINY_CONTENT_H_
#define TSUGI_TESTS_ENGINE_SNAPSHOT_TINY_CONTENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/snapshot/snapshot.h"
#include "tests/testing/shop.h"

namespace tsugi::testing {

struct TinyModels {
  models::PopularityModel popularity{.num_items = 2,
                                     .num_segments = 1,
                                     .ranked_items = 2,
                                     .item_orders = {3, 2},
                                     .overall = {0.75F, 0.5F},
                                     .recent = {0.5F, 0.25F},
                                     .by_segment = {0.75F, 0.5F},
                                     .ranked_overall = {0, 1},
                                     .ranked_recent = {0, 1},
                                     .ranked_segment = {0, 1}};
  models::CoPurchaseModel co_purchase{.num_items = 2,
                                      .num_orders = 4,
                                      .total_weight = 3.5,
                                      .item_orders = {3, 2},
                                      .item_weights = {2.5F, 1.5F},
                                      .offsets = {0, 1, 2},
                                      .neighbours = {1, 0},
                                      .pair_orders = {2, 2},
                                      .pair_weights = {1.0F, 1.0F},
                                      .scores = {0.5F, 0.5F},
                                      .since = {19723, 19723}};
  models::ItemRegressionModel regression{.num_items = 2,
                                         .form = models::ItemRegressionForm::kDense,
                                         .form_reason = "",
                                         .offsets = {0, 1, 2},
                                         .targets = {1, 0},
                                         .weights = {0.25F, 0.125F},
                                         .dense = {},
                                         .gram = {}};
  models::IalsModel ials{.dim = 1,
                         .num_items = 2,
                         .solver = models::IalsSolver::kCholesky,
                         .fold_in_steps = 12,
                         .unobserved_weight = 0.1,
                         .l2 = 0.003,
                         .l2_exponent = 1,
                         .item_factors = {0.5F, -0.5F},
                         .gramian = {0.05F}};
  std::vector<double> coefficients = {-3, 1.5};

  SnapshotContent Content(std::uint64_t seed = 1) const {
    SnapshotContent content;
    ModelSet& models = content.models;
    models.product_ids = {"A", "B"};
    models.segments = {"home"};
    models.popularity = popularity.View();
    models.co_purchase = co_purchase.View();
    models.item_regression = regression.View();
    models.ials = ials.View();
    models.ranker = models::RankerView{.kind = models::RankerKind::kLogistic,
                                       .num_features = 1,
                                       .feature_version = 7,
                                       .coefficients = coefficients,
                                       .trees = {}};
    content.info.seed = seed;
    content.info.first_order = At("2024-01-01");
    content.info.last_order = At("2024-02-29T23:59:59Z");
    content.info.orders = 4;
    content.info.lines = 5;
    content.info.customers = 2;
    content.info.configuration = R"({"ials":{"dim":1}})";
    content.info.report = R"({"log_loss":0.1})";
    content.times.created_at = At("2024-03-01");
    content.times.seconds = {{"scan", 0.5}};
    return content;
  }
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_ENGINE_SNAPSHOT_TINY_CONTENT_H_
