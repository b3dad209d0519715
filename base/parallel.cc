#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#ifndef TSUGI_NO_TBB
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace tsugi::base {
namespace {

Chunk ChunkAt(std::size_t index, std::size_t grain, std::size_t count) {
  return {index, index * grain, std::min(count, (index + 1) * grain)};
}

std::size_t HardwareThreads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

#ifndef TSUGI_NO_TBB

std::size_t MaxWorkers() {
  return static_cast<std::size_t>(std::max(1, tbb::this_task_arena::max_concurrency()));
}

void ParallelForWithWorker(std::size_t count, std::size_t grain,
                           const std::function<void(Chunk, std::size_t)>& body) {
  const std::size_t step = std::max<std::size_t>(1, grain);
  const std::size_t chunks = (count + step - 1) / step;
  // Workers take the next chunk from a counter, which keeps them in order; TBB's own splitting
  // would start in the middle of the range.
  std::atomic<std::size_t> next{0};
  tbb::parallel_for(
      std::size_t{0}, std::min(chunks, MaxWorkers()),
      [&](std::size_t worker) {
        for (std::size_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) {
          body(ChunkAt(i, step, count), worker);
        }
      },
      tbb::simple_partitioner());
}

void WithThreads(std::size_t threads, const std::function<void()>& body) {
  tbb::task_arena arena(static_cast<int>(threads == 0 ? HardwareThreads() : threads));
  arena.execute(body);
}

#else  // std::thread, which ThreadSanitizer can see through

namespace {
thread_local std::size_t worker_limit = 0;
}  // namespace

std::size_t MaxWorkers() { return worker_limit == 0 ? HardwareThreads() : worker_limit; }

void ParallelForWithWorker(std::size_t count, std::size_t grain,
                           const std::function<void(Chunk, std::size_t)>& body) {
  const std::size_t step = std::max<std::size_t>(1, grain);
  const std::size_t chunks = (count + step - 1) / step;
  std::atomic<std::size_t> next{0};
  const auto work = [&](std::size_t worker) {
    for (std::size_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) {
      body(ChunkAt(i, step, count), worker);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t w = 1; w < std::min(chunks, MaxWorkers()); ++w) threads.emplace_back(work, w);
  work(0);
  for (std::thread& thread : threads) thread.join();
}

void WithThreads(std::size_t threads, const std::function<void()>& body) {
  const std::size_t before = worker_limit;
  worker_limit = threads;
  body();
  worker_limit = before;
}

#endif

void ParallelFor(std::size_t count, std::size_t grain, const std::function<void(Chunk)>& body) {
  ParallelForWithWorker(count, grain, [&body](Chunk chunk, std::size_t) { body(chunk); });
}

}  // namespace tsugi::base
