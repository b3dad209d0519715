#include "service/models/model_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/model_service.grpc.pb.h"
#include "service/converters/page_token.h"
#include "service/converters/suggest_request.h"
#include "service/converters/values.h"
#include "service/limits.h"
#include "service/log/log.h"
#include "service/models/model_messages.h"

namespace tsugi {
namespace {

absl::Status List(const Registry& registry, const v1::ListModelsRequest& request,
                  v1::ListModelsResponse* response) {
  int page_size = 0;
  TSUGI_RETURN_IF_ERROR(
      ReadPageSize(Path("page_size"), request.page_size(), limits::kDefaultPageSize, &page_size));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ModelInfo> models, registry.List());
  const auto id = [&](std::size_t i) { return models[i].version; };
  TSUGI_ASSIGN_OR_RETURN(const Page page,
                         PageAfter(request.page_token(), page_size, models.size(), id));
  for (std::size_t i = page.begin; i < page.end; ++i) {
    FillModel(models[i], WithReport::kNo, response->add_models());
  }
  response->set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::StatusOr<std::string> VersionOf(const Registry& registry,
                                      const v1::GetModelRequest& request) {
  std::string name;
  if (request.name_case() == v1::GetModelRequest::kModelVersion) {
    TSUGI_RETURN_IF_ERROR(
        ReadId(Path("model_version"), request.model_version(), Presence::kRequired, &name));
    return name;
  }
  TSUGI_RETURN_IF_ERROR(ReadLabel(Path("label"), request.label(), &name));
  return registry.Resolve(name.empty() ? kStable : name);
}

absl::Status Get(const Registry& registry, const v1::GetModelRequest& request,
                 v1::GetModelResponse* response) {
  TSUGI_ASSIGN_OR_RETURN(const std::string version, VersionOf(registry, request));
  TSUGI_ASSIGN_OR_RETURN(const ModelInfo model, registry.Show(version));
  FillModel(model, WithReport::kYes, response->mutable_model());
  if (!request.verify()) return absl::OkStatus();
  const absl::Status intact = registry.Verify(version);
  response->mutable_model()->set_integrity(intact.ok() ? v1::INTEGRITY_OK : v1::INTEGRITY_DAMAGED);
  response->mutable_model()->set_integrity_message(std::string(intact.message()));
  return absl::OkStatus();
}

// Moves the label; returns the version it points to now, empty where it was taken away.
absl::StatusOr<std::string> Move(Registry* registry, const std::string& label,
                                 const std::string& version) {
  if (!version.empty()) {
    TSUGI_RETURN_IF_ERROR(registry->Promote(version, label));
    return version;
  }
  if (label == kStable) return registry->Rollback(label);
  TSUGI_RETURN_IF_ERROR(registry->RemoveLabel(label));
  return std::string();
}

absl::Status Set(Registry* registry, ModelSwitch* models, const v1::SetLabelRequest& request,
                 v1::SetLabelResponse* response) {
  std::string label;
  std::string version;
  TSUGI_RETURN_IF_ERROR(ReadLabel(Path("label"), request.label(), &label));
  if (label.empty()) return BadField(Path("label"), "", "is missing; use stable or canary");
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("model_version"), request.model_version(), Presence::kOptional, &version));
  const absl::StatusOr<std::string> before = registry->Resolve(label);
  const absl::StatusOr<std::string> now = Move(registry, label, version);
  if (absl::IsDataLoss(now.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat(std::string(now.status().message()), "; the label stays where it was"));
  }
  TSUGI_RETURN_IF_ERROR(now.status());
  TSUGI_RETURN_IF_ERROR(models->Refresh());
  Log(LogLevel::kInfo, "label_set", {{"label", label}, {"version", *now}});
  if (before.ok()) response->set_previous_model_version(*before);
  if (now->empty()) return absl::OkStatus();
  TSUGI_ASSIGN_OR_RETURN(const ModelInfo model, registry->Show(*now));
  FillModel(model, WithReport::kNo, response->mutable_model());
  return absl::OkStatus();
}

class ModelHandler final : public v1::ModelService::CallbackService {
 public:
  ModelHandler(Calls* calls, Registry* registry, ModelSwitch* models)
      : calls_(calls), registry_(registry), models_(models) {}

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override {
    return calls_->Blocking(Method::kListModels, context, [this, request, response] {
      return List(*registry_, *request, response);
    });
  }

  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context,
                                     const v1::GetModelRequest* request,
                                     v1::GetModelResponse* response) override {
    return calls_->Blocking(Method::kGetModel, context, [this, request, response] {
      return Get(*registry_, *request, response);
    });
  }

  grpc::ServerUnaryReactor* SetLabel(grpc::CallbackServerContext* context,
                                     const v1::SetLabelRequest* request,
                                     v1::SetLabelResponse* response) override {
    return calls_->Blocking(Method::kSetLabel, context, [this, request, response] {
      return Set(registry_, models_, *request, response);
    });
  }

 private:
  Calls* const calls_;
  Registry* const registry_;
  ModelSwitch* const models_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeModelHandler(Calls* calls, Registry* registry,
                                                ModelSwitch* models) {
  return std::make_unique<ModelHandler>(calls, registry, models);
}

}  // namespace tsugi
