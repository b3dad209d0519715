// Texts as numbers in the order of first sight, and later as positions among the sorted texts that
// are used.
#ifndef TSUGI_ENGINE_HISTORY_INTERNER_H_
#define TSUGI_ENGINE_HISTORY_INTERNER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/history/order_history.h"

namespace tsugi {

class Interner {
 public:
  std::uint32_t Intern(const std::string& text) {
    const auto [it, added] = numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (added) texts_.push_back(text);
    return it->second;
  }

  // The number of a text, kNoIndex for the empty one.
  std::uint32_t InternOrNone(const std::string& text) {
    return text.empty() ? kNoIndex : Intern(text);
  }

  // Forgets that `text` was seen: it gets a new number next time. Returns the old one or kNoIndex.
  std::uint32_t Forget(const std::string& text) {
    const auto it = numbers_.find(text);
    if (it == numbers_.end()) return kNoIndex;
    const std::uint32_t number = it->second;
    numbers_.erase(it);
    texts_[number].clear();
    return number;
  }

  std::size_t size() const { return texts_.size(); }

  // For each number its position among the sorted texts with used[number] != 0, else kNoIndex; and
  // those texts, moved out of here.
  std::pair<std::vector<std::uint32_t>, std::vector<std::string>> Sorted(
      const std::vector<std::uint8_t>& used) {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
      if (used[i] != 0) numbers.push_back(i);
    }
    std::sort(numbers.begin(), numbers.end(),
              [this](std::uint32_t a, std::uint32_t b) { return texts_[a] < texts_[b]; });
    std::vector<std::uint32_t> position(texts_.size(), kNoIndex);
    std::vector<std::string> sorted;
    sorted.reserve(numbers.size());
    for (const std::uint32_t number : numbers) {
      position[number] = static_cast<std::uint32_t>(sorted.size());
      sorted.push_back(std::move(texts_[number]));
    }
    return {std::move(position), std::move(sorted)};
  }

 private:
  absl::flat_hash_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> texts_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_INTERNER_H_
