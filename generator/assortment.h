// What the sample shop deals in: the kinds of goods, what completes them, and its software line.
// Plain tables; catalogue.h makes products of them.
//
// Names, prices and probabilities are invented.
#ifndef TSUGI_GENERATOR_ASSORTMENT_H_
#define TSUGI_GENERATOR_ASSORTMENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tsugi::generator {

enum class Category : std::uint8_t { kComputers, kCoffee, kBeauty, kSports, kHome };
inline constexpr std::size_t kCategoryCount = 5;
std::string_view Name(Category category);
std::span<const std::string_view> Brands(Category category);

// One kind of goods; every brand of its category sells it.
struct Article {
  std::string_view code;  // of product ids: LAPTOP -> LAPTOP-01
  Category category;
  std::string_view noun;
  double price;   // of a middling brand's first tier
  double weight;  // how often it is what somebody came for, within its category
  int tiers = 1;  // 1 or 3: good, better, best
  bool durable = false;
  int interval_days = 0;     // mean time until it is used up; 0: no consumable
  std::uint16_t season = 0;  // bit m - 1: month m
};
std::span<const Article> Articles();

// Who buys `anchor` also takes `complement` of the same brand, with this probability.
struct Complement {
  std::string_view anchor;
  std::string_view complement;
  double probability;
};
std::span<const Complement> Complements();

// A fixed set at a tenth off; of one brand.
struct BundleSpec {
  std::string_view code;
  Category category;
  std::string_view noun;
  std::array<std::string_view, 3> contents;
};
std::span<const BundleSpec> Bundles();

struct ServiceSpec {
  std::string_view code;
  Category category;
  std::string_view name;
  int price;
  std::string_view anchor;  // the article whose first brand it serves
  double probability;
};
std::span<const ServiceSpec> Services();

struct PlanSpec {
  std::string_view code;
  std::string_view name;
  int price;        // a seat, a month
  int usage_limit;  // a seat, a month
};
struct AddOnSpec {
  std::string_view code;
  std::string_view name;
  int price;
};
struct SoftwareSpec {
  std::string_view code;
  std::string_view name;
  std::string_view usage_unit;
  std::array<PlanSpec, 3> plans;  // rising tiers
  std::array<AddOnSpec, 2> add_ons;
};
std::span<const SoftwareSpec> Software();

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_ASSORTMENT_H_
