// Who buys in a simulated market.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "simulator/world.h"

namespace tsugi::simulator {
namespace {

struct Segment {
  const char* name;
  double share;
  std::array<double, kCategories> taste;  // of kitchen, garden, sports, beauty, office
  double days_between_orders;
  double wealth;
  double holds_plan;  // at the start
  double trial_interest;
};

constexpr std::array<Segment, 3> kSegments = {{
    {"single", 0.45, {0.8, 0.3, 1.5, 1.4, 1.0}, 30, 0.9, 0.2, 1.0},
    {"family", 0.35, {1.6, 1.4, 0.9, 0.8, 0.4}, 22, 1.0, 0.2, 0.7},
    {"business", 0.20, {0.5, 0.2, 0.2, 0.2, 2.4}, 28, 1.6, 0.6, 1.6},
}};

// Mean 1, coefficient of variation about `spread`.
double Around(base::Random* random, double spread) {
  return std::exp(spread * random->Normal() - 0.5 * spread * spread);
}

const Segment& DrawSegment(base::Random* random) {
  double left = random->Uniform();
  for (const Segment& segment : kSegments) {
    left -= segment.share;
    if (left < 0) return segment;
  }
  return kSegments.back();
}

void DrawSoftware(const Segment& segment, const World& world, base::Random* random,
                  Person* person) {
  person->felt_value = std::clamp(0.5 + 0.28 * random->Normal(), 0.02, 1.0);
  person->usage_growth = 0.05 * Around(random, 0.8);
  person->trial_interest = segment.trial_interest * Around(random, 0.6);
  const bool business = &segment == &kSegments[2];
  person->seats = business ? 1 + static_cast<int>(random->Below(3)) : 1;
  for (double& fit : person->add_on_fit) {
    fit = random->Chance(business ? 0.35 : 0.2) ? 0.4 + 0.6 * random->Uniform()
                                                : 0.1 * random->Uniform();
  }
  if (random->Chance(segment.holds_plan)) {
    const std::size_t line = random->Below(kPlanLines);
    const std::size_t tier = random->Chance(0.75) ? 0 : 1;
    person->plan_at_start = world.plans[line][tier];
    person->usage_at_start = 0.15 + 0.6 * random->Uniform();
  }
  person->has_representative = business;
}

Person DrawPerson(int number, const World& world, base::Random* random) {
  const Segment& segment = DrawSegment(random);
  Person person;
  person.id = absl::StrCat("C", 10000 + number);
  person.segment = segment.name;
  person.consent_marketing = random->Chance(0.85);
  person.consent_profiling = random->Chance(0.97);
  person.joins = static_cast<int>(random->Below(700)) - 400;
  for (std::size_t c = 0; c < kCategories; ++c) {
    person.taste[c] = std::min(2.5, segment.taste[c] * Around(random, 0.5));
  }
  person.orders_per_day = Around(random, 0.6) / segment.days_between_orders;
  person.wealth = segment.wealth * Around(random, 0.35);
  person.price_sensitivity = Around(random, 0.4);
  person.touchiness = Around(random, 0.5);
  person.half_life = 14 + 20 * random->Uniform();
  person.tolerance = 0.9 + 1.2 * random->Uniform();
  person.reserve = 0.5 * random->Normal();
  person.mood = 0.3 + 0.6 * random->Normal();
  person.pace = Around(random, 0.25);
  DrawSoftware(segment, world, random, &person);
  return person;
}

}  // namespace

void Populate(int customers, base::Random* random, World* world) {
  world->people.reserve(static_cast<std::size_t>(customers));
  for (int i = 0; i < customers; ++i) world->people.push_back(DrawPerson(i, *world, random));
}

}  // namespace tsugi::simulator
