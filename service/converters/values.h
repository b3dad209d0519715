// The small pieces requests are made of: checked on the way from protocol buffers to engine values,
// filled on the way back. Every error is a BadField.
#ifndef TSUGI_SERVICE_CONVERTERS_VALUES_H_
#define TSUGI_SERVICE_CONVERTERS_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "service/converters/path.h"

namespace google::protobuf {
class Duration;
class Timestamp;
}  // namespace google::protobuf

namespace tsugi::v1 {
class Money;
}  // namespace tsugi::v1

namespace tsugi {

enum class Presence : std::uint8_t { kOptional, kRequired };

// Text of at most `max_bytes` of valid UTF-8, white space but no other control characters.
absl::Status ReadText(const Path& path, const std::string& from, std::size_t max_bytes,
                      std::string* to);
// An id: text of at most limits::kMaxIdBytes on one line, trimmed.
absl::Status ReadId(const Path& path, const std::string& from, Presence presence, std::string* to);

// Years 1 to 9999; nanoseconds are cut to microseconds.
absl::Status ReadTime(const Path& path, const google::protobuf::Timestamp& from, absl::Time* to);
absl::Status ReadDuration(const Path& path, const google::protobuf::Duration& from,
                          absl::Duration* to);
void FillTime(absl::Time from, google::protobuf::Timestamp* to);
void FillDuration(absl::Duration from, google::protobuf::Duration* to);

// Not negative, at most six decimals, in `currency` (an empty currency_code means it).
absl::Status ReadMoney(const Path& path, const v1::Money& from, const std::string& currency,
                       base::Decimal* to);
void FillMoney(base::Decimal from, const std::string& currency, v1::Money* to);

absl::Status ReadWhole(const Path& path, std::int64_t from, std::int64_t least, std::int64_t most,
                       std::int64_t* to);
// A finite number of [least, most].
absl::Status ReadNumber(const Path& path, double from, double least, double most, double* to);
absl::Status CheckCount(const Path& path, int count, int most);

// Numbers of protocol buffer enumerations. The unspecified value 0 gives none; a number that the
// enumeration does not name is refused.
absl::Status ReadEnum(const Path& path, int from, std::optional<ProductKind>* to);
absl::Status ReadEnum(const Path& path, int from, std::optional<SubscriptionStatus>* to);
absl::Status ReadEnum(const Path& path, int from, std::optional<Moment>* to);
absl::Status ReadEnum(const Path& path, int from, std::optional<OfferKind>* to);
absl::Status ReadEnum(const Path& path, int from, std::optional<Reaction>* to);
absl::Status ReadEnum(const Path& path, int from, std::optional<SignalType>* to);
// As above, and unspecified is refused.
template <typename E>
absl::Status ReadRequiredEnum(const Path& path, int from, E* to) {
  std::optional<E> value;
  if (absl::Status status = ReadEnum(path, from, &value); !status.ok()) return status;
  if (!value.has_value()) return BadField(path, "", "is missing");
  *to = *value;
  return absl::OkStatus();
}

// The protocol buffer number of an engine value: one above it, 0 being "unspecified".
template <typename E>
int EnumNumber(E value) {
  return static_cast<int>(value) + 1;
}

// A request_id, an event_id and the like need no more than ReadId; a page size is cut, not refused.
absl::Status ReadPageSize(const Path& path, int from, int default_size, int* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_VALUES_H_
