// Lists of words in messages, and the word that was meant.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_WORDS_H_
#define TSUGI_ENGINE_POLICY_WORDS_H_

#include <span>
#include <string>
#include <string_view>

namespace tsugi {

// "a, b, c"; for messages.
std::string JoinWords(std::span<const std::string_view> words);

// The word nearest to `text`, empty where none is near enough to be meant.
std::string_view NearestWord(std::string_view text, std::span<const std::string_view> words);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_WORDS_H_
