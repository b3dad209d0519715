// Typed reading of a policy's YAML tree. Nothing here stops at a mistake: a value that is wrong is
// reported with its place, its text and what would be right, and leaves the target as it was.
//
// Thread safety: a MistakeList belongs to one thread.
#ifndef TSUGI_ENGINE_POLICY_NODE_READER_H_
#define TSUGI_ENGINE_POLICY_NODE_READER_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "engine/policy/parse.h"
#include "engine/policy/words.h"
#include "engine/policy/yaml_tree.h"

namespace tsugi {

class MistakeList {
 public:
  void Add(const YamlNode& at, std::string message);

  // In the order of the file.
  std::vector<PolicyMistake> Take() &&;

  std::vector<PolicyMistake>* raw() { return &mistakes_; }

 private:
  std::vector<PolicyMistake> mistakes_;
};

struct NumberRange {
  double low = 0;
  double high = 0;
  bool low_excluded = false;
};

// A map of which every key is known by name. Unknown keys and keys given twice are reported once,
// at construction.
class MapReader {
 public:
  // `path` names the map in messages: "contact_policy", empty for the top.
  // A node that is no map is reported (null counts as an empty map).
  MapReader(const YamlNode* node, std::string path, std::span<const std::string_view> known,
            MistakeList* mistakes);

  // The value of a key, null where it is left out. The pointers stay valid as long as the tree.
  const YamlNode* Find(std::string_view key) const;
  const YamlNode* FindKey(std::string_view key) const;

  // Each leaves `out` alone where the key is left out or wrong.
  void Number(std::string_view key, const NumberRange& range, double* out) const;
  void Integer(std::string_view key, int low, int high, int* out) const;
  void Bool(std::string_view key, bool* out) const;
  void Duration(std::string_view key, absl::Duration low, absl::Duration* out) const;
  void Text(std::string_view key, std::string* out) const;
  void TextList(std::string_view key, std::vector<std::string>* out) const;
  // The position of the word among `words`; false where it is left out or none of them.
  bool Choice(std::string_view key, std::span<const std::string_view> words,
              std::size_t* out) const;

  std::string PathOf(std::string_view key) const;
  MistakeList* mistakes() const { return mistakes_; }

 private:
  void CheckKeys(const YamlNode& node, std::span<const std::string_view> known);

  std::string path_;
  MistakeList* mistakes_;
  struct Entry {
    const YamlNode* key;
    const YamlNode* value;
  };
  std::vector<Entry> entries_;  // the first of each known key
};

// How a value is quoted in a message: "abc", or what it is where it is no scalar.
std::string Shown(const YamlNode& node);

// Text of a scalar, checked for length and control characters; false where reported.
bool ReadText(const YamlNode& node, const std::string& path, MistakeList* mistakes,
              std::string* out);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_NODE_READER_H_
