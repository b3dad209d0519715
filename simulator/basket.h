// An order in the making.
#ifndef TSUGI_SIMULATOR_BASKET_H_
#define TSUGI_SIMULATOR_BASKET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "simulator/market.h"

namespace tsugi::simulator {

struct Market::Basket {
  struct Line {
    int item = 0;
    double discount_percent = 0;
    std::string recommendation_id;
  };
  std::uint32_t who = 0;
  int day = 0;
  absl::Time at;
  std::string channel;
  std::vector<Line> lines;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_BASKET_H_
