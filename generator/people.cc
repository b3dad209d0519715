#include "generator/people.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "generator/streams.h"

namespace tsugi::generator {
namespace {

struct SegmentSpec {
  std::string_view name;
  double share;
  double gap;                                // factor on the time between orders
  double tier_bias;                          // above 1: buys the better models
  std::array<double, kCategoryCount> taste;  // computers, coffee, beauty, sports, home
};

constexpr std::array<SegmentSpec, kSegmentCount> kSegments = {{
    {"consumer", 0.38, 1.0, 1.0, {1.0, 2.0, 2.4, 1.8, 1.6}},
    {"family", 0.22, 0.8, 0.8, {0.7, 1.4, 1.4, 1.6, 3.4}},
    {"student", 0.14, 1.3, 0.5, {2.2, 1.2, 1.6, 2.4, 0.5}},
    {"professional", 0.14, 1.0, 1.8, {3.0, 2.6, 0.9, 1.6, 0.9}},
    {"business", 0.12, 0.6, 1.5, {5.0, 3.2, 0.1, 0.1, 1.0}},
}};

struct Place {
  std::string_view region;
  std::string_view language;
  double share;
};
constexpr std::array<Place, 9> kPlaces = {{{"Kanto", "ja", 0.10},
                                           {"Kansai", "ja", 0.05},
                                           {"Kyushu", "ja", 0.03},
                                           {"London", "en", 0.22},
                                           {"Manchester", "en", 0.14},
                                           {"Dublin", "en", 0.10},
                                           {"New York", "en", 0.16},
                                           {"Toronto", "en", 0.12},
                                           {"Sydney", "en", 0.08}}};

constexpr double kKnownBefore = 0.45;  // share of customers from before the history
constexpr double kMedianGapDays = 48;

template <std::size_t n, typename Spec>
const Spec& DrawByShare(const std::array<Spec, n>& specs, base::Random* random) {
  std::array<double, n> shares{};
  for (std::size_t i = 0; i < n; ++i) shares.at(i) = specs.at(i).share;
  return specs.at(Draw(shares, random));
}

Seconds SignUp(std::uint32_t number, Period history, base::Random* random) {
  const double where = random->Uniform();
  if (number < 2 || random->Chance(kKnownBefore)) {
    const auto days_before = static_cast<Seconds>(30 + where * 700);
    return AtShoppingHour(history.start - days_before * kDay, random);
  }
  // The shop grows: more sign up later than earlier.
  const double share = std::sqrt(where);
  const auto passed =
      static_cast<Seconds>(share * static_cast<double>(history.end - history.start));
  return std::min(AtShoppingHour(history.start + passed, random), history.end - kHour);
}

void WriteVersion(const Person& person, std::uint32_t number, Seconds observed_at,
                  CsvWriter* file) {
  file->Text(CustomerId(number)).Text(Name(person.segment)).Time(person.signed_up);
  if (person.birth_year > 0) {
    file->Number(person.birth_year);
  } else {
    file->Empty();
  }
  file->Text(person.region).Text(person.language);
  file->Flag(person.MayBeWrittenTo(observed_at)).Flag(person.consent_profiling);
  file->Money(person.acquisition_cost).Money(person.retention_cost).Time(observed_at).EndRow();
}

}  // namespace

std::string_view Name(Segment segment) {
  return kSegments.at(static_cast<std::size_t>(segment)).name;
}

const std::array<double, kCategoryCount>& Taste(Segment segment) {
  return kSegments.at(static_cast<std::size_t>(segment)).taste;
}

Person MakePerson(std::uint64_t seed, std::uint32_t number, Period history, int brands) {
  base::Random random = RandomFor(seed, Stream::kPerson, number);
  Person person;
  const SegmentSpec& segment = DrawByShare(kSegments, &random);
  person.segment = static_cast<Segment>(&segment - kSegments.data());
  person.signed_up = SignUp(number, history, &random);
  if (person.segment != Segment::kBusiness && random.Chance(0.8)) {
    const int age = person.segment == Segment::kStudent ? 18 + static_cast<int>(random.Below(9))
                                                        : 24 + static_cast<int>(random.Below(50));
    person.birth_year = DateOf(history.end).year - age;
  }
  const Place& place = DrawByShare(kPlaces, &random);
  person.region = place.region;
  person.language = place.language;
  person.consent_marketing = random.Chance(0.85);
  person.consent_profiling = random.Chance(0.96);
  if (person.consent_marketing && random.Chance(0.04)) {
    const double share = random.Uniform();
    const Seconds from = std::max(person.signed_up, history.start);
    const auto passed = static_cast<Seconds>(share * static_cast<double>(history.end - from));
    person.consent_withdrawn = from + passed;
  }
  person.acquisition_cost = 500 + static_cast<Cents>(random.Below(4000));
  person.retention_cost = 100 + static_cast<Cents>(random.Below(900));
  person.satisfaction = random.Normal();
  person.mean_gap_days =
      std::clamp(kMedianGapDays * segment.gap * std::exp(0.9 * random.Normal()), 3.0, 720.0);
  const double doubt = random.Uniform();
  person.leaving = 0.02 + 0.2 * doubt * doubt;
  for (std::size_t c = 0; c < kCategoryCount; ++c) {
    person.taste.at(c) = segment.taste.at(c) * std::exp(1.0 * random.Normal());
  }
  person.tier_bias = segment.tier_bias * std::exp(0.4 * random.Normal());
  person.own_brand = static_cast<int>(std::pow(brands, random.Uniform())) - 1;
  return person;
}

std::string CustomerId(std::uint32_t number) { return absl::StrFormat("CUST-%06d", number + 1); }

void WriteCustomers(std::uint64_t seed, std::uint32_t count, Period history, int brands,
                    CsvWriter* file) {
  for (std::uint32_t number = 0; number < count; ++number) {
    const Person person = MakePerson(seed, number, history, brands);
    WriteVersion(person, number, person.signed_up, file);
    if (person.consent_withdrawn > person.signed_up) {
      WriteVersion(person, number, person.consent_withdrawn, file);
    }
  }
}

}  // namespace tsugi::generator
