// Training and scoring of the item models on made-up data of the sizes that matter. Counters:
// FLOP/s where arithmetic decides, entries a second where memory does.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "base/random.h"
#include "models/co_purchase.h"
#include "models/ials.h"
#include "models/item_regression.h"

namespace tsugi::models {
namespace {

// Rows of about `length` items; popularity falls like 1 / rank^0.7, as in shops.
SparseMatrix MakeBaskets(std::size_t rows, std::uint32_t items, std::uint32_t length) {
  base::Random random(1);
  SparseMatrix raw;
  raw.num_columns = items;
  raw.offsets.push_back(0);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint64_t count = 1 + random.Below(2 * length - 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      const double place = std::pow(random.Uniform(), 1 / 0.3) * items;
      // Scattered, so that popular items are not neighbours in memory.
      const std::uint64_t item = static_cast<std::uint64_t>(place) * 2654435761U % items;
      raw.columns.push_back(static_cast<std::uint32_t>(item));
    }
    raw.offsets.push_back(raw.columns.size());
  }
  return SortedDistinct(raw.View());
}

const SparseMatrix& BasketsOf(std::size_t rows, std::uint32_t items, std::uint32_t length) {
  static auto* made = new std::map<std::vector<std::size_t>, SparseMatrix>();
  const std::vector<std::size_t> key = {rows, items, length};
  const auto found = made->find(key);
  if (found != made->end()) return found->second;
  return made->emplace(key, MakeBaskets(rows, items, length)).first->second;
}

void CoPurchase(benchmark::State& state) {
  const auto lines = static_cast<std::size_t>(state.range(0));
  const SparseMatrix& orders =
      BasketsOf(lines / 10, static_cast<std::uint32_t>(state.range(1)), 10);
  double additions = 0;
  for (std::size_t o = 0; o < orders.View().rows(); ++o) {
    const auto n = static_cast<double>(orders.View().Row(o).size());
    additions += n * n;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(TrainCoPurchase({.orders = orders.View()}, {}));
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["lines/s"] = benchmark::Counter(static_cast<double>(orders.columns.size()) * runs,
                                                 benchmark::Counter::kIsRate);
  state.counters["pair_additions/s"] =
      benchmark::Counter(additions * runs, benchmark::Counter::kIsRate);
}
BENCHMARK(CoPurchase)
    ->Args({1'000'000, 5'000})
    ->Args({10'000'000, 50'000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// One epoch of 1 million entries, 30,000 customers x 40,000 items.
void IalsEpoch(benchmark::State& state) {
  const SparseMatrix& matrix = BasketsOf(30'000, 40'000, 33);
  IalsOptions options;
  options.dim = static_cast<std::uint32_t>(state.range(0));
  options.epochs = 1;
  options.solver = static_cast<IalsSolver>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(TrainIals(matrix.View(), options));
  const auto entries = static_cast<double>(matrix.columns.size());
  const auto dim = static_cast<double>(options.dim);
  const bool exact = options.solver == IalsSolver::kCholesky;
  const double passes = 1.0 + options.cg_steps;
  const double rows = 70'000;
  const double flops =
      exact ? 2 * entries * dim * dim + rows * dim * dim * dim / 3 : 2 * passes * 4 * entries * dim;
  state.counters["FLOP/s"] = benchmark::Counter(flops * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}
BENCHMARK(IalsEpoch)
    ->ArgNames({"dim", "exact"})
    ->Args({64, 0})
    ->Args({128, 0})
    ->Args({64, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void IalsFoldIn(benchmark::State& state) {
  const SparseMatrix& matrix = BasketsOf(3'000, 4'000, 20);
  const auto model = TrainIals(matrix.View(), {.dim = 64, .epochs = 2});
  IalsWorkspace workspace;
  std::vector<float> row(64);
  std::size_t next = 0;
  for (auto _ : state) {
    const auto items = matrix.View().Row(next++ % 3'000);
    benchmark::DoNotOptimize(model->View().FoldIn(items, {}, workspace, row));
  }
}
BENCHMARK(IalsFoldIn)->Unit(benchmark::kMicrosecond);

// Multiplications, and as many additions: n^3 / 6 for the factor, n^3 / 3 for the inverse.
void ItemRegressionDense(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  const SparseMatrix& orders = BasketsOf(20'000, items, 20);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        TrainItemRegression({.orders = orders.View()}, {.form = ItemRegressionForm::kDense}));
  }
  const double n = items;
  const double flops = 2 * (n * n * n / 6 + n * n * n / 3);
  state.counters["FLOP/s"] = benchmark::Counter(flops * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}
BENCHMARK(ItemRegressionDense)
    ->Arg(1'000)
    ->Arg(3'500)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void ItemRegressionSparse(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  const SparseMatrix& orders = BasketsOf(20'000, items, 20);
  for (auto _ : state) {
    benchmark::DoNotOptimize(TrainItemRegression(
        {.orders = orders.View()}, {.form = ItemRegressionForm::kSparse, .neighbourhood = 100}));
  }
  state.counters["targets/s"] =
      benchmark::Counter(static_cast<double>(items) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(ItemRegressionSparse)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void ItemRegressionAccumulate(benchmark::State& state) {
  const SparseMatrix& orders = BasketsOf(20'000, 3'500, 20);
  const auto model = TrainItemRegression({.orders = orders.View()}, {});
  SparseAccumulator sums(3'500);
  const std::vector<std::uint32_t> cart = {5, 900, 2'000};
  for (auto _ : state) {
    model->View().Accumulate(cart, {}, sums);
    benchmark::DoNotOptimize(sums.touched().data());
    sums.Clear();
  }
}
BENCHMARK(ItemRegressionAccumulate)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tsugi::models

BENCHMARK_MAIN();
