#include "engine/candidates/candidates.h"

#include <algorithm>
#include <vector>

#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/model_sources.h"

namespace tsugi {

absl::Status CollectCandidates(const BoundModel& model, const FactIndex& index,
                               const Context& context, const CandidateOptions& options,
                               std::vector<Candidate>& out) {
  thread_local ModelSources sources;
  thread_local std::vector<ProductIndex> taken;
  out.clear();
  CollectForSubscriptions(index, context, out);
  CollectBetterModels(index, context, out);
  taken.clear();
  for (const Candidate& candidate : out) taken.push_back(candidate.product.index);
  std::sort(taken.begin(), taken.end());
  return sources.Collect(model, index, context, options, taken, out);
}

}  // namespace tsugi
