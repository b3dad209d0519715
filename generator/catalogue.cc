#include "generator/catalogue.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tsugi::generator {
namespace {

// The articles of a small shop before its first software family.
constexpr std::size_t kArticlesBeforePlans = 6;
constexpr std::array<std::string_view, 3> kTierNames = {"", " Plus", " Pro"};
constexpr std::array<std::string_view, 3> kTierCodes = {"", "-PLUS", "-PRO"};
constexpr std::array<double, 3> kTierPrices = {1.0, 1.4, 2.1};
constexpr std::array<double, 3> kTierPopularity = {0.5, 0.32, 0.18};
constexpr double kOwnBrand = 0.45;  // how often a buyer stays with his brand
constexpr double kInSeason = 5.0;
constexpr double kOffSeason = 0.12;
constexpr double kBundleShare = 0.06;  // of sales of a bundle's first content

Cents NinetyCents(double price) {
  return std::max<Cents>(1, static_cast<Cents>(std::floor(price))) * 100 + 90;
}

std::string_view BrandName(Category category, int brand) {
  const auto brands = Brands(category);
  return brands[static_cast<std::size_t>(brand) % brands.size()];
}

// A brand's goods after its first line are its next series.
std::string Series(Category category, int brand) {
  const int series = brand / static_cast<int>(Brands(category).size()) + 1;
  return series == 1 ? std::string() : absl::StrCat(" Series ", series);
}

}  // namespace

Catalogue::Catalogue(int count, Seconds start, Seconds end, std::uint64_t seed)
    : count_(static_cast<std::size_t>(count)),
      random_(RandomFor(seed, Stream::kCatalogue, 0)),
      by_article_(Articles().size()),
      popularity_(Articles().size()),
      bundles_(Articles().size()) {
  products_.reserve(count_);
  for (int brand = 0; !full(); ++brand) {
    for (std::size_t i = 0; i < Articles().size(); ++i) {
      if (brand == 0 && i == kArticlesBeforePlans) AddSoftware(Software()[0]);
      AddArticle(i, brand);
    }
    for (const BundleSpec& spec : Bundles()) AddBundle(spec, brand);
    if (brand > 0) continue;
    for (const ServiceSpec& spec : Services()) AddService(spec);
    for (std::size_t i = 1; i < Software().size(); ++i) AddSoftware(Software()[i]);
  }
  ScheduleLaunches(start, end);
  LinkComplements();
  WeighArticles();
}

bool Catalogue::Add(Product product) {
  if (full()) return false;
  products_.push_back(std::move(product));
  return true;
}

void Catalogue::AddArticle(std::size_t article, int brand) {
  if (full()) return;
  const Article& spec = Articles()[article];
  const std::string id = absl::StrFormat("%s-%02d", std::string(spec.code), brand + 1);
  const double level = spec.price * std::exp(0.25 * random_.Normal());
  const double margin = 0.25 + 0.3 * random_.Uniform();
  std::vector<ProductNumber> ladder;
  for (std::size_t tier = 0; tier < static_cast<std::size_t>(spec.tiers) && !full(); ++tier) {
    Product product;
    product.id = absl::StrCat(id, std::string(kTierCodes.at(tier)));
    product.name =
        absl::StrCat(std::string(BrandName(spec.category, brand)), " ", std::string(spec.noun),
                     Series(spec.category, brand), std::string(kTierNames.at(tier)));
    product.category = std::string(Name(spec.category));
    if (spec.tiers > 1) {
      product.family = id;
      product.tier = static_cast<int>(tier) + 1;
    }
    product.price = NinetyCents(level * kTierPrices.at(tier));
    product.unit_cost = static_cast<Cents>(static_cast<double>(product.price) * (1 - margin));
    product.article = static_cast<int>(article);
    product.brand = brand;
    ladder.push_back(static_cast<ProductNumber>(products_.size()));
    Add(std::move(product));
  }
  by_article_[article].push_back(std::move(ladder));
  const double rank = static_cast<double>(by_article_[article].size());
  const double before = popularity_[article].empty() ? 0 : popularity_[article].back();
  popularity_[article].push_back(before + std::exp(0.3 * random_.Normal()) / std::pow(rank, 0.9));
}

