#include "engine/candidates/candidates.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/status_macros.h"
#include "engine/candidates/bundle_source.h"
#include "engine/candidates/catalog_sources.h"
#include "engine/candidates/eligibility.h"
#include "engine/candidates/model_sources.h"
#include "engine/candidates/moment_sources.h"

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
  const std::size_t first = out.size();
  TSUGI_RETURN_IF_ERROR(sources.Collect(model, index, context, options, taken, out));
  const std::size_t last = out.size();
  CollectSeasonal(model, index, context, options, out);
  CollectRegulars(model, index, context, options, out);
  CollectWinBack(model, index, context, options, out);
  CollectBundles(index, context, options, out);
  CollectPromotions(model, index, context, options, out);
  // Those of the models have theirs.
  const base::Micros at = base::ToMicros(context.at);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i < first || i >= last) out[i].price = index.PriceOrZeroAsOf(out[i].product.index, at);
  }
  return absl::OkStatus();
}

}  // namespace tsugi
