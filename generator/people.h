// The customers of a sample shop. A person is a function of seed and number, so nobody has to be
// kept: whoever needs a customer makes him again.
#ifndef TSUGI_GENERATOR_PEOPLE_H_
#define TSUGI_GENERATOR_PEOPLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "generator/assortment.h"
#include "generator/calendar.h"
#include "generator/csv_writer.h"

namespace tsugi::generator {

enum class Segment : std::uint8_t { kConsumer, kFamily, kStudent, kProfessional, kBusiness };
inline constexpr std::size_t kSegmentCount = 5;
std::string_view Name(Segment segment);
// Mean weight of each category in the segment's baskets.
const std::array<double, kCategoryCount>& Taste(Segment segment);

struct Person {
  Segment segment = Segment::kConsumer;
  Seconds signed_up = 0;
  int birth_year = 0;  // 0: unknown
  std::string_view region;
  std::string_view language;
  bool consent_marketing = true;
  bool consent_profiling = true;
  Seconds consent_withdrawn = 0;  // marketing consent ends here; 0: never
  Cents acquisition_cost = 0;
  Cents retention_cost = 0;

  // What the files do not say.
  double satisfaction = 0;    // standard normal
  double mean_gap_days = 60;  // between orders, while he comes
  double leaving = 0;         // probability that an order was the last one
  std::array<double, kCategoryCount> taste{};
  double tier_bias = 1;
  int own_brand = 0;

  bool MayBeWrittenTo(Seconds time) const {
    return consent_marketing && (consent_withdrawn == 0 || time < consent_withdrawn);
  }
};

struct Period {
  Seconds start;
  Seconds end;
};

// `brands` is how many brands the first articles have. Customers 0 and 1 signed up before the
// history, which subscriptions.cc relies on.
Person MakePerson(std::uint64_t seed, std::uint32_t number, Period history, int brands);

std::string CustomerId(std::uint32_t number);

// customers.csv.
void WriteCustomers(std::uint64_t seed, std::uint32_t count, Period history, int brands,
                    CsvWriter* file);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_PEOPLE_H_
