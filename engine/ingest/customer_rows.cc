#include <array>

#include "engine/ingest/kinds.h"

namespace tsugi::ingest {
namespace {

enum Column : std::size_t {
  kCustomerId,
  kSegment,
  kSignedUpAt,
  kBirthYear,
  kRegion,
  kLanguage,
  kConsentMarketing,
  kConsentProfiling,
  kAcquisitionCost,
  kRetentionCost,
  kObservedAt,
  kCurrency
};

constexpr std::array<ColumnSpec, 12> kColumns = {{
    {"customer_id", true},
    {"segment", false},
    {"signed_up_at", false},
    {"birth_year", false},
    {"region", false},
    {"language", false},
    {"consent_marketing", false},
    {"consent_profiling", false},
    {"acquisition_cost", false},
    {"retention_cost", false},
    {"observed_at", false},
    {"currency", false},
}};

void Convert(FieldParser& parser, Fact& fact) {
  Customer& customer = fact.emplace<Customer>();
  parser.Id(kCustomerId, customer.id);
  parser.Text(kSegment, customer.segment);
  parser.Time(kSignedUpAt, customer.signed_up_at);
  parser.Whole(kBirthYear, customer.birth_year);
  parser.Text(kRegion, customer.region);
  parser.Text(kLanguage, customer.language);
  parser.Flag(kConsentMarketing, customer.consent_marketing);
  parser.Flag(kConsentProfiling, customer.consent_profiling);
  parser.Money(kAcquisitionCost, customer.acquisition_cost);
  parser.Money(kRetentionCost, customer.retention_cost);
  parser.Time(kObservedAt, customer.observed_at);
  parser.Currency(kCurrency);
}

}  // namespace

Kind CustomerRows() { return {"customers", kColumns, Convert, std::nullopt}; }

}  // namespace tsugi::ingest
