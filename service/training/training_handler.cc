#include "service/training/training_handler.h"

#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "proto/tsugi/v1/training_service.grpc.pb.h"
#include "service/converters/page_token.h"
#include "service/converters/values.h"
#include "service/limits.h"
#include "service/status/status.h"
#include "service/training/training_messages.h"
#include "service/training/training_watch.h"

namespace tsugi {
namespace {

class TrainingHandler final : public v1::TrainingService::CallbackService {
 public:
  TrainingHandler(Calls* calls, TrainingRunner* runner, const Store* store)
      : calls_(calls), runner_(runner), store_(store) {}

  grpc::ServerUnaryReactor* StartTraining(grpc::CallbackServerContext* context,
                                          const v1::StartTrainingRequest* request,
                                          v1::StartTrainingResponse* response) override {
    return calls_->Blocking(
        Method::kStartTraining, context, [this, request, response]() -> absl::Status {
          TSUGI_ASSIGN_OR_RETURN(const TrainingOrder order,
                                 ToTrainingOrder(*request, calls_->Now()));
          TSUGI_RETURN_IF_ERROR(CheckOrders());
          TSUGI_ASSIGN_OR_RETURN(const TrainingRecord record, runner_->Start(order));
          FillTraining(record, response->mutable_training());
          return absl::OkStatus();
        });
  }

  grpc::ServerWriteReactor<v1::WatchTrainingResponse>* WatchTraining(
      grpc::CallbackServerContext* /*context*/, const v1::WatchTrainingRequest* request) override {
    return NewTrainingWatch(calls_, runner_, request->training_id());
  }

  // Answers when the training has ended, without holding a thread until then.
  grpc::ServerUnaryReactor* CancelTraining(grpc::CallbackServerContext* context,
                                           const v1::CancelTrainingRequest* request,
                                           v1::CancelTrainingResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    auto timer = std::make_shared<CallTimer>(&calls_->metrics(), Method::kCancelTraining);
    const auto finish = [reactor, timer](const absl::Status& status) {
      timer->Done(status.code());
      reactor->Finish(ToGrpcStatus(status));
    };
    const absl::Status status = Cancel(*request, [response, finish](const TrainingRecord& ended) {
      FillTraining(ended, response->mutable_training());
      finish(absl::OkStatus());
    });
    if (!status.ok()) finish(status);
    return reactor;
  }

  grpc::ServerUnaryReactor* ListTrainings(grpc::CallbackServerContext* context,
                                          const v1::ListTrainingsRequest* request,
                                          v1::ListTrainingsResponse* response) override {
    return calls_->Now(Method::kListTrainings, context, [&] { return List(*request, response); });
  }

 private:
  absl::Status CheckOrders() const {
    TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store_->Info());
    for (const auto& [table, rows] : info.rows) {
      if (table == "orders" && rows == 0) {
        return absl::FailedPreconditionError(
            "the store holds no order to learn from; write some first, or run `tsugi import "
            "orders`");
      }
    }
    return absl::OkStatus();
  }

  absl::Status Cancel(const v1::CancelTrainingRequest& request, TrainingRunner::Watcher ended) {
    std::string id;
    TSUGI_RETURN_IF_ERROR(
        ReadId(Path("training_id"), request.training_id(), Presence::kRequired, &id));
    return runner_->Cancel(id, std::move(ended));
  }

  absl::Status List(const v1::ListTrainingsRequest& request, v1::ListTrainingsResponse* response) {
    int page_size = 0;
    TSUGI_RETURN_IF_ERROR(
        ReadPageSize(Path("page_size"), request.page_size(), limits::kDefaultPageSize, &page_size));
    const std::vector<TrainingRecord> records = runner_->List();
    const auto id = [&](std::size_t i) { return records[i].id; };
    TSUGI_ASSIGN_OR_RETURN(const Page page,
                           PageAfter(request.page_token(), page_size, records.size(), id));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      FillTraining(records[i], response->add_trainings());
    }
    response->set_next_page_token(page.next_token);
    return absl::OkStatus();
  }

  Calls* const calls_;
  TrainingRunner* const runner_;
  const Store* const store_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTrainingHandler(Calls* calls, TrainingRunner* runner,
                                                   const Store* store) {
  return std::make_unique<TrainingHandler>(calls, runner, store);
}

}  // namespace tsugi
