#include "engine/store/sqlite_rows.h"

#include <charconv>
#include <limits>

namespace tsugi {
namespace {
constexpr base::Micros kBeginning = std::numeric_limits<base::Micros>::min();
}  // namespace

base::Micros StoredMicros(absl::Time time) {
  return time == absl::InfinitePast() ? kBeginning : base::ToMicros(time);
}

absl::Time FromStoredMicros(base::Micros micros) {
  return micros == kBeginning ? absl::InfinitePast() : base::FromMicros(micros);
}

std::string JoinIds(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) {
    if (!text.empty()) text += ';';
    text += id;
  }
  return text;
}

std::vector<std::string> SplitIds(std::string_view text) {
  std::vector<std::string> ids;
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    if (end != 0) ids.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return ids;
}

std::string JoinMonths(std::uint16_t months) {
  std::vector<std::string> numbers;
  for (int month = 1; month <= 12; ++month) {
    if ((months >> (month - 1) & 1) != 0) numbers.push_back(std::to_string(month));
  }
  return JoinIds(numbers);
}

std::uint16_t SplitMonths(std::string_view text) {
  unsigned months = 0;
  for (const std::string& number : SplitIds(text)) {
    int month = 0;
    std::from_chars(number.data(), number.data() + number.size(), month);
    if (month >= 1 && month <= 12) months |= 1U << (month - 1);
  }
  return static_cast<std::uint16_t>(months);
}

}  // namespace tsugi
