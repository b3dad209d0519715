// What a row of the outcome report says, in a plain sentence.
#ifndef TSUGI_ENGINE_OUTCOMES_VERDICT_H_
#define TSUGI_ENGINE_OUTCOMES_VERDICT_H_

#include <string>

#include "engine/outcomes/report.h"

namespace tsugi {

// From the counts, arms and effects of the row.
std::string VerdictOn(const OutcomeRow& row);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_VERDICT_H_
