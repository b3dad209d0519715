// How much of a file the readers take on at a time: a broken file may cost its own import, never
// the machine's memory.
#ifndef TSUGI_ENGINE_INGEST_LIMITS_H_
#define TSUGI_ENGINE_INGEST_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace tsugi::ingest {

inline constexpr std::size_t kMaxRecordBytes = std::size_t{4} << 20;  // a row, with its newlines
inline constexpr std::size_t kMaxColumns = 1000;
inline constexpr std::size_t kMaxColumnNameBytes = 256;
inline constexpr std::size_t kReadBytes = std::size_t{256} << 10;  // asked of the system at a time
inline constexpr std::size_t kMaxShownBytes = 200;                 // of a value, in a reject
inline constexpr std::size_t kMaxUnknownColumns = 100;             // named in the summary
inline constexpr std::uint64_t kProgressRows = 8192;  // between two calls of the progress function

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_LIMITS_H_
