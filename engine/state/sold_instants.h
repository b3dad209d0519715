// When orders held a product, and how many did within a span before an instant.
//
// Requests ask for the last 7 and 28 days before now, of some forty products each. Where these
// spans began at the newest sale is kept as sales come, so that a search begins next to its end; it
// is right for any span and any instant, only slower. 4 bytes an instant.
//
// Thread safety: as a container's.
#ifndef TSUGI_ENGINE_STATE_SOLD_INSTANTS_H_
#define TSUGI_ENGINE_STATE_SOLD_INSTANTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace tsugi {

// `span` before `at`, that instant included: worked out once for all products of a request.
class SoldSpan {
 public:
  SoldSpan(base::Micros span, base::Micros at);

 private:
  friend class SoldInstants;
  base::Micros after_;  // whole seconds
  base::Micros until_;
  bool over_a_week_;
};

class SoldInstants {
 public:
  // Kept in whole seconds since 1970, rounded up, so that nothing counts before it was there;
  // orders of one second count once.
  void Add(base::Micros at);

  std::uint32_t Within(const SoldSpan& span) const;

  // Asks the processor for what Within reads.
  void Prefetch() const {
    __builtin_prefetch(seconds_.data() + week_);
    __builtin_prefetch(seconds_.data() + month_);
  }

 private:
  // How many are of `second` or before, searched from position `near`.
  std::size_t Until(base::Micros second, std::size_t near) const;
  // The same of a second, where those from `end` on are after it.
  std::size_t Before(std::uint32_t bound, std::size_t end) const;

  std::vector<std::uint32_t> seconds_;  // ascending
  std::uint32_t newest_ = 0;            // the last of them
  // The first position within 7 and 28 days of the newest.
  std::uint32_t week_ = 0;
  std::uint32_t month_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_SOLD_INSTANTS_H_