void Catalogue::AddSoftware(const SoftwareSpec& spec) {
  if (full()) return;
  const std::size_t first = plan_families_.size();
  std::vector<ProductNumber> plans;
  AddPlans(spec, false, &plans);
  AddPlans(spec, true, &plans);
  for (const AddOnSpec& add_on : spec.add_ons) {
    Product product;
    product.id = absl::StrCat(std::string(spec.code), "-", std::string(add_on.code));
    product.name = absl::StrCat(std::string(spec.name), ": ", std::string(add_on.name));
    product.category = "Software";
    product.kind = "add_on";
    product.price = Cents{add_on.price} * 100;
    product.unit_cost = product.price / 5;
    product.goes_with = plans;
    const auto number = static_cast<ProductNumber>(products_.size());
    if (!Add(std::move(product))) return;
    for (std::size_t i = first; i < plan_families_.size(); ++i) {
      plan_families_[i].add_ons.push_back(number);
    }
  }
}

void Catalogue::AddPlans(const SoftwareSpec& spec, bool yearly,
                         std::vector<ProductNumber>* all_plans) {
  PlanFamily family;
  family.billing_months = yearly ? 12 : 1;
  for (std::size_t tier = 0; tier < spec.plans.size(); ++tier) {
    const PlanSpec& plan = spec.plans.at(tier);
    Product product;
    product.id =
        absl::StrCat(std::string(spec.code), "-", std::string(plan.code), yearly ? "-YEARLY" : "");
    product.name = absl::StrCat(std::string(spec.name), " ", std::string(plan.name),
                                yearly ? ", yearly (" : ", monthly (", plan.usage_limit, " ",
                                std::string(spec.usage_unit), ")");
    product.category = "Software";
    product.kind = "plan";
    product.family = absl::StrCat(std::string(spec.code), yearly ? "-YEARLY" : "-MONTHLY");
    product.tier = static_cast<int>(tier) + 1;
    product.price = Cents{plan.price} * 100 * (yearly ? 10 : 1);  // two months free
    product.unit_cost = product.price / 5;
    product.usage_limit = plan.usage_limit;
    product.billing_months = family.billing_months;
    const auto number = static_cast<ProductNumber>(products_.size());
    if (!Add(std::move(product))) break;
    family.plans.push_back(number);
    all_plans->push_back(number);
  }
  if (!family.plans.empty()) plan_families_.push_back(std::move(family));
}

void Catalogue::AddBundle(const BundleSpec& spec, int brand) {
  Product product;
  for (const std::string_view code : spec.contents) {
    const auto content = Find(code, brand);
    if (!content.has_value() || products_[*content].brand != brand) return;
    product.contents.push_back(*content);
    product.price += products_[*content].price;
    product.unit_cost += products_[*content].unit_cost;
  }
  product.id = absl::StrFormat("%s-%02d", std::string(spec.code), brand + 1);
  product.name = absl::StrCat(std::string(BrandName(spec.category, brand)), " ",
                              std::string(spec.noun), Series(spec.category, brand));
  product.category = std::string(Name(spec.category));
  product.kind = "bundle";
  product.price = NinetyCents(static_cast<double>(product.price) * 0.9 / 100 - 1);
  product.brand = brand;
  const auto article = static_cast<std::size_t>(products_[product.contents[0]].article);
  const auto number = static_cast<ProductNumber>(products_.size());
  if (Add(std::move(product))) bundles_[article].push_back(number);
}

void Catalogue::AddService(const ServiceSpec& spec) {
  const auto anchor = Find(spec.anchor, 0);
  if (!anchor.has_value()) return;
  Product product;
  product.id = std::string(spec.code);
  product.name = std::string(spec.name);
  product.category = std::string(Name(spec.category));
  product.kind = "service";
  product.price = Cents{spec.price} * 100;
  product.unit_cost = product.price / 2;
  const auto number = static_cast<ProductNumber>(products_.size());
  const auto& ladder = by_article_[static_cast<std::size_t>(products_[*anchor].article)][0];
  product.goes_with = ladder;
  if (!Add(std::move(product))) return;
  for (const ProductNumber model : ladder) {
    products_[model].complements.push_back({number, static_cast<float>(spec.probability)});
  }
}

std::optional<ProductNumber> Catalogue::Find(std::string_view code, int brand) const {
  for (std::size_t i = 0; i < Articles().size(); ++i) {
    if (Articles()[i].code != code) continue;
    const auto& brands = by_article_[i];
    const auto own = static_cast<std::size_t>(brand);
    if (own < brands.size() && !brands[own].empty()) return brands[own][0];
    if (!brands.empty() && !brands[0].empty()) return brands[0][0];
  }
  return std::nullopt;
}

