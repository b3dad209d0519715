// The files of a sample shop that several parts write to, and the numbers they share.
#ifndef TSUGI_GENERATOR_SINK_H_
#define TSUGI_GENERATOR_SINK_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "generator/csv_writer.h"
#include "generator/generator.h"

namespace tsugi::generator {

struct SignalRow {
  std::string_view customer_id;
  Seconds at;
  std::string_view type;
  std::int64_t value = -1;  // -1: none
  std::string_view subject;
  std::string_view product_id;
};

struct ExposureRow {
  std::string_view recommendation_id;
  std::string_view product_id;
  Seconds at;
  std::string_view customer_id;
  std::string_view placement;
  std::string_view moment;
  std::string_view offer_kind;
  std::string_view rule_id;
  bool control = false;
  int position = 1;
  std::int64_t propensity_percent = 100;
};

// Not thread-safe.
class Sink {
 public:
  Sink(const std::filesystem::path& directory, Seconds end);

  // Rows at or after the end of the history are left out: they have not happened yet.
  void Signal(const SignalRow& row);
  void Exposure(const ExposureRow& row);
  void Reaction(Seconds at, std::string_view reaction, std::string_view recommendation_id,
                std::string_view customer_id, std::string_view product_id);

  std::string NextRecommendationId();
  std::string NextSubject(std::string_view prefix);  // of complaints: CASE-000001

  absl::Status Close();

  CsvWriter products;
  CsvWriter customers;
  CsvWriter subscriptions;
  CsvWriter orders;
  CsvWriter campaigns;
  GeneratorSummary summary;

 private:
  Seconds end_;
  CsvWriter signals_;
  CsvWriter exposures_;
  CsvWriter reactions_;
  std::int64_t recommendations_ = 0;
  std::int64_t subjects_ = 0;
};

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_SINK_H_
