#include "models/lifetime_value/nelder_mead.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace tsugi::models {
namespace {

struct Vertex {
  std::vector<double> point;
  double value = 0;
};

class Simplex {
 public:
  Simplex(const std::function<double(std::span<const double>)>& function,
          const NelderMeadOptions& options, const std::vector<double>& start, int evaluations)
      : function_(function), options_(options), evaluations_(evaluations) {
    vertices_.push_back(Evaluate(start));
    for (std::size_t i = 0; i < start.size(); ++i) {
      std::vector<double> point = start;
      point[i] += options.step;
      vertices_.push_back(Evaluate(std::move(point)));
    }
    Sort();
  }

  void Run() {
    while (!Converged() && evaluations_ < options_.max_evaluations) {
      Step();
      Sort();
    }
  }

  const Vertex& best() const { return vertices_.front(); }
  int evaluations() const { return evaluations_; }

  bool Converged() const {
    const double spread = vertices_.back().value - best().value;
    if (!(spread <= options_.tolerance * (1 + std::abs(best().value)))) return false;
    for (const Vertex& vertex : vertices_) {
      for (std::size_t i = 0; i < vertex.point.size(); ++i) {
        if (std::abs(vertex.point[i] - best().point[i]) > options_.size) return false;
      }
    }
    return true;
  }

 private:
  Vertex Evaluate(std::vector<double> point) {
    ++evaluations_;
    double value = function_(point);
    if (std::isnan(value)) value = std::numeric_limits<double>::infinity();
    return {std::move(point), value};
  }

  void Sort() {
    std::stable_sort(vertices_.begin(), vertices_.end(),
                     [](const Vertex& a, const Vertex& b) { return a.value < b.value; });
  }

  // centre + factor x (centre - worst), the centre being that of all but the worst.
  Vertex Reflect(double factor) {
    const std::size_t n = vertices_.size() - 1;
    std::vector<double> point(n);
    for (std::size_t i = 0; i < n; ++i) {
      double centre = 0;
      for (std::size_t v = 0; v < n; ++v) centre += vertices_[v].point[i];
      centre /= static_cast<double>(n);
      point[i] = centre + factor * (centre - vertices_.back().point[i]);
    }
    return Evaluate(std::move(point));
  }

  void Step() {
    const double n = static_cast<double>(vertices_.size() - 1);
    Vertex reflected = Reflect(1);
    if (reflected.value < best().value) {
      Vertex expanded = Reflect(1 + 2 / n);
      vertices_.back() = std::move(expanded.value < reflected.value ? expanded : reflected);
      return;
    }
    if (reflected.value < vertices_[vertices_.size() - 2].value) {
      vertices_.back() = std::move(reflected);
      return;
    }
    const double contraction = 0.75 - 0.5 / n;
    const bool outside = reflected.value < vertices_.back().value;
    Vertex contracted = Reflect(outside ? contraction : -contraction);
    if (contracted.value < std::min(reflected.value, vertices_.back().value)) {
      vertices_.back() = std::move(contracted);
      return;
    }
    Shrink(n > 1 ? 1 - 1 / n : 0.5);
  }

  void Shrink(double factor) {
    for (std::size_t v = 1; v < vertices_.size(); ++v) {
      std::vector<double> point = best().point;
      for (std::size_t i = 0; i < point.size(); ++i) {
        point[i] += factor * (vertices_[v].point[i] - point[i]);
      }
      vertices_[v] = Evaluate(std::move(point));
    }
  }

  const std::function<double(std::span<const double>)>& function_;
  const NelderMeadOptions& options_;
  int evaluations_;
  std::vector<Vertex> vertices_;
};

}  // namespace

NelderMeadResult MinimizeNelderMead(const std::function<double(std::span<const double>)>& function,
                                    std::vector<double> start, const NelderMeadOptions& options) {
  NelderMeadResult result;
  result.point = std::move(start);
  result.value = std::numeric_limits<double>::infinity();
  while (true) {
    Simplex simplex(function, options, result.point, result.evaluations);
    simplex.Run();
    const double gain = result.value - simplex.best().value;
    result = {simplex.best().point, simplex.best().value, simplex.evaluations(),
              simplex.Converged()};
    const bool settled = gain <= options.tolerance * (1 + std::abs(result.value));
    if (!result.converged || settled) return result;
  }
}

}  // namespace tsugi::models
