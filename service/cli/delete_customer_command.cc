#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status_macros.h"
#include "service/cli/commands.h"

namespace tsugi::cli {
namespace {

absl::Status DeleteCustomer(const Invocation& invocation, const std::string& customer_id) {
  TSUGI_ASSIGN_OR_RETURN(
      const std::unique_ptr<Store> store,
      OpenStore(invocation.store, {.create = false, .read_only = false, .settings = {}}));
  TSUGI_ASSIGN_OR_RETURN(const Seq seq,
                         store->DeleteCustomer(customer_id, invocation.clock->Now()));
  if (invocation.json) {
    const nlohmann::ordered_json json = {{"deleted", customer_id}, {"seq", seq}};
    *invocation.out << json.dump() << "\n";
  } else {
    *invocation.out << "customer " << customer_id
                    << " is erased; its orders stay as an unknown visitor's\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddDeleteCustomerCommand(CLI::App& app, Invocation& invocation) {
  const auto customer_id = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("delete-customer", "Erase a customer from the store");
  command->add_option("ID", *customer_id, "the customer's id")->required();
  SetExample(*command, "tsugi delete-customer C1042");
  command->callback([&invocation, customer_id] {
    invocation.action = [&invocation, customer_id] {
      return DeleteCustomer(invocation, *customer_id);
    };
  });
}

}  // namespace tsugi::cli
