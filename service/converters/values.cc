#include "service/converters/values.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "base/utf8.h"
#include "proto/tsugi/v1/common.pb.h"
#include "service/limits.h"

namespace tsugi {
namespace {

constexpr std::int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;
constexpr std::int32_t kNanosPerMicro = 1000;

bool HasControl(const std::string& text, bool spaces_too) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 || byte == 0x7F) && (spaces_too || !absl::ascii_isspace(byte));
  });
}

std::string MoneyText(const v1::Money& money) {
  return absl::StrCat("{units: ", money.units(), ", nanos: ", money.nanos(), "}");
}

}  // namespace

absl::Status ReadText(const Path& path, const std::string& from, std::size_t max_bytes,
                      std::string* to) {
  if (from.size() > max_bytes) {
    return BadField(path, from,
                    absl::StrCat("is ", from.size(), " bytes long; use at most ", max_bytes));
  }
  if (!base::IsUtf8(from)) return BadField(path, "", "is not valid UTF-8");
  if (HasControl(from, /*spaces_too=*/false)) {
    return BadField(path, from, "holds control characters; leave them out");
  }
  *to = from;
  return absl::OkStatus();
}

absl::Status ReadId(const Path& path, const std::string& from, Presence presence, std::string* to) {
  TSUGI_RETURN_IF_ERROR(ReadText(path, from, limits::kMaxIdBytes, to));
  if (!to->empty() && (absl::ascii_isspace(static_cast<unsigned char>(to->front())) ||
                       absl::ascii_isspace(static_cast<unsigned char>(to->back())))) {
    absl::StripAsciiWhitespace(to);
  }
  if (HasControl(*to, /*spaces_too=*/true)) {
    return BadField(path, from, "holds control characters; leave them out");
  }
  if (presence == Presence::kRequired && to->empty()) return BadField(path, "", "is missing");
  return absl::OkStatus();
}

absl::Status ReadTime(const Path& path, const google::protobuf::Timestamp& from, absl::Time* to) {
  if (from.seconds() < kFirstSecond || from.seconds() > kLastSecond) {
    return BadField(path, absl::StrCat(from.seconds(), " s"),
                    "is out of range; use the years 1 to 9999");
  }
  if (from.nanos() < 0 || from.nanos() >= kNanosPerSecond) {
    return BadField(path, absl::StrCat("nanos ", from.nanos()),
                    "is out of range; use 0 to 999999999");
  }
  *to = absl::FromUnixSeconds(from.seconds()) + absl::Microseconds(from.nanos() / kNanosPerMicro);
  return absl::OkStatus();
}

absl::Status ReadDuration(const Path& path, const google::protobuf::Duration& from,
                          absl::Duration* to) {
  constexpr std::int64_t kMostSeconds = 315576000000;  // as protocol buffers define it
  const bool out_of_range =
      std::abs(from.seconds()) > kMostSeconds || std::abs(from.nanos()) >= kNanosPerSecond ||
      (from.seconds() > 0 && from.nanos() < 0) || (from.seconds() < 0 && from.nanos() > 0);
  if (out_of_range) {
    return BadField(path, absl::StrCat(from.seconds(), " s ", from.nanos(), " ns"),
                    "is no valid duration");
  }
  *to = absl::Seconds(from.seconds()) + absl::Nanoseconds(from.nanos());
  return absl::OkStatus();
}

void FillTime(absl::Time from, google::protobuf::Timestamp* to) {
  const std::int64_t seconds = absl::ToUnixSeconds(from);  // rounds down
  to->set_seconds(seconds);
  to->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Microseconds(from - absl::FromUnixSeconds(seconds))) *
      kNanosPerMicro);
}

void FillDuration(absl::Duration from, google::protobuf::Duration* to) {
  absl::Duration rest;
  to->set_seconds(absl::IDivDuration(from, absl::Seconds(1), &rest));
  to->set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(rest)));
}

absl::Status ReadMoney(const Path& path, const v1::Money& from, const std::string& currency,
                       base::Decimal* to) {
  if (!from.currency_code().empty() && from.currency_code() != currency) {
    return BadField(Path(path, "currency_code"), from.currency_code(),
                    absl::StrCat("is not the store's currency; use ", currency));
  }
  if (std::abs(static_cast<std::int64_t>(from.nanos())) >= kNanosPerSecond) {
    return BadField(Path(path, "nanos"), absl::StrCat(from.nanos()),
                    "is out of range; use 0 to 999999999");
  }
  if (from.units() < 0 || from.nanos() < 0) {
    return BadField(path, MoneyText(from), "is negative; use 0 or more");
  }
  if (from.units() > limits::kMaxMoneyUnits) {
    return BadField(path, MoneyText(from),
                    absl::StrCat("is out of range; use at most ", limits::kMaxMoneyUnits));
  }
  if (from.nanos() % kNanosPerMicro != 0) {
    return BadField(Path(path, "nanos"), absl::StrCat(from.nanos()),
                    "has more than six decimals; use a multiple of 1000");
  }
  *to = base::Decimal::FromMicros(from.units() * base::Decimal::kScale +
                                  from.nanos() / kNanosPerMicro);
  return absl::OkStatus();
}

void FillMoney(base::Decimal from, const std::string& currency, v1::Money* to) {
  to->set_currency_code(currency);
  to->set_units(from.micros() / base::Decimal::kScale);
  to->set_nanos(static_cast<std::int32_t>(from.micros() % base::Decimal::kScale) * kNanosPerMicro);
}

absl::Status ReadWhole(const Path& path, std::int64_t from, std::int64_t least, std::int64_t most,
                       std::int64_t* to) {
  if (from < least || from > most) {
    return BadField(path, absl::StrCat(from),
                    absl::StrCat("is out of range; use ", least, " to ", most));
  }
  *to = from;
  return absl::OkStatus();
}

absl::Status ReadNumber(const Path& path, double from, double least, double most, double* to) {
  if (!std::isfinite(from)) {
    return BadField(path, absl::StrCat(from), "is no finite number");
  }
  if (from < least || from > most) {
    return BadField(path, absl::StrCat(from),
                    absl::StrCat("is out of range; use ", least, " to ", most));
  }
  *to = from;
  return absl::OkStatus();
}

absl::Status CheckCount(const Path& path, int count, int most) {
  if (count <= most) return absl::OkStatus();
  return BadField(path, absl::StrCat(count, " elements"),
                  absl::StrCat("are too many; use at most ", most));
}

absl::Status ReadPageSize(const Path& path, int from, int default_size, int* to) {
  if (from < 0) {
    return BadField(
        path, absl::StrCat(from),
        absl::StrCat("is out of range; use 0 (", default_size, ") to ", limits::kMaxPageSize));
  }
  *to = from == 0 ? default_size : std::min(from, limits::kMaxPageSize);
  return absl::OkStatus();
}

}  // namespace tsugi
