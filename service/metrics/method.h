// The calls of the API, as metrics and logs name them.
#ifndef TSUGI_SERVICE_METRICS_METHOD_H_
#define TSUGI_SERVICE_METRICS_METHOD_H_

#include <cstdint>

namespace tsugi {

enum class Method : std::uint8_t {
  kGetSuggestions,
  kStreamSuggestions,
  kListRenewalSuggestions,
  kRecordReaction,
  kRecordContact,
  kWriteEvents,
  kImportEvents,
  kDeleteCustomer,
  kStartTraining,
  kWatchTraining,
  kCancelTraining,
  kListTrainings,
  kListModels,
  kGetModel,
  kSetLabel,
  kGetPolicy,
  kSetPolicy,
  kGetCustomerInsight,
  kGetOutcomeReport,
  kGetStageReport,
};
inline constexpr int kMethodCount = 20;

const char* Name(Method method);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_METRICS_METHOD_H_
