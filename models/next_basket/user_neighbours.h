// Customers like this one: cosine neighbours among customers, and what those bought
// (after TIFU-kNN: Hu, He, Gao, Zhang 2020, "Modeling personalized item frequency information for
// next-basket recommendation").
//
// Similarities come from an inverted index, so a query costs the customers who share an item with
// it; ties among neighbours fall to the smaller number. A customer is never its own neighbour.
//
// Thread safety: immutable; a workspace belongs to one thread.
#ifndef TSUGI_MODELS_NEXT_BASKET_USER_NEIGHBOURS_H_
#define TSUGI_MODELS_NEXT_BASKET_USER_NEIGHBOURS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/sparse_accumulator.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

struct UserNeighbour {
  std::uint32_t customer = 0;
  float similarity = 0;  // above 0
};

class UserNeighbours {
 public:
  // Vectors, customers x items with values >= 0; copied.
  explicit UserNeighbours(const SparseView& vectors);

  // The `count` customers most like `customer`, best first, of those with eligible[c] != 0 (empty:
  // all). `sums` is scratch of size customers().
  std::vector<UserNeighbour> Find(std::uint32_t customer, std::size_t count,
                                  std::span<const std::uint8_t> eligible,
                                  SparseAccumulator& sums) const;

  std::size_t customers() const { return unit_.View().rows(); }

 private:
  SparseMatrix unit_;     // rows of length 1
  SparseMatrix by_item_;  // its transpose
};

// out[item] = the sum over neighbours of similarity * their value in `rows`; divided by the sum of
// similarities where `mean`. A matrix without values has ones.
void AddNeighbourRows(std::span<const UserNeighbour> neighbours, const SparseView& rows, bool mean,
                      std::span<float> out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_USER_NEIGHBOURS_H_
