// How long a contract may be expected to last, by the survival of such contracts (sBG).
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_PROPENSITY_CONTRACT_LIFE_H_
#define TSUGI_ENGINE_PROPENSITY_CONTRACT_LIFE_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "base/time.h"
#include "engine/snapshot/behaviour.h"

namespace tsugi {

// The mean length of so many calendar months.
base::Micros PeriodMicros(int billing_months);

// The parameters of contracts of this length, the segment's own where it has them. Null: none.
const ContractBehaviour* FindContracts(const Behaviour& behaviour, int billing_months,
                                       std::string_view segment);

// Days of a contract paid for since `paid_from` (at or after `at`: one that would begin now). The
// mean life of a constant hazard under which the chance to last another year is what sBG says: its
// own mean may be infinite (alpha <= 1), and a horizon of about a year is what it is used for. None
// where nothing is learned of such contracts or no renewal falls into the year.
std::optional<double> ExpectedLifeDays(const Behaviour& behaviour, int billing_months,
                                       std::string_view segment, absl::Time paid_from,
                                       absl::Time at);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_CONTRACT_LIFE_H_
