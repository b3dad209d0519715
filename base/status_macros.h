// Early return for absl::Status and absl::StatusOr.
//
//   TSUGI_RETURN_IF_ERROR(store.Flush());
//   TSUGI_ASSIGN_OR_RETURN(const Order order, ParseOrder(row));
#ifndef TSUGI_BASE_STATUS_MACROS_H_
#define TSUGI_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define TSUGI_RETURN_IF_ERROR(expression)        \
  do {                                           \
    absl::Status tsugi_status = (expression);    \
    if (!tsugi_status.ok()) return tsugi_status; \
  } while (false)

#define TSUGI_ASSIGN_OR_RETURN(lhs, expression) \
  TSUGI_ASSIGN_OR_RETURN_IMPL_(TSUGI_CONCAT_(tsugi_result_, __LINE__), lhs, expression)

// `lhs` may be a declaration, which takes no parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define TSUGI_ASSIGN_OR_RETURN_IMPL_(result, lhs, expression) \
  auto result = (expression);                                 \
  if (!result.ok()) return std::move(result).status();        \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

#define TSUGI_CONCAT_(a, b) TSUGI_CONCAT_INNER_(a, b)
#define TSUGI_CONCAT_INNER_(a, b) a##b

#endif  // TSUGI_BASE_STATUS_MACROS_H_
