#include "simulator/simple_sellers.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "base/status_macros.h"

namespace tsugi::simulator {
namespace {

constexpr double kWarmUpOnPages = 0.15;       // of visits
constexpr double kWarmUpOutbound = 1.0 / 45;  // a day
constexpr absl::Duration kBestOf = absl::Hours(24 * 90);

}  // namespace

absl::StatusOr<std::vector<Offer>> RandomSeller::Offers(const Opportunity& opportunity) {
  std::vector<Offer> offers;
  const std::string& customer = window_.customer(opportunity.customer);
  if (!limits_.Allows(customer, opportunity.outbound, opportunity.at)) return offers;
  std::vector<Offer> possible;
  for (int item = 0; item < window_.size(); ++item) {
    const std::optional<Offer> offer = window_.Make(item, opportunity);
    if (!offer.has_value()) continue;
    if (limits_.AllowsProduct(customer, window_.product(item).id, offer->kind, opportunity.at)) {
      possible.push_back(*offer);
    }
  }
  const std::uint32_t channel = opportunity.outbound ? 100 : 0;
  for (std::uint32_t i = 0; i < kMostOffers && !possible.empty(); ++i) {
    const double die =
        dice_.Uniform(Roll::kRandomOffer, opportunity.customer, opportunity.day, channel + i);
    const auto chosen = static_cast<std::ptrdiff_t>(die * static_cast<double>(possible.size()));
    offers.push_back(possible[static_cast<std::size_t>(chosen)]);
    possible.erase(possible.begin() + chosen);
  }
  return offers;
}

void RandomSeller::Hear(const Fact& fact) {
  limits_.Hear(fact);
  window_.Hear(fact);
}

absl::StatusOr<std::vector<Offer>> BestSeller::Offers(const Opportunity& opportunity) {
  std::vector<Offer> offers;
  const std::string& customer = window_.customer(opportunity.customer);
  if (!limits_.Allows(customer, opportunity.outbound, opportunity.at)) return offers;
  for (const int item : ranking_) {
    if (offers.size() == kMostOffers) break;
    const std::optional<Offer> offer = window_.Make(item, opportunity);
    if (!offer.has_value()) continue;
    if (limits_.AllowsProduct(customer, window_.product(item).id, offer->kind, opportunity.at)) {
      offers.push_back(*offer);
    }
  }
  return offers;
}

void BestSeller::Hear(const Fact& fact) {
  limits_.Hear(fact);
  window_.Hear(fact);
  if (const auto* order = std::get_if<Order>(&fact)) {
    for (const OrderLine& line : order->lines) {
      sales_.push_back({order->ordered_at, window_.Find(line.product_id)});
    }
  }
}

absl::Status BestSeller::StartDay(int day) {
  if (day < ranked_on_ + 7 || sales_.empty()) return absl::OkStatus();
  ranked_on_ = day;
  const absl::Time newest = sales_.back().at;
  std::erase_if(sales_, [&](const Sale& sale) { return sale.at + kBestOf < newest; });
  std::vector<int> sold(static_cast<std::size_t>(window_.size()), 0);
  for (const Sale& sale : sales_) ++sold[static_cast<std::size_t>(sale.item)];
  ranking_.clear();
  for (int item = 0; item < window_.size(); ++item) ranking_.push_back(item);
  std::stable_sort(ranking_.begin(), ranking_.end(), [&](int a, int b) {
    return sold[static_cast<std::size_t>(a)] > sold[static_cast<std::size_t>(b)];
  });
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Offer>> WarmUpSeller::Offers(const Opportunity& opportunity) {
  const double chance = opportunity.outbound ? kWarmUpOutbound : kWarmUpOnPages;
  const std::uint32_t channel = opportunity.outbound ? 1 : 0;
  if (opportunity.day < offers_from_ ||
      !dice_.Chance(chance, Roll::kWarmUpOffer, opportunity.customer, opportunity.day, channel)) {
    return std::vector<Offer>();
  }
  TSUGI_ASSIGN_OR_RETURN(std::vector<Offer> offers, random_.Offers(opportunity));
  if (offers.size() > 1) offers.resize(1);
  return offers;
}

}  // namespace tsugi::simulator
