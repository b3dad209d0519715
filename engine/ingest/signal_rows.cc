#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t { kEventId, kCustomerId, kAt, kType, kValue, kSubject, kProductId };

constexpr std::array<ColumnSpec, 7> kColumns = {{
    {"event_id", true},
    {"customer_id", true},
    {"at", true},
    {"type", true},
    {"value", false},
    {"subject", false},
    {"product_id", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  Signal& signal = fact.emplace<Signal>();
  parser.Id(kEventId, signal.event_id);
  parser.Id(kCustomerId, signal.customer_id);
  parser.Time(kAt, signal.at);
  parser.Enum(kType, signal.type);
  parser.Number(kValue, signal.value);
  // A complaint or a subscription is an id, a stage is a name.
  if (signal.type == SignalType::kStage) {
    parser.Text(kSubject, signal.subject);
  } else {
    parser.Id(kSubject, signal.subject);
  }
  parser.Id(kProductId, signal.product_id);
}

}  // namespace

Kind SignalRows() { return {"signals", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
