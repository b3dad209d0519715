#include "service/cli/invocation.h"

#include <CLI/CLI.hpp>

#include "base/time.h"

namespace tsugi::cli {

CLI::Option* AddTimeOption(CLI::App& app, const std::string& name, std::optional<absl::Time>& time,
                           const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&time, name](const std::string& text) {
            const absl::StatusOr<absl::Time> parsed = base::ParseTime(text);
            if (!parsed.ok()) {
              throw CLI::ValidationError(name, std::string(parsed.status().message()));
            }
            time = *parsed;
          },
          help)
      ->type_name("TIME");
}

CLI::Option* AddDurationOption(CLI::App& app, const std::string& name, absl::Duration& duration,
                               const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&duration, name](const std::string& text) {
            const absl::StatusOr<absl::Duration> parsed = base::ParseDuration(text);
            if (!parsed.ok()) {
              throw CLI::ValidationError(name, std::string(parsed.status().message()));
            }
            duration = *parsed;
          },
          help)
      ->type_name("DURATION");
}

void SetExample(CLI::App& app, const std::string& example) { app.footer("Example:\n  " + example); }

absl::StatusOr<std::unique_ptr<Store>> OpenForReading(const Invocation& invocation) {
  return OpenStore(invocation.store, {.create = false, .read_only = true, .settings = {}});
}

absl::StatusOr<std::unique_ptr<Store>> OpenForWriting(const Invocation& invocation) {
  return OpenStore(invocation.store, {.create = true, .read_only = false, .settings = {}});
}

}  // namespace tsugi::cli
