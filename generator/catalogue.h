// The products of a sample shop and how they are chosen: by taste, season and popularity.
//
// Products are made brand by brand: the first brand of every article, then the second, and so on,
// with a software family early, so that a shop of any size is a sensible prefix of a bigger one.
#ifndef TSUGI_GENERATOR_CATALOGUE_H_
#define TSUGI_GENERATOR_CATALOGUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generator/assortment.h"
#include "generator/calendar.h"
#include "generator/csv_writer.h"
#include "generator/streams.h"

namespace tsugi::generator {

using ProductNumber = std::uint32_t;  // index into Catalogue::products()

struct Pair {
  ProductNumber product;
  float probability;
};

struct Product {
  std::string id;
  std::string name;
  std::string category;
  std::string_view kind = "goods";
  std::string family;  // empty: none
  int tier = 0;        // 1, 2, 3 within a family
  Cents price = 0;
  Cents unit_cost = 0;
  int article = -1;  // of Articles(); -1: no goods
  int brand = 0;
  int usage_limit = 0;
  int billing_months = 1;
  std::vector<ProductNumber> goes_with;
  std::vector<ProductNumber> contents;
  std::vector<Pair> complements;  // taken along with this one
  Seconds launched = 0;           // sold in [launched, discontinued)
  Seconds discontinued = std::numeric_limits<Seconds>::max();
  bool sold_out = false;  // discontinued for want of stock, not for good
  Seconds repriced = std::numeric_limits<Seconds>::max();  // `next_price` from then on
  Cents next_price = 0;

  bool SoldAt(Seconds time) const { return launched <= time && time < discontinued; }
  Cents PriceAt(Seconds time) const { return time < repriced ? price : next_price; }
};

struct PlanFamily {
  int billing_months = 1;
  std::vector<ProductNumber> plans;    // by tier
  std::vector<ProductNumber> add_ons;  // of the whole software line
};

class Catalogue {
 public:
  // `count` products, in a history of [start, end).
  Catalogue(int count, Seconds start, Seconds end, std::uint64_t seed);

  const std::vector<Product>& products() const { return products_; }
  const Product& operator[](ProductNumber number) const { return products_[number]; }
  int brands() const { return static_cast<int>(by_article_[0].size()); }
  const std::vector<PlanFamily>& plan_families() const { return plan_families_; }

  // What somebody comes for in a category at a time: an article by weight and season, then a brand
  // by popularity, the buyer's own one more often. `tier_bias` above 1 favours the better models.
  std::optional<ProductNumber> DrawAnchor(Category category, Seconds time, int own_brand,
                                          double tier_bias, base::Random* random) const;

  // products.csv: the first version of every product and the later ones.
  void Write(Seconds end, CsvWriter* file) const;

 private:
  void AddArticle(std::size_t article, int brand);
  void AddSoftware(const SoftwareSpec& spec);
  void AddPlans(const SoftwareSpec& spec, bool yearly, std::vector<ProductNumber>* all_plans);
  void AddBundle(const BundleSpec& spec, int brand);
  void AddService(const ServiceSpec& spec);
  bool Add(Product product);  // false once the shop is full
  bool full() const { return products_.size() >= count_; }

  void ScheduleLaunches(Seconds start, Seconds end);
  void LinkComplements();
  void WeighArticles();
  // The first tier of an article by a brand, or by the first brand where that one lacks it.
  std::optional<ProductNumber> Find(std::string_view code, int brand) const;
  void WriteVersion(const Product& product, Seconds observed_at, CsvWriter* file) const;

  std::size_t count_;
  base::Random random_;
  std::vector<Product> products_;
  std::vector<PlanFamily> plan_families_;
  // By article: products brand by brand (tiers in order), and the brands' cumulative popularity.
  std::vector<std::vector<std::vector<ProductNumber>>> by_article_;
  std::vector<std::vector<double>> popularity_;
  // By category and month: weights of the articles (zero for those of other categories).
  std::array<std::array<std::vector<double>, 12>, kCategoryCount> weights_;
  // Bundles count as the article of their first content.
  std::vector<std::vector<ProductNumber>> bundles_;
};

// `P1;P2` of product ids.
std::string JoinIds(const Catalogue& catalogue, std::span<const ProductNumber> products);
// `7;8` of a season's bits.
std::string JoinMonths(std::uint16_t season);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_CATALOGUE_H_
