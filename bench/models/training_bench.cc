// Training measured from outside: reads one command a line from standard input and answers with one
// line, so that scripts/bench_training.py can alternate it with other libraries.
//
//   generate PATH ROWS ITEMS PAIRS SIGMA       -> entries
//   load NAME PATH                             -> rows items entries
//   ials NAME cg|exact DIM EPOCHS              -> wall/cpu seconds of each epoch
//   ials_quality NAME TEST cg|exact DIM EPOCHS -> NDCG@20 Recall@20
//   filter_quality NAME TEST DIM LOW_PASS SHARPEN    -> the same of the graph filter
//   model_quality NAME TEST MODEL DIM                -> the same of a model that
//                                                `tsugi evaluate interactions` knows
//   regression_quality NAME TEST dense|sparse NEIGHBOURHOOD -> the same, and seconds of training
//   co_purchase NAME K cosine|llr|evidence     -> seconds, a checksum of the scores
//   invert N                                   -> seconds of factorising and inverting, max error
//   item_regression NAME dense|sparse          -> seconds
//   peak                                       -> MiB of memory held at most so far
//   rank NAME USERS.f32 ITEMS.f32 DIM K OUT    -> seconds; ids into OUT (u32)
//   limits                                     -> FLOP/s and bytes/s of this machine now
//
// Options of ials: unobserved weight 1/9 (confidence 10), ridge .01 / 9, plain ridge: the same
// objective as `implicit` with alpha 10 and regularization .01.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "bench/models/generated.h"
#include "bench/models/machine_limits.h"
#include "models/association.h"
#include "models/co_purchase.h"
#include "models/dense/linear_algebra.h"
#include "models/evaluation/full_ranking.h"
#include "models/evaluation/rank_all.h"
#include "models/graph_filter.h"
#include "models/ials.h"
#include "models/item_regression.h"

