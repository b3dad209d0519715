#include "engine/ingest/importer.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/ingest/csv_reader.h"
#include "engine/ingest/field_parser.h"
#include "engine/ingest/input_stream.h"
#include "engine/ingest/jsonl_reader.h"
#include "engine/ingest/kinds.h"
#include "engine/ingest/limits.h"
#include "engine/ingest/rejects.h"
#include "engine/ingest/row.h"
#include "engine/store/order_owners.h"

namespace tsugi::ingest {
namespace {

// An error of a file's content or name, with the file in front.
absl::Status WithFile(const std::string& path, const absl::Status& status) {
  if (status.ok() || absl::StrContains(status.message(), absl::StrCat("'", path, "'"))) {
    return status;
  }
  return {status.code(), absl::StrCat(path, ": ", std::string(status.message()))};
}

std::uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = path == "-" ? 0 : std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

bool IsJsonLines(const std::string& path, LineBuffer& buffer) {
  if (path == "-") {
    const std::string_view text = Trim(buffer.Data().substr(0, kMaxShownBytes));
    return !text.empty() && text.front() == '{';
  }
  std::string_view name = path;
  for (const std::string_view packed : {".zst", ".gz"}) {
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  }
  return name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

// The violation in a message of the form "field 'value': fix".
Violation ViolationOf(const absl::Status& status) {
  const std::string message(status.message());
  const std::size_t value = message.find(" '");
  const std::size_t fix = message.find("': ", value);
  if (value == std::string::npos || fix == std::string::npos) return {"", "", message};
  return {message.substr(0, value), message.substr(value + 2, fix - value - 2),
          message.substr(fix + 3)};
}

class Import {
 public:
  Import(const Kind& kind, const ImportOptions& options, const std::string& currency,
         const ProgressFunction& progress, const std::atomic<bool>* cancel)
      : kind_(kind),
        options_(options),
        progress_(progress),
        cancel_(cancel),
        parser_(kind.columns, currency, options.fold_ids) {}

  absl::Status Prepare();
  absl::Status LookUpOwners(const Store& store) {
    TSUGI_ASSIGN_OR_RETURN(owners_, OpenOrderOwners(store));
    return absl::OkStatus();
  }
  absl::Status ReadFile(const std::string& path, Staging& staging);
  absl::Status CheckRejected() const;
  absl::Status CloseRejects();
  void Report(const InputStream* input, bool committing);

  void set_bytes_total(std::uint64_t bytes) { bytes_total_ = bytes; }
  ImportSummary& summary() { return summary_; }

 private:
  absl::Status ReadRows(const std::string& path, const InputStream& input, RowReader& reader,
                        Staging& staging);
  absl::Status UseRow(const std::string& path, const Row& row, Staging& staging);
  absl::Status Reject(const std::string& path, std::int64_t line, const Violation& violation);
  bool IsDropped(const Row& row);
  void TurnReturn();
  absl::Status CheckOwner();
  std::string RejectsPath(const std::string& path) const;

  const Kind& kind_;
  const ImportOptions& options_;
  const ProgressFunction& progress_;
  const std::atomic<bool>* const cancel_;
  FieldParser parser_;
  ColumnNames names_;
  std::unique_ptr<re2::RE2> pattern_;
  std::string folded_;
  Fact fact_;
  std::unique_ptr<OrderOwners> owners_;  // where lines are appended
  std::string owned_order_;              // whose owner is looked up
  std::optional<std::string> owner_;
  std::unique_ptr<RejectsFile> rejects_;
  std::uint64_t bytes_before_ = 0;  // of the files that are done
  std::uint64_t bytes_total_ = 0;
  ImportSummary summary_;
};

absl::Status Import::Prepare() {
  TSUGI_ASSIGN_OR_RETURN(names_, ResolveColumns(kind_.columns, options_.columns));
  const bool is_share = options_.max_rejected >= 0 && options_.max_rejected <= 1;
  if (!is_share) {
    return absl::InvalidArgumentError(absl::StrCat("max_rejected '", options_.max_rejected * 100,
                                                   "%': give a share from 0% to 100%"));
  }
  if (options_.product_pattern.empty()) return absl::OkStatus();
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  pattern_ = std::make_unique<re2::RE2>(options_.product_pattern, quiet);
  if (!pattern_->ok()) {
    return absl::InvalidArgumentError(absl::StrCat("product_pattern '", options_.product_pattern,
                                                   "': ", pattern_->error(),
                                                   "; give a regular expression as RE2 knows it"));
  }
  return absl::OkStatus();
}

absl::Status Import::ReadFile(const std::string& path, Staging& staging) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> input, OpenInput(path));
  if (rejects_ == nullptr || options_.rejects_path.empty()) {
    TSUGI_RETURN_IF_ERROR(CloseRejects());
    rejects_ = std::make_unique<RejectsFile>(RejectsPath(path));
  }
  LineBuffer buffer(*input);
  const absl::Status filled = buffer.Fill().status();
  if (!filled.ok()) return WithFile(path, filled);
  std::unique_ptr<RowReader> reader;
  if (IsJsonLines(path, buffer)) {
    reader = std::make_unique<JsonlReader>(buffer, names_);
  } else {
    absl::StatusOr<std::unique_ptr<CsvReader>> csv = CsvReader::Open(buffer, names_);
    if (!csv.ok()) return WithFile(path, csv.status());
    reader = *std::move(csv);
  }
  TSUGI_RETURN_IF_ERROR(WithFile(path, ReadRows(path, *input, *reader, staging)));
  for (const std::string& name : reader->unknown_columns()) {
    std::vector<std::string>& known = summary_.unknown_columns;
    if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
  }
  bytes_before_ += input->bytes_read();
  return absl::OkStatus();
}

absl::Status Import::ReadRows(const std::string& path, const InputStream& input, RowReader& reader,
                              Staging& staging) {
  Row row;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool found, reader.Next(row));
    if (!found) break;
    ++summary_.read;
    TSUGI_RETURN_IF_ERROR(UseRow(path, row, staging));
    if (summary_.read % kProgressRows != 0) continue;
    Report(&input, false);
    if (cancel_ != nullptr && cancel_->load()) {
      return absl::CancelledError("the import was stopped; nothing was written");
    }
  }
  Report(&input, false);
  return absl::OkStatus();
}

