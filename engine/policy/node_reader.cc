#include "engine/policy/node_reader.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/time.h"

namespace tsugi {
namespace {

constexpr std::size_t kMaxTextBytes = 200;
constexpr std::size_t kMaxListItems = 1000;

std::string ShortNumber(double value) { return absl::StrCat(value); }

std::string RangeText(const NumberRange& range) {
  if (range.low_excluded) {
    return absl::StrCat("above ", ShortNumber(range.low), " and at most ", ShortNumber(range.high));
  }
  return absl::StrCat("from ", ShortNumber(range.low), " to ", ShortNumber(range.high));
}

// Digits with sign, point and exponent; absl reads `nan`, `inf`, hexadecimals and white space too.
std::optional<double> PlainNumber(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::kScalar || node.quoted) return std::nullopt;
  if (node.text.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
  double value = 0;
  if (!absl::SimpleAtod(node.text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

// A hint for what looks right but stands in quotes.
std::string_view QuoteHint(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar && node.quoted ? " (without quotes)" : "";
}

}  // namespace

void MistakeList::Add(const YamlNode& at, std::string message) {
  mistakes_.push_back({at.line, at.column, std::move(message)});
}

std::vector<PolicyMistake> MistakeList::Take() && {
  std::stable_sort(mistakes_.begin(), mistakes_.end(),
                   [](const PolicyMistake& a, const PolicyMistake& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  return std::move(mistakes_);
}

std::string Shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "an empty value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
    case YamlNode::Kind::kRefused:
      break;
  }
  constexpr std::size_t kShown = 60;
  if (node.text.size() <= kShown) return absl::StrCat("\"", node.text, "\"");
  std::size_t cut = kShown;  // not inside a character
  while (cut > 0 && (static_cast<unsigned char>(node.text[cut]) & 0xC0U) == 0x80U) --cut;
  return absl::StrCat("\"", node.text.substr(0, cut), "...\"");
}

bool ReadText(const YamlNode& node, const std::string& path, MistakeList* mistakes,
              std::string* out) {
  if (node.kind == YamlNode::Kind::kRefused) return false;
  if (node.kind != YamlNode::Kind::kScalar || node.text.empty()) {
    mistakes->Add(node, absl::StrCat(path, ": ",
                                     node.text.empty() && node.quoted ? std::string("an empty text")
                                                                      : Shown(node),
                                     " is no text; write a word"));
    return false;
  }
  if (node.text.size() > kMaxTextBytes) {
    mistakes->Add(node, absl::StrCat(path, ": the text has ", node.text.size(),
                                     " bytes; use at most ", kMaxTextBytes));
    return false;
  }
  const bool control = std::any_of(node.text.begin(), node.text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) {
    mistakes->Add(node, absl::StrCat(path, ": the text holds a control character; leave it out"));
    return false;
  }
  *out = node.text;
  return true;
}

MapReader::MapReader(const YamlNode* node, std::string path,
                     std::span<const std::string_view> known, MistakeList* mistakes)
    : path_(std::move(path)), mistakes_(mistakes) {
  if (node == nullptr || node->kind == YamlNode::Kind::kNull ||
      node->kind == YamlNode::Kind::kRefused) {
    return;
  }
  if (node->kind != YamlNode::Kind::kMap) {
    mistakes_->Add(*node, absl::StrCat(path_.empty() ? "the policy" : path_, ": ", Shown(*node),
                                       " is no map; its keys are ", JoinWords(known)));
    return;
  }
  CheckKeys(*node, known);
}

void MapReader::CheckKeys(const YamlNode& node, std::span<const std::string_view> known) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    if (key.kind == YamlNode::Kind::kRefused) continue;
    if (std::find(known.begin(), known.end(), key.text) == known.end() ||
        key.kind != YamlNode::Kind::kScalar) {
      const std::string_view meant = NearestWord(key.text, known);
      mistakes_->Add(key,
                     absl::StrCat("unknown key ", Shown(key), path_.empty() ? "" : " in ", path_,
                                  meant.empty() ? "; the keys here are " : "; did you mean ",
                                  meant.empty() ? JoinWords(known) : std::string(meant)));
      continue;
    }
    if (const YamlNode* const first = FindKey(key.text); first != nullptr) {
      mistakes_->Add(key, absl::StrCat(PathOf(key.text), " is given twice, first in line ",
                                       first->line, "; keep one"));
      continue;
    }
    entries_.push_back({&key, &node.values[i]});
  }
}

const YamlNode* MapReader::FindKey(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key->text == key) return entry.key;
  }
  return nullptr;
}

const YamlNode* MapReader::Find(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key->text != key) continue;
    return entry.value->kind == YamlNode::Kind::kRefused ? nullptr : entry.value;
  }
  return nullptr;
}

