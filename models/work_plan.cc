#include "models/work_plan.h"

#include <algorithm>
#include <numeric>

#include "base/parallel.h"

namespace tsugi::models {

WorkPlan PlanWork(std::span<const std::uint64_t> costs, std::size_t chunks) {
  WorkPlan plan;
  plan.rows.resize(costs.size());
  std::iota(plan.rows.begin(), plan.rows.end(), 0U);
  std::stable_sort(plan.rows.begin(), plan.rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return costs[a] > costs[b]; });
  const std::uint64_t total = std::accumulate(costs.begin(), costs.end(), std::uint64_t{0});
  const std::uint64_t target = total / std::max<std::size_t>(1, chunks) + 1;
  plan.bounds.push_back(0);
  std::uint64_t held = 0;
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    held += costs[plan.rows[i]] + 1;
    if (held >= target || i + 1 == plan.rows.size()) {
      plan.bounds.push_back(i + 1);
      held = 0;
    }
  }
  return plan;
}

void RunPlan(
    const WorkPlan& plan,
    const std::function<void(std::size_t, std::span<const std::uint32_t>, std::size_t)>& body) {
  base::ParallelForWithWorker(plan.chunks(), 1, [&](base::Chunk chunk, std::size_t worker) {
    for (std::size_t c = chunk.begin; c < chunk.end; ++c) body(c, plan.Chunk(c), worker);
  });
}

}  // namespace tsugi::models
