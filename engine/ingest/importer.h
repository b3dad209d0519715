// Reads files of facts into a store: streaming, validated row by row, visible all at once.
//
//   ImportOptions options;
//   options.kind = "orders";
//   options.columns = {{"order_id", "InvoiceNo"}};
//   TSUGI_ASSIGN_OR_RETURN(const ImportSummary summary,
//                          ImportFiles(*store, {"orders.csv.zst"}, options, clock.Now(), {}, {}));
//
// Formats go by the name: `.jsonl` or `.ndjson` is JSON Lines, anything else CSV, either packed as
// `.zst` or `.gz`. `-` is standard input; what begins with `{` there is JSON Lines.
//
// Memory does not grow with the files; the store's readers and writers go on meanwhile.
#ifndef TSUGI_ENGINE_INGEST_IMPORTER_H_
#define TSUGI_ENGINE_INGEST_IMPORTER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"

namespace tsugi::ingest {

struct ImportOptions {
  std::string kind;                            // see KindNames()
  std::map<std::string, std::string> columns;  // our name -> the file's
  std::string
      product_pattern;  // RE2; rows of orders and products that it is not found in are dropped
  std::string cancel_prefix;   // order ids that begin so are returns
  bool fold_ids = false;       // ids in upper case (ASCII)
  bool append = false;         // lines join existing orders
  double max_rejected = 0.05;  // share of the rows read, 0 to 1
  // Where rejected rows go; empty: FILE.rejects.csv beside each file, KIND.rejects.csv for `-`.
  std::string rejects_path;
};

struct ImportProgress {
  std::uint64_t rows = 0;
  std::uint64_t bytes_read = 0;   // of all files so far, as they lie on disk
  std::uint64_t bytes_total = 0;  // 0: unknown
  bool committing = false;        // all is read and is now being written
};

// read = written + already_there + returns + dropped + rejected, in rows.
struct ImportSummary {
  std::uint64_t read = 0;
  std::uint64_t written = 0;  // without returns
  std::uint64_t already_there = 0;
  std::uint64_t returns = 0;            // written returns
  std::uint64_t unmatched_returns = 0;  // of them: no earlier sale covers them, or not wholly
  std::uint64_t dropped = 0;            // by product_pattern
  std::uint64_t rejected = 0;
  std::uint64_t replaced = 0;  // orders (or campaigns) that took the place of another content
  std::uint64_t appended = 0;  // orders that got more lines
  std::vector<std::string> unknown_columns;
  std::vector<std::string> rejects_files;  // those that were written
  Seq seq = 0;                             // the store's newest
};

using ProgressFunction = std::function<void(const ImportProgress&)>;

// `now` is when undated versions are written. `progress` may be empty; `cancel` may be null.
// Errors (nothing is written then): INVALID_ARGUMENT for options and headers, FAILED_PRECONDITION
// for more rejects than allowed, CANCELLED, and those of files and store.
absl::StatusOr<ImportSummary> ImportFiles(Store& store, std::span<const std::string> paths,
                                          const ImportOptions& options, absl::Time now,
                                          const ProgressFunction& progress,
                                          const std::atomic<bool>* cancel);

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_IMPORTER_H_
