#include "engine/ingest/row.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "engine/ingest/limits.h"

namespace tsugi::ingest {
namespace {
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
}  // namespace

int ColumnNames::IndexOf(std::string_view name_in_file) const {
  const auto found = std::find(in_file.begin(), in_file.end(), name_in_file);
  return found == in_file.end() ? -1 : static_cast<int>(found - in_file.begin());
}

std::string ColumnNames::Known() const {
  std::string names;
  for (const ColumnSpec& column : columns) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(column.name),
                    column.required ? "*" : "");
  }
  return names;
}

absl::StatusOr<ColumnNames> ResolveColumns(std::span<const ColumnSpec> columns,
                                           const std::map<std::string, std::string>& mapping) {
  ColumnNames names;
  names.columns = columns;
  for (const ColumnSpec& column : columns) names.in_file.emplace_back(column.name);
  for (const auto& [known, in_file] : mapping) {
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&name = known](const auto& c) { return c.name == name; });
    if (column == columns.end()) {
      return absl::InvalidArgumentError(absl::StrCat("columns '", known, "=", in_file,
                                                     "': there is no column '", known,
                                                     "' here; the columns are ", names.Known()));
    }
    names.in_file[static_cast<std::size_t>(column - columns.begin())] = in_file;
  }
  // A file's column that is mapped to one name is not also the one of its own name.
  for (const auto& [known, in_file] : mapping) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == known || names.in_file[i] != in_file) continue;
      if (mapping.contains(std::string(columns[i].name))) {
        return absl::InvalidArgumentError(
            absl::StrCat("columns '", known, "=", in_file, "': '", in_file,
                         "' is given to another column, too; give each column its own"));
      }
      names.in_file[i].clear();
    }
  }
  return names;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string Shown(std::string_view text) {
  std::string shown(text.substr(0, kMaxShownBytes));
  if (base::IsUtf8(shown)) return shown;
  // A character may have been cut in two; anything worse is shown as '?'.
  for (int cut = 0; cut < 3 && text.size() > kMaxShownBytes && !shown.empty(); ++cut) {
    shown.pop_back();
    if (base::IsUtf8(shown)) return shown;
  }
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return shown;
}

}  // namespace tsugi::ingest
