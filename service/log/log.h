// The server's log: one line an event on standard error, `key=value` pairs after level and name.
//
//   Log(LogLevel::kInfo, "model_swapped", {{"label", "stable"}, {"version", version}});
//   2026-03-01T10:00:00.123Z info model_swapped label=stable version=20260301T100000Z
//
// Nothing about a person but ids goes in, no request or response bodies.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_LOG_LOG_H_
#define TSUGI_SERVICE_LOG_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>

namespace tsugi {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct LogField {
  const char* key;
  std::string value;  // quoted where it holds spaces, quotes or control characters
};

void Log(LogLevel level, const char* event, std::initializer_list<LogField> fields);

// Lines below `least` are left out; kInfo at the start.
void SetLogLevel(LogLevel least);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_LOG_LOG_H_
