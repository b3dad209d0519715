#include "service/converters/utf8.h"

#include <cstddef>
#include <cstdint>

namespace tsugi {
namespace {

// Bytes of the sequence that begins with `lead`, 0 where none does.
std::size_t SequenceBytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation, or an overlong form of two bytes
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

// The second byte's range narrows for four lead bytes.
bool SecondByteFits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = SequenceBytes(lead);
    if (bytes == 0 || bytes > text.size() - i) return false;
    for (std::size_t k = 1; k < bytes; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    }
    if (bytes > 1 && !SecondByteFits(lead, static_cast<unsigned char>(text[i + 1]))) return false;
    i += bytes;
  }
  return true;
}

}  // namespace tsugi
