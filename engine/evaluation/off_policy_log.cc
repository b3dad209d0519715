#include "engine/evaluation/off_policy_log.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

// What a column is for, and the names it goes by unless it is given one.
struct Role {
  std::string option;
  std::string given;
  std::vector<std::string> usual;
  bool required = false;
};

enum RoleIndex : std::size_t {
  kAction,
  kPropensity,
  kReward,
  kTarget,
  kPosition,
  kContext,
  kCluster
};

std::vector<Role> Roles(const OffPolicyEvaluationOptions& o) {
  return {{"--action", o.action, {"action", "product_id", "item_id"}, true},
          {"--propensity", o.propensity, {"propensity", "propensity_score"}, true},
          {"--reward", o.reward, {"reward", "click"}, true},
          {"--target", o.target, {"target_probability"}, false},
          {"--position", o.position, {"position"}, false},
          {"--context", o.context, {"context"}, false},
          {"--cluster", o.cluster, {"context_id"}, false}};
}

// A role's column among those read: the first that holds anything.
absl::StatusOr<std::optional<std::size_t>> FindColumn(const CsvColumns& file, const Role& role,
                                                      std::size_t first, std::size_t count) {
  for (std::size_t column = first; column < first + count; ++column) {
    if (!file.Empty(column)) return column;
  }
  if (!role.required) return std::nullopt;
  return absl::InvalidArgumentError(
      absl::StrCat("the log has no column ", absl::StrJoin(role.usual, " or "),
                   ", or nothing in it; name the column with ", role.option));
}

absl::StatusOr<std::vector<double>> Probabilities(const CsvColumns& file, std::size_t column,
                                                  bool above_zero) {
  TSUGI_ASSIGN_OR_RETURN(std::vector<double> values, file.Numbers(column));
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] < 0 || values[row] > 1 || (above_zero && values[row] == 0)) {
      return file.Bad(column, row,
                      above_zero ? "must be above 0 and at most 1: the probability with which the "
                                   "action was taken"
                                 : "must be a probability, from 0 to 1");
    }
  }
  return values;
}

}  // namespace

absl::StatusOr<OffPolicyRows> ReadOffPolicyRows(const std::string& path,
                                                const OffPolicyEvaluationOptions& options) {
  const std::vector<Role> roles = Roles(options);
  std::vector<CsvColumn> columns;
  for (const Role& role : roles) {
    if (!role.given.empty()) columns.push_back({role.given, true});
    for (const std::string& name : role.usual) {
      if (role.given.empty()) columns.push_back({name, false});
    }
  }
  TSUGI_ASSIGN_OR_RETURN(const CsvColumns file, CsvColumns::Read(path, columns));
  std::vector<std::optional<std::size_t>> found;
  std::size_t first = 0;
  for (const Role& role : roles) {
    const std::size_t count = role.given.empty() ? role.usual.size() : 1;
    TSUGI_ASSIGN_OR_RETURN(found.emplace_back(), FindColumn(file, role, first, count));
    first += count;
  }
  OffPolicyRows rows;
  TSUGI_ASSIGN_OR_RETURN(rows.rewards, file.Numbers(*found[kReward]));
  TSUGI_ASSIGN_OR_RETURN(rows.propensities, Probabilities(file, *found[kPropensity], true));
  if (found[kTarget].has_value()) {
    TSUGI_ASSIGN_OR_RETURN(rows.target, Probabilities(file, *found[kTarget], false));
  }
  rows.actions = IndexColumn(file, *found[kAction]);
  const auto index = [&](RoleIndex role) {
    return found[role].has_value() ? IndexColumn(file, *found[role]) : Indexed{};
  };
  rows.positions = index(kPosition);
  rows.contexts = index(kContext);
  rows.clusters = index(kCluster);
  return rows;
}

}  // namespace tsugi
