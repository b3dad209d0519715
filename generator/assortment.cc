#include "generator/assortment.h"

#include <initializer_list>

namespace tsugi::generator {
namespace {

constexpr std::uint16_t Months(std::initializer_list<int> months) {
  unsigned bits = 0;
  for (const int month : months) bits |= 1U << static_cast<unsigned>(month - 1);
  return static_cast<std::uint16_t>(bits);
}
constexpr std::uint16_t kSummer = Months({6, 7, 8});
constexpr std::uint16_t kWinter = Months({12, 1, 2});

constexpr std::array<std::string_view, kCategoryCount> kCategoryNames = {
    "Computers & Accessories", "Coffee", "Beauty", "Sports & Outdoor", "Home"};

constexpr std::array<std::array<std::string_view, 6>, kCategoryCount> kBrands = {{
    {"Arvo", "Kestrel", "Nimbus", "Tokiwa", "Halden", "Bitworks"},
    {"Morgenrot", "Cafe Lune", "Kissaten", "Old Harbour", "Sierra Alta", "Copperkettle"},
    {"Hanami", "Pure Leaf", "Maison Iris", "Saltwater", "Verbena", "Nordlys"},
    {"Tidewater", "Summit", "Kawa", "Falcon Peak", "Breeze", "Ironwood"},
    {"Hearth & Co", "Linden", "Komorebi", "Brightside", "Oakfield", "Casa Blanca"},
}};

using enum Category;

// The order is that in which a small shop fills its shelves.
constexpr std::array<Article, 52> kArticles = {{
    {"LAPTOP", kComputers, "laptop", 749, 1.0, 3, true},
    {"MOUSE", kComputers, "wireless mouse", 29, 0.9, 1, true},
    {"SLEEVE", kComputers, "laptop sleeve", 34, 0.4},
    {"COFFEEMAKER", kCoffee, "coffee machine", 189, 1.0, 3, true},
    {"BEANS", kCoffee, "coffee beans 1 kg", 22, 2.6, 1, false, 24},
    {"FILTERS", kCoffee, "paper filters (100)", 6, 1.0, 1, false, 40},
    {"SWIMSUIT", kSports, "swimsuit", 45, 1.4, 1, false, 0, kSummer},
    {"SUNSCREEN", kSports, "sunscreen SPF 50", 16, 1.0, 1, false, 0, kSummer},
    {"SANDALS", kSports, "beach sandals", 28, 0.8, 1, false, 0, kSummer},
    {"CREAM", kBeauty, "day cream", 24, 1.6, 3, false, 42},
    {"CLEANSER", kBeauty, "face cleanser", 14, 1.3, 1, false, 48},
    {"VACUUM", kHome, "vacuum cleaner", 229, 0.6, 3, true},
    {"DUSTBAGS", kHome, "dust bags (5)", 13, 0.8, 1, false, 75},
    {"MONITOR", kComputers, "monitor 27 inch", 249, 0.8, 3, true},
    {"CABLE", kComputers, "display cable 2 m", 15, 0.8},
    {"KEYBOARD", kComputers, "keyboard", 59, 0.7, 3, true},
    {"WRISTREST", kComputers, "wrist rest", 18, 0.3},
    {"HUB", kComputers, "USB-C hub", 49, 0.5, 1, true},
    {"HEADSET", kComputers, "headset", 79, 0.6, 3, true},
    {"PRINTER", kComputers, "printer", 139, 0.5, 1, true},
    {"INK", kComputers, "ink cartridge", 32, 1.0, 1, false, 55},
    {"PAPER", kComputers, "copy paper 500 sheets", 7, 1.0, 1, false, 50},
    {"GRINDER", kCoffee, "coffee grinder", 79, 0.5, 3, true},
    {"KETTLE", kCoffee, "gooseneck kettle", 59, 0.5, 1, true},
    {"DRIPPER", kCoffee, "pour-over dripper", 24, 0.5, 1, true},
    {"DESCALER", kCoffee, "descaler", 9, 0.5, 1, false, 95},
    {"FROTHER", kCoffee, "milk frother", 39, 0.4, 1, true},
    {"MUGS", kCoffee, "mugs (set of 4)", 26, 0.6},
    {"TEA", kCoffee, "green tea 100 g", 12, 0.9, 1, false, 35},
    {"TONER", kBeauty, "toner", 17, 0.8, 1, false, 50},
    {"SERUM", kBeauty, "vitamin C serum", 36, 0.8, 1, false, 60},
    {"SHAMPOO", kBeauty, "shampoo", 11, 1.5, 1, false, 36},
    {"CONDITIONER", kBeauty, "conditioner", 11, 0.8, 1, false, 38},
    {"LIPSTICK", kBeauty, "lipstick", 19, 1.0},
    {"BRUSHES", kBeauty, "make-up brush set", 32, 0.4, 1, true},
    {"MASKS", kBeauty, "sheet masks (10)", 15, 0.8},
    {"GOGGLES", kSports, "swim goggles", 22, 0.6, 1, false, 0, kSummer},
    {"TOWEL", kSports, "beach towel", 25, 0.5, 1, false, 0, kSummer},
    {"SKIJACKET", kSports, "ski jacket", 219, 0.9, 3, false, 0, kWinter},
    {"GLOVES", kSports, "ski gloves", 45, 0.7, 1, false, 0, kWinter},
    {"RUNNINGSHOES", kSports, "running shoes", 99, 1.2, 3},
    {"SOCKS", kSports, "running socks (3 pairs)", 16, 0.8},
    {"YOGAMAT", kSports, "yoga mat", 39, 0.8, 1, true},
    {"PROTEIN", kSports, "protein powder 1 kg", 29, 1.0, 1, false, 30},
    {"SHAKER", kSports, "shaker bottle", 11, 0.5},
    {"BEDLINEN", kHome, "bed linen set", 69, 1.0},
    {"PILLOW", kHome, "pillow", 34, 0.8},
    {"KNIVES", kHome, "kitchen knife set", 89, 0.7, 3, true},
    {"CUTTINGBOARD", kHome, "cutting board", 32, 0.6},
    {"DETERGENT", kHome, "laundry detergent 2 l", 12, 1.8, 1, false, 30},
    {"FAN", kHome, "standing fan", 59, 0.8, 1, true, 0, kSummer},
    {"HEATER", kHome, "electric heater", 79, 0.7, 1, true, 0, kWinter},
}};

constexpr std::array<Complement, 37> kComplements = {{
    {"LAPTOP", "MOUSE", 0.35},
    {"LAPTOP", "SLEEVE", 0.40},
    {"LAPTOP", "HUB", 0.20},
    {"MONITOR", "CABLE", 0.42},
    {"MONITOR", "KEYBOARD", 0.18},
    {"KEYBOARD", "WRISTREST", 0.28},
    {"KEYBOARD", "MOUSE", 0.25},
    {"PRINTER", "INK", 0.50},
    {"PRINTER", "PAPER", 0.45},
    {"INK", "PAPER", 0.25},
    {"COFFEEMAKER", "BEANS", 0.50},
    {"COFFEEMAKER", "FILTERS", 0.40},
    {"COFFEEMAKER", "DESCALER", 0.2},
    {"COFFEEMAKER", "FROTHER", 0.15},
    {"BEANS", "FILTERS", 0.30},
    {"GRINDER", "BEANS", 0.45},
    {"KETTLE", "DRIPPER", 0.40},
    {"DRIPPER", "FILTERS", 0.45},
    {"CREAM", "CLEANSER", 0.32},
    {"CLEANSER", "TONER", 0.36},
    {"SERUM", "CREAM", 0.25},
    {"SHAMPOO", "CONDITIONER", 0.50},
    {"LIPSTICK", "BRUSHES", 0.16},
    {"SWIMSUIT", "SUNSCREEN", 0.42},
    {"SWIMSUIT", "SANDALS", 0.28},
    {"SWIMSUIT", "GOGGLES", 0.25},
    {"SANDALS", "TOWEL", 0.25},
    {"SKIJACKET", "GLOVES", 0.40},
    {"RUNNINGSHOES", "SOCKS", 0.42},
    {"PROTEIN", "SHAKER", 0.25},
    {"YOGAMAT", "SHAKER", 0.12},
    {"VACUUM", "DUSTBAGS", 0.50},
    {"BEDLINEN", "PILLOW", 0.35},
    {"KNIVES", "CUTTINGBOARD", 0.38},
    {"TEA", "MUGS", 0.15},
    {"HEADSET", "HUB", 0.14},
    {"MASKS", "SERUM", 0.15},
}};

constexpr std::array<BundleSpec, 3> kBundles = {{
    {"BUNDLE-COFFEE", kCoffee, "coffee starter set", {"COFFEEMAKER", "BEANS", "FILTERS"}},
    {"BUNDLE-BEACH", kSports, "beach set", {"SWIMSUIT", "SUNSCREEN", "SANDALS"}},
    {"BUNDLE-DESK", kComputers, "home office set", {"LAPTOP", "MOUSE", "SLEEVE"}},
}};

constexpr std::array<ServiceSpec, 2> kServices = {{
    {"SERVICE-SETUP", kComputers, "Laptop set-up at home", 59, "LAPTOP", 0.12},
    {"SERVICE-TUNING", kCoffee, "Coffee machine check-up", 49, "COFFEEMAKER", 0.06},
}};

constexpr std::array<SoftwareSpec, 3> kSoftware = {{
    {"LEDGER",
     "Ledger accounting",
     "invoices",
     {{{"STARTER", "Starter", 12, 50},
       {"TEAM", "Team", 29, 250},
       {"BUSINESS", "Business", 59, 1000}}},
     {{{"PAYROLL", "Payroll", 9}, {"CURRENCIES", "Multi-currency", 6}}}},
    {"STUDIO",
     "Studio design",
     "exports",
     {{{"STARTER", "Starter", 9, 30},
       {"TEAM", "Team", 24, 200},
       {"BUSINESS", "Business", 49, 800}}},
     {{{"FONTS", "Font library", 5}, {"STOCK", "Stock pictures", 12}}}},
    {"VAULT",
     "Vault backup",
     "gigabytes",
     {{{"STARTER", "Starter", 5, 100},
       {"TEAM", "Team", 15, 500},
       {"BUSINESS", "Business", 35, 2000}}},
     {{{"ARCHIVE", "Archive", 4}, {"RESTORE", "Fast restore", 6}}}},
}};

}  // namespace

std::string_view Name(Category category) {
  return kCategoryNames.at(static_cast<std::size_t>(category));
}
std::span<const std::string_view> Brands(Category category) {
  return kBrands.at(static_cast<std::size_t>(category));
}
std::span<const Article> Articles() { return kArticles; }
std::span<const Complement> Complements() { return kComplements; }
std::span<const BundleSpec> Bundles() { return kBundles; }
std::span<const ServiceSpec> Services() { return kServices; }
std::span<const SoftwareSpec> Software() { return kSoftware; }

}  // namespace tsugi::generator
