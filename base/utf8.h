// Whether bytes are text.
#ifndef TSUGI_BASE_UTF8_H_
#define TSUGI_BASE_UTF8_H_

#include <string_view>

namespace tsugi::base {

// UTF-8 without overlong forms, surrogates or values above U+10FFFF (RFC 3629).
bool IsUtf8(std::string_view text);

}  // namespace tsugi::base

#endif  // TSUGI_BASE_UTF8_H_
