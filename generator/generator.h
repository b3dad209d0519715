// A sample shop: orders, plans, people and signals that look like a real shop's, made from a seed,
// so that a first look, a test or a benchmark needs no outside data.
//
// The shop sells goods that go together (a laptop and its sleeve), ladders of better models,
// consumables that regular buyers come back for, seasonal goods, bundles and software plans with
// trials and renewals. Its customers differ in taste by segment and by person, most buy rarely and
// a few very often. What is true of it (which products belong together and how strongly) is
// written beside the files, in truth.json; see docs/sample_shop.md.
//
//   GeneratorOptions options;
//   options.customers = 500;
//   TSUGI_ASSIGN_OR_RETURN(const GeneratorSummary summary, Generate(options, "shop"));
//
// Equal options give equal bytes. Nothing here knows the engine or its models: they must find the
// truth from the files alone.
#ifndef TSUGI_GENERATOR_GENERATOR_H_
#define TSUGI_GENERATOR_GENERATOR_H_

#include <cstdint>
#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tsugi::generator {

// The shop's "today" unless another is asked for: 2026-01-01T00:00:00Z. It is fixed, so that the
// same command writes the same files in every year.
inline constexpr absl::Time kDefaultEnd = absl::FromUnixSeconds(1'767'225'600);

struct GeneratorOptions {
  int customers = 2000;  // 1 to 5,000,000
  int products = 400;    // 1 to 100,000; plans, bundles and services included
  int months = 18;       // of history before `end`, 1 to 120
  std::uint64_t seed = 1;
  absl::Time end = kDefaultEnd;  // exclusive end of the history; years 2000 to 2999
};

// Rows written, by file.
struct GeneratorSummary {
  std::int64_t products = 0;  // versions of products
  std::int64_t customers = 0;
  std::int64_t subscriptions = 0;  // versions of subscriptions
  std::int64_t orders = 0;         // returns included
  std::int64_t order_lines = 0;
  std::int64_t returned_lines = 0;
  std::int64_t signals = 0;
  std::int64_t campaigns = 0;
  std::int64_t exposures = 0;
  std::int64_t reactions = 0;
};

// Writes products.csv, customers.csv, subscriptions.csv, orders.csv, signals.csv, campaigns.csv,
// exposures.csv, reactions.csv and truth.json into `directory`, which is made where it is missing.
// An earlier sample shop in it is replaced. Memory grows with customers and products, not with
// order lines. Not to be run twice at the same time into one directory.
// Errors: INVALID_ARGUMENT naming the option and its value; FAILED_PRECONDITION where the directory
// holds files of other making; UNAVAILABLE where a file cannot be written.
absl::StatusOr<GeneratorSummary> Generate(const GeneratorOptions& options,
                                          const std::filesystem::path& directory);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_GENERATOR_H_
