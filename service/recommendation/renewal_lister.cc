#include "service/recommendation/renewal_lister.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/worklist/worklist.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/converters/page_token.h"
#include "service/converters/path.h"
#include "service/converters/suggest_request.h"
#include "service/converters/suggest_response.h"
#include "service/converters/values.h"
#include "service/converters/worklist.h"

namespace tsugi {
namespace {

// What a token pins: the instant, the model, the place to go on, and the request it belongs to.
struct Pin {
  absl::Time at;
  std::string model_version;
  std::size_t offset = 0;
};

// Equal for requests that may share a token: all fields but the page's own.
std::string RequestPrint(const v1::ListRenewalSuggestionsRequest& request) {
  v1::ListRenewalSuggestionsRequest rest = request;
  rest.clear_page_token();
  rest.clear_page_size();
  return base::Checksum(rest.SerializeAsString());
}

std::string WritePin(const Pin& pin, const v1::ListRenewalSuggestionsRequest& request) {
  return WritePageToken({absl::StrCat(base::ToMicros(pin.at)), pin.model_version,
                         absl::StrCat(pin.offset), RequestPrint(request)});
}

absl::StatusOr<Pin> ReadPin(const v1::ListRenewalSuggestionsRequest& request) {
  constexpr std::size_t kFields = 4;
  TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> fields,
                         ReadPageToken(request.page_token(), kFields));
  Pin pin;
  std::int64_t micros = 0;
  std::uint64_t offset = 0;
  if (!absl::SimpleAtoi(fields[0], &micros) || !absl::SimpleAtoi(fields[2], &offset) ||
      fields[3] != RequestPrint(request)) {
    return BadField(Path("page_token"), request.page_token(),
                    "belongs to a request with other fields; keep them, or leave the token out");
  }
  pin.at = base::FromMicros(micros);
  pin.model_version = fields[1];
  pin.offset = offset;
  return pin;
}

absl::StatusOr<std::shared_ptr<const BoundModel>> PinnedModel(const Engine& engine,
                                                              const std::string& version) {
  absl::StatusOr<std::shared_ptr<const BoundModel>> model = engine.ModelOfVersion(version);
  if (absl::IsNotFound(model.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "page_token: its model ", version, " does not serve any more; start again without it"));
  }
  return model;
}

std::uint64_t NewNonce() {
  thread_local absl::BitGen random;
  return random();
}

}  // namespace

absl::Status RenewalLister::List(const v1::ListRenewalSuggestionsRequest& request,
                                 v1::ListRenewalSuggestionsResponse* response) {
  Pin pin{clock_->Now(), "", 0};
  const bool first_page = request.page_token().empty();
  if (!first_page) {
    TSUGI_ASSIGN_OR_RETURN(pin, ReadPin(request));
  }
  TSUGI_ASSIGN_OR_RETURN(WorklistQuery query, ToWorklistQuery(request, pin.at));
  query.offset = pin.offset;
  if (!first_page) query.at = pin.at;
  std::string label;
  TSUGI_RETURN_IF_ERROR(ReadLabel(Path("model_label"), request.model_label(), &label));
  TSUGI_ASSIGN_OR_RETURN(
      const std::shared_ptr<const BoundModel> model,
      first_page ? engine_->ModelOf(label) : PinnedModel(*engine_, pin.model_version));
  if (!request.dry_run()) query.nonce = NewNonce();
  TSUGI_ASSIGN_OR_RETURN(const WorklistPage page,
                         ListAccounts(*engine_, *model, *engine_->policy(), query));
  Fill(page, request.dry_run(), response);
  const std::size_t next = query.offset + page.accounts.size();
  if (next < page.total && !page.accounts.empty()) {
    response->set_next_page_token(WritePin({page.at, page.model_version, next}, request));
  }
  return absl::OkStatus();
}

void RenewalLister::Fill(const WorklistPage& page, bool dry_run,
                         v1::ListRenewalSuggestionsResponse* response) {
  for (const WorklistAccount& account : page.accounts) {
    const std::string id = dry_run ? "" : account.answer.recommendation_id;
    FillAccount(account, id, currency_, response->add_accounts());
    if (dry_run) continue;
    SuggestRequest asked;
    asked.customer_id = account.customer_id;
    asked.placement = "cs";
    ListedAnswer listed{
        account.customer_id, asked.placement, {}, ToExposures(asked, account.answer)};
    for (const Exposure& offer : listed.offers) listed.product_ids.push_back(offer.product_id);
    listed_->Add(id, std::move(listed));
  }
  response->set_total_size(static_cast<std::int32_t>(page.total));
  response->set_model_version(page.model_version);
  FillTime(page.at, response->mutable_decided_at());
}

}  // namespace tsugi
