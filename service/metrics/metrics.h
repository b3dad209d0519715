// What a running server shows of itself, in Prometheus' text format.
//
//   tsugi_calls_total{method,code}             calls ended
//   tsugi_call_seconds{method}                 histogram of their time in the handler
//   tsugi_model_info{label,version}            1 for the model each label serves
//   tsugi_store_seq, tsugi_index_seq           newest write, newest write that answers know of
//   tsugi_index_lag                            their difference
//   tsugi_exposures_queued                     exposures that wait for the store
//   tsugi_exposures_lost_total                 exposures given up after the store refused them
//   tsugi_suggestions_in_flight, tsugi_calls_queued, tsugi_queue_delay_seconds   load
//   tsugi_training_running                     1 while a training runs
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_METRICS_METRICS_H_
#define TSUGI_SERVICE_METRICS_METRICS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "service/metrics/method.h"

namespace tsugi {

// What is looked up when the page is asked for.
struct Gauges {
  std::vector<std::pair<std::string, std::string>> models;  // label, version
  std::uint64_t store_seq = 0;
  std::uint64_t index_seq = 0;
  std::uint64_t exposures_queued = 0;
  std::uint64_t exposures_lost = 0;
  int suggestions_in_flight = 0;
  int calls_queued = 0;
  absl::Duration queue_delay;
  bool training_running = false;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void CountCall(Method method, absl::StatusCode code, absl::Duration elapsed);

  std::string Render(const Gauges& gauges);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_METRICS_METRICS_H_
