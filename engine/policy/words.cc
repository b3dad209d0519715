#include "engine/policy/words.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace tsugi {
namespace {

constexpr std::size_t kLongestMeant = 200;

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string JoinWords(std::span<const std::string_view> words) {
  std::string joined;
  for (const std::string_view word : words) {
    if (!joined.empty()) joined += ", ";
    joined += word;
  }
  return joined;
}

std::string_view NearestWord(std::string_view text, std::span<const std::string_view> words) {
  std::string_view nearest;
  std::size_t best = text.size() < 4 ? 2 : std::max<std::size_t>(3, text.size() / 3 + 1);
  for (const std::string_view word : words) {
    if (text.size() > kLongestMeant) break;
    const std::size_t distance = EditDistance(text, word);
    if (distance < best) {
      best = distance;
      nearest = word;
    }
  }
  return nearest;
}

}  // namespace tsugi
