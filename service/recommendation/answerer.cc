#include "service/recommendation/answerer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "engine/suggest/engine.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/converters/suggest_request.h"
#include "service/converters/suggest_response.h"

namespace tsugi {

std::string NewRecommendationId() {
  thread_local absl::BitGen random;  // seeded by the operating system
  const std::array<std::uint64_t, 2> bits = {random(), random()};
  std::string id;
  absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(bits.data()), sizeof(bits)), &id);
  return id;
}

absl::Status Answerer::Answer(const v1::GetSuggestionsRequest& request,
                              v1::GetSuggestionsResponse* response) {
  if (request.request_id().empty()) return AnswerAnew(request, response);
  const auto make = [&]() -> absl::StatusOr<std::string> {
    TSUGI_RETURN_IF_ERROR(AnswerAnew(request, response));
    return response->SerializeAsString();
  };
  TSUGI_ASSIGN_OR_RETURN(
      const std::string answer,
      replays_.Once(request.request_id(), request.SerializeAsString(), parts_.clock->Now(), make));
  if (!response->ParseFromString(answer)) {
    return absl::InternalError("a kept answer cannot be read");
  }
  return absl::OkStatus();
}

absl::Status Answerer::AnswerAnew(const v1::GetSuggestionsRequest& request,
                                  v1::GetSuggestionsResponse* response) {
  const std::shared_ptr<const ActivePolicy> policy = parts_.policies->Current();
  TSUGI_ASSIGN_OR_RETURN(
      SuggestRequest asked,
      ToSuggestRequest(request, {parts_.clock->Now(), parts_.currency, policy->placements}));
  // A dry run's id is derived from the request: asked twice, it gives the same bytes.
  if (!asked.dry_run) asked.recommendation_id = NewRecommendationId();
  const AnswerKeeping keeping{
      request.request_id().empty() ? 0 : base::Fingerprint(request.SerializeAsString()),
      [this](const Suggestions& answer) {
        v1::GetSuggestionsResponse message;
        FillResponse(answer, parts_.currency, &message);
        return message.SerializeAsString();
      }};
  TSUGI_ASSIGN_OR_RETURN(const ReservedAnswer given, parts_.suggest(asked, keeping));
  if (given.repeated.has_value()) {
    if (response->ParseFromString(*given.repeated)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("request_id: the answer kept for ",
                                            request.request_id(),
                                            " cannot be read; ask again with a new request_id"));
  }
  if (!given.reserved) {
    TSUGI_RETURN_IF_ERROR(parts_.exposures->Add(ToExposures(asked, given.answer)));
  }
  FillResponse(given.answer, parts_.currency, response);
  return absl::OkStatus();
}

bool Answerer::MayWait(const v1::GetSuggestionsRequest& request) const {
  return !request.dry_run() && !request.explain() &&
         IsOutbound(request.placement(), parts_.outbound_placements);
}

}  // namespace tsugi
