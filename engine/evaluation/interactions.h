// `tsugi evaluate interactions`: models on a benchmark split without times, all items ranked, the
// training items masked (the protocol of the LightGCN and BARS tables).
//
// A file holds a customer a line: `customer item item ...`, separated by blanks; a customer may
// have no item. Ids are any text.
#ifndef TSUGI_ENGINE_EVALUATION_INTERACTIONS_H_
#define TSUGI_ENGINE_EVALUATION_INTERACTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "models/evaluation/metrics.h"
#include "models/sparse_matrix.h"

namespace tsugi {

struct InteractionsData {
  models::SparseMatrix train;  // customers x items
  models::SparseMatrix test;   // the same shape
};

// Texts of the two files; the names are for messages. An item or customer of the test part that
// training has never seen stays: it can only be missed. Equal items of one line count once.
// Errors: INVALID_ARGUMENT naming file and line.
absl::StatusOr<InteractionsData> ParseInteractions(std::string_view train,
                                                   const std::string& train_name,
                                                   std::string_view test,
                                                   const std::string& test_name);

struct InteractionsRow {
  std::string model;
  models::Interval recall;  // at k, means over customers with bootstrap intervals
  models::Interval ndcg;
  models::Interval precision;
  models::Interval hit_rate;
};

struct InteractionsOptions {
  std::vector<std::string>
      models;  // of models/evaluation/full_ranking.h; empty: all; popularity always
  std::size_t k = 20;
  std::uint32_t dim = 64;  // width of ials
  std::uint64_t seed = 1;
};

struct InteractionsTable {
  std::size_t customers = 0;  // with test items
  std::size_t items = 0;
  std::size_t k = 0;
  std::vector<InteractionsRow> rows;  // in the order asked for
};

// Errors: INVALID_ARGUMENT for an unknown model or a test part without items; those of training.
absl::StatusOr<InteractionsTable> EvaluateInteractionModels(const InteractionsData& data,
                                                            const InteractionsOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_INTERACTIONS_H_
