// Which sale a return takes back. Walking the history in time, each returned unit is matched with
// the latest earlier sale of that product to that customer that is not yet taken back; what finds
// no sale is counted as unmatched (a return of a guest, or of something sold before the history
// begins).
//
// A match takes effect at the return's own time: ownership and revenue change from then on, what
// was bought together before it stays.
#ifndef TSUGI_ENGINE_HISTORY_RETURNS_H_
#define TSUGI_ENGINE_HISTORY_RETURNS_H_

#include "engine/history/order_history.h"

namespace tsugi {

// Fills `returns` and `unmatched_returns` from the other columns.
void MatchReturns(HistoryColumns& columns);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_RETURNS_H_
