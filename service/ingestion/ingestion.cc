#include "service/ingestion/ingestion.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/ingestion_service.pb.h"
#include "service/converters/events.h"
#include "service/converters/path.h"
#include "service/converters/values.h"

namespace tsugi {
namespace {

// An order is counted by its lines, as the store counts an import.
std::int64_t Records(const Fact& fact) {
  const Order* order = std::get_if<Order>(&fact);
  return order == nullptr ? 1 : static_cast<std::int64_t>(order->lines.size());
}

void AddReject(const FieldMistake& mistake, std::int64_t position,
               v1::ImportEventsResponse* counts) {
  counts->set_events_read(counts->events_read() + 1);
  counts->set_rejected(counts->rejected() + 1);
  if (counts->rejects_size() >= limits::kMaxListedRejects) return;
  v1::RejectedEvent* reject = counts->add_rejects();
  reject->set_position(position);
  reject->set_field(mistake.field);
  reject->set_value(mistake.value);
  reject->set_reason(mistake.reason);
}

template <typename Response>
void FillCounts(const WriteResult& from, Response* to) {
  to->set_written(static_cast<std::int64_t>(from.written));
  to->set_already_there(static_cast<std::int64_t>(from.already_there));
  to->set_replaced(static_cast<std::int64_t>(from.replaced));
  to->set_seq(static_cast<std::int64_t>(from.seq));
}

}  // namespace

EventImport::EventImport(std::unique_ptr<Staging> staging, std::string currency)
    : staging_(std::move(staging)),
      currency_(std::move(currency)),
      counts_(std::make_unique<v1::ImportEventsResponse>()) {}

EventImport::~EventImport() = default;

absl::Status EventImport::Add(const v1::ImportEventsRequest& request) {
  if (position_ == 0 && request.has_max_rejected_percent()) {
    TSUGI_RETURN_IF_ERROR(ReadNumber(Path("max_rejected_percent"), request.max_rejected_percent(),
                                     0, 100, &max_rejected_percent_));
  }
  TSUGI_RETURN_IF_ERROR(
      CheckCount(Path("events"), request.events_size(), limits::kMaxEventsPerMessage));
  for (const v1::Event& event : request.events()) {
    const std::int64_t position = position_++;
    const absl::StatusOr<Fact> fact = ToFact(Path(), event, currency_);
    if (!fact.ok()) {
      AddReject(MistakeOf(fact.status()), position, counts_.get());
      continue;
    }
    const absl::Status added = staging_->Add(*fact);
    if (absl::IsInvalidArgument(added)) {
      AddReject(MistakeOf(added), position, counts_.get());
      continue;
    }
    TSUGI_RETURN_IF_ERROR(added);
    counts_->set_events_read(counts_->events_read() + Records(*fact));
  }
  return absl::OkStatus();
}

absl::Status EventImport::Commit(absl::Time now, v1::ImportEventsResponse* response) {
  const auto read = static_cast<double>(counts_->events_read());
  const auto rejected = static_cast<double>(counts_->rejected());
  if (rejected > read * max_rejected_percent_ / 100) {
    const v1::RejectedEvent& first = counts_->rejects(0);
    return absl::InvalidArgumentError(absl::StrCat(
        counts_->rejected(), " of ", counts_->events_read(),
        " events cannot be used, more than max_rejected_percent (", max_rejected_percent_,
        "); nothing is written. The first, at position ", first.position(), ": ", first.field(),
        ": ", first.value(), " ", first.reason()));
  }
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result, staging_->Commit(now, {}));
  *response = *counts_;
  FillCounts(result, response);
  return absl::OkStatus();
}

Ingestion::Ingestion(Store* store, Follower* follower, const base::Clock* clock,
                     std::string currency, std::function<absl::Status(const std::string&)> forget)
    : store_(store),
      follower_(follower),
      clock_(clock),
      currency_(std::move(currency)),
      forget_(std::move(forget)) {}

absl::Status Ingestion::Write(const v1::WriteEventsRequest& request,
                              v1::WriteEventsResponse* response) {
  const Path events("events");
  if (request.events_size() > limits::kMaxEventsPerMessage) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "events: ", request.events_size(), " are too many for one batch; send at most ",
        limits::kMaxEventsPerMessage, ", or use ImportEvents"));
  }
  if (request.events().empty()) return BadField(events, "", "is empty; give one event or more");
  std::vector<Fact> facts;
  facts.reserve(static_cast<std::size_t>(request.events_size()));
  for (int i = 0; i < request.events_size(); ++i) {
    TSUGI_ASSIGN_OR_RETURN(Fact fact, ToFact(Path(events, i), request.events(i), currency_));
    facts.push_back(std::move(fact));
  }
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result, store_->Write(facts, clock_->Now()));
  TSUGI_RETURN_IF_ERROR(follower_->CatchUp());
  FillCounts(result, response);
  return absl::OkStatus();
}

absl::Status Ingestion::Delete(const v1::DeleteCustomerRequest& request,
                               v1::DeleteCustomerResponse* response) {
  std::string customer_id;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("customer_id"), request.customer_id(), Presence::kRequired, &customer_id));
  TSUGI_RETURN_IF_ERROR(forget_(customer_id));
  const absl::StatusOr<Seq> seq = store_->DeleteCustomer(customer_id, clock_->Now());
  if (absl::IsNotFound(seq.status())) {  // forgotten before: the caller has what he wants
    TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store_->Info());
    response->set_seq(static_cast<std::int64_t>(info.seq));
    return absl::OkStatus();
  }
  TSUGI_RETURN_IF_ERROR(seq.status());
  TSUGI_RETURN_IF_ERROR(follower_->CatchUp());
  response->set_seq(static_cast<std::int64_t>(*seq));
  response->set_was_known(true);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EventImport>> Ingestion::Begin() {
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<Staging> staging, store_->BeginImport());
  return std::unique_ptr<EventImport>(new EventImport(std::move(staging), currency_));
}

absl::Status Ingestion::Commit(EventImport* import, v1::ImportEventsResponse* response) {
  TSUGI_RETURN_IF_ERROR(import->Commit(clock_->Now(), response));
  return follower_->CatchUp();
}

}  // namespace tsugi
