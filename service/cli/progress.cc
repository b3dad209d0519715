#include "service/cli/progress.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi::cli {
namespace {

constexpr absl::Duration kRedrawEvery = absl::Milliseconds(100);
constexpr absl::Duration kLineEvery = absl::Seconds(5);

}  // namespace

Progress::Progress(const Invocation& invocation)
    : invocation_(invocation),
      terminal_(isatty(STDERR_FILENO) != 0),
      started_(invocation.clock->Now()),
      last_shown_(started_) {}

Progress::~Progress() {
  if (line_open_) *invocation_.err << "\n";
}

absl::Duration Progress::elapsed() const { return invocation_.clock->Now() - started_; }

void Progress::Show(const std::string& text, double fraction) {
  const absl::Time now = invocation_.clock->Now();
  if (invocation_.quiet || now - last_shown_ < (terminal_ ? kRedrawEvery : kLineEvery)) return;
  last_shown_ = now;
  std::string line = text;
  if (fraction > 0 && fraction <= 1) {
    const double left = absl::ToDoubleSeconds(elapsed()) * (1 - fraction) / fraction;
    absl::StrAppend(&line, absl::StrFormat("  %.0f %%, %.0f s left", fraction * 100, left));
  }
  Write(line);
}

void Progress::Finish(const std::string& text) {
  if (invocation_.quiet) return;
  Write(text);
  if (line_open_) *invocation_.err << "\n";
  line_open_ = false;
}

void Progress::Clear() {
  if (line_open_) *invocation_.err << "\r\x1b[K" << std::flush;
  line_open_ = false;
}

void Progress::Write(const std::string& line) {
  if (terminal_) {
    *invocation_.err << "\r\x1b[K" << line << std::flush;  // back to the start, clear the line
    line_open_ = true;
  } else {
    *invocation_.err << line << "\n" << std::flush;
  }
}

}  // namespace tsugi::cli
