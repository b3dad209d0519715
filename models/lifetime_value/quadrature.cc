#include "models/lifetime_value/quadrature.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace tsugi::models {
namespace {

constexpr std::size_t kPoints = 16;

struct Rule {
  std::array<double, kPoints> nodes;
  std::array<double, kPoints> weights;
};

// Roots of the Legendre polynomial by Newton's method; weights 2 / ((1 - x^2) P'(x)^2).
Rule MakeRule() {
  Rule rule{};
  constexpr auto kDegree = static_cast<double>(kPoints);
  for (std::size_t i = 0; i < kPoints; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (kDegree + 0.5));
    double derivative = 0;
    for (int step = 0; step < 20; ++step) {
      double previous = 1;
      double value = x;
      for (std::size_t n = 2; n <= kPoints; ++n) {
        const auto d = static_cast<double>(n);
        const double next = ((2 * d - 1) * x * value - (d - 1) * previous) / d;
        previous = value;
        value = next;
      }
      derivative = kDegree * (x * value - previous) / (x * x - 1);
      x -= value / derivative;
    }
    rule.nodes[i] = x;
    rule.weights[i] = 2 / ((1 - x * x) * derivative * derivative);
  }
  return rule;
}

}  // namespace

double Integrate(const std::function<double(double)>& function, double low, double high,
                 int panels) {
  static const Rule rule = MakeRule();
  const double half = (high - low) / panels / 2;
  double sum = 0;
  for (int panel = 0; panel < panels; ++panel) {
    const double centre = low + (2 * panel + 1) * half;
    for (std::size_t i = 0; i < kPoints; ++i) {
      sum += rule.weights[i] * function(centre + half * rule.nodes[i]);
    }
  }
  return sum * half;
}

}  // namespace tsugi::models
