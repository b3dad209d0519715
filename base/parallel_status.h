// A parallel loop whose body may fail.
//
//   TSUGI_RETURN_IF_ERROR(base::ParallelForStatus(rows, /*grain=*/16, [&](base::Chunk chunk) {
//     for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
//       TSUGI_ASSIGN_OR_RETURN(out[r], F(r));
//     }
//     return absl::OkStatus();
//   }));
#ifndef TSUGI_BASE_PARALLEL_STATUS_H_
#define TSUGI_BASE_PARALLEL_STATUS_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "base/parallel.h"

namespace tsugi::base {

// As ParallelFor. Every chunk runs, whatever becomes of the others, and the error of the first one
// in the order of the range is returned: the same on any number of threads.
absl::Status ParallelForStatus(std::size_t count, std::size_t grain,
                               const std::function<absl::Status(Chunk)>& body);

}  // namespace tsugi::base

#endif  // TSUGI_BASE_PARALLEL_STATUS_H_
