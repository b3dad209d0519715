#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kRecommendationId,
  kProductId,
  kAt,
  kCustomerId,
  kVisitorId,
  kPlacement,
  kMoment,
  kOfferKind,
  kRuleId,
  kArm,
  kPosition,
  kPropensity,
  kModelVersion
};

constexpr std::array<ColumnSpec, 13> kColumns = {{
    {"recommendation_id", true},
    {"product_id", true},
    {"at", true},
    {"customer_id", false},
    {"visitor_id", false},
    {"placement", false},
    {"moment", false},
    {"offer_kind", false},
    {"rule_id", false},
    {"arm", false},
    {"position", false},
    {"propensity", false},
    {"model_version", false},
}};

void ReadArm(FieldParser& parser, bool& control) {
  std::string arm;
  parser.Text(kArm, arm);
  control = arm == "control";
  if (!arm.empty() && arm != "control" && arm != "treated") {
    parser.Fail(kArm, "give treated or control");
  }
}

void Convert(FieldParser& parser, Fact& fact) {
  Exposure& exposure = fact.emplace<Exposure>();
  parser.Id(kRecommendationId, exposure.recommendation_id);
  parser.Id(kProductId, exposure.product_id);
  parser.Time(kAt, exposure.at);
  parser.Id(kCustomerId, exposure.customer_id);
  parser.Id(kVisitorId, exposure.visitor_id);
  parser.Text(kPlacement, exposure.placement);
  parser.Enum(kMoment, exposure.moment);
  parser.Enum(kOfferKind, exposure.offer_kind);
  parser.Text(kRuleId, exposure.rule_id);
  ReadArm(parser, exposure.control);
  parser.Whole(kPosition, exposure.position);
  parser.Number(kPropensity, exposure.propensity);
  parser.Text(kModelVersion, exposure.model_version);
}

}  // namespace

Kind ExposureRows() { return {"exposures", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
