// How many customers a trial needs before an effect of a given size is likely to show (the normal
// approximation for two groups: Fleiss, Levin, Paik 2003, chapter 4, without the continuity
// correction).
#ifndef TSUGI_MODELS_UPLIFT_SAMPLE_SIZE_H_
#define TSUGI_MODELS_UPLIFT_SAMPLE_SIZE_H_

#include <cstdint>
#include <optional>

#include "models/uplift/effect.h"

namespace tsugi::models {

struct PowerOptions {
  double level = 0.95;  // of the interval that shall leave out zero
  double power = 0.8;   // with this probability, if the effect is as large as assumed
};

// Customers of both groups together, `control_share` (in (0, 1)) of them in the control group.
// `variance_*` is the outcome's, for a rate p (1 - p). Nothing where the effect is zero: no number
// is enough.
std::optional<std::int64_t> CustomersNeeded(double effect, double variance_treated,
                                            double variance_control, double control_share,
                                            const PowerOptions& options = {});

// How many more than there are, both groups together and split as they are, until a difference as
// large as the one seen would be clear. 0: enough already. Nothing where no difference has been
// seen or a group is empty. The difference seen so far is itself uncertain, so this is a guide.
std::optional<std::int64_t> MoreCustomersNeeded(const Proportion& treated,
                                                const Proportion& control,
                                                const PowerOptions& options = {});
std::optional<std::int64_t> MoreCustomersNeeded(const Moments& treated, const Moments& control,
                                                const PowerOptions& options = {});

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_UPLIFT_SAMPLE_SIZE_H_
