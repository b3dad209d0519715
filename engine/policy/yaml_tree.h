// A YAML document as a plain tree in which every node knows its place, so that each mistake can be
// reported where it stands. Sizes are bounded before memory is taken; aliases and explicit tags are
// refused, since a policy needs neither and both hide what is in force.
//
// Thread safety: free functions on values.
#ifndef TSUGI_ENGINE_POLICY_YAML_TREE_H_
#define TSUGI_ENGINE_POLICY_YAML_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/parse.h"

namespace tsugi {

inline constexpr std::size_t kMaxPolicyBytes = std::size_t{256} * 1024;
inline constexpr int kMaxPolicyDepth = 16;

struct YamlNode {
  // kRefused: an alias or a tagged node; its mistake is reported already.
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMap, kRefused };

  Kind kind = Kind::kNull;
  bool quoted = false;           // a scalar in quotes, or a block: text whatever it looks like
  int line = 0;                  // 1 is the first
  int column = 0;                // 1 is the first; characters, not bytes
  std::string text;              // of a scalar
  std::vector<YamlNode> keys;    // of a map, as written: the same key may stand there twice
  std::vector<YamlNode> values;  // of a map, one a key; or the items of a sequence
};

// None, and at least one mistake, where the text is no single YAML document within the bounds.
std::optional<YamlNode> ReadYamlTree(const std::string& text, std::vector<PolicyMistake>* mistakes);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_YAML_TREE_H_
