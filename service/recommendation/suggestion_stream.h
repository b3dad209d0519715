// StreamSuggestions: one answer for every request, in order. The next request is read when the
// answer before it has been taken, so a slow reader slows the sender down and memory does not grow.
#ifndef TSUGI_SERVICE_RECOMMENDATION_SUGGESTION_STREAM_H_
#define TSUGI_SERVICE_RECOMMENDATION_SUGGESTION_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "service/call/calls.h"
#include "service/recommendation/answerer.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class StreamSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

// The stream deletes itself when it is done. `calls` and `answerer` must outlive it.
grpc::ServerBidiReactor<v1::GetSuggestionsRequest, v1::StreamSuggestionsResponse>*
NewSuggestionStream(Calls* calls, Answerer* answerer);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_SUGGESTION_STREAM_H_
