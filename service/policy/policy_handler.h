// tsugi.v1.PolicyService.
#ifndef TSUGI_SERVICE_POLICY_POLICY_HANDLER_H_
#define TSUGI_SERVICE_POLICY_POLICY_HANDLER_H_

#include <memory>

#include "service/call/calls.h"
#include "service/policy/policy_holder.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All arguments must outlive the service.
std::unique_ptr<grpc::Service> MakePolicyHandler(Calls* calls, PolicyHolder* policies);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_POLICY_POLICY_HANDLER_H_
