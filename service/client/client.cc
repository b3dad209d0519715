#include "service/client/client.h"

#include <grpcpp/create_channel.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "service/limits.h"
#include "service/status/status.h"

namespace tsugi {
namespace {

std::chrono::system_clock::time_point In(absl::Duration duration) {
  return std::chrono::system_clock::now() + absl::ToChronoMicroseconds(duration);
}

class GrpcClient : public Client {
 public:
  GrpcClient(std::string address, ClientOptions options)
      : address_(std::move(address)), options_(options) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(limits::kMaxResponseBytes);
    channel_ = grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
    stub_ = v1::RecommendationService::NewStub(channel_);
  }

  absl::Status GetSuggestions(const v1::GetSuggestionsRequest& request,
                              v1::GetSuggestionsResponse* response) override {
    TSUGI_RETURN_IF_ERROR(Connect());
    grpc::ClientContext context;
    context.set_deadline(In(options_.call_timeout));
    return FromGrpcStatus(stub_->GetSuggestions(&context, request, response));
  }

  absl::Status ListRenewalSuggestions(const v1::ListRenewalSuggestionsRequest& request,
                                      v1::ListRenewalSuggestionsResponse* response) override {
    TSUGI_RETURN_IF_ERROR(Connect());
    grpc::ClientContext context;
    context.set_deadline(In(options_.call_timeout));
    return FromGrpcStatus(stub_->ListRenewalSuggestions(&context, request, response));
  }

 private:
  absl::Status Connect() {
    if (channel_->GetState(true) == GRPC_CHANNEL_READY) return absl::OkStatus();
    const auto deadline = In(options_.connect_timeout);
    grpc_connectivity_state state = channel_->GetState(true);
    while (state != GRPC_CHANNEL_READY) {
      // Refused connections show as a failure at once; there is no use in waiting longer.
      if (state == GRPC_CHANNEL_TRANSIENT_FAILURE ||
          !channel_->WaitForStateChange(state, deadline)) {
        return absl::UnavailableError(absl::StrCat("nothing answers at ", address_,
                                                   "; start a server there: tsugi serve --listen ",
                                                   address_));
      }
      state = channel_->GetState(true);
    }
    return absl::OkStatus();
  }

  const std::string address_;
  const ClientOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RecommendationService::Stub> stub_;
};

}  // namespace

std::unique_ptr<Client> Client::Create(const std::string& address, ClientOptions options) {
  return std::make_unique<GrpcClient>(address, options);
}

}  // namespace tsugi
