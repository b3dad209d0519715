#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status_macros.h"
#include "service/cli/commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

void PrintInfo(const Invocation& invocation, const StoreInfo& info, const char* verdict) {
  if (invocation.json) {
    nlohmann::ordered_json json = {{"store", invocation.store},
                                   {"currency", info.settings.currency},
                                   {"timezone", info.settings.time_zone},
                                   {"schema_version", info.schema_version},
                                   {"seq", info.seq},
                                   {"ok", true}};
    for (const auto& [table, rows] : info.rows) json["rows"][table] = rows;
    *invocation.out << json.dump() << "\n";
    return;
  }
  *invocation.out << invocation.store << ": " << verdict << ", currency " << info.settings.currency
                  << ", time zone " << info.settings.time_zone << ", schema version "
                  << info.schema_version << ", seq " << info.seq << "\n";
  Table table({"table", ">rows"});
  for (const auto& [name, rows] : info.rows) table.Add({name, Grouped(rows)});
  table.Print(*invocation.out);
}

absl::Status Init(const Invocation& invocation, const StoreSettings& settings) {
  TSUGI_ASSIGN_OR_RETURN(
      const std::unique_ptr<Store> store,
      OpenStore(invocation.store, {.create = true, .read_only = false, .settings = settings}));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  if (info.settings.currency != settings.currency ||
      info.settings.time_zone != settings.time_zone) {
    return absl::AlreadyExistsError(invocation.store + " is there, with currency " +
                                    info.settings.currency + " and time zone " +
                                    info.settings.time_zone + "; neither can be changed");
  }
  PrintInfo(invocation, info, "ready");
  return absl::OkStatus();
}

absl::Status Check(const Invocation& invocation) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_RETURN_IF_ERROR(store->Check());
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  PrintInfo(invocation, info, "no damage found");
  return absl::OkStatus();
}

}  // namespace

void AddStoreCommand(CLI::App& app, Invocation& invocation) {
  const auto settings = std::make_shared<StoreSettings>();
  CLI::App* store = app.add_subcommand("store", "The store of orders, customers and events");
  store->require_subcommand(1);
  SetExample(*store, "tsugi store init --currency EUR --timezone Europe/Berlin");

  CLI::App* init = store->add_subcommand("init", "Make a store");
  init->add_option("--currency", settings->currency, "ISO 4217 code")->capture_default_str();
  init->add_option("--timezone", settings->time_zone, "IANA time zone")->capture_default_str();
  SetExample(*init, "tsugi store init --currency JPY --timezone Asia/Tokyo");
  init->callback([&invocation, settings] {
    invocation.action = [&invocation, settings] { return Init(invocation, *settings); };
  });

  CLI::App* check = store->add_subcommand("check", "Integrity, counts and the newest seq");
  SetExample(*check, "tsugi store check");
  check->callback(
      [&invocation] { invocation.action = [&invocation] { return Check(invocation); }; });
}

}  // namespace tsugi::cli
