#include "service/insight/insight_handler.h"

#include "proto/tsugi/v1/insight_service.grpc.pb.h"

namespace tsugi {
namespace {

class InsightHandler final : public v1::InsightService::CallbackService {
 public:
  InsightHandler(Calls* calls, const Reports* reports) : calls_(calls), reports_(reports) {}

  grpc::ServerUnaryReactor* GetCustomerInsight(grpc::CallbackServerContext* context,
                                               const v1::GetCustomerInsightRequest* /*request*/,
                                               v1::GetCustomerInsightResponse*) override {
    return Refuse(Method::kGetCustomerInsight, context,
                  "this server gives no customer insight yet; ListRenewalSuggestions lists the "
                  "accounts whose renewal comes up");
  }

  grpc::ServerUnaryReactor* GetOutcomeReport(grpc::CallbackServerContext* context,
                                             const v1::GetOutcomeReportRequest* request,
                                             v1::GetOutcomeReportResponse* response) override {
    return calls_->Blocking(Method::kGetOutcomeReport, context, [this, request, response] {
      return reports_->Outcomes(*request, calls_->Now(), response);
    });
  }

  grpc::ServerUnaryReactor* GetStageReport(grpc::CallbackServerContext* context,
                                           const v1::GetStageReportRequest* request,
                                           v1::GetStageReportResponse* response) override {
    return calls_->Blocking(Method::kGetStageReport, context, [this, request, response] {
      return reports_->Stages(*request, calls_->Now(), response);
    });
  }

 private:
  grpc::ServerUnaryReactor* Refuse(Method method, grpc::CallbackServerContext* context,
                                   const char* sentence) {
    return calls_->Now(method, context, [&] { return absl::UnimplementedError(sentence); });
  }

  Calls* const calls_;
  const Reports* const reports_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls, const Reports* reports) {
  return std::make_unique<InsightHandler>(calls, reports);
}

}  // namespace tsugi
