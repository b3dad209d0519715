// Progress of long work on standard error: one line redrawn on a terminal, a plain line every few
// seconds in a pipe, nothing with --quiet.
#ifndef TSUGI_SERVICE_CLI_PROGRESS_H_
#define TSUGI_SERVICE_CLI_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "service/cli/invocation.h"

namespace tsugi::cli {

// Thread safety: none.
class Progress {
 public:
  explicit Progress(const Invocation& invocation);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows `text`, not more often than the eye or the log can take. `fraction` of the whole in
  // [0, 1] gives a time left; below 0: unknown.
  void Show(const std::string& text, double fraction);

  // A step is done: shown however recent the last line is.
  void Finish(const std::string& text);

  // Takes the line off a terminal, so that results stand alone.
  void Clear();

  absl::Duration elapsed() const;

 private:
  void Write(const std::string& line);

  const Invocation& invocation_;
  const bool terminal_;
  const absl::Time started_;
  absl::Time last_shown_;
  bool line_open_ = false;
};

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_PROGRESS_H_
