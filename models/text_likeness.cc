#include "models/text_likeness.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/parallel.h"
#include "base/top_k.h"

namespace tsugi::models {
namespace {

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the UTF-8 character at text[at]; a stray byte is one of its own.
std::size_t CharacterSize(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && size < 4 && Continues(text[at + size])) ++size;
  return size;
}

struct Weighted {
  std::uint32_t word = 0;
  float weight = 0;
};

// Texts as normalised vectors, and for each word the texts that hold it.
struct Vectors {
  std::vector<std::vector<Weighted>> texts;
  std::vector<std::vector<Weighted>> holders;  // by word; `word` is the text
};

// The words of each text by number, ascending. Numbers are handed out as words are met.
struct NumberedWords {
  std::vector<std::vector<std::uint32_t>> texts;
  std::vector<std::uint32_t> texts_with;  // by word
};

NumberedWords NumberWords(std::span<const std::string> texts) {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::vector<std::uint32_t>> words(texts.size());
  for (std::size_t t = 0; t < texts.size(); ++t) {
    for (const std::string& word : WordsOf(texts[t])) {
      words[t].push_back(
          numbers.emplace(word, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    std::sort(words[t].begin(), words[t].end());
  }
  std::vector<std::uint32_t> texts_with(numbers.size(), 0);
  for (const std::vector<std::uint32_t>& of_text : words) {
    for (std::size_t i = 0; i < of_text.size(); ++i) {
      if (i == 0 || of_text[i] != of_text[i - 1]) ++texts_with[of_text[i]];
    }
  }
  return {std::move(words), std::move(texts_with)};
}

Vectors MakeVectors(std::span<const std::string> texts, const TextLikenessOptions& options) {
  const auto [words, texts_with] = NumberWords(texts);
  Vectors out;
  out.texts.resize(texts.size());
  out.holders.resize(texts_with.size());
  const auto count = static_cast<double>(texts.size());
  for (std::size_t t = 0; t < texts.size(); ++t) {
    std::vector<Weighted>& vector = out.texts[t];
    double squares = 0;
    for (std::size_t i = 0; i < words[t].size();) {
      std::size_t end = i;
      while (end < words[t].size() && words[t][end] == words[t][i]) ++end;
      const double weight =
          static_cast<double>(end - i) * std::log(count / texts_with[words[t][i]]);
      squares += weight * weight;
      vector.push_back({words[t][i], static_cast<float>(weight)});
      i = end;
    }
    for (Weighted& entry : vector) {
      entry.weight = squares > 0 ? static_cast<float>(entry.weight / std::sqrt(squares)) : 0.0F;
      if (texts_with[entry.word] <= options.most_texts && entry.weight > 0) {
        out.holders[entry.word].push_back({static_cast<std::uint32_t>(t), entry.weight});
      }
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  std::string_view before;  // the character before, of a run that is not ASCII
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    if (IsAscii(text[i])) {
      before = {};
      if (IsLetter(text[i]) || IsDigit(text[i])) {
        word += ToLower(text[i]);
      } else {
        end_word();
      }
      ++i;
      continue;
    }
    end_word();
    const std::string_view character = text.substr(i, CharacterSize(text, i));
    if (!before.empty()) words.push_back(std::string(before) + std::string(character));
    before = character;
    i += character.size();
  }
  end_word();
  return words;
}

TextLikenessModel FindAlikeTexts(std::span<const std::string> texts,
                                 const TextLikenessOptions& options) {
  const Vectors vectors = MakeVectors(texts, options);
  using Best = base::TopK<float, std::uint32_t>;
  std::vector<std::vector<Best::Entry>> rows(texts.size());
  base::ParallelFor(texts.size(), /*grain=*/256, [&](base::Chunk chunk) {
    std::vector<float> sums(texts.size(), 0.0F);
    std::vector<std::uint32_t> touched;
    Best best(options.neighbours);
    for (std::size_t t = chunk.begin; t < chunk.end; ++t) {
      touched.clear();
      best.Clear();
      for (const Weighted& entry : vectors.texts[t]) {
        for (const Weighted& holder : vectors.holders[entry.word]) {
          if (sums[holder.word] == 0) touched.push_back(holder.word);
          sums[holder.word] += entry.weight * holder.weight;
        }
      }
      for (const std::uint32_t other : touched) {
        const float score = std::min(sums[other], 1.0F);
        sums[other] = 0;
        if (other != t && score >= static_cast<float>(options.least)) best.Push(score, other);
      }
      const auto sorted = best.Sorted();
      rows[t].assign(sorted.begin(), sorted.end());
    }
  });
  TextLikenessModel model;
  model.num_items = static_cast<std::uint32_t>(texts.size());
  for (const auto& row : rows) {
    for (const Best::Entry& entry : row) {
      model.neighbours.push_back(entry.key);
      model.scores.push_back(entry.score);
    }
    model.offsets.push_back(model.neighbours.size());
  }
  return model;
}

}  // namespace tsugi::models
