// Pages of a list. A token is opaque to the caller: text of ours under a checksum, so that a
// damaged one is told from a good one.
#ifndef TSUGI_SERVICE_CONVERTERS_PAGE_TOKEN_H_
#define TSUGI_SERVICE_CONVERTERS_PAGE_TOKEN_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi {

// URL-safe text that holds `fields`.
std::string WritePageToken(const std::vector<std::string>& fields);

// Errors: INVALID_ARGUMENT naming page_token where it is no token of `count` fields.
absl::StatusOr<std::vector<std::string>> ReadPageToken(const std::string& token, std::size_t count);

// A page of a list that is at hand as a whole, newest first: the elements [begin, end).
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next_token;  // empty: the last page
};

// The page after the element that `token` names by its id; the first one for an empty token. What
// was added before it meanwhile moves nothing; where the element itself is gone: INVALID_ARGUMENT.
absl::StatusOr<Page> PageAfter(const std::string& token, int page_size, std::size_t size,
                               const std::function<std::string(std::size_t)>& id);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_PAGE_TOKEN_H_
