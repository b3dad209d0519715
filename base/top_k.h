// The k best of a stream, best first; equal scores fall to the smaller key, so the order in which
// values arrive never shows.
//
//   base::TopK<float, std::uint32_t> best(10);
//   for (...) best.Push(score, item);
//   for (const auto& [score, item] : best.Sorted()) ...
//
// What may still be among the best is collected, and cut back to k whenever twice as many have come
// together: O(1) a value, where a heap takes O(log k) for each that enters.
#ifndef TSUGI_BASE_TOP_K_H_
#define TSUGI_BASE_TOP_K_H_

#include <algorithm>
#include <cstddef>
#include <limits>
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

  explicit TopK(std::size_t k) : k_(k) { kept_.reserve(Capacity()); }

  void Push(Score score, Key key) {
    const Entry entry{score, key};
    if (k_ == 0 || (cut_ && !Better()(entry, worst_))) return;
    kept_.push_back(entry);
    if (kept_.size() == Capacity()) Cut();
  }

  // Whether a value of this score could still enter.
  bool Admits(Score score) const { return !cut_ || !(score < worst_.score); }

  // The lowest score that could still enter; lowest of all until k values have been cut away.
  Score Least() const { return cut_ ? worst_.score : std::numeric_limits<Score>::lowest(); }

  // Sorts in place; valid until the next Push or Clear. No Push may follow before a Clear.
  std::span<const Entry> Sorted() {
    if (kept_.size() > k_) Cut();
    std::sort(kept_.begin(), kept_.end(), Better());
    return kept_;
  }

  void Clear() {
    kept_.clear();
    cut_ = false;
  }

 private:
  struct Better {  // a type, not a function, so that the algorithms inline it
    bool operator()(const Entry& a, const Entry& b) const {
      return a.score > b.score || (a.score == b.score && a.key < b.key);
    }
  };

  std::size_t Capacity() const { return 2 * k_ + 16; }

  void Cut() {
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(k_);
    std::nth_element(kept_.begin(), last - 1, kept_.end(), Better());
    kept_.erase(last, kept_.end());
    worst_ = kept_.back();
    cut_ = true;
  }

  std::size_t k_;
  std::vector<Entry> kept_;
  Entry worst_{};     // of the k best so far, where cut_
  bool cut_ = false;  // whether k values have been beaten down to worst_
};

}  // namespace tsugi::base

#endif  // TSUGI_BASE_TOP_K_H_
