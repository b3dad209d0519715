#include "service/policy/policy_holder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "service/limits.h"
#include "service/log/log.h"

namespace tsugi {
namespace {

bool IsBuiltIn(const std::string& name) { return name == "default" || name == "open"; }

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("policy file ", path, ": ", error.message()));
  }
  if (size > limits::kMaxPolicyBytes) {
    return absl::InvalidArgumentError(absl::StrCat("policy file ", path, ": ", size,
                                                   " bytes are too many; use at most ",
                                                   limits::kMaxPolicyBytes));
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(
        absl::StrCat("policy file ", path, ": cannot be read: ", std::strerror(errno)));
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

absl::StatusOr<Policy> LoadFile(const std::string& path) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  return LoadPolicy(path, text);
}

// Beside the file, then renamed: a reader sees the old text or the new one.
absl::Status WriteFile(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool written = file != nullptr;
  if (file != nullptr) {
    written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    written = std::fflush(file) == 0 && fsync(fileno(file)) == 0 && written;
    written = std::fclose(file) == 0 && written;
  }
  if (written && std::rename(beside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int error = errno;
  std::remove(beside.c_str());
  return absl::FailedPreconditionError(absl::StrCat("the server follows the policy file ", path,
                                                    ", which cannot be written (",
                                                    std::strerror(error), "); change the file"));
}

}  // namespace

absl::StatusOr<Policy> BuiltInPolicy(const std::string& name) {
  if (name == "default") return DefaultPolicy();
  if (name == "open") return OpenPolicy();
  return absl::NotFoundError(
      absl::StrCat("name: ", name, " is no built-in policy; use default or open"));
}

std::shared_ptr<const ActivePolicy> MakeActive(Policy policy, absl::Time since) {
  auto active = std::make_shared<ActivePolicy>();
  active->checksum = base::Checksum(policy.yaml);
  for (const Rule& rule : policy.rules) {
    active->placements.insert(active->placements.end(), rule.placements.begin(),
                              rule.placements.end());
  }
  std::sort(active->placements.begin(), active->placements.end());
  active->placements.erase(std::unique(active->placements.begin(), active->placements.end()),
                           active->placements.end());
  active->policy = std::move(policy);
  active->since = since;
  return active;
}

absl::StatusOr<std::unique_ptr<PolicyHolder>> PolicyHolder::Create(
    const std::string& name_or_path, absl::Time now, std::function<void(const Policy&)> apply) {
  const bool built_in = IsBuiltIn(name_or_path);
  std::unique_ptr<PolicyHolder> holder(
      new PolicyHolder(built_in ? "" : name_or_path, std::move(apply)));
  if (!built_in) {
    base::MutexLock lock(&holder->writer_);
    holder->Changed();
  }
  TSUGI_ASSIGN_OR_RETURN(Policy policy,
                         built_in ? BuiltInPolicy(name_or_path) : LoadFile(name_or_path));
  holder->Swap(MakeActive(std::move(policy), now));
  return holder;
}

std::shared_ptr<const ActivePolicy> PolicyHolder::Current() const {
  base::MutexLock lock(&mutex_);
  return current_;
}

void PolicyHolder::Swap(std::shared_ptr<const ActivePolicy> next) {
  apply_(next->policy);
  base::MutexLock lock(&mutex_);
  current_.swap(next);
}

bool PolicyHolder::Changed() {
  struct stat found {};
  std::string stamp = "missing";
  if (stat(path_.c_str(), &found) == 0) {
    stamp = absl::StrCat(found.st_ino, " ", found.st_size, " ", found.st_mtim.tv_sec, " ",
                         found.st_mtim.tv_nsec);
  }
  if (stamp == stamp_) return false;
  stamp_ = std::move(stamp);
  return true;
}

absl::StatusOr<std::shared_ptr<const ActivePolicy>> PolicyHolder::Set(
    Policy policy, const std::string& expected_checksum, absl::Time now) {
  base::MutexLock lock(&writer_);
  const std::shared_ptr<const ActivePolicy> before = Current();
  if (!expected_checksum.empty() && expected_checksum != before->checksum) {
    return absl::AbortedError(absl::StrCat("expected_checksum: ", expected_checksum,
                                           " is not that of the policy in force, ",
                                           before->checksum, "; read it again"));
  }
  std::shared_ptr<const ActivePolicy> next = MakeActive(std::move(policy), now);
  if (!path_.empty()) {
    if (next->policy.probability_only) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the server follows the policy file ", path_,
          ", and no file says what the built-in open does; start the server with --policy open"));
    }
    TSUGI_RETURN_IF_ERROR(WriteFile(path_, next->policy.yaml));
    Changed();
  }
  Swap(next);
  Log(LogLevel::kInfo, "policy_set", {{"name", next->policy.name}, {"checksum", next->checksum}});
  return next;
}

absl::Status PolicyHolder::Poll(bool even_if_unchanged, absl::Time now) {
  if (path_.empty()) return absl::OkStatus();
  base::MutexLock lock(&writer_);
  if (!Changed() && !even_if_unchanged) return absl::OkStatus();
  absl::StatusOr<Policy> policy = LoadFile(path_);
  if (!policy.ok()) {
    Log(LogLevel::kError, "policy_refused",
        {{"file", path_}, {"reason", std::string(policy.status().message())}});
    return policy.status();
  }
  if (base::Checksum(policy->yaml) == Current()->checksum) return absl::OkStatus();
  Swap(MakeActive(*std::move(policy), now));
  Log(LogLevel::kInfo, "policy_reloaded", {{"file", path_}, {"checksum", Current()->checksum}});
  return absl::OkStatus();
}

}  // namespace tsugi
