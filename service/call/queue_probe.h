// Measures how long a call waits before its handler runs: gRPC hands calls to its callback threads
// in the order they came, so a timer's event that stands in the same queue waits as long as they
// do.
#ifndef TSUGI_SERVICE_CALL_QUEUE_PROBE_H_
#define TSUGI_SERVICE_CALL_QUEUE_PROBE_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace tsugi {

class QueueProbe {
 public:
  // Calls `report` about every `period` from a callback thread until the object is gone.
  static std::unique_ptr<QueueProbe> Start(absl::Duration period,
                                           std::function<void(absl::Duration)> report);
  virtual ~QueueProbe() = default;  // waits for the last report
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_QUEUE_PROBE_H_
