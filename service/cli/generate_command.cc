#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status_macros.h"
#include "base/time.h"
#include "generator/generator.h"
#include "service/cli/commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

struct Row {
  const char* name;
  std::int64_t rows;
};

void PrintSummary(const Invocation& invocation, const std::string& directory,
                  const generator::GeneratorSummary& summary) {
  const Row rows[] = {{"products", summary.products},
                      {"customers", summary.customers},
                      {"subscriptions", summary.subscriptions},
                      {"orders", summary.orders},
                      {"order_lines", summary.order_lines},
                      {"returned_lines", summary.returned_lines},
                      {"signals", summary.signals},
                      {"campaigns", summary.campaigns},
                      {"exposures", summary.exposures},
                      {"reactions", summary.reactions}};
  if (invocation.json) {
    nlohmann::ordered_json json = {{"out", directory}};
    for (const Row& row : rows) json[row.name] = row.rows;
    *invocation.out << json.dump() << "\n";
    return;
  }
  *invocation.out << "a sample shop in " << directory << ":";
  const char* separator = " ";
  for (const Row& row : rows) {
    *invocation.out << separator << Grouped(static_cast<std::uint64_t>(row.rows)) << " "
                    << row.name;
    separator = ", ";
  }
  *invocation.out << "\n";
}

}  // namespace

void AddGenerateCommand(CLI::App& app, Invocation& invocation) {
  struct Options {
    generator::GeneratorOptions shop;
    std::string directory;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* generate = app.add_subcommand("generate", "Write a sample shop: all kinds of files");
  generate->add_option("--out", options->directory, "directory to write to")->required();
  generate->add_option("--customers", options->shop.customers, "number of customers")
      ->capture_default_str();
  generate->add_option("--products", options->shop.products, "number of products")
      ->capture_default_str();
  generate->add_option("--months", options->shop.months, "months of history")
      ->capture_default_str();
  generate->add_option("--seed", options->shop.seed, "equal seeds give equal files")
      ->capture_default_str();
  SetExample(*generate, "tsugi generate --out shop --customers 5000");
  generate->callback([&invocation, options] {
    invocation.action = [&invocation, options]() -> absl::Status {
      TSUGI_ASSIGN_OR_RETURN(const generator::GeneratorSummary summary,
                             generator::Generate(options->shop, options->directory));
      PrintSummary(invocation, options->directory, summary);
      return absl::OkStatus();
    };
  });
}

}  // namespace tsugi::cli
