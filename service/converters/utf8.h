#ifndef TSUGI_SERVICE_CONVERTERS_UTF8_H_
#define TSUGI_SERVICE_CONVERTERS_UTF8_H_

#include <string_view>

namespace tsugi {

// Well-formed UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_UTF8_H_
