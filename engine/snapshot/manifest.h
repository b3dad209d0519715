// What a snapshot says of itself: manifest.json, which is under a checksum, and times.json, which
// is not (docs/snapshot_format.md).
#ifndef TSUGI_ENGINE_SNAPSHOT_MANIFEST_H_
#define TSUGI_ENGINE_SNAPSHOT_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/snapshot/model_set.h"

namespace tsugi {

// Of the layout of files and manifest. A build reads its own and older ones.
inline constexpr int kSnapshotFormat = 1;

// What went in. Equal values and equal models give a snapshot of equal bytes.
struct SnapshotInfo {
  std::uint64_t seed = 1;
  std::optional<absl::Time> until;        // history before it; none: all there was
  std::optional<absl::Time> first_order;  // none: an empty history
  std::optional<absl::Time> last_order;
  std::uint64_t orders = 0;
  std::uint64_t lines = 0;
  std::uint64_t customers = 0;       // a count; no customer is named
  std::string configuration = "{}";  // a JSON object
  std::string report = "{}";         // a JSON object: sizes, quality, what was chosen and why
};

// An array of a snapshot: the file's name, the type and number of its elements, its checksum.
struct SnapshotFile {
  std::string name;
  std::string type;  // u8, u32, u64, f32, f64; little endian
  std::uint64_t count = 0;
  std::string checksum;  // base/checksum.h
};

struct SnapshotManifest {
  int format = kSnapshotFormat;
  std::string version;
  SnapshotInfo info;
  std::uint64_t products = 0;
  std::uint64_t segments = 0;
  std::vector<SnapshotFile> files;  // by name
};

// The text of manifest.json. The version is made of the last order's day and the checksum of the
// manifest without it: `20110930-1a2b3c4d`, `nodata-1a2b3c4d`. Scalars of the models (sizes, the
// solver of a fold-in, ...) are taken from `models`.
struct WrittenManifest {
  std::string version;
  std::string text;
};
absl::StatusOr<WrittenManifest> WriteManifest(const SnapshotInfo& info, const ModelSet& models,
                                              std::vector<SnapshotFile> files);

// Reads it back; scalars go into `models`. Errors: FAILED_PRECONDITION for a newer format,
// DATA_LOSS for a text that is no manifest.
absl::StatusOr<SnapshotManifest> ReadManifest(std::string_view text, ModelSet& models);

struct SnapshotTimes {
  absl::Time created_at = absl::InfinitePast();
  std::vector<std::pair<std::string, double>> seconds;  // by step, in the order they ran
};
std::string WriteTimes(const SnapshotTimes& times);
SnapshotTimes ReadTimes(std::string_view text);  // what cannot be read is left out

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_MANIFEST_H_
