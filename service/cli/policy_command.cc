#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "service/cli/commands.h"
#include "service/cli/policy_file.h"
#include "service/cli/text_file.h"

namespace tsugi::cli {
namespace {

struct PolicyOptions {
  std::string policy = "default";
  std::string file;
};

absl::Status Show(const Invocation& invocation, const PolicyOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(options.policy));
  if (invocation.json) {
    nlohmann::ordered_json json = {{"name", policy.name}, {"yaml", policy.yaml}};
    *invocation.out << json.dump() << "\n";
  } else {
    *invocation.out << policy.yaml;
  }
  return absl::OkStatus();
}

void PrintMistakes(const Invocation& invocation, const std::string& file,
                   const std::vector<PolicyMistake>& mistakes) {
  if (invocation.json) {
    nlohmann::ordered_json json = {{"file", file}, {"mistakes", nlohmann::ordered_json::array()}};
    for (const PolicyMistake& mistake : mistakes) {
      json["mistakes"].push_back(
          {{"line", mistake.line}, {"column", mistake.column}, {"message", mistake.message}});
    }
    *invocation.out << json.dump() << "\n";
    return;
  }
  for (const PolicyMistake& mistake : mistakes) {
    *invocation.out << file << ":" << mistake.line << ":" << mistake.column << ": "
                    << mistake.message << "\n";
  }
  if (mistakes.empty()) *invocation.out << file << ": no mistakes\n";
}

absl::Status Check(const Invocation& invocation, const PolicyOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(options.file));
  const ParsedPolicy parsed = ParsePolicy(options.file, yaml);
  PrintMistakes(invocation, options.file, parsed.mistakes);
  if (parsed.mistakes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(options.file, ": ", parsed.mistakes.size(),
                   parsed.mistakes.size() == 1 ? " mistake" : " mistakes"));
}

}  // namespace

void AddPolicyCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<PolicyOptions>();
  CLI::App* policy = app.add_subcommand("policy", "The timing policy: when an offer may be made");
  policy->require_subcommand(1);
  SetExample(*policy, "tsugi policy check my_policy.yaml");

  CLI::App* show = policy->add_subcommand("show", "Print a policy");
  show->add_option("--policy", options->policy, "default, open or a file")->capture_default_str();
  SetExample(*show, "tsugi policy show > my_policy.yaml");
  show->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return Show(invocation, *options); };
  });

  CLI::App* check =
      policy->add_subcommand("check", "Every mistake of a policy file, with its line");
  check->add_option("FILE", options->file, "the YAML file")->required();
  SetExample(*check, "tsugi policy check my_policy.yaml");
  check->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return Check(invocation, *options); };
  });
}

}  // namespace tsugi::cli
