// How alike texts are: cosine of tf-idf vectors of their words (Salton, Buckley 1988). For product
// names it says what co-purchase can't yet: the red one goes with the blue one.
//
// A word is a run of ASCII letters and digits, in lower case; runs of other characters (Japanese,
// say) count as their pairs of neighbouring characters. A word of df of n texts weighs
// log(n / df) each time it stands there; words of more than `most_texts` texts join nothing.
//
//   const TextLikenessModel model = FindAlikeTexts(names, {});
//   model.View().Neighbours(item) ...                      // best first, ties by item
//
// Time and memory: the sum over words of df^2 pairs are looked at, df <= most_texts.
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_TEXT_LIKENESS_H_
#define TSUGI_MODELS_TEXT_LIKENESS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi::models {

struct TextLikenessOptions {
  std::uint32_t neighbours = 40;    // kept of each text
  double least = 0.1;               // cosine of a pair that is kept, in (0, 1]
  std::uint32_t most_texts = 2000;  // words of more texts are left out
};

struct AlikeTexts {
  std::span<const std::uint32_t> items;
  std::span<const float> scores;  // in [least, 1], falling
};

struct TextLikenessView {
  std::uint32_t num_items = 0;
  std::span<const std::uint64_t> offsets;  // num_items + 1, into the arrays below
  std::span<const std::uint32_t> neighbours;
  std::span<const float> scores;

  AlikeTexts Neighbours(std::uint32_t item) const {
    const std::size_t begin = offsets[item];
    const std::size_t count = offsets[item + 1] - begin;
    return {neighbours.subspan(begin, count), scores.subspan(begin, count)};
  }
};

struct TextLikenessModel {
  std::uint32_t num_items = 0;
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> neighbours;
  std::vector<float> scores;

  TextLikenessView View() const { return {num_items, offsets, neighbours, scores}; }
};

TextLikenessModel FindAlikeTexts(std::span<const std::string> texts,
                                 const TextLikenessOptions& options);

// The words of a text, in its order.
std::vector<std::string> WordsOf(std::string_view text);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_TEXT_LIKENESS_H_
