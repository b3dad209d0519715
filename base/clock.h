// The one place where the present comes from. Logic takes time as an argument; only the outermost
// callers (command line, RPC handlers, background loops) hold a Clock.
#ifndef TSUGI_BASE_CLOCK_H_
#define TSUGI_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace tsugi::base {

// Thread safety: implementations are safe for concurrent use.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

const Clock& SystemClock();

}  // namespace tsugi::base

#endif  // TSUGI_BASE_CLOCK_H_
