#include "engine/snapshot/labels.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace tsugi {
namespace {

using nlohmann::json;

constexpr int kLabelsFormat = 1;

// May throw json::exception; see ReadLabels.
Labels ParseLabels(const json& in) {
  Labels labels;
  for (const auto& [name, value] : in.at("labels").items()) {
    Label& label = labels[name];
    value.at("version").get_to(label.version);
    value.at("history").get_to(label.history);
  }
  return labels;
}

}  // namespace

absl::Status CheckLabel(const std::string& label) {
  if (label == kStable || label == kCanary) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("label: \"", label, "\" is unknown; use stable or canary"));
}

std::string WriteLabels(const Labels& labels) {
  json out;
  out["format"] = kLabelsFormat;
  out["labels"] = json::object();
  for (const auto& [name, label] : labels) {
    out["labels"][name] = {{"version", label.version}, {"history", label.history}};
  }
  return absl::StrCat(out.dump(2), "\n");
}

absl::StatusOr<Labels> ReadLabels(std::string_view text) {
  const json in = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    if (in.is_object() && in.at("format").get<int>() > kLabelsFormat) {
      return absl::FailedPreconditionError(
          absl::StrCat("labels.json: format ", in.at("format").dump(), " is newer than format ",
                       kLabelsFormat, ", the newest this build reads; use a newer build"));
    }
    return ParseLabels(in);
  } catch (const json::exception& error) {
    return absl::DataLossError(
        absl::StrCat("labels.json: ", error.what(),
                     "; remove the file and promote a version again with `tsugi models promote`"));
  }
}

void PointTo(const std::string& version, Label& label) {
  if (label.version == version) return;
  if (!label.version.empty()) label.history.push_back(label.version);
  if (label.history.size() > kRollbackDepth) label.history.erase(label.history.begin());
  label.version = version;
}

absl::Status StepBack(const std::string& name, Label& label) {
  if (label.history.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("label ", name,
                     ": there is no earlier version to go back to; name one with "
                     "`tsugi models promote`"));
  }
  label.version = label.history.back();
  label.history.pop_back();
  return absl::OkStatus();
}

}  // namespace tsugi