// Later brands may come and go during the history; a whole ladder does so together.
void Catalogue::ScheduleLaunches(Seconds start, Seconds end) {
  const auto at = [&](double from, double to) {
    const double share = from + (to - from) * random_.Uniform();
    return start + static_cast<Seconds>(share * static_cast<double>(end - start)) / kDay * kDay;
  };
  for (Product& product : products_) product.launched = start - 400 * kDay;
  for (const auto& brands : by_article_) {
    for (std::size_t brand = 1; brand < brands.size(); ++brand) {
      const Seconds launched = random_.Chance(0.1) ? at(0.1, 0.7) : start - 400 * kDay;
      const bool ends = random_.Chance(0.04);
      const Seconds discontinued = ends ? at(0.75, 1.0) : std::numeric_limits<Seconds>::max();
      const bool sold_out = random_.Chance(0.4);
      for (const ProductNumber number : brands[brand]) {
        products_[number].launched = launched;
        products_[number].discontinued = discontinued;
        products_[number].sold_out = sold_out;
      }
    }
  }
  for (Product& product : products_) {
    if (product.article < 0 || !random_.Chance(0.08)) continue;
    product.repriced = std::max(at(0.2, 0.9), product.launched + kDay);
    product.next_price = product.price + std::max<Cents>(1, product.price / 2500) * 100;  // 4 %
  }
  for (Product& product : products_) {  // a set is sold while all of it is
    for (const ProductNumber content : product.contents) {
      product.launched = std::max(product.launched, products_[content].launched);
      product.discontinued = std::min(product.discontinued, products_[content].discontinued);
    }
  }
}

void Catalogue::LinkComplements() {
  for (const Complement& link : Complements()) {
    for (std::size_t i = 0; i < Articles().size(); ++i) {
      if (Articles()[i].code != link.anchor) continue;
      for (const auto& ladder : by_article_[i]) {
        for (const ProductNumber anchor : ladder) {
          const auto other = Find(link.complement, products_[anchor].brand);
          if (!other.has_value()) continue;
          products_[anchor].complements.push_back({*other, static_cast<float>(link.probability)});
          products_[*other].goes_with.push_back(anchor);
        }
      }
    }
  }
}

void Catalogue::WeighArticles() {
  for (std::size_t c = 0; c < kCategoryCount; ++c) {
    for (std::size_t month = 0; month < 12; ++month) {
      std::vector<double>& weights = weights_.at(c).at(month);
      for (std::size_t i = 0; i < Articles().size(); ++i) {
        const Article& article = Articles()[i];
        const bool sold = article.category == static_cast<Category>(c) && !by_article_[i].empty();
        const bool in_season = (article.season >> month & 1U) != 0;
        const double season = article.season == 0 ? 1 : in_season ? kInSeason : kOffSeason;
        weights.push_back(sold ? article.weight * season : 0);
      }
    }
  }
}

std::optional<ProductNumber> Catalogue::DrawAnchor(Category category, Seconds time, int own_brand,
                                                   double tier_bias, base::Random* random) const {
  const auto month = static_cast<std::size_t>(DateOf(time).month - 1);
  const std::size_t article =
      Draw(weights_.at(static_cast<std::size_t>(category)).at(month), random);
  const auto& brands = by_article_[article];
  if (brands.empty() || Articles()[article].category != category) return std::nullopt;
  const std::vector<double>& cumulative = popularity_[article];
  std::size_t brand = static_cast<std::size_t>(own_brand);
  if (!random->Chance(kOwnBrand) || brand >= brands.size()) {
    const double at = random->Uniform() * cumulative.back();
    brand = static_cast<std::size_t>(std::upper_bound(cumulative.begin(), cumulative.end(), at) -
                                     cumulative.begin());
    brand = std::min(brand, brands.size() - 1);
  }
  const auto& ladder = brands[brand];
  if (ladder.empty()) return std::nullopt;
  std::array<double, 3> tiers = kTierPopularity;
  for (std::size_t tier = 1; tier < tiers.size(); ++tier) tiers.at(tier) *= tier_bias;
  ProductNumber chosen = ladder[Draw(std::span(tiers).first(ladder.size()), random)];
  if (brand < bundles_[article].size() && random->Chance(kBundleShare)) {
    chosen = bundles_[article][brand];
  }
  if (!products_[chosen].SoldAt(time)) return std::nullopt;
  return chosen;
}

}  // namespace tsugi::generator
