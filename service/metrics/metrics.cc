#include "service/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

namespace tsugi {
namespace {

constexpr std::size_t kCodes = 17;  // OK to UNAUTHENTICATED

constexpr std::array<const char*, kMethodCount> kMethodNames = {
    "GetSuggestions",   "StreamSuggestions", "ListRenewalSuggestions",
    "RecordReaction",   "RecordContact",     "WriteEvents",
    "ImportEvents",     "DeleteCustomer",    "StartTraining",
    "WatchTraining",    "CancelTraining",    "ListTrainings",
    "ListModels",       "GetModel",          "SetLabel",
    "GetPolicy",        "SetPolicy",         "GetCustomerInsight",
    "GetOutcomeReport", "GetStageReport"};

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {
      25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3,
      10e-3, 25e-3, 50e-3,  100e-3, 250e-3, 1,    5,      30};
  return buckets;
}

}  // namespace

const char* Name(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

class Metrics::Impl {
 public:
  // A series is made when it is first counted; afterwards it is found without a lock.
  prometheus::Counter& Calls(Method method, absl::StatusCode code) {
    auto number = static_cast<std::size_t>(code);
    if (number >= kCodes) number = static_cast<std::size_t>(absl::StatusCode::kUnknown);
    std::atomic<prometheus::Counter*>& slot = calls_[static_cast<std::size_t>(method)][number];
    prometheus::Counter* counter = slot.load(std::memory_order_acquire);
    if (counter == nullptr) {
      counter = &call_family_.Add(
          {{"method", Name(method)},
           {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(number))}});
      slot.store(counter, std::memory_order_release);  // Add gives the same one to all
    }
    return *counter;
  }

  prometheus::Histogram& Seconds(Method method) {
    std::atomic<prometheus::Histogram*>& slot = seconds_[static_cast<std::size_t>(method)];
    prometheus::Histogram* histogram = slot.load(std::memory_order_acquire);
    if (histogram == nullptr) {
      histogram = &seconds_family_.Add({{"method", Name(method)}}, Buckets());
      slot.store(histogram, std::memory_order_release);
    }
    return *histogram;
  }

  std::string Render(const Gauges& gauges) {
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    Append("tsugi_store_seq", "newest write of the store", gauges.store_seq, &families);
    Append("tsugi_index_seq", "newest write that answers know of", gauges.index_seq, &families);
    Append("tsugi_index_lag", "writes that answers do not know of yet",
           gauges.store_seq > gauges.index_seq ? gauges.store_seq - gauges.index_seq : 0,
           &families);
    Append("tsugi_exposures_queued", "exposures that wait for the store", gauges.exposures_queued,
           &families);
    Append("tsugi_exposures_lost_total", "exposures given up", gauges.exposures_lost, &families);
    Append("tsugi_suggestions_in_flight", "suggestions being answered",
           gauges.suggestions_in_flight, &families);
    Append("tsugi_calls_queued", "calls that wait for a thread", gauges.calls_queued, &families);
    Append("tsugi_queue_delay_seconds", "time a call waits before its handler runs",
           absl::ToDoubleSeconds(gauges.queue_delay), &families);
    Append("tsugi_training_running", "1 while a training runs", gauges.training_running ? 1 : 0,
           &families);
    AppendModels(gauges, &families);
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  template <typename Number>
  static void Append(const char* name, const char* help, Number value,
                     std::vector<prometheus::MetricFamily>* families) {
    prometheus::ClientMetric metric;
    metric.gauge.value = static_cast<double>(value);
    families->push_back({name, help, prometheus::MetricType::Gauge, {metric}});
  }

  static void AppendModels(const Gauges& gauges, std::vector<prometheus::MetricFamily>* families) {
    prometheus::MetricFamily family{
        "tsugi_model_info", "the model each label serves", prometheus::MetricType::Gauge, {}};
    for (const auto& [label, version] : gauges.models) {
      prometheus::ClientMetric metric;
      metric.label = {{"label", label}, {"version", version}};
      metric.gauge.value = 1;
      family.metric.push_back(metric);
    }
    families->push_back(family);
  }

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& call_family_ =
      prometheus::BuildCounter().Name("tsugi_calls_total").Help("calls ended").Register(registry_);
  prometheus::Family<prometheus::Histogram>& seconds_family_ =
      prometheus::BuildHistogram()
          .Name("tsugi_call_seconds")
          .Help("time of a call in its handler")
          .Register(registry_);
  std::array<std::array<std::atomic<prometheus::Counter*>, kCodes>, kMethodCount> calls_{};
  std::array<std::atomic<prometheus::Histogram*>, kMethodCount> seconds_{};
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::CountCall(Method method, absl::StatusCode code, absl::Duration elapsed) {
  impl_->Calls(method, code).Increment();
  impl_->Seconds(method).Observe(absl::ToDoubleSeconds(elapsed));
}

std::string Metrics::Render(const Gauges& gauges) { return impl_->Render(gauges); }

}  // namespace tsugi
