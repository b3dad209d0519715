// Which version each label points to, and where it pointed before: the registry's labels.json.
#ifndef TSUGI_ENGINE_SNAPSHOT_LABELS_H_
#define TSUGI_ENGINE_SNAPSHOT_LABELS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi {

inline constexpr char kStable[] = "stable";
inline constexpr char kCanary[] = "canary";

// Steps a label can be rolled back; versions further back may be pruned.
inline constexpr int kRollbackDepth = 5;

struct Label {
  std::string version;
  std::vector<std::string> history;  // earlier versions, the latest last; at most kRollbackDepth
};

using Labels = std::map<std::string, Label>;

// OK for `stable` and `canary`. Errors: INVALID_ARGUMENT naming the label and the known ones.
absl::Status CheckLabel(const std::string& label);

std::string WriteLabels(const Labels& labels);
// Errors: DATA_LOSS for a text that is no labels.json, FAILED_PRECONDITION for a newer format.
absl::StatusOr<Labels> ReadLabels(std::string_view text);

// Points the label to `version`; a no-op where it points there already.
void PointTo(const std::string& version, Label& label);

// Points it to where it pointed before. Errors: FAILED_PRECONDITION where there is nothing.
absl::Status StepBack(const std::string& name, Label& label);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_LABELS_H_
