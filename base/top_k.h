// The k best of a stream, best first; equal scores fall to the smaller key, so the order in which
// values arrive never shows.
//
//   base::TopK<float, std::uint32_t> best(10);
//   for (...) best.Push(score, item);
//   for (const auto& [score, item] : best.Sorted()) ...
#ifndef TSUGI_BASE_TOP_K_H_
#define TSUGI_BASE_TOP_K_H_

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace tsugi::base {

template <typename Score, typename Key>
class TopK {
 public:
  struct Entry {
    Score score;
    Key key;
  };

  explicit TopK(std::size_t k) : k_(k) { heap_.reserve(k); }

  void Push(Score score, Key key) {
    if (k_ == 0) return;
    const Entry entry{score, key};
    if (heap_.size() < k_) {
      heap_.push_back(entry);
      std::push_heap(heap_.begin(), heap_.end(), Better);
    } else if (Better(entry, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), Better);
      heap_.back() = entry;
      std::push_heap(heap_.begin(), heap_.end(), Better);
    }
  }

  // Sorts in place; valid until the next Push or Clear. No Push may follow before a Clear.
  std::span<const Entry> Sorted() {
    std::sort(heap_.begin(), heap_.end(), Better);
    return heap_;
  }

  void Clear() { heap_.clear(); }

 private:
  static bool Better(const Entry& a, const Entry& b) {
    return a.score > b.score || (a.score == b.score && a.key < b.key);
  }

  std::size_t k_;
  std::vector<Entry> heap_;  // worst on top
};

}  // namespace tsugi::base

#endif  // TSUGI_BASE_TOP_K_H_
