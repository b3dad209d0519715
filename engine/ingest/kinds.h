// The kinds of files: their columns, and how a row becomes a fact.
#ifndef TSUGI_ENGINE_INGEST_KINDS_H_
#define TSUGI_ENGINE_INGEST_KINDS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/facts/facts.h"
#include "engine/ingest/field_parser.h"
#include "engine/ingest/row.h"

namespace tsugi::ingest {

struct Kind {
  std::string_view name;  // of the command: "orders"
  std::span<const ColumnSpec> columns;
  // Makes the fact of a row; what cannot be read is the parser's violation. `fact` keeps its memory
  // from row to row.
  void (*convert)(FieldParser& parser, Fact& fact);
  // The column that --product-pattern is asked about; none where it has no meaning.
  std::optional<std::size_t> product_column;
};

// orders, products, customers, subscriptions, signals, campaigns, exposures, reactions.
std::span<const Kind> AllKinds();

// None for any other name.
const Kind* FindKind(std::string_view name);

// "orders, products, ..."
std::string KindNames();

// One a file: <kind>_rows.cc.
Kind OrderRows();
Kind ProductRows();
Kind CustomerRows();
Kind SubscriptionRows();
Kind SignalRows();
Kind CampaignRows();
Kind ExposureRows();
Kind ReactionRows();

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_KINDS_H_
