// A sentence for the customer or the representative, and the numbers that carry it.
#ifndef TSUGI_ENGINE_REASONS_REASON_H_
#define TSUGI_ENGINE_REASONS_REASON_H_

#include <string>

#include "engine/offers/offer.h"

namespace tsugi {

struct Reason {
  std::string code;   // stable: "bought_together", "next_tier", "trial_ending", ...
  std::string text;   // in the request's language
  Evidence evidence;  // because_of is resolved to an id in because_of_id
  std::string because_of_id;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_REASON_H_
