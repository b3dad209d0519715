#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t { kEventId, kAt, kReaction, kRecommendationId, kCustomerId, kProductId };

constexpr std::array<ColumnSpec, 6> kColumns = {{
    {"event_id", true},
    {"at", true},
    {"reaction", true},
    {"recommendation_id", false},
    {"customer_id", false},
    {"product_id", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  ReactionEvent& reaction = fact.emplace<ReactionEvent>();
  parser.Id(kEventId, reaction.event_id);
  parser.Time(kAt, reaction.at);
  parser.Enum(kReaction, reaction.reaction);
  parser.Id(kRecommendationId, reaction.recommendation_id);
  parser.Id(kCustomerId, reaction.customer_id);
  parser.Id(kProductId, reaction.product_id);
}

}  // namespace

Kind ReactionRows() { return {"reactions", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
