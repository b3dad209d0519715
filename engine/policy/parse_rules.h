// The `rules` of a policy file.
#ifndef TSUGI_ENGINE_POLICY_PARSE_RULES_H_
#define TSUGI_ENGINE_POLICY_PARSE_RULES_H_

#include <vector>

#include "engine/policy/node_reader.h"
#include "engine/policy/policy.h"
#include "engine/policy/yaml_tree.h"

namespace tsugi {

inline constexpr int kMaxRules = 500;

// Every rule that could be read, with its moment's defaults filled in.
std::vector<Rule> ParseRules(const YamlNode& node, MistakeList* mistakes);

// The window and condition a moment has where a rule gives none.
Window DefaultWindow(Moment moment);
Conditions DefaultConditions(Moment moment);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_PARSE_RULES_H_
