#include "tests/testing/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace tsugi::testing {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr int kMaxPolls = 3000;  // a minute

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string TempFile() {
  std::string name = "/tmp/tsugi_test_XXXXXX";
  const int file = mkstemp(name.data());
  if (file >= 0) close(file);
  return name;
}

// In the child: never returns.
[[noreturn]] void Exec(const std::vector<std::string>& arguments, const std::string& directory,
                       const std::string& in, const std::string& out, const std::string& err) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int in_file = open(in.c_str(), O_RDONLY | O_CLOEXEC);
  const int out_file = open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int err_file = open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(in_file, STDIN_FILENO);
  dup2(out_file, STDOUT_FILENO);
  dup2(err_file, STDERR_FILENO);
  if (chdir(directory.c_str()) == 0) execv(argv[0], argv.data());
  _exit(127);
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Finished RunProgram(const std::vector<std::string>& arguments, const std::string& directory,
                    const std::string& input) {
  const std::string in = TempFile();
  const std::string out = TempFile();
  const std::string err = TempFile();
  std::ofstream(in, std::ios::binary) << input;
  const pid_t pid = fork();
  if (pid == 0) Exec(arguments, directory, in, out, err);
  int status = 0;
  waitpid(pid, &status, 0);
  Finished finished{ExitCode(status), ReadAll(out), ReadAll(err)};
  for (const std::string& file : {in, out, err}) unlink(file.c_str());
  return finished;
}

Background::Background(const std::vector<std::string>& arguments, const std::string& directory,
                       const std::string& log)
    : log_(log) {
  unlink(log.c_str());
  pid_ = fork();
  if (pid_ == 0) Exec(arguments, directory, "/dev/null", log, log);
}

Background::~Background() {
  if (pid_ > 0) Signal(SIGKILL);
}

std::string Background::WaitForLine(const std::string& prefix) const {
  for (int i = 0; i < kMaxPolls; ++i) {
    std::istringstream lines(ReadAll(log_));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(prefix) && !lines.eof()) return line.substr(prefix.size());
    }
    if (waitpid(pid_, nullptr, WNOHANG | WNOWAIT) != 0 && kill(pid_, 0) != 0) break;
    absl::SleepFor(kPoll);
  }
  return "";
}

int Background::Signal(int signal) {
  if (pid_ <= 0) return -1;
  kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return ExitCode(status);
}

}  // namespace tsugi::testing
