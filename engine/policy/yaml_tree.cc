#include "engine/policy/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tsugi {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// yaml-cpp counts bytes; people and editors count characters.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    starts_.push_back(text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // People who indent with a tab get an answer of the parser that does not say so.
  bool StartsWithTab(int line) const {
    const auto index = static_cast<std::size_t>(line - 1);
    if (line < 1 || index >= starts_.size()) return false;
    const std::string_view rest = text_.substr(starts_[index]);
    const std::size_t first = rest.find_first_not_of(' ');
    return first != std::string_view::npos && rest[first] == '\t';
  }

  std::pair<int, int> Of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {static_cast<int>(starts_.size()), 1};
    const auto line = static_cast<std::size_t>(mark.line);
    int column = 1;
    if (line < starts_.size()) {
      const std::string_view rest = text_.substr(starts_[line]);
      for (std::size_t i = 0; i < rest.size() && i < static_cast<std::size_t>(mark.column); ++i) {
        if (!IsContinuation(rest[i])) ++column;
      }
    }
    return {mark.line + 1, column};
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const Places* places, std::vector<PolicyMistake>* mistakes)
      : places_(places), mistakes_(mistakes) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Add(Node(mark, YamlNode::Kind::kNull));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases are not read in a policy; write the value out");
    Add(Node(mark, YamlNode::Kind::kRefused));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode node = Node(mark, KindUnlessTagged(mark, tag, YamlNode::Kind::kScalar));
    node.quoted = tag == "!";
    node.text = value;
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Open(mark, KindUnlessTagged(mark, tag, YamlNode::Kind::kSequence));
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(mark, KindUnlessTagged(mark, tag, YamlNode::Kind::kMap));
    open_.back().is_map = true;
  }
  void OnMapEnd() override { Close(); }

  std::optional<YamlNode> TakeRoot() { return std::exchange(root_, std::nullopt); }

 private:
  struct OpenNode {
    YamlNode node;
    bool is_map = false;
  };

  YamlNode Node(const YAML::Mark& mark, YamlNode::Kind kind) const {
    YamlNode node;
    node.kind = kind;
    std::tie(node.line, node.column) = places_->Of(mark);
    return node;
  }

  void Refuse(const YAML::Mark& mark, std::string message) {
    const auto [line, column] = places_->Of(mark);
    mistakes_->push_back({line, column, std::move(message)});
  }

  YamlNode::Kind KindUnlessTagged(const YAML::Mark& mark, const std::string& tag,
                                  YamlNode::Kind kind) {
    if (tag.empty() || tag == "?" || tag == "!") return kind;
    Refuse(mark, absl::StrCat("the tag ", tag, " is not read in a policy; leave it out"));
    return YamlNode::Kind::kRefused;
  }

  void Open(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (open_.size() >= kMaxPolicyDepth) {
      throw YAML::ParserException(
          mark, absl::StrCat("nested deeper than ", kMaxPolicyDepth, " levels; a policy needs 4"));
    }
    open_.push_back({Node(mark, kind), false});
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back().node;
    if (node.kind == YamlNode::Kind::kNull && parent.keys.size() > parent.values.size()) {
      node.line = parent.keys.back().line;  // an empty value has no place of its own
      node.column = parent.keys.back().column;
    }
    const bool is_key = open_.back().is_map && parent.keys.size() == parent.values.size();
    (is_key ? parent.keys : parent.values).push_back(std::move(node));
  }

  const Places* places_;
  std::vector<PolicyMistake>* mistakes_;
  std::vector<OpenNode> open_;
  std::optional<YamlNode> root_;
};

// The bytes of the character that starts here (RFC 3629), 0 where none does.
std::size_t Utf8Length(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || rest.size() < 2) return 0;
  const auto next = static_cast<unsigned char>(rest[1]);
  const bool overlong = (lead == 0xE0 && next < 0xA0) || (lead == 0xF0 && next < 0x90);
  const bool beyond = (lead == 0xED && next > 0x9F) || (lead == 0xF4 && next > 0x8F);
  if (overlong || beyond) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
  if (length > rest.size()) return 0;
  const std::string_view tail = rest.substr(1, length - 1);
  return std::all_of(tail.begin(), tail.end(), IsContinuation) ? length : 0;
}

// The first byte that is not UTF-8; the size where all is.
std::size_t ValidUtf8Prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = Utf8Length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

bool CheckText(const std::string& text, std::vector<PolicyMistake>* mistakes) {
  if (text.size() > kMaxPolicyBytes) {
    mistakes->push_back({1, 1,
                         absl::StrCat("the file has ", text.size(), " bytes; at most ",
                                      kMaxPolicyBytes, " are read")});
    return false;
  }
  const std::size_t valid = ValidUtf8Prefix(text);
  if (valid == text.size()) return true;
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i < valid; ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if (!IsContinuation(text[i])) {
      ++column;
    }
  }
  mistakes->push_back({line, column, "this byte is not UTF-8; save the file as UTF-8"});
  return false;
}

}  // namespace

std::optional<YamlNode> ReadYamlTree(const std::string& text,
                                     std::vector<PolicyMistake>* mistakes) {
  if (!CheckText(text, mistakes)) return std::nullopt;
  const Places places(text);
  TreeBuilder builder(&places, mistakes);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    std::optional<YamlNode> root = builder.TakeRoot();
    if (!root.has_value()) {
      mistakes->push_back({1, 1, "the file is empty; a policy starts with `version: 1`"});
      return std::nullopt;
    }
    if (parser.HandleNextDocument(builder)) {
      const std::optional<YamlNode> second = builder.TakeRoot();
      mistakes->push_back({second.has_value() ? second->line : 1,
                           second.has_value() ? second->column : 1,
                           "a second document starts here; a policy is one document"});
    }
    return root;
  } catch (const YAML::Exception& error) {
    const auto [line, column] = places.Of(error.mark);
    mistakes->push_back(
        {line, column,
         absl::StrCat("no valid YAML: ", error.msg,
                      places.StartsWithTab(line) ? "; indent with spaces, not with tabs" : "")});
  } catch (const std::exception& error) {
    mistakes->push_back({1, 1, absl::StrCat("no valid YAML: ", error.what())});
  }
  return std::nullopt;
}

}  // namespace tsugi
