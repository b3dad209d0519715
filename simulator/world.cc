#include "simulator/world.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"

namespace tsugi::simulator {
namespace {

// Streams of the seed: one for each part, so that more customers do not change the shelves.
enum class Stream : std::uint64_t { kCurves = 1, kShelves, kPeople, kPromotions };

base::Random StreamOf(const WorldOptions& options, Stream stream) {
  return base::Random(base::Mix64(options.seed * 2 + (options.family == Family::kB ? 1 : 0)) ^
                      static_cast<std::uint64_t>(stream));
}

// A fortnight at 10 to 20 % off on a handful of goods, every other month, for everybody.
void PlanPromotions(int days, base::Random* random, World* world) {
  for (int starts = 20; starts < days; starts += 55 + static_cast<int>(random->Below(20))) {
    Promotion promotion;
    promotion.id = absl::StrCat("sale-", world->promotions.size() + 1);
    promotion.starts = starts;
    promotion.ends = starts + 14;
    promotion.discount_percent = 10 + 5 * static_cast<double>(random->Below(3));
    for (std::size_t i = 0; i < world->items.size(); ++i) {
      const Item& item = world->items[i];
      const bool fits = item.role == Role::kMain || item.role == Role::kAccessory;
      if (fits && random->Chance(0.15)) promotion.items.push_back(static_cast<int>(i));
    }
    if (!promotion.items.empty()) world->promotions.push_back(std::move(promotion));
  }
}

}  // namespace

World MakeWorld(const WorldOptions& options) {
  World world;
  world.family = options.family;
  world.seed = options.seed;
  world.dice = Dice(base::Mix64(options.seed * 2 + (options.family == Family::kB ? 1 : 0)));
  base::Random curves = StreamOf(options, Stream::kCurves);
  if (options.family == Family::kA) {
    world.start = absl::FromCivil(absl::CivilDay(2023, 1, 1), absl::UTCTimeZone());
    world.curves = MakeCurvesA(&curves);
  } else {
    world.start = absl::FromCivil(absl::CivilDay(2022, 7, 1), absl::UTCTimeZone());
    world.curves = MakeCurvesB(&curves);
  }
  base::Random shelves = StreamOf(options, Stream::kShelves);
  StockShelves(&shelves, &world);
  base::Random people = StreamOf(options, Stream::kPeople);
  Populate(options.customers, &people, &world);
  base::Random promotions = StreamOf(options, Stream::kPromotions);
  PlanPromotions(options.days, &promotions, &world);
  return world;
}

}  // namespace tsugi::simulator
