#include "service/recommendation/suggestion_stream.h"

#include <cstdint>

#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/call/stream_state.h"
#include "service/status/status.h"

namespace tsugi {
namespace {

class SuggestionStream final
    : public grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse> {
 public:
  SuggestionStream(Calls* calls, Answerer* answerer)
      : calls_(calls), answerer_(answerer), timer_(&calls->metrics(), Method::kStreamSuggestions) {
    const absl::Status status = calls_->streams().Enter(this, [this] { Stop(); });
    if (status.ok()) {
      Read();
    } else {
      End(status);
    }
  }

  void OnReadDone(bool ok) override {
    if (!state_.ReadDone()) return;
    if (!ok) return End(absl::OkStatus());  // no more requests
    Answer();
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader of the answers has gone"));
    Read();
  }

  void OnDone() override {
    calls_->streams().Leave(this);
    timer_.Done(state_.code());
    delete this;
  }

 private:
  void Answer() {
    response_.Clear();
    response_.set_position(position_++);
    response_.set_request_id(request_.request_id());
    const absl::Status status = answerer_->Answer(request_, response_.mutable_response());
    if (status.ok()) return;
    v1::Error* error = response_.mutable_error();  // takes the place of the response
    error->set_code(static_cast<int>(status.code()));
    error->set_message(std::string(status.message()));
  }

  void Read() {
    if (!state_.Read([this] { StartRead(&request_); })) End(calls_->CheckServing());
  }

  void End(const absl::Status& status) {
    if (state_.End(status.code())) Finish(ToGrpcStatus(status));
  }

  void Stop() {
    state_.Stop([this] { Finish(ToGrpcStatus(calls_->CheckServing())); });
  }

  Calls* const calls_;
  Answerer* const answerer_;
  CallTimer timer_;
  v1::GetSuggestionsRequest request_;
  v1::StreamSuggestionsResponse response_;
  std::int64_t position_ = 0;
  StreamState state_;
};

}  // namespace

grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse>*
NewSuggestionStream(Calls* calls, Answerer* answerer) {
  return new SuggestionStream(calls, answerer);
}

}  // namespace tsugi
