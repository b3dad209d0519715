#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kCampaignId,
  kName,
  kStartsAt,
  kEndsAt,
  kCustomerIds,
  kSegments,
  kProductIds,
  kDiscountPercent
};

constexpr std::array<ColumnSpec, 8> kColumns = {{
    {"campaign_id", true},
    {"name", false},
    {"starts_at", true},
    {"ends_at", true},
    {"customer_ids", false},
    {"segments", false},
    {"product_ids", false},
    {"discount_percent", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  Campaign& campaign = fact.emplace<Campaign>();
  parser.Id(kCampaignId, campaign.id);
  parser.Text(kName, campaign.name);
  parser.Time(kStartsAt, campaign.starts_at);
  parser.Time(kEndsAt, campaign.ends_at);
  parser.Ids(kCustomerIds, campaign.customer_ids);
  parser.Texts(kSegments, campaign.segments);
  parser.Ids(kProductIds, campaign.product_ids);
  parser.Number(kDiscountPercent, campaign.discount_percent);
}

}  // namespace

Kind CampaignRows() { return {"campaigns", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
