#include "service/policy/policy_handler.h"

#include <utility>

#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "proto/tsugi/v1/policy_service.grpc.pb.h"
#include "service/converters/path.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

void FillPolicy(const ActivePolicy& from, bool in_force, v1::Policy* to) {
  const std::string& name = from.policy.name;
  to->set_yaml(from.policy.yaml);
  to->set_name(name == "default" || name == "open" ? name : "custom");
  to->set_checksum(from.checksum);
  if (in_force) FillTime(from.since, to->mutable_in_force_since());
}

absl::Status Get(const PolicyHolder& policies, const v1::GetPolicyRequest& request,
                 v1::GetPolicyResponse* response) {
  if (request.name().empty()) {
    FillPolicy(*policies.Current(), true, response->mutable_policy());
    return absl::OkStatus();
  }
  TSUGI_ASSIGN_OR_RETURN(Policy policy, BuiltInPolicy(request.name()));
  FillPolicy(*MakeActive(std::move(policy), absl::InfinitePast()), false,
             response->mutable_policy());
  return absl::OkStatus();
}

// The policy asked for. Mistakes go into the response where it only validates, else they fail it.
absl::StatusOr<Policy> ReadPolicy(const v1::SetPolicyRequest& request,
                                  v1::SetPolicyResponse* response) {
  if (request.source_case() == v1::SetPolicyRequest::kName) return BuiltInPolicy(request.name());
  const Path path("yaml");
  if (request.source_case() != v1::SetPolicyRequest::kYaml) {
    return BadField(path, "", "is missing; give it or name");
  }
  std::string yaml;
  TSUGI_RETURN_IF_ERROR(ReadText(path, request.yaml(), limits::kMaxPolicyBytes, &yaml));
  if (!request.validate_only()) return LoadPolicy("policy", yaml);
  ParsedPolicy parsed = ParsePolicy("policy", yaml);
  for (const PolicyMistake& from : parsed.mistakes) {
    v1::PolicyMistake* mistake = response->add_mistakes();
    mistake->set_line(from.line);
    mistake->set_column(from.column);
    mistake->set_message(from.message);
  }
  return std::move(parsed.policy);
}

absl::Status Set(PolicyHolder* policies, absl::Time now, const v1::SetPolicyRequest& request,
                 v1::SetPolicyResponse* response) {
  TSUGI_ASSIGN_OR_RETURN(Policy policy, ReadPolicy(request, response));
  std::shared_ptr<const ActivePolicy> in_force = policies->Current();
  if (!request.validate_only()) {
    TSUGI_ASSIGN_OR_RETURN(in_force,
                           policies->Set(std::move(policy), request.expected_checksum(), now));
  }
  FillPolicy(*in_force, true, response->mutable_policy());
  return absl::OkStatus();
}

class PolicyHandler final : public v1::PolicyService::CallbackService {
 public:
  PolicyHandler(Calls* calls, PolicyHolder* policies) : calls_(calls), policies_(policies) {}

  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::GetPolicyResponse* response) override {
    return calls_->Now(Method::kGetPolicy, context,
                       [&] { return Get(*policies_, *request, response); });
  }

  grpc::ServerUnaryReactor* SetPolicy(grpc::CallbackServerContext* context,
                                      const v1::SetPolicyRequest* request,
                                      v1::SetPolicyResponse* response) override {
    return calls_->Blocking(Method::kSetPolicy, context, [this, request, response] {
      return Set(policies_, calls_->Now(), *request, response);
    });
  }

 private:
  Calls* const calls_;
  PolicyHolder* const policies_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyHandler(Calls* calls, PolicyHolder* policies) {
  return std::make_unique<PolicyHandler>(calls, policies);
}

}  // namespace tsugi
