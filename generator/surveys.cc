#include "generator/surveys.h"

#include <algorithm>
#include <cmath>

#include "generator/streams.h"

namespace tsugi::generator {
namespace {

constexpr double kAnswers = 0.25;
constexpr double kInquiryAQuarter = 0.05;

}  // namespace

void WriteSurveys(const Catalogue& catalogue, std::uint64_t seed, std::uint32_t customers,
                  Period history, Sink* sink) {
  for (std::uint32_t number = 0; number < customers; ++number) {
    const Person person = MakePerson(seed, number, history, catalogue.brands());
    base::Random random = RandomFor(seed, Stream::kSurveys, number);
    const std::string customer_id = CustomerId(number);
    Seconds at =
        std::max(history.start, person.signed_up) + static_cast<Seconds>(random.Below(90)) * kDay;
    for (; at < history.end; at = AddMonths(at, 3)) {
      const Seconds asked = AtShoppingHour(at, &random);
      if (asked < person.signed_up) continue;
      if (random.Chance(kAnswers)) {
        const double nps = std::clamp(
            std::round(7.6 + 1.6 * person.satisfaction + 0.9 * random.Normal()), 0.0, 10.0);
        sink->Signal({customer_id, asked, "nps", static_cast<std::int64_t>(nps), "", ""});
      }
      if (random.Chance(kInquiryAQuarter)) {
        const auto product = static_cast<ProductNumber>(random.Below(catalogue.products().size()));
        sink->Signal({customer_id, asked + kHour, "inquiry", -1, "", catalogue[product].id});
      }
    }
  }
}

}  // namespace tsugi::generator
