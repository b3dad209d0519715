#include "service/recommendation/suggestion_stream.h"

#include <cstdint>
#include <string>

#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/call/reading_stream.h"

namespace tsugi {
namespace {

class SuggestionStream final
    : public ReadingStream<
          grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse>,
          v1::GetSuggestionsRequest> {
 public:
  SuggestionStream(Calls* calls, Answerer* answerer)
      : ReadingStream(calls, Method::kStreamSuggestions), answerer_(answerer) {
    Begin();
  }

  void OnReadDone(bool ok) override {
    if (!ReadDone()) return;
    if (!ok) return End(absl::OkStatus());  // no more requests
    Answer();
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the reader of the answers has gone"));
    Read();
  }

 private:
  void Answer() {
    response_.Clear();
    response_.set_position(position_++);
    response_.set_request_id(request().request_id());
    const absl::Status status = answerer_->Answer(request(), response_.mutable_response());
    if (status.ok()) return;
    v1::Error* error = response_.mutable_error();  // takes the place of the response
    error->set_code(static_cast<int>(status.code()));
    error->set_message(std::string(status.message()));
  }

  Answerer* const answerer_;
  v1::StreamSuggestionsResponse response_;
  std::int64_t position_ = 0;
};

}  // namespace

grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse>*
NewSuggestionStream(Calls* calls, Answerer* answerer) {
  return new SuggestionStream(calls, answerer);
}

}  // namespace tsugi