std::string MapReader::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : absl::StrCat(path_, ".", std::string(key));
}

void MapReader::Number(std::string_view key, const NumberRange& range, double* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return;
  const std::optional<double> value = PlainNumber(*node);
  if (!value.has_value()) {
    mistakes_->Add(*node,
                   absl::StrCat(PathOf(key), ": ", Shown(*node), " is no number; use a number ",
                                RangeText(range), std::string(QuoteHint(*node))));
    return;
  }
  if (*value < range.low || *value > range.high || (range.low_excluded && *value == range.low)) {
    mistakes_->Add(*node, absl::StrCat(PathOf(key), ": ", node->text,
                                       " is out of range; use a number ", RangeText(range)));
    return;
  }
  *out = *value;
}

void MapReader::Integer(std::string_view key, int low, int high, int* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return;
  const std::string right = absl::StrCat("use a whole number from ", low, " to ", high);
  int value = 0;
  const bool number = PlainNumber(*node).has_value();
  if (!number || node->text.find_first_of(".eE") != std::string::npos) {
    mistakes_->Add(*node, absl::StrCat(PathOf(key), ": ", Shown(*node), " is no whole number; ",
                                       right, std::string(QuoteHint(*node))));
    return;
  }
  if (!absl::SimpleAtoi(node->text, &value) || value < low || value > high) {
    mistakes_->Add(*node, absl::StrCat(PathOf(key), ": ", node->text, " is out of range; ", right));
    return;
  }
  *out = value;
}

void MapReader::Bool(std::string_view key, bool* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return;
  const bool plain = node->kind == YamlNode::Kind::kScalar && !node->quoted;
  if (!plain || (node->text != "true" && node->text != "false")) {
    mistakes_->Add(*node, absl::StrCat(PathOf(key), ": ", Shown(*node),
                                       " is neither true nor false; use one of them",
                                       std::string(QuoteHint(*node))));
    return;
  }
  *out = node->text == "true";
}

void MapReader::Duration(std::string_view key, absl::Duration low, absl::Duration* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return;
  const absl::StatusOr<absl::Duration> value =
      node->kind == YamlNode::Kind::kScalar
          ? base::ParseDuration(node->text)
          : absl::StatusOr<absl::Duration>(absl::InvalidArgumentError(absl::StrCat(
                Shown(*node),
                " is not a duration; use a whole number and a unit: 90s, 15m, 12h or 30d")));
  if (!value.ok()) {
    mistakes_->Add(*node, absl::StrCat(PathOf(key), ": ", std::string(value.status().message())));
    return;
  }
  if (*value < low) {
    mistakes_->Add(*node,
                   absl::StrCat(PathOf(key), ": ", node->text, " is out of range; use at least ",
                                base::FormatDuration(low)));
    return;
  }
  *out = *value;
}

void MapReader::Text(std::string_view key, std::string* out) const {
  const YamlNode* const node = Find(key);
  if (node != nullptr) ReadText(*node, PathOf(key), mistakes_, out);
}

void MapReader::TextList(std::string_view key, std::vector<std::string>* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return;
  const std::string path = PathOf(key);
  if (node->kind != YamlNode::Kind::kSequence || node->values.empty() ||
      node->values.size() > kMaxListItems) {
    const bool list = node->kind == YamlNode::Kind::kSequence;
    mistakes_->Add(
        *node, absl::StrCat(path, ": ",
                            list ? absl::StrCat("a list of ", node->values.size()) : Shown(*node),
                            " does not do; use a list of 1 to ", kMaxListItems, " words: [a, b]"));
    return;
  }
  std::vector<std::string> texts;
  for (const YamlNode& item : node->values) {
    std::string text;
    if (!ReadText(item, path, mistakes_, &text)) continue;
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) {
      mistakes_->Add(item, absl::StrCat(path, ": ", Shown(item), " is given twice; keep one"));
      continue;
    }
    texts.push_back(std::move(text));
  }
  *out = std::move(texts);
}

bool MapReader::Choice(std::string_view key, std::span<const std::string_view> words,
                       std::size_t* out) const {
  const YamlNode* const node = Find(key);
  if (node == nullptr) return false;
  const auto found = node->kind == YamlNode::Kind::kScalar
                         ? std::find(words.begin(), words.end(), node->text)
                         : words.end();
  if (found == words.end()) {
    const std::string_view meant = NearestWord(node->text, words);
    mistakes_->Add(*node,
                   absl::StrCat(PathOf(key), ": ", Shown(*node), " is not known; ",
                                meant.empty() ? absl::StrCat("use one of ", JoinWords(words))
                                              : absl::StrCat("did you mean ", std::string(meant))));
    return false;
  }
  *out = static_cast<std::size_t>(found - words.begin());
  return true;
}

}  // namespace tsugi