absl::Status Import::UseRow(const std::string& path, const Row& row, Staging& staging) {
  if (!row.problem.empty()) return Reject(path, row.line, {"", row.shown, row.problem});
  if (IsDropped(row)) {
    ++summary_.dropped;
    return absl::OkStatus();
  }
  parser_.Start(row);
  kind_.convert(parser_, fact_);
  if (parser_.failed()) return Reject(path, row.line, parser_.violation());
  TurnReturn();
  absl::Status added = CheckOwner();
  if (added.ok()) added = staging.Add(fact_);
  if (absl::IsInvalidArgument(added)) return Reject(path, row.line, ViolationOf(added));
  return added;
}

// Lines are only appended to an order of the same customer.
absl::Status Import::CheckOwner() {
  const Order* const order = std::get_if<Order>(&fact_);
  if (owners_ == nullptr || order == nullptr || order->customer_id.empty()) return absl::OkStatus();
  if (order->id != owned_order_) {
    TSUGI_ASSIGN_OR_RETURN(owner_, owners_->OwnerOf(order->id));
    owned_order_ = order->id;
  }
  if (!owner_.has_value() || *owner_ == order->customer_id) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("customer_id '", order->customer_id,
                                                 "': order_id '", order->id, "' belongs to '",
                                                 *owner_, "'; append lines of the same customer"));
}

