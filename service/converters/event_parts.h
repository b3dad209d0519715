// Pieces of events.cc, which is too long for one file: the master data.
#ifndef TSUGI_SERVICE_CONVERTERS_EVENT_PARTS_H_
#define TSUGI_SERVICE_CONVERTERS_EVENT_PARTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "service/converters/path.h"

namespace google::protobuf {
class Timestamp;
}  // namespace google::protobuf

namespace tsugi::v1 {
class Campaign;
class Customer;
class Money;
class Product;
}  // namespace tsugi::v1

namespace tsugi {

absl::StatusOr<Fact> ToProduct(const Path& path, const v1::Product& from,
                               const std::string& currency);
absl::StatusOr<Fact> ToCustomer(const Path& path, const v1::Customer& from,
                                const std::string& currency);
absl::StatusOr<Fact> ToCampaign(const Path& path, const v1::Campaign& from);

absl::Status ReadRequiredTime(const Path& path, bool given, const google::protobuf::Timestamp& from,
                              absl::Time* to);
absl::Status ReadOptionalTime(const Path& path, bool given, const google::protobuf::Timestamp& from,
                              std::optional<absl::Time>* to);
absl::Status ReadOptionalMoney(const Path& path, bool given, const v1::Money& from,
                               const std::string& currency, std::optional<base::Decimal>* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_EVENT_PARTS_H_
