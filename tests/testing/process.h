// Programs started by tests as a person would start them.
#ifndef TSUGI_TESTS_TESTING_PROCESS_H_
#define TSUGI_TESTS_TESTING_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace tsugi::testing {

struct Finished {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out;
  std::string err;
};

// Runs to the end in `directory`, with `input` as standard input. arguments[0] is the program.
Finished RunProgram(const std::vector<std::string>& arguments, const std::string& directory,
                    const std::string& input = "");

// A program in the background; killed when it goes out of scope.
class Background {
 public:
  // Its output goes to `log` (both streams).
  Background(const std::vector<std::string>& arguments, const std::string& directory,
             const std::string& log);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // The rest of the first line of the log that starts with `prefix`; empty where the program ends
  // before it says so.
  std::string WaitForLine(const std::string& prefix) const;

  // Sends the signal and waits; the exit code, 128 + signal where one ended it.
  int Signal(int signal);

 private:
  const std::string log_;
  pid_t pid_ = -1;
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_PROCESS_H_
