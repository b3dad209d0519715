// The rules of facts.h, checked one fact at a time: the same for a row of a file and for a message.
#ifndef TSUGI_ENGINE_FACTS_VALIDATE_H_
#define TSUGI_ENGINE_FACTS_VALIDATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/facts/facts.h"

namespace tsugi {

inline constexpr std::size_t kMaxIdBytes = 256;
inline constexpr std::size_t kMaxTextBytes = 4096;  // names, segments, subjects, ...
inline constexpr std::size_t kMaxListIds = 100'000;
inline constexpr std::size_t kMaxOrderLines = 100'000;
inline constexpr std::int64_t kMaxQuantity = 1'000'000'000;

// What breaks a rule: the field by its name in files, its value, and what would be right.
struct Violation {
  std::string field;
  std::string value;
  std::string fix;
};

// "quantity '0': give a number other than 0"
std::string ToString(const Violation& violation);

// The first rule that the fact breaks, none where it keeps them all.
std::optional<Violation> FindViolation(const Fact& fact);

// INVALID_ARGUMENT with ToString of the first violation.
absl::Status Validate(const Fact& fact);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FACTS_VALIDATE_H_
