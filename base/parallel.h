// Parallel loops whose result does not depend on the number of threads: the range is cut into the
// same chunks however many workers there are, so a body that writes only to its own chunk (or to a
// slot indexed by `chunk`) gives the same bytes on 1 thread and on 64.
//
//   base::ParallelFor(rows, /*grain=*/256, [&](base::Chunk chunk) {
//     for (std::size_t r = chunk.begin; r < chunk.end; ++r) out[r] = F(r);
//   });
#ifndef TSUGI_BASE_PARALLEL_H_
#define TSUGI_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace tsugi::base {

struct Chunk {
  std::size_t index;  // 0, 1, ... in the order of the range
  std::size_t begin;
  std::size_t end;
};

// Runs `body` once for each chunk of `grain` (the last may be shorter) of [0, count). The body must
// not throw. Chunks start in order, so put the dearest work first.
void ParallelFor(std::size_t count, std::size_t grain, const std::function<void(Chunk)>& body);

// As ParallelFor, with a number in [0, MaxWorkers()) that no two bodies running at the same time
// share: for scratch memory. Results must not depend on it.
void ParallelForWithWorker(std::size_t count, std::size_t grain,
                           const std::function<void(Chunk, std::size_t worker)>& body);

// Workers that loops started here may use.
std::size_t MaxWorkers();

// Runs `body` on the calling thread with loops inside it limited to `threads` workers; 0 means one
// a processor.
void WithThreads(std::size_t threads, const std::function<void()>& body);

}  // namespace tsugi::base

#endif  // TSUGI_BASE_PARALLEL_H_
