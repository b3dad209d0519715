// The sample shop's price promotions: one a quarter, and two that run at the end of the history.
#ifndef TSUGI_GENERATOR_CAMPAIGNS_H_
#define TSUGI_GENERATOR_CAMPAIGNS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "generator/catalogue.h"
#include "generator/people.h"
#include "generator/sink.h"

namespace tsugi::generator {

struct Campaign {
  std::string id;
  std::string name;
  Seconds starts_at = 0;
  Seconds ends_at = 0;
  std::vector<Segment> segments;         // with customers both empty: everyone
  std::vector<std::uint32_t> customers;  // rising
  std::vector<ProductNumber> products;   // rising
  int discount_percent = 0;

  bool Addresses(std::uint32_t customer, Segment segment) const;
  bool Holds(ProductNumber product) const;
};

// In order of their start.
std::vector<Campaign> PlanCampaigns(const Catalogue& catalogue, std::uint32_t customers,
                                    Period history, std::uint64_t seed);

void WriteCampaigns(const Catalogue& catalogue, const std::vector<Campaign>& campaigns,
                    CsvWriter* file);

// The campaign running at `time` that addresses the customer, null where there is none.
const Campaign* RunningFor(const std::vector<Campaign>& campaigns, Seconds time,
                           std::uint32_t customer, Segment segment);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_CAMPAIGNS_H_
