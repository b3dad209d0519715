#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "service/cli/commands.h"

namespace tsugi::cli {
namespace {

struct RecordArguments {
  std::string event_id;
  std::string customer_id;
  std::string product_id;
  std::string reaction;
  std::string placement = "cs";
  std::string recommendation_id;
};

// The same event told twice within a second is one.
std::string EventId(const RecordArguments& arguments, absl::Time at) {
  if (!arguments.event_id.empty()) return arguments.event_id;
  const std::string content =
      absl::StrCat(arguments.customer_id, "\n", arguments.product_id, "\n", arguments.reaction,
                   "\n", arguments.placement, "\n", absl::ToUnixSeconds(at));
  return absl::StrCat("cli-", base::Checksum(content).substr(0, 16));
}

absl::Status Write(const Invocation& invocation, Fact fact, const std::string& event_id,
                   const std::string& sentence) {
  TSUGI_ASSIGN_OR_RETURN(
      const std::unique_ptr<Store> store,
      OpenStore(invocation.store, {.create = false, .read_only = false, .settings = {}}));
  const Fact facts[] = {std::move(fact)};
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result, store->Write(facts, invocation.clock->Now()));
  const bool known = result.already_there > 0;
  if (invocation.json) {
    const nlohmann::ordered_json json = {{"event_id", event_id}, {"already_there", known}};
    *invocation.out << json.dump() << "\n";
  } else {
    *invocation.out << sentence << (known ? ": was recorded before" : ": recorded") << " as "
                    << event_id << "\n";
  }
  return absl::OkStatus();
}

absl::Status RecordReaction(const Invocation& invocation, const RecordArguments& arguments) {
  ReactionEvent event;
  event.at = invocation.clock->Now();
  event.event_id = EventId(arguments, event.at);
  event.customer_id = arguments.customer_id;
  event.product_id = arguments.product_id;
  event.recommendation_id = arguments.recommendation_id;
  event.reaction = arguments.reaction == "accepted"   ? Reaction::kAccepted
                   : arguments.reaction == "declined" ? Reaction::kDeclined
                                                      : Reaction::kMaybeLater;
  const std::string id = event.event_id;
  return Write(
      invocation, std::move(event), id,
      absl::StrCat(arguments.customer_id, " ", arguments.reaction, " ", arguments.product_id));
}

absl::Status RecordContact(const Invocation& invocation, const RecordArguments& arguments) {
  Contact contact;
  contact.at = invocation.clock->Now();
  contact.event_id = EventId(arguments, contact.at);
  contact.customer_id = arguments.customer_id;
  contact.placement = arguments.placement;
  contact.recommendation_id = arguments.recommendation_id;
  const std::string id = contact.event_id;
  return Write(
      invocation, std::move(contact), id,
      absl::StrCat("contact with ", arguments.customer_id, " (", arguments.placement, ")"));
}

void AddCommonOptions(CLI::App& command, RecordArguments& arguments) {
  command.add_option("--customer", arguments.customer_id, "the customer")->required();
  command.add_option("--recommendation", arguments.recommendation_id,
                     "the answer it belongs to, for attribution");
  command.add_option("--event-id", arguments.event_id,
                     "your own id: the same one again changes nothing");
}

}  // namespace

void AddRecordCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* record = app.add_subcommand(
      "record", "What became of an offer or a call; it counts in the next answer");
  record->require_subcommand(1);
  const auto said = std::make_shared<RecordArguments>();
  CLI::App* reaction = record->add_subcommand("reaction", "What a customer said to an offer");
  AddCommonOptions(*reaction, *said);
  reaction->add_option("--product", said->product_id, "the product offered")->required();
  reaction->add_option("--reaction", said->reaction, "accepted, declined or maybe_later")
      ->required()
      ->check(CLI::IsMember({"accepted", "declined", "maybe_later"}));
  SetExample(*reaction,
             "tsugi record reaction --customer C1042 --product team --reaction maybe_later");
  reaction->callback([&invocation, said] {
    invocation.action = [&invocation, said] { return RecordReaction(invocation, *said); };
  });
  const auto called = std::make_shared<RecordArguments>();
  CLI::App* contact = record->add_subcommand("contact", "A call or a mail that was made");
  AddCommonOptions(*contact, *called);
  contact->add_option("--placement", called->placement, "account, email or cs")
      ->capture_default_str();
  SetExample(*contact, "tsugi record contact --customer C1042");
  contact->callback([&invocation, called] {
    invocation.action = [&invocation, called] { return RecordContact(invocation, *called); };
  });
}

}  // namespace tsugi::cli
