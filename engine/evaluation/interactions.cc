#include "engine/evaluation/interactions.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/evaluation/full_ranking.h"

namespace tsugi {
namespace {

constexpr std::size_t kMaxRows = std::numeric_limits<std::uint32_t>::max() - 1;

// Ids to dense numbers in the order of appearance, shared by both files.
using Numbers = absl::flat_hash_map<std::string, std::uint32_t>;

std::uint32_t NumberOf(Numbers& numbers, std::string_view id) {
  return numbers.try_emplace(std::string(id), static_cast<std::uint32_t>(numbers.size()))
      .first->second;
}

// Cuts the next blank-separated word off `rest`; empty at the end.
std::string_view NextWord(std::string_view& rest) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = rest.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  const std::size_t end = std::min(rest.find_first_of(kBlanks, begin), rest.size());
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

// Items by customer, rows not yet in order.
using Rows = std::vector<std::vector<std::uint32_t>>;

absl::Status ReadRows(std::string_view text, const std::string& name, Numbers& customers,
                      Numbers& items, Rows& rows) {
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view customer = NextWord(rest);
    if (customer.empty()) continue;
    const std::uint32_t row = NumberOf(customers, customer);
    if (rows.size() <= row) rows.resize(row + 1);
    for (std::string_view item = NextWord(rest); !item.empty(); item = NextWord(rest)) {
      rows[row].push_back(NumberOf(items, item));
    }
    if (customers.size() > kMaxRows || items.size() > kMaxRows) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ":", line, ": more than ", kMaxRows, " different ids"));
    }
  }
  if (rows.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": no line; each should be `customer item item ...`"));
  }
  return absl::OkStatus();
}

models::SparseMatrix ToMatrix(Rows& rows, std::size_t customers, std::size_t items) {
  rows.resize(customers);
  for (std::vector<std::uint32_t>& row : rows) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
  }
  return models::FromRows(rows, static_cast<std::uint32_t>(items));
}

std::vector<std::string> ModelNames(const InteractionsOptions& options) {
  if (options.models.empty()) {
    return {"popularity",   "co_purchase", "item_regression", "ials",
            "graph_filter", "blend",       "graph_blend"};
  }
  std::vector<std::string> names = options.models;
  if (std::ranges::find(names, "popularity") == names.end()) {
    names.insert(names.begin(), "popularity");
  }
  return names;
}

absl::StatusOr<InteractionsRow> MeasureModel(const InteractionsData& data, const std::string& name,
                                             const InteractionsOptions& options,
                                             std::size_t& customers) {
  const models::SparseView train = data.train.View();
  TSUGI_ASSIGN_OR_RETURN(const models::InteractionsReport report,
                         models::EvaluateInteractionsModel(
                             train, data.test.View(),
                             {.name = name, .dim = options.dim, .seed = options.seed}, options.k));
  customers = report.customers.size();
  const models::BootstrapOptions bootstrap = {.seed = options.seed};
  InteractionsRow row;
  row.model = name;
  TSUGI_ASSIGN_OR_RETURN(row.recall, models::BootstrapMean(report.recall, bootstrap));
  TSUGI_ASSIGN_OR_RETURN(row.ndcg, models::BootstrapMean(report.ndcg, bootstrap));
  TSUGI_ASSIGN_OR_RETURN(row.precision, models::BootstrapMean(report.precision, bootstrap));
  TSUGI_ASSIGN_OR_RETURN(row.hit_rate, models::BootstrapMean(report.hit, bootstrap));
  return row;
}

}  // namespace

absl::StatusOr<InteractionsData> ParseInteractions(std::string_view train,
                                                   const std::string& train_name,
                                                   std::string_view test,
                                                   const std::string& test_name) {
  Numbers customers;
  Numbers items;
  Rows train_rows;
  Rows test_rows;
  TSUGI_RETURN_IF_ERROR(ReadRows(train, train_name, customers, items, train_rows));
  TSUGI_RETURN_IF_ERROR(ReadRows(test, test_name, customers, items, test_rows));
  InteractionsData data;
  data.train = ToMatrix(train_rows, customers.size(), items.size());
  data.test = ToMatrix(test_rows, customers.size(), items.size());
  return data;
}

absl::StatusOr<InteractionsTable> EvaluateInteractionModels(const InteractionsData& data,
                                                            const InteractionsOptions& options) {
  InteractionsTable table;
  table.items = data.train.num_columns;
  table.k = options.k;
  for (const std::string& name : ModelNames(options)) {
    TSUGI_ASSIGN_OR_RETURN(InteractionsRow row, MeasureModel(data, name, options, table.customers));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tsugi
