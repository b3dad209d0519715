// What a customer buys again and again, asked by product.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_STATE_RHYTHMS_H_
#define TSUGI_ENGINE_STATE_RHYTHMS_H_

#include "engine/state/context.h"

namespace tsugi {

// Null where the product has none. Valid as long as the context.
inline const Rhythm* FindRhythm(const Context& context, ProductIndex product) {
  for (const Rhythm& rhythm : context.rhythms) {
    if (rhythm.product.index == product && rhythm.interval_days > 0) return &rhythm;
  }
  return nullptr;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_RHYTHMS_H_
