#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/snapshot/registry.h"
#include "service/cli/commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ModelsOptions {
  std::string version;
  std::string label = "stable";
  int keep = 5;
  bool rollback_targets_too = false;
};

std::string TimeOrDash(const std::optional<absl::Time>& time) {
  return time.has_value() ? base::FormatTime(*time) : "-";
}

std::string StatusText(const ModelInfo& model) {
  return model.status.ok() ? "ok" : std::string(model.status.message());
}

Json ToJson(const ModelInfo& model) {
  Json json = {{"version", model.version}, {"labels", model.labels}, {"status", StatusText(model)}};
  if (!model.status.ok()) return json;
  const SnapshotInfo& info = model.manifest.info;
  json["created_at"] = base::FormatTime(model.times.created_at);
  json["first_order"] = TimeOrDash(info.first_order);
  json["last_order"] = TimeOrDash(info.last_order);
  json["until"] = TimeOrDash(info.until);
  json["orders"] = info.orders;
  json["lines"] = info.lines;
  json["products"] = model.manifest.products;
  json["seed"] = info.seed;
  json["configuration"] = Json::parse(info.configuration, nullptr, false);
  json["report"] = Json::parse(info.report, nullptr, false);
  for (const auto& [step, seconds] : model.times.seconds) json["seconds"][step] = seconds;
  return json;
}

absl::Status List(const Invocation& invocation, const ModelsOptions& /*options*/) {
  const Registry registry(invocation.models);
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ModelInfo> models, registry.List());
  if (invocation.json) {
    Json json = {{"models", Json::array()}};
    for (const ModelInfo& model : models) json["models"].push_back(ToJson(model));
    *invocation.out << json.dump() << "\n";
    return absl::OkStatus();
  }
  if (models.empty()) {
    *invocation.out << "no model in " << invocation.models << "; run `tsugi train`\n";
    return absl::OkStatus();
  }
  Table table({"version", "labels", "created", ">orders", ">products", "last order", "status"});
  for (const ModelInfo& model : models) {
    const SnapshotInfo& info = model.manifest.info;
    table.Add({model.version, absl::StrJoin(model.labels, " "),
               base::FormatTime(absl::FromUnixSeconds(absl::ToUnixSeconds(model.times.created_at))),
               Grouped(info.orders), Grouped(model.manifest.products), TimeOrDash(info.last_order),
               StatusText(model)});
  }
  table.Print(*invocation.out);
  return absl::OkStatus();
}

absl::Status Show(const Invocation& invocation, const ModelsOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const ModelInfo model, Registry(invocation.models).Show(options.version));
  *invocation.out << ToJson(model).dump(invocation.json ? -1 : 2) << "\n";
  return model.status;
}

absl::Status Verify(const Invocation& invocation, const ModelsOptions& options) {
  TSUGI_RETURN_IF_ERROR(Registry(invocation.models).Verify(options.version));
  if (invocation.json) {
    *invocation.out << Json({{"version", options.version}, {"ok", true}}).dump() << "\n";
  } else {
    *invocation.out << options.version << ": every checksum holds\n";
  }
  return absl::OkStatus();
}

void PrintLabel(const Invocation& invocation, const std::string& label,
                const std::string& version) {
  if (invocation.json) {
    *invocation.out << Json({{"label", label}, {"version", version}}).dump() << "\n";
  } else {
    *invocation.out << label << " -> " << version << "\n";
  }
}

absl::Status Promote(const Invocation& invocation, const ModelsOptions& options) {
  Registry registry(invocation.models);
  TSUGI_RETURN_IF_ERROR(registry.Promote(options.version, options.label));
  PrintLabel(invocation, options.label, options.version);
  return absl::OkStatus();
}

absl::Status Rollback(const Invocation& invocation, const ModelsOptions& options) {
  Registry registry(invocation.models);
  TSUGI_ASSIGN_OR_RETURN(const std::string version, registry.Rollback(options.label));
  PrintLabel(invocation, options.label, version);
  return absl::OkStatus();
}

absl::Status Prune(const Invocation& invocation, const ModelsOptions& options) {
  Registry registry(invocation.models);
  TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> removed,
                         registry.Prune(options.keep, options.rollback_targets_too));
  if (invocation.json) {
    *invocation.out << Json({{"removed", removed}}).dump() << "\n";
  } else {
    *invocation.out << "removed " << removed.size() << (removed.size() == 1 ? " model" : " models")
                    << (removed.empty() ? "" : ": ") << absl::StrJoin(removed, ", ") << "\n";
  }
  return absl::OkStatus();
}

using Act = absl::Status (*)(const Invocation&, const ModelsOptions&);

// A subcommand that runs `act`.
CLI::App* AddAct(CLI::App& models, Invocation& invocation,
                 const std::shared_ptr<ModelsOptions>& options, const std::string& name,
                 const std::string& help, const std::string& example, Act act) {
  CLI::App* command = models.add_subcommand(name, help);
  SetExample(*command, example);
  command->callback([&invocation, options, act] {
    invocation.action = [&invocation, options, act] { return act(invocation, *options); };
  });
  return command;
}

}  // namespace

void AddModelsCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<ModelsOptions>();
  CLI::App* models = app.add_subcommand("models", "Trained models and their labels");
  models->require_subcommand(1);
  SetExample(*models, "tsugi models list");
  const auto add_version = [&options](CLI::App* command) {
    command->add_option("VERSION", options->version, "as `tsugi models list` names it")->required();
  };
  const auto add_label = [&options](CLI::App* command) {
    command->add_option("--label", options->label, "the label to move")
        ->check(CLI::IsMember({"stable", "canary"}))
        ->capture_default_str();
  };
  AddAct(*models, invocation, options, "list", "All models, newest first", "tsugi models list",
         List);
  add_version(AddAct(*models, invocation, options, "show", "Data, configuration, report",
                     "tsugi models show 20110930-1a2b3c4d", Show));
  add_version(AddAct(*models, invocation, options, "verify", "Read every file and checksum",
                     "tsugi models verify 20110930-1a2b3c4d", Verify));
  CLI::App* promote =
      AddAct(*models, invocation, options, "promote", "Point a label to a model; servers follow",
             "tsugi models promote 20110930-1a2b3c4d", Promote);
  add_version(promote);
  add_label(promote);
  add_label(AddAct(*models, invocation, options, "rollback",
                   "Point a label to the model it pointed to before", "tsugi models rollback",
                   Rollback));
  CLI::App* prune = AddAct(*models, invocation, options, "prune", "Remove old models",
                           "tsugi models prune --keep 5", Prune);
  prune->add_option("--keep", options->keep, "the newest so many stay, labelled ones always")
      ->check(CLI::Range(0, 1'000'000))
      ->required();
  prune->add_flag("--rollback-targets-too", options->rollback_targets_too,
                  "also remove models a label could be rolled back to");
}

}  // namespace tsugi::cli
