#include "bench/models/machine_limits.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/models/machine_limits.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Operations done; `sink` keeps the sums alive.
double MultiplyAdds(std::size_t rounds, float* sink) {
  const hn::ScalableTag<float> d;
  auto a = hn::Set(d, 0.5F);
  auto b = a, c = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a;
  const auto factor = hn::Set(d, sink[0]);
  for (std::size_t r = 0; r < rounds; ++r) {
    a = hn::MulAdd(a, factor, factor);
    b = hn::MulAdd(b, factor, factor);
    c = hn::MulAdd(c, factor, factor);
    e = hn::MulAdd(e, factor, factor);
    f = hn::MulAdd(f, factor, factor);
    g = hn::MulAdd(g, factor, factor);
    h = hn::MulAdd(h, factor, factor);
    i = hn::MulAdd(i, factor, factor);
    j = hn::MulAdd(j, factor, factor);
    k = hn::MulAdd(k, factor, factor);
  }
  const auto sum = hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)),
                           hn::Add(hn::Add(f, g), hn::Add(hn::Add(h, i), hn::Add(j, k))));
  sink[1] = hn::GetLane(hn::SumOfLanes(d, sum));
  return 20.0 * static_cast<double>(rounds * hn::Lanes(d));
}

float SumOf(const float* values, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto a = hn::Zero(d);
  auto b = a, c = a, e = a;
  for (std::size_t i = 0; i + 4 * lanes <= count; i += 4 * lanes) {
    a = hn::Add(a, hn::LoadU(d, values + i));
    b = hn::Add(b, hn::LoadU(d, values + i + lanes));
    c = hn::Add(c, hn::LoadU(d, values + i + 2 * lanes));
    e = hn::Add(e, hn::LoadU(d, values + i + 3 * lanes));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(MultiplyAdds);
HWY_EXPORT(SumOf);

namespace {

constexpr std::size_t kFloats = std::size_t{16} << 20;  // 64 MiB
constexpr std::size_t kRow = 64;
constexpr std::size_t kRows = (std::size_t{32} << 20) / (kRow * sizeof(float));

// Work a second of all workers: each does `body` (which returns its work) once.
double Rate(const std::function<double(std::size_t)>& body) {
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    std::vector<double> work(base::MaxWorkers());
    const auto start = std::chrono::steady_clock::now();
    base::ParallelFor(work.size(), 1, [&](base::Chunk c) { work[c.index] = body(c.index); });
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    double sum = 0;
    for (const double w : work) sum += w;
    best = std::max(best, sum / seconds);
  }
  return best;
}

double Gather(const std::vector<float>& table, const std::vector<std::uint32_t>& order,
              float* sink) {
  constexpr std::size_t kAhead = 24;
  for (std::size_t i = 0; i + kAhead < order.size(); ++i) {
    const float* next = table.data() + order[i + kAhead] * kRow;
    for (std::size_t j = 0; j < kRow; j += 16) hwy::Prefetch(next + j);
    sink[1] += HWY_DYNAMIC_DISPATCH(SumOf)(table.data() + order[i] * kRow, kRow);
  }
  return static_cast<double>(order.size() * kRow * sizeof(float));
}

}  // namespace

MachineLimits MeasureMachineLimits() {
  const std::size_t workers = base::MaxWorkers();
  std::vector<std::vector<float>> sinks(workers, std::vector<float>{0.25F, 0.0F});
  std::vector<std::vector<float>> streams(workers, std::vector<float>(kFloats, 1.0F));
  std::vector<std::uint32_t> order(std::size_t{1} << 18);
  base::Random random(1);
  for (std::uint32_t& row : order) row = static_cast<std::uint32_t>(random.Below(kRows));
  const std::vector<float> table(kRows * kRow, 1.0F);
  MachineLimits limits;
  limits.flops = Rate([&](std::size_t w) {
    return HWY_DYNAMIC_DISPATCH(MultiplyAdds)(std::size_t{20} << 20, sinks[w].data());
  });
  limits.stream_bytes = Rate([&](std::size_t w) {
    sinks[w][1] += HWY_DYNAMIC_DISPATCH(SumOf)(streams[w].data(), kFloats);
    return static_cast<double>(kFloats * sizeof(float));
  });
  limits.gather_bytes = Rate([&](std::size_t w) { return Gather(table, order, sinks[w].data()); });
  return limits;
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
