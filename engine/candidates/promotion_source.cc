// moment_sources.h: what running campaigns name.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/candidates/eligibility.h"
#include "engine/candidates/moment_sources.h"

namespace tsugi {
namespace {

// Products of a campaign's list that are looked at where the models propose too few of them.
constexpr std::size_t kMostListed = 64;

// The campaign whose terms a product gets; null: none names it. Campaigns come by id.
const Campaign* BestCampaign(const Context& context, ProductIndex product) {
  const Campaign* best = nullptr;
  for (const RunningCampaign& running : context.running_campaigns) {
    const bool named =
        running.facts->product_ids.empty() ||  // it names none: it is about all of them
        std::binary_search(running.products.begin(), running.products.end(), product);
    if (!named) continue;
    if (best == nullptr || running.facts->discount_percent > best->discount_percent) {
      best = running.facts;
    }
  }
  return best;
}

}  // namespace

void CollectPromotions(const BoundModel& model, const FactIndex& index, const Context& context,
                       const CandidateOptions& options, std::vector<Candidate>& out) {
  if (context.running_campaigns.empty()) return;
  for (Candidate& candidate : out) {
    if (candidate.kind == OfferKind::kUpgrade) {
      candidate.campaign = BestCampaign(context, candidate.product.index);
    }
  }
  std::uint32_t kept = 0;
  const auto promote = [&](ProductIndex product) {
    const Campaign* const campaign = BestCampaign(context, product);
    if (campaign == nullptr) return;
    Candidate candidate = MakeCandidate(model, index, context, out, product, OfferKind::kPromotion);
    candidate.campaign = campaign;
    out.push_back(std::move(candidate));
    ++kept;
  };
  const std::size_t proposed = out.size();
  for (std::size_t i = 0; i < proposed && kept < options.promotions; ++i) {
    const Candidate& candidate = out[i];
    if (candidate.kind == OfferKind::kCrossSell && candidate.subscription == nullptr) {
      promote(candidate.product.index);
    }
  }
  for (const RunningCampaign& running : context.running_campaigns) {
    const std::vector<std::string>& ids = running.facts->product_ids;
    for (std::size_t i = 0; i < std::min(ids.size(), kMostListed); ++i) {
      if (kept >= options.promotions) return;
      const ProductIndex product = index.FindProduct(ids[i]);
      if (!product.valid() || !index.KnownAsOf(product, base::ToMicros(context.at)) ||
          KindBesideCart(index, context, product) != OfferKind::kCrossSell ||
          FindCandidate(out, product, OfferKind::kPromotion) != nullptr) {
        continue;
      }
      promote(product);
    }
  }
}

}  // namespace tsugi
