#include "base/parallel_status.h"

#include <algorithm>
#include <vector>

#include "base/status_macros.h"

namespace tsugi::base {

absl::Status ParallelForStatus(std::size_t count, std::size_t grain,
                               const std::function<absl::Status(Chunk)>& body) {
  const std::size_t step = std::max<std::size_t>(1, grain);
  std::vector<absl::Status> errors((count + step - 1) / step);
  ParallelFor(count, step, [&](Chunk chunk) { errors[chunk.index] = body(chunk); });
  for (const absl::Status& error : errors) TSUGI_RETURN_IF_ERROR(error);
  return absl::OkStatus();
}

}  // namespace tsugi::base
