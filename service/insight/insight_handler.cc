#include "service/insight/insight_handler.h"

#include "proto/tsugi/v1/insight_service.grpc.pb.h"

namespace tsugi {
namespace {

class InsightHandler final : public v1::InsightService::CallbackService {
 public:
  explicit InsightHandler(Calls* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* GetCustomerInsight(grpc::CallbackServerContext* context,
                                               const v1::GetCustomerInsightRequest* /*request*/,
                                               v1::GetCustomerInsightResponse*) override {
    return Refuse(Method::kGetCustomerInsight, context,
                  "this server gives no customer insight yet; ListRenewalSuggestions lists the "
                  "accounts whose renewal comes up");
  }

  grpc::ServerUnaryReactor* GetOutcomeReport(grpc::CallbackServerContext* context,
                                             const v1::GetOutcomeReportRequest* /*request*/,
                                             v1::GetOutcomeReportResponse*) override {
    return Refuse(Method::kGetOutcomeReport, context,
                  "this server gives no outcome report yet; exposures and reactions stand in the "
                  "store's tables of these names");
  }

  grpc::ServerUnaryReactor* GetStageReport(grpc::CallbackServerContext* context,
                                           const v1::GetStageReportRequest* /*request*/,
                                           v1::GetStageReportResponse*) override {
    return Refuse(Method::kGetStageReport, context,
                  "this server gives no stage report yet; stage signals stand in the store's "
                  "table of signals");
  }

 private:
  grpc::ServerUnaryReactor* Refuse(Method method, grpc::CallbackServerContext* context,
                                   const char* sentence) {
    return calls_->Now(method, context, [&] { return absl::UnimplementedError(sentence); });
  }

  Calls* const calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls) {
  return std::make_unique<InsightHandler>(calls);
}

}  // namespace tsugi
