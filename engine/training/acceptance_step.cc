#include "engine/training/acceptance_step.h"

#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "engine/candidates/bound_model.h"

namespace tsugi {

absl::StatusOr<AcceptanceReport> LearnAcceptance(const ShowingLog& log, absl::Time until,
                                                 const ContextOptions& context, FactIndex* index,
                                                 const std::shared_ptr<TrainedModels>& models) {
  const std::vector<ShownAnswer> answers = log.AsOf(until);
  if (answers.empty()) {
    AcceptanceReport report;
    report.why = "nothing was shown yet, so P is the probability of purchase";
    return report;
  }
  const BoundModel bound = BoundModel::Bind("", TrainedModels::SetOf(models), index);
  TSUGI_ASSIGN_OR_RETURN(AcceptanceFit fit, FitAcceptance(answers, *index, bound, context, {}));
  if (fit.model.has_value()) models->SetAcceptance(*std::move(fit.model));
  return std::move(fit.report);
}

}  // namespace tsugi
