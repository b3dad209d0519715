#include "generator/campaigns.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace tsugi::generator {
namespace {

struct Theme {
  std::string_view name;
  Category category;
  std::vector<Segment> segments;
};

std::vector<Theme> Themes() {
  return {{"Coffee week", Category::kCoffee, {}},
          {"Back to school", Category::kComputers, {Segment::kStudent, Segment::kFamily}},
          {"Home refresh", Category::kHome, {Segment::kFamily, Segment::kConsumer}},
          {"Beauty days", Category::kBeauty, {}},
          {"Office upgrade", Category::kComputers, {Segment::kBusiness, Segment::kProfessional}},
          {"Get moving", Category::kSports, {}}};
}

constexpr std::size_t kProductsOfCampaign = 12;
constexpr std::size_t kCustomersOfCampaign = 20;

// Goods of the category that are sold all the while, by the seed.
std::vector<ProductNumber> ChooseProducts(const Catalogue& catalogue, Category category,
                                          Period when, base::Random* random) {
  std::vector<ProductNumber> chosen;
  for (ProductNumber i = 0; i < catalogue.products().size(); ++i) {
    const Product& product = catalogue[i];
    if (product.article < 0 || !product.SoldAt(when.start) || !product.SoldAt(when.end)) continue;
    if (Articles()[static_cast<std::size_t>(product.article)].category == category) {
      chosen.push_back(i);
    }
  }
  random->Shuffle(std::span<ProductNumber>(chosen));
  chosen.resize(std::min(chosen.size(), kProductsOfCampaign));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

bool Campaign::Addresses(std::uint32_t customer, Segment segment) const {
  if (customers.empty() && segments.empty()) return true;
  return std::find(segments.begin(), segments.end(), segment) != segments.end() ||
         std::binary_search(customers.begin(), customers.end(), customer);
}

bool Campaign::Holds(ProductNumber product) const {
  return std::binary_search(products.begin(), products.end(), product);
}

std::vector<Campaign> PlanCampaigns(const Catalogue& catalogue, std::uint32_t customers,
                                    Period history, std::uint64_t seed) {
  base::Random random = RandomFor(seed, Stream::kCampaigns, 0);
  const std::vector<Theme> themes = Themes();
  std::vector<Campaign> campaigns;
  const auto add = [&](const Theme& theme, Period when, int discount) {
    Campaign campaign;
    campaign.products = ChooseProducts(catalogue, theme.category, when, &random);
    if (campaign.products.empty()) return false;
    campaign.id = absl::StrFormat("CAMP-%02d", campaigns.size() + 1);
    campaign.name = absl::StrCat(std::string(theme.name), " ", DateOf(when.start).year);
    campaign.starts_at = when.start;
    campaign.ends_at = when.end;
    campaign.segments = theme.segments;
    campaign.discount_percent = discount;
    campaigns.push_back(std::move(campaign));
    return true;
  };
  std::size_t next = 0;
  const Seconds last_start = history.end - 30 * kDay;
  for (Seconds at = history.start / kDay * kDay + 20 * kDay; at < last_start;
       at = AddMonths(at, 3)) {
    add(themes[next++ % themes.size()], {at, at + 14 * kDay},
        10 + 5 * static_cast<int>(random.Below(3)));
  }
  const Seconds running = history.end / kDay * kDay;
  add(themes[next % themes.size()], {running - 10 * kDay, running + 2 * kDay}, 15);
  // A letter to customers one by one.
  Theme letter{"We miss you", themes[(next + 1) % themes.size()].category, {}};
  if (add(letter, {running - 5 * kDay, running + 9 * kDay}, 20)) {
    for (std::uint32_t i = 0; i < customers && i / 3 < kCustomersOfCampaign; i += 3) {
      campaigns.back().customers.push_back(i);
    }
  }
  return campaigns;
}

void WriteCampaigns(const Catalogue& catalogue, const std::vector<Campaign>& campaigns,
                    CsvWriter* file) {
  for (const Campaign& campaign : campaigns) {
    file->Text(campaign.id).Text(campaign.name).Time(campaign.starts_at).Time(campaign.ends_at);
    file->Text(absl::StrJoin(campaign.customers, ";", [](std::string* out, std::uint32_t number) {
      out->append(CustomerId(number));
    }));
    file->Text(absl::StrJoin(campaign.segments, ";", [](std::string* out, Segment segment) {
      out->append(Name(segment));
    }));
    file->Text(JoinIds(catalogue, campaign.products)).Number(campaign.discount_percent).EndRow();
  }
}

const Campaign* RunningFor(const std::vector<Campaign>& campaigns, Seconds time,
                           std::uint32_t customer, Segment segment) {
  for (const Campaign& campaign : campaigns) {
    const bool running = campaign.starts_at <= time && time < campaign.ends_at;
    if (running && campaign.Addresses(customer, segment)) return &campaign;
  }
  return nullptr;
}

}  // namespace tsugi::generator
