#include <iostream>

#include "service/cli/command_line.h"

int main(int argc, char** argv) {
  return tsugi::cli::RunCommandLine(argc, argv, std::cout, std::cerr);
}
