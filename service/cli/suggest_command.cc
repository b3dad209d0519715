#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/cli/answer_text.h"
#include "service/cli/backend.h"
#include "service/cli/commands.h"
#include "service/json/json.h"
#include "service/json/request_lines.h"

namespace tsugi::cli {
namespace {

struct SuggestArguments {
  BackendOptions backend;
  v1::GetSuggestionsRequest request;
  std::string requests_file;
};

// "A" or "A:2". An id may hold colons: only a number after the last one is a quantity.
void AddCartItem(const std::string& text, v1::GetSuggestionsRequest& request) {
  v1::CartItem& item = *request.add_cart();
  const std::size_t colon = text.rfind(':');
  std::int32_t quantity = 0;
  if (colon != std::string::npos && absl::SimpleAtoi(text.substr(colon + 1), &quantity)) {
    item.set_product_id(text.substr(0, colon));
    item.set_quantity(quantity);
  } else {
    item.set_product_id(text);
  }
}

void SetMoment(const std::string& word, v1::GetSuggestionsRequest& request) {
  v1::Moment moment = v1::MOMENT_UNSPECIFIED;
  if (!v1::Moment_Parse("MOMENT_" + absl::AsciiStrToUpper(word), &moment)) {
    throw CLI::ValidationError(
        "--moment",
        "\"" + word +
            "\" is unknown; use pre_purchase, post_purchase, renewal, trial_end, "
            "campaign_end, satisfaction, season, replenishment, usage_limit or win_back");
  }
  request.set_moment(moment);
}

// What the command line says for every request.
void Adjust(const Invocation& invocation, const SuggestArguments& arguments,
            v1::GetSuggestionsRequest* request) {
  if (invocation.at.has_value()) {
    const std::int64_t seconds = absl::ToUnixSeconds(*invocation.at);
    request->mutable_at()->set_seconds(seconds);
    request->mutable_at()->set_nanos(static_cast<std::int32_t>(
        absl::ToInt64Nanoseconds(*invocation.at - absl::FromUnixSeconds(seconds))));
  }
  if (arguments.backend.dry_run) request->set_dry_run(true);
}

absl::Status AnswerFile(const Invocation& invocation, const SuggestArguments& arguments,
                        Backend& backend) {
  std::ifstream file;
  if (arguments.requests_file != "-") {
    file.open(arguments.requests_file);
    if (!file) return absl::NotFoundError(arguments.requests_file + ": cannot be read");
  }
  std::istream& in = arguments.requests_file == "-" ? std::cin : file;
  const LineCounts counts = AnswerLines(
      in, *invocation.out,
      [&backend](const v1::GetSuggestionsRequest& request, v1::GetSuggestionsResponse* response) {
        return backend.GetSuggestions(request, response);
      },
      [&](v1::GetSuggestionsRequest* request) { Adjust(invocation, arguments, request); });
  if (counts.failed == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(counts.failed, " of ",
                                                 counts.failed + counts.answered,
                                                 " requests got an error in place of an answer"));
}

absl::Status Suggest(const Invocation& invocation, SuggestArguments& arguments) {
  if (invocation.at.has_value()) arguments.backend.dry_run = true;
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Backend> backend,
                         MakeBackend(invocation, arguments.backend));
  if (!arguments.requests_file.empty()) return AnswerFile(invocation, arguments, *backend);
  Adjust(invocation, arguments, &arguments.request);
  v1::GetSuggestionsResponse response;
  TSUGI_RETURN_IF_ERROR(backend->GetSuggestions(arguments.request, &response));
  if (invocation.json) {
    *invocation.out << ToJson(response) << "\n";
  } else {
    PrintAnswer(response, *invocation.out);
  }
  return absl::OkStatus();
}

void AddRequestOptions(CLI::App& suggest, v1::GetSuggestionsRequest& request) {
  const auto text = [&suggest](const std::string& name, const std::string& help, auto set) {
    suggest.add_option_function<std::string>(name, set, help);
  };
  text("--customer", "the customer; left out: an unknown visitor",
       [&request](const std::string& id) { request.set_customer_id(id); });
  suggest
      .add_option_function<std::vector<std::string>>(
          "--cart",
          [&request](const std::vector<std::string>& items) {
            for (const std::string& item : items) AddCartItem(item, request);
          },
          "products in the cart: A,B:2")
      ->delimiter(',');
  suggest
      .add_option_function<std::vector<std::string>>(
          "--viewed",
          [&request](const std::vector<std::string>& ids) {
            for (const std::string& id : ids) request.add_viewed_product_ids(id);
          },
          "products looked at: A,B")
      ->delimiter(',');
  text("--subscription", "the subscription meant",
       [&request](const std::string& id) { request.set_subscription_id(id); });
  text("--moment", "only offers of this moment, as in renewal",
       [&request](const std::string& word) { SetMoment(word, request); });
  text("--placement", "product_page, cart, checkout (default), account, email, cs",
       [&request](const std::string& name) { request.set_placement(name); });
  suggest.add_option_function<std::int32_t>(
      "--max", [&request](std::int32_t max) { request.set_max_suggestions(max); },
      "at most so many suggestions");
  text("--language", "en or ja",
       [&request](const std::string& language) { request.set_language(language); });
  text("--label", "the model to ask: stable (default) or canary",
       [&request](const std::string& label) { request.set_model_label(label); });
  suggest.add_flag_function(
      "--explain", [&request](std::int64_t) { request.set_explain(true); },
      "show what became of every candidate");
}

}  // namespace

void AddSuggestCommand(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<SuggestArguments>();
  CLI::App* suggest = app.add_subcommand("suggest", "What to offer now, and why");
  AddRequestOptions(*suggest, arguments->request);
  suggest->add_flag("--dry-run", arguments->backend.dry_run, "record nothing");
  suggest->add_option("--server", arguments->backend.server, "ask a running server: HOST:PORT");
  suggest->add_option("--policy", arguments->backend.policy, "default, open or a file")
      ->capture_default_str()
      ->excludes("--server");
  suggest->add_option("--requests", arguments->requests_file,
                      "one GetSuggestionsRequest in JSON a line; - is standard input");
  SetExample(*suggest, "tsugi suggest --customer C1042 --cart 85123A,71053:2 --placement checkout");
  suggest->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Suggest(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
