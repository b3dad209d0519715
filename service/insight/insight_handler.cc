#include "service/insight/insight_handler.h"

#include "base/status_macros.h"
#include "engine/insight/insight.h"
#include "proto/tsugi/v1/insight_service.grpc.pb.h"
#include "service/converters/customer_insight.h"
#include "service/converters/values.h"

namespace tsugi {
namespace {

class InsightHandler final : public v1::InsightService::CallbackService {
 public:
  InsightHandler(Calls* calls, const Engine* engine, const Reports* reports)
      : calls_(calls), engine_(engine), reports_(reports) {}

  grpc::ServerUnaryReactor* GetCustomerInsight(grpc::CallbackServerContext* context,
                                               const v1::GetCustomerInsightRequest* request,
                                               v1::GetCustomerInsightResponse* response) override {
    return calls_->Blocking(Method::kGetCustomerInsight, context,
                            [this, request, response] { return Describe(*request, response); });
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
  absl::Status Describe(const v1::GetCustomerInsightRequest& request,
                        v1::GetCustomerInsightResponse* response) const {
    InsightQuery query;
    TSUGI_RETURN_IF_ERROR(ReadInsightQuery(request, calls_->Now(), &query));
    TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<const BoundModel> model, engine_->ModelOf(""));
    TSUGI_ASSIGN_OR_RETURN(const CustomerInsight insight,
                           InsightOf(*engine_, *model, *engine_->policy(), query.customer_id,
                                     query.at, query.language));
    FillCustomerInsight(insight, engine_->options().settings.currency, response);
    response->set_model_version(model->version());
    FillTime(query.at, response->mutable_decided_at());
    return absl::OkStatus();
  }

  Calls* const calls_;
  const Engine* const engine_;
  const Reports* const reports_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls, const Engine* engine,
                                                  const Reports* reports) {
  return std::make_unique<InsightHandler>(calls, engine, reports);
}

}  // namespace tsugi
