// What is known of a customer, as a message.
#ifndef TSUGI_SERVICE_CONVERTERS_CUSTOMER_INSIGHT_H_
#define TSUGI_SERVICE_CONVERTERS_CUSTOMER_INSIGHT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/insight/insight.h"

namespace tsugi::v1 {
class GetCustomerInsightRequest;
class GetCustomerInsightResponse;
}  // namespace tsugi::v1

namespace tsugi {

struct InsightQuery {
  std::string customer_id;
  absl::Time at;
  std::string language;  // "en" or "ja"
};

// Errors: INVALID_ARGUMENT naming field and value (path.h).
absl::Status ReadInsightQuery(const v1::GetCustomerInsightRequest& from, absl::Time now,
                              InsightQuery* to);

void FillCustomerInsight(const CustomerInsight& from, const std::string& currency,
                         v1::GetCustomerInsightResponse* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_CUSTOMER_INSIGHT_H_
