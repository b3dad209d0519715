#include "service/recommendation/recommendation_handler.h"

#include <utility>

#include "base/status_macros.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "service/converters/events.h"
#include "service/recommendation/suggestion_stream.h"

namespace tsugi {
namespace {

class RecommendationHandler final : public v1::RecommendationService::CallbackService {
 public:
  RecommendationHandler(Calls* calls, Answerer* answerer, Feedback* feedback,
                        RenewalLister* renewals)
      : calls_(calls), answerer_(answerer), feedback_(feedback), renewals_(renewals) {}

  grpc::ServerUnaryReactor* GetSuggestions(grpc::CallbackServerContext* context,
                                           const v1::GetSuggestionsRequest* request,
                                           v1::GetSuggestionsResponse* response) override {
    if (answerer_->MayWait(*request)) {
      return calls_->Blocking(Method::kGetSuggestions, context, [this, request, response] {
        return answerer_->Answer(*request, response);
      });
    }
    return calls_->Inline(Method::kGetSuggestions, context,
                          [&] { return answerer_->Answer(*request, response); });
  }

  grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse>*
  StreamSuggestions(grpc::CallbackServerContext* /*context*/) override {
    return NewSuggestionStream(calls_, answerer_);
  }

  grpc::ServerUnaryReactor* ListRenewalSuggestions(
      grpc::CallbackServerContext* context, const v1::ListRenewalSuggestionsRequest* request,
      v1::ListRenewalSuggestionsResponse* response) override {
    return calls_->Blocking(Method::kListRenewalSuggestions, context, [this, request, response] {
      return renewals_->List(*request, response);
    });
  }

  grpc::ServerUnaryReactor* RecordReaction(grpc::CallbackServerContext* context,
                                           const v1::RecordReactionRequest* request,
                                           v1::RecordReactionResponse* response) override {
    return calls_->Blocking(
        Method::kRecordReaction, context, [this, request, response]() -> absl::Status {
          TSUGI_ASSIGN_OR_RETURN(ReactionEvent event, ToReaction(*request, calls_->Now()));
          TSUGI_ASSIGN_OR_RETURN(const bool known, feedback_->Record(std::move(event)));
          response->set_already_there(known);
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* RecordContact(grpc::CallbackServerContext* context,
                                          const v1::RecordContactRequest* request,
                                          v1::RecordContactResponse* response) override {
    return calls_->Blocking(
        Method::kRecordContact, context, [this, request, response]() -> absl::Status {
          TSUGI_ASSIGN_OR_RETURN(Contact contact, ToContact(*request, calls_->Now()));
          TSUGI_ASSIGN_OR_RETURN(const bool known, feedback_->Record(std::move(contact)));
          response->set_already_there(known);
          return absl::OkStatus();
        });
  }

 private:
  Calls* const calls_;
  Answerer* const answerer_;
  Feedback* const feedback_;
  RenewalLister* const renewals_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRecommendationHandler(Calls* calls, Answerer* answerer,
                                                         Feedback* feedback,
                                                         RenewalLister* renewals) {
  return std::make_unique<RecommendationHandler>(calls, answerer, feedback, renewals);
}

}  // namespace tsugi
