#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/cli/answer_text.h"
#include "service/cli/backend.h"
#include "service/cli/commands.h"
#include "service/json/json.h"

namespace tsugi::cli {
namespace {

struct RenewalsArguments {
  BackendOptions backend;
  v1::ListRenewalSuggestionsRequest request;
  absl::Duration within = absl::Hours(24 * 30);
};

void AddRank(const std::string& word, v1::ListRenewalSuggestionsRequest& request) {
  v1::AccountRank rank = v1::ACCOUNT_RANK_UNSPECIFIED;
  if (!v1::AccountRank_Parse("ACCOUNT_RANK_" + absl::AsciiStrToUpper(word), &rank)) {
    throw CLI::ValidationError("--rank", "\"" + word + "\" is no rank; use A, B, C or D");
  }
  request.add_ranks(rank);
}

absl::Status ListRenewals(const Invocation& invocation, RenewalsArguments& arguments) {
  v1::ListRenewalSuggestionsRequest& request = arguments.request;
  request.mutable_within()->set_seconds(absl::ToInt64Seconds(arguments.within));
  if (invocation.at.has_value()) {
    request.mutable_at()->set_seconds(absl::ToUnixSeconds(*invocation.at));
    request.set_dry_run(true);
  }
  arguments.backend.dry_run = true;  // listing is no contact: nothing is written
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Backend> backend,
                         MakeBackend(invocation, arguments.backend));
  v1::ListRenewalSuggestionsResponse response;
  TSUGI_RETURN_IF_ERROR(backend->ListRenewalSuggestions(request, &response));
  if (invocation.json) {
    *invocation.out << ToJson(response) << "\n";
  } else {
    PrintWorklist(response, *invocation.out);
  }
  return absl::OkStatus();
}

}  // namespace

void AddRenewalsCommand(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<RenewalsArguments>();
  v1::ListRenewalSuggestionsRequest& request = arguments->request;
  CLI::App* renewals = app.add_subcommand(
      "renewals",
      "The worklist of customer success: renewals, trial ends and usage limits coming up");
  AddDurationOption(*renewals, "--within", arguments->within, "how far ahead to look")
      ->default_str("30d")
      ->run_callback_for_default(false);
  renewals
      ->add_option_function<std::vector<std::string>>(
          "--rank",
          [&request](const std::vector<std::string>& words) {
            for (const std::string& word : words) AddRank(word, request);
          },
          "only accounts of these ranks: A,B")
      ->delimiter(',');
  renewals
      ->add_option_function<std::vector<std::string>>(
          "--segment",
          [&request](const std::vector<std::string>& names) {
            for (const std::string& name : names) request.add_segments(name);
          },
          "only customers of these segments: business,school")
      ->delimiter(',');
  const auto text = [renewals](const std::string& name, const std::string& help, auto set) {
    renewals->add_option_function<std::string>(name, set, help);
  };
  text("--order-by", "value_at_risk desc (default), event_at, lifetime_value desc, ...",
       [&request](const std::string& order) { request.set_order_by(order); });
  text("--language", "en or ja",
       [&request](const std::string& language) { request.set_language(language); });
  text("--page-token", "the next page, as the page before names it",
       [&request](const std::string& token) { request.set_page_token(token); });
  renewals->add_option_function<std::int32_t>(
      "--page-size", [&request](std::int32_t size) { request.set_page_size(size); },
      "accounts a page (20)");
  renewals->add_option("--server", arguments->backend.server, "ask a running server: HOST:PORT");
  renewals->add_option("--policy", arguments->backend.policy, "default, open or a file")
      ->capture_default_str()
      ->excludes("--server");
  SetExample(*renewals, "tsugi renewals --within 30d --rank A,B");
  renewals->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return ListRenewals(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
