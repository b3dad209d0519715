// Times suggestions in process, one at a time, and prints percentiles.
#ifndef TSUGI_BENCH_ENGINE_MEASURE_H_
#define TSUGI_BENCH_ENGINE_MEASURE_H_

#include <cstddef>
#include <vector>

#include "engine/state/fact_index.h"
#include "engine/suggest/engine.h"

namespace tsugi {

// Requests of a checkout: a cart of `cart_size` products that were once bought together, by
// customers with about `orders` past orders (0: unknown visitors), at the end of the data.
std::vector<SuggestRequest> MakeRequests(const FactIndex& index, std::size_t count,
                                         std::size_t cart_size, std::size_t orders);

// One line: name, p50, p90, p99 and mean in microseconds, and what a quiet machine would give: the
// median over requests of the best of their rounds. Each request is asked `rounds` + 1 times, the
// first round untimed.
void Measure(const char* name, const Engine& engine, const std::vector<SuggestRequest>& requests,
             std::size_t rounds);

// Median microseconds of each step of the flow over the same requests.
void MeasureSteps(const Engine& engine, const std::vector<SuggestRequest>& requests,
                  std::size_t rounds);

}  // namespace tsugi

#endif  // TSUGI_BENCH_ENGINE_MEASURE_H_
