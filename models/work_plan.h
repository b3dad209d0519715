// Rows cut into chunks of about equal cost, dearest rows first, so that parallel workers finish
// together. The plan depends on the costs alone, never on the number of threads.
#ifndef TSUGI_MODELS_WORK_PLAN_H_
#define TSUGI_MODELS_WORK_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tsugi::models {

struct WorkPlan {
  std::vector<std::uint32_t> rows;  // by falling cost, ties by row
  std::vector<std::size_t> bounds;  // chunk c is rows[bounds[c] .. bounds[c + 1])

  std::size_t chunks() const { return bounds.empty() ? 0 : bounds.size() - 1; }
  std::span<const std::uint32_t> Chunk(std::size_t c) const {
    return std::span(rows).subspan(bounds[c], bounds[c + 1] - bounds[c]);
  }
};

// At most about `chunks` chunks; a chunk has at least one row.
WorkPlan PlanWork(std::span<const std::uint64_t> costs, std::size_t chunks = 512);

// Runs body(chunk number, its rows, worker) for all chunks in parallel (see base/parallel.h).
void RunPlan(const WorkPlan& plan,
             const std::function<void(std::size_t chunk, std::span<const std::uint32_t> rows,
                                      std::size_t worker)>& body);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_WORK_PLAN_H_
