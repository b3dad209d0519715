// 128-bit XXH3, as 32 lower-case hexadecimal digits: finds damage, does not prove origin.
#ifndef TSUGI_BASE_CHECKSUM_H_
#define TSUGI_BASE_CHECKSUM_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace tsugi::base {

std::string Checksum(std::string_view bytes);

// A stable 64-bit hash of text, the same on every machine and in every version.
std::uint64_t Fingerprint(std::string_view text, std::uint64_t seed = 0);

}  // namespace tsugi::base

#endif  // TSUGI_BASE_CHECKSUM_H_
