// The text of the built-in policy (default_policy.yaml), compiled in.
#ifndef TSUGI_ENGINE_POLICY_DEFAULT_POLICY_H_
#define TSUGI_ENGINE_POLICY_DEFAULT_POLICY_H_

namespace tsugi {

const char* DefaultPolicyYaml();

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_DEFAULT_POLICY_H_
