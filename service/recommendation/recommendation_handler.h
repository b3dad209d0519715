// tsugi.v1.RecommendationService.
#ifndef TSUGI_SERVICE_RECOMMENDATION_RECOMMENDATION_HANDLER_H_
#define TSUGI_SERVICE_RECOMMENDATION_RECOMMENDATION_HANDLER_H_

#include <memory>

#include "service/call/calls.h"
#include "service/recommendation/answerer.h"
#include "service/recommendation/feedback.h"
#include "service/recommendation/renewal_lister.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All arguments must outlive the service.
std::unique_ptr<grpc::Service> MakeRecommendationHandler(Calls* calls, Answerer* answerer,
                                                         Feedback* feedback,
                                                         RenewalLister* renewals);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_RECOMMENDATION_HANDLER_H_
