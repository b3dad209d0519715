#include "base/checksum.h"

#include <xxhash.h>

#include "absl/strings/str_format.h"

namespace tsugi::base {

std::string Checksum(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

std::uint64_t Fingerprint(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace tsugi::base
