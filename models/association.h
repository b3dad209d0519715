// Measures of how strongly two items go together, from four counts.
//
// With n orders, of which a hold item A, b hold item B and `both` hold both:
//   support     both / n                      in [0, 1]
//   confidence  both / a                      in [0, 1], "of those who bought A, so many bought B"
//   cosine      both / sqrt(a b)              in [0, 1]
//   lift        both n / (a b)                >= 0, 1 = as often as by chance
//   LLR         G^2 of the 2 x 2 table        >= 0, signed: negative where they meet less often
//                                             than by chance (Dunning 1993, "Accurate methods for
//                                             the statistics of surprise and coincidence")
// Counts may be weighted sums. Where a denominator is 0 the measure is 0.
#ifndef TSUGI_MODELS_ASSOCIATION_H_
#define TSUGI_MODELS_ASSOCIATION_H_

#include <cstdint>
#include <span>

namespace tsugi::models {

enum class Association : std::uint32_t {
  kSupport = 0,
  kConfidence = 1,
  kCosine = 2,
  kLift = 3,
  kLogLikelihood = 4,
};

struct AssociationCounts {
  double both = 0;    // orders with A and B
  double first = 0;   // orders with A, the item one has
  double second = 0;  // orders with B, the item proposed
  double total = 0;   // all orders
};

double Support(const AssociationCounts& counts);
double Confidence(const AssociationCounts& counts);
double Cosine(const AssociationCounts& counts);
double Lift(const AssociationCounts& counts);
double LogLikelihood(const AssociationCounts& counts);

// ratios[i] = LogLikelihood of both[i], first, second[i] and total, on the widest vectors that the
// processor has: within 1e-9 of it or 1e-14 of the total. Spans of one length.
void LogLikelihoods(double first, double total, std::span<const double> both,
                    std::span<const double> second, std::span<double> ratios);

double Measure(Association measure, const AssociationCounts& counts);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ASSOCIATION_H_