bool Import::IsDropped(const Row& row) {
  if (pattern_ == nullptr || !kind_.product_column.has_value()) return false;
  std::string_view id = Trim(row.values[*kind_.product_column]);
  if (id.empty()) return false;  // rejected for that
  if (options_.fold_ids) {
    folded_ = id;
    absl::AsciiStrToUpper(&folded_);
    id = folded_;
  }
  return !re2::RE2::PartialMatch(re2::StringPiece(id.data(), id.size()), *pattern_);
}

// A line of a cancelled order takes back what it lists, whichever sign the file gives it.
void Import::TurnReturn() {
  Order* const order = std::get_if<Order>(&fact_);
  if (order == nullptr || options_.cancel_prefix.empty()) return;
  if (!absl::StartsWith(order->id, options_.cancel_prefix)) return;
  std::int64_t& quantity = order->lines.front().quantity;
  if (quantity > 0) quantity = -quantity;
}

absl::Status Import::Reject(const std::string& path, std::int64_t line,
                            const Violation& violation) {
  ++summary_.rejected;
  std::vector<std::string>& files = summary_.rejects_files;
  if (files.empty() || files.back() != rejects_->path()) files.push_back(rejects_->path());
  return rejects_->Add(path, line, violation);
}

std::string Import::RejectsPath(const std::string& path) const {
  if (!options_.rejects_path.empty()) return options_.rejects_path;
  return (path == "-" ? std::string(kind_.name) : path) + ".rejects.csv";
}

absl::Status Import::CloseRejects() {
  return rejects_ == nullptr ? absl::OkStatus() : rejects_->Close();
}

absl::Status Import::CheckRejected() const {
  const auto rejected = static_cast<double>(summary_.rejected);
  const auto read = static_cast<double>(summary_.read);
  if (rejected <= options_.max_rejected * read) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "%d of %d rows cannot be used (%.1f%%), more than --max-rejected %g%%; nothing was written, "
      "see %s",
      summary_.rejected, summary_.read, 100 * rejected / read, 100 * options_.max_rejected,
      summary_.rejects_files.front()));
}

void Import::Report(const InputStream* input, bool committing) {
  if (!progress_) return;
  ImportProgress report;
  report.rows = summary_.read;
  report.bytes_read = bytes_before_ + (input == nullptr ? 0 : input->bytes_read());
  report.bytes_total = bytes_total_;
  report.committing = committing;
  progress_(report);
}

// The size of all files; 0 as soon as one is unknown.
std::uint64_t TotalSize(std::span<const std::string> paths) {
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    const std::uint64_t size = SizeOf(path);
    if (size == 0) return 0;
    total += size;
  }
  return total;
}

}  // namespace

absl::StatusOr<ImportSummary> ImportFiles(Store& store, std::span<const std::string> paths,
                                          const ImportOptions& options, absl::Time now,
                                          const ProgressFunction& progress,
                                          const std::atomic<bool>* cancel) {
  const Kind* const kind = FindKind(options.kind);
  if (kind == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("kind '", options.kind, "': give one of ", KindNames()));
  }
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store.Info());
  Import import(*kind, options, info.settings.currency, progress, cancel);
  TSUGI_RETURN_IF_ERROR(import.Prepare());
  if (options.append) TSUGI_RETURN_IF_ERROR(import.LookUpOwners(store));
  import.set_bytes_total(TotalSize(paths));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Staging> staging, store.BeginImport());
  for (const std::string& path : paths) {
    TSUGI_RETURN_IF_ERROR(import.ReadFile(path, *staging));
  }
  TSUGI_RETURN_IF_ERROR(import.CloseRejects());
  TSUGI_RETURN_IF_ERROR(import.CheckRejected());
  import.Report(nullptr, true);
  WriteOptions write;
  write.append_lines = options.append;
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result, staging->Commit(now, write));
  ImportSummary& summary = import.summary();
  summary.written = result.written - result.returns;
  summary.already_there = result.already_there;
  summary.returns = result.returns;
  summary.unmatched_returns = result.unmatched_returns;
  summary.replaced = result.replaced;
  summary.appended = result.appended;
  summary.seq = result.seq;
  return summary;
}

}  // namespace tsugi::ingest