namespace tsugi::models {
namespace {

// Seconds of the clock and of all processors, printed as wall/cpu: on a shared machine the second
// says what the first cannot.
class Stopwatch {
 public:
  std::string Lap() {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
    const double cpu = static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC;
    *this = Stopwatch();
    std::ostringstream out;
    out << wall.count() << "/" << cpu;
    return out.str();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

std::map<std::string, SparseMatrix>& Matrices() {
  static auto* matrices = new std::map<std::string, SparseMatrix>();
  return *matrices;
}

SparseView Named(std::istream& words) {
  std::string name;
  words >> name;
  return Matrices().at(name).View();
}

IalsOptions ReadIalsOptions(std::istream& words) {
  std::string solver;
  IalsOptions options;
  words >> solver >> options.dim >> options.epochs;
  options.solver = solver == "exact" ? IalsSolver::kCholesky : IalsSolver::kConjugateGradient;
  options.unobserved_weight = 1.0 / 9;
  options.l2 = 0.01 / 9;
  options.l2_exponent = 0;
  return options;
}

void GenerateTo(std::istream& words) {
  std::string path;
  GeneratedOptions options;
  words >> path >> options.rows >> options.items >> options.pairs >> options.activity_sigma;
  std::uint64_t entries = 0;
  if (!GenerateFile(path, options, entries)) std::cout << "error: cannot write " << path << " ";
  std::cout << entries << std::endl;
}

void Load(std::istream& words) {
  std::string name;
  std::string path;
  words >> name >> path;
  SparseMatrix& matrix = Matrices()[name];
  if (!ReadMatrix(path, matrix)) std::cout << "error: cannot read " << path;
  std::cout << matrix.View().rows() << " " << matrix.num_columns << " " << matrix.columns.size()
            << std::endl;
}

void Ials(std::istream& words) {
  const SparseView matrix = Named(words);
  IalsOptions options = ReadIalsOptions(words);
  Stopwatch watch;
  options.progress = [&](std::uint32_t) {
    std::cout << watch.Lap() << " ";
    return true;
  };
  const auto model = TrainIals(matrix, options);
  std::cout << (model.ok() ? "" : "error: " + model.status().ToString()) << std::endl;
}

void IalsQuality(std::istream& words) {
  const SparseView train = Named(words);
  const SparseView test = Named(words);
  const auto model = TrainIals(train, ReadIalsOptions(words));
  const BatchScorer scorer = [&](std::size_t begin, std::size_t end, std::span<float> scores) {
    const IalsView view = model->View();
    IalsWorkspace workspace;
    std::vector<float> rows((end - begin) * view.dim);
    for (std::size_t c = begin; c < end; ++c) {
      const auto row = std::span(rows).subspan((c - begin) * view.dim, view.dim);
      if (!view.FoldIn(train.Row(c), {}, workspace, row).ok()) std::fill(row.begin(), row.end(), 0);
    }
    view.ScoreBatch(rows, scores);
  };
  const auto report = EvaluateInteractions(train, test, scorer, 20);
  std::cout << report->Ndcg() << " " << report->Recall() << std::endl;
}

void FilterQuality(std::istream& words) {
  const SparseView train = Named(words);
  const SparseView test = Named(words);
  GraphFilterOptions options;
  words >> options.dim >> options.low_pass >> options.sharpen;
  const auto filter = TrainGraphFilter(train, options);
  if (!filter.ok()) {
    std::cout << "error: " << filter.status().ToString() << std::endl;
    return;
  }
  const BatchScorer scorer = [&](std::size_t begin, std::size_t end, std::span<float> scores) {
    GraphFilter::Workspace workspace(*filter);
    filter->ScoreBatch(train, begin, end, workspace, scores);
  };
  const auto report = EvaluateInteractions(train, test, scorer, 20);
  std::cout << report->Ndcg() << " " << report->Recall() << std::endl;
}

void ModelQuality(std::istream& words) {
  const SparseView train = Named(words);
  const SparseView test = Named(words);
  InteractionsModelOptions options;
  words >> options.name >> options.dim;
  const auto report = EvaluateInteractionsModel(train, test, options, 20);
  if (!report.ok()) {
    std::cout << "error: " << report.status().ToString() << std::endl;
    return;
  }
  std::cout << report->Ndcg() << " " << report->Recall() << std::endl;
}

void RegressionQuality(std::istream& words) {
  const SparseView train = Named(words);
  const SparseView test = Named(words);
  ItemRegressionOptions options;
  std::string form;
  words >> form >> options.neighbourhood;
  options.form = form == "dense" ? ItemRegressionForm::kDense : ItemRegressionForm::kSparse;
  options.kept = 0;
  Stopwatch watch;
  const auto model = TrainItemRegression({.orders = train}, options);
  const std::string seconds = watch.Lap();
  const BatchScorer scorer = [&](std::size_t begin, std::size_t end, std::span<float> scores) {
    for (std::size_t c = begin; c < end; ++c) {
      model->View().Score(train.Row(c), {},
                          scores.subspan((c - begin) * train.num_columns, train.num_columns));
    }
  };
  const auto report = EvaluateInteractions(train, test, scorer, 20);
  std::cout << report->Ndcg() << " " << report->Recall() << " " << seconds << std::endl;
}

void CoPurchase(std::istream& words) {
  const SparseView orders = Named(words);
  CoPurchaseOptions options{.size_exponent = 0};
  std::string what;
  words >> options.neighbours >> what;
  if (what == "llr") options.measure = Association::kLogLikelihood;
  Stopwatch watch;
  const auto model = TrainCoPurchase({.orders = orders}, options);
  const CoPurchaseView view = model->View();
  std::vector<double> ratios;
  if (what == "evidence") {  // the log-likelihood ratio of each kept pair, from its raw counts
    ratios.resize(view.neighbours.size());
    base::ParallelFor(view.num_items, 256, [&](base::Chunk chunk) {
      for (auto item = static_cast<std::uint32_t>(chunk.begin); item < chunk.end; ++item) {
        const std::size_t begin = view.offsets[item];
        view.NeighbourRatios(item,
                             std::span(ratios).subspan(begin, view.offsets[item + 1] - begin));
      }
    });
  }
  const std::string seconds = watch.Lap();
  double sum = 0;
  for (const float score : view.scores) sum += double{score};
  std::cout << seconds << " " << std::setprecision(10) << sum << std::setprecision(6) << std::endl;
}

void Invert(std::istream& words) {
  std::size_t n = 0;
  words >> n;
  base::Random random(1);
  std::vector<float> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      matrix[i * n + j] = matrix[j * n + i] = static_cast<float>(random.Uniform());
    }
    matrix[i * n + i] = static_cast<float>(n);
  }
  std::vector<float> factor = matrix;
  std::vector<float> inverse(n * n);
  Stopwatch watch;
  if (!ParallelCholesky(n, factor)) std::cout << "error: not positive definite ";
  ParallelInverse(n, factor, inverse);
  const std::string seconds = watch.Lap();
  double worst = 0;
  for (std::size_t i = 0; i < n; i += 97) {
    for (std::size_t j = 0; j < n; j += 31) {
      double sum = i == j ? -1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        sum += double{matrix[i * n + k]} * double{inverse[j * n + k]};
      }
      worst = std::max(worst, std::abs(sum));
    }
  }
  std::cout << seconds << " " << worst << std::endl;
}

void ItemRegression(std::istream& words) {
  const SparseView orders = Named(words);
  std::string form;
  words >> form;
  ItemRegressionOptions options;
  options.form = form == "dense" ? ItemRegressionForm::kDense : ItemRegressionForm::kSparse;
  Stopwatch watch;
  const auto model = TrainItemRegression({.orders = orders}, options);
  std::cout << watch.Lap() << " " << (model.ok() ? "" : model.status().ToString()) << std::endl;
}

std::vector<float> ReadFloats(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::vector<float> values(static_cast<std::size_t>(in.tellg()) / sizeof(float));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(values.data()),
          static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

void Rank(std::istream& words) {
  const SparseView seen = Named(words);
  std::string rows;
  std::string items;
  std::string out;
  RankAllRequest request;
  words >> rows >> items >> request.dim >> request.k >> out;
  const std::vector<float> row_factors = ReadFloats(rows);
  const std::vector<float> item_factors = ReadFloats(items);
  request.rows = row_factors;
  request.items = item_factors;
  request.seen = seen;
  std::vector<std::uint32_t> ranked(row_factors.size() / request.dim * request.k);
  Stopwatch watch;
  RankAll(request, ranked);
  const std::string seconds = watch.Lap();
  std::ofstream(out, std::ios::binary)
      .write(reinterpret_cast<const char*>(ranked.data()),
             static_cast<std::streamsize>(ranked.size() * sizeof(std::uint32_t)));
  std::cout << seconds << std::endl;  // once the file is there
}

void Peak(std::istream&) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << usage.ru_maxrss / 1024 << std::endl;
}

void Limits(std::istream&) {
  const MachineLimits limits = MeasureMachineLimits();
  std::cout << limits.flops << " " << limits.stream_bytes << " " << limits.gather_bytes
            << std::endl;
}

int Run() {
  const std::map<std::string, std::function<void(std::istream&)>> commands = {
      {"generate", GenerateTo},
      {"load", Load},
      {"ials", Ials},
      {"ials_quality", IalsQuality},
      {"filter_quality", FilterQuality},
      {"model_quality", ModelQuality},
      {"regression_quality", RegressionQuality},
      {"co_purchase", CoPurchase},
      {"invert", Invert},
      {"item_regression", ItemRegression},
      {"rank", Rank},
      {"peak", Peak},
      {"limits", Limits},
  };
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    const auto found = commands.find(command);
    if (found == commands.end()) {
      std::cout << "error: no command " << command << std::endl;
      continue;
    }
    found->second(words);
  }
  return 0;
}

}  // namespace
}  // namespace tsugi::models

int main() { return tsugi::models::Run(); }
