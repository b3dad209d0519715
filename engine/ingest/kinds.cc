#include "engine/ingest/kinds.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace tsugi::ingest {

std::span<const Kind> AllKinds() {
  static const std::array<Kind, 8> kinds = {OrderRows(),        ProductRows(), CustomerRows(),
                                            SubscriptionRows(), SignalRows(),  CampaignRows(),
                                            ExposureRows(),     ReactionRows()};
  return kinds;
}

const Kind* FindKind(std::string_view name) {
  for (const Kind& kind : AllKinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::string KindNames() {
  std::string names;
  for (const Kind& kind : AllKinds()) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(kind.name));
  }
  return names;
}

}  // namespace tsugi::ingest
