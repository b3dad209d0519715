// The policy in force: read by every request, replaced while they run.
//
// A server started with a policy file follows the file: Poll puts a changed one in force, and Set
// writes it, so that what is in force survives a restart. A file with a mistake is logged and the
// policy before it stays.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_POLICY_POLICY_HOLDER_H_
#define TSUGI_SERVICE_POLICY_POLICY_HOLDER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "engine/policy/policy.h"

namespace tsugi {

struct ActivePolicy {
  Policy policy;
  std::string checksum;                 // of policy.yaml
  std::vector<std::string> placements;  // that its rules name; sorted, each once
  absl::Time since;
};

class PolicyHolder {
 public:
  // `name_or_path` is `default`, `open` or a file. Errors: NOT_FOUND for a missing file,
  // INVALID_ARGUMENT listing every mistake of it.
  // `apply` is told of every policy before it counts as in force, the first one included.
  static absl::StatusOr<std::unique_ptr<PolicyHolder>> Create(
      const std::string& name_or_path, absl::Time now, std::function<void(const Policy&)> apply);

  std::shared_ptr<const ActivePolicy> Current() const;

  // Puts `policy` in force. Where `expected_checksum` is given and not that of the policy in force:
  // ABORTED. FAILED_PRECONDITION where the policy file cannot be written.
  absl::StatusOr<std::shared_ptr<const ActivePolicy>> Set(Policy policy,
                                                          const std::string& expected_checksum,
                                                          absl::Time now);

  // Puts a changed policy file in force; with `even_if_unchanged` (SIGHUP) looks without asking
  // for the file's times. Without a file it does nothing. Errors: the file's, once a change.
  absl::Status Poll(bool even_if_unchanged, absl::Time now);

 private:
  PolicyHolder(std::string path, std::function<void(const Policy&)> apply)
      : path_(std::move(path)), apply_(std::move(apply)) {}

  // Whether the file is another one than at the last look.
  bool Changed();
  void Swap(std::shared_ptr<const ActivePolicy> next);

  const std::string path_;  // empty: no file
  const std::function<void(const Policy&)> apply_;
  base::Mutex writer_;  // one change at a time
  std::string stamp_ ABSL_GUARDED_BY(writer_);
  mutable base::Mutex mutex_;
  std::shared_ptr<const ActivePolicy> current_ ABSL_GUARDED_BY(mutex_);
};

// `default` or `open`; NOT_FOUND for any other name.
absl::StatusOr<Policy> BuiltInPolicy(const std::string& name);

std::shared_ptr<const ActivePolicy> MakeActive(Policy policy, absl::Time since);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_POLICY_POLICY_HOLDER_H_
