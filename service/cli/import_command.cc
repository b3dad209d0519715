#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "engine/ingest/importer.h"
#include "service/cli/commands.h"
#include "service/cli/progress.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

const std::vector<std::string>& Kinds() {
  static const std::vector<std::string> kinds = {"orders",        "products", "customers",
                                                 "subscriptions", "signals",  "campaigns",
                                                 "exposures",     "reactions"};
  return kinds;
}

struct ImportArguments {
  ingest::ImportOptions options;
  std::vector<std::string> files;
};

// "5%" or "0.05"; throws wrong usage.
void ReadShare(const std::string& text, double& share) {
  const bool percent = text.ends_with('%');
  double value = 0;
  if (!absl::SimpleAtod(text.substr(0, text.size() - (percent ? 1 : 0)), &value) ||
      !(value >= 0 && value <= (percent ? 100.0 : 1.0))) {
    throw CLI::ValidationError("--max-rejected", "\"" + text + "\" is not a share; use 5% or 0.05");
  }
  share = percent ? value / 100 : value;
}

// Our name = the file's name.
void ReadColumns(const std::vector<std::string>& pairs,
                 std::map<std::string, std::string>& columns) {
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      throw CLI::ValidationError("--columns",
                                 "\"" + pair + "\" is not NAME=COLUMN, as in order_id=InvoiceNo");
    }
    if (!columns.try_emplace(pair.substr(0, equals), pair.substr(equals + 1)).second) {
      throw CLI::ValidationError("--columns", pair.substr(0, equals) + " is given twice");
    }
  }
}

std::string ProgressText(const ingest::ImportProgress& progress, double seconds) {
  if (progress.committing) return absl::StrCat(Grouped(progress.rows), " rows read, writing");
  const double rate = seconds > 0 ? static_cast<double>(progress.rows) / seconds : 0;
  return absl::StrCat(Grouped(progress.rows), " rows, ", Grouped(static_cast<std::uint64_t>(rate)),
                      " rows/s");
}

void PrintJson(const Invocation& invocation, const ImportArguments& arguments,
               const ingest::ImportSummary& summary, double seconds) {
  const nlohmann::ordered_json json = {{"kind", arguments.options.kind},
                                       {"read", summary.read},
                                       {"written", summary.written},
                                       {"already_there", summary.already_there},
                                       {"returns", summary.returns},
                                       {"unmatched_returns", summary.unmatched_returns},
                                       {"dropped", summary.dropped},
                                       {"rejected", summary.rejected},
                                       {"replaced", summary.replaced},
                                       {"appended", summary.appended},
                                       {"unknown_columns", summary.unknown_columns},
                                       {"rejects_files", summary.rejects_files},
                                       {"seq", summary.seq},
                                       {"seconds", seconds}};
  *invocation.out << json.dump() << "\n";
}

void PrintText(const Invocation& invocation, const ImportArguments& arguments,
               const ingest::ImportSummary& summary, double seconds) {
  *invocation.out << arguments.options.kind << ": " << Grouped(summary.read)
                  << " rows read = " << Grouped(summary.written) << " written + "
                  << Grouped(summary.already_there) << " already there + "
                  << Grouped(summary.returns) << " returns + " << Grouped(summary.dropped)
                  << " dropped + " << Grouped(summary.rejected) << " rejected"
                  << absl::StrFormat(" (%.1f s)\n", seconds);
  if (summary.unmatched_returns > 0) {
    *invocation.out << "  " << Grouped(summary.unmatched_returns)
                    << " returns have no earlier sale that covers them\n";
  }
  if (summary.replaced > 0) {
    *invocation.out << "  " << Grouped(summary.replaced)
                    << " were there with other content and were replaced\n";
  }
  if (summary.appended > 0) {
    *invocation.out << "  " << Grouped(summary.appended) << " orders got more lines\n";
  }
  if (!summary.unknown_columns.empty()) {
    *invocation.out << "  not read: the columns " << absl::StrJoin(summary.unknown_columns, ", ")
                    << "\n";
  }
  for (const std::string& file : summary.rejects_files) {
    *invocation.out << "  rejected rows, with line and reason: " << file << "\n";
  }
}

absl::Status Import(const Invocation& invocation, const ImportArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForWriting(invocation));
  Progress progress(invocation);
  const auto show = [&progress](const ingest::ImportProgress& now) {
    const double fraction =
        now.bytes_total == 0 || now.committing
            ? -1
            : static_cast<double>(now.bytes_read) / static_cast<double>(now.bytes_total);
    progress.Show(ProgressText(now, absl::ToDoubleSeconds(progress.elapsed())), fraction);
  };
  TSUGI_ASSIGN_OR_RETURN(
      const ingest::ImportSummary summary,
      ingest::ImportFiles(*store, arguments.files, arguments.options, invocation.clock->Now(), show,
                          invocation.interrupted));
  const double seconds = absl::ToDoubleSeconds(progress.elapsed());
  progress.Clear();
  (invocation.json ? PrintJson : PrintText)(invocation, arguments, summary, seconds);
  return absl::OkStatus();
}

}  // namespace

void AddImportCommand(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<ImportArguments>();
  ingest::ImportOptions& options = arguments->options;
  CLI::App* import = app.add_subcommand("import", "Read files into the store");
  import->add_option("KIND", options.kind, "what the rows are")
      ->required()
      ->check(CLI::IsMember(Kinds()));
  import
      ->add_option("FILE", arguments->files, "CSV or .jsonl, also .zst or .gz; - is standard input")
      ->required();
  import
      ->add_option_function<std::vector<std::string>>(
          "--columns",
          [&options](const std::vector<std::string>& pairs) {
            ReadColumns(pairs, options.columns);
          },
          "names of the file's columns: order_id=InvoiceNo,...")
      ->delimiter(',');
  import->add_option("--product-pattern", options.product_pattern,
                     "regular expression (RE2); rows of other product ids are dropped");
  import->add_option("--cancel-prefix", options.cancel_prefix,
                     "orders whose id starts so are returns");
  import->add_flag("--fold-ids", options.fold_ids, "make ids upper case");
  import->add_flag("--append", options.append, "add lines to orders that are there");
  import
      ->add_option_function<std::string>(
          "--max-rejected",
          [&options](const std::string& text) { ReadShare(text, options.max_rejected); },
          "above this share of rejected rows nothing is written")
      ->default_str("5%")
      ->run_callback_for_default(false);
  import->add_option("--rejects", options.rejects_path,
                     "where rejected rows go (default FILE.rejects.csv)");
  SetExample(*import, "zstd -dc orders.csv.zst | tsugi import orders -");
  import->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Import(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
