#include "service/cli/backend.h"

#include <utility>

#include "base/status_macros.h"
#include "service/client/client.h"
#include "service/log/log.h"
#include "service/recommendation/answerer.h"
#include "service/recommendation/renewal_lister.h"
#include "service/server/application.h"

namespace tsugi::cli {
namespace {

class RemoteBackend final : public Backend {
 public:
  explicit RemoteBackend(const std::string& address) : client_(Client::Create(address)) {}

  absl::Status GetSuggestions(const v1::GetSuggestionsRequest& request,
                              v1::GetSuggestionsResponse* response) override {
    return client_->GetSuggestions(request, response);
  }
  absl::Status ListRenewalSuggestions(const v1::ListRenewalSuggestionsRequest& request,
                                      v1::ListRenewalSuggestionsResponse* response) override {
    return client_->ListRenewalSuggestions(request, response);
  }

 private:
  const std::unique_ptr<Client> client_;
};

class LocalBackend final : public Backend {
 public:
  explicit LocalBackend(std::unique_ptr<Application> application)
      : application_(std::move(application)) {}

  absl::Status GetSuggestions(const v1::GetSuggestionsRequest& request,
                              v1::GetSuggestionsResponse* response) override {
    return application_->answerer().Answer(request, response);
  }
  absl::Status ListRenewalSuggestions(const v1::ListRenewalSuggestionsRequest& request,
                                      v1::ListRenewalSuggestionsResponse* response) override {
    return application_->renewals().List(request, response);
  }

 private:
  const std::unique_ptr<Application> application_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const Invocation& invocation,
                                                     const BackendOptions& options) {
  if (!options.server.empty()) return std::make_unique<RemoteBackend>(options.server);
  SetLogLevel(LogLevel::kWarning);  // the answer alone, unless something is wrong
  ApplicationOptions application;
  application.store = invocation.store;
  application.read_only = options.dry_run;
  application.models = invocation.models;
  application.policy = options.policy;
  application.clock = invocation.clock;
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<Application> opened, Application::Open(application));
  return std::make_unique<LocalBackend>(std::move(opened));
}

}  // namespace tsugi::cli
