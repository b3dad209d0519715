#include "engine/candidates/bundle_source.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/candidates/eligibility.h"
#include "engine/candidates/moment_sources.h"

namespace tsugi {
namespace {

// What leads to a set, strongest first: cart, viewed, then recent purchases, newest first.
std::vector<ProductRef> Seeds(const FactIndex& index, const Context& context,
                              const CandidateOptions& options) {
  std::vector<ProductRef> seeds;
  for (const CartItem& item : context.cart) {
    if (item.product.known()) seeds.push_back(item.product);
  }
  seeds.insert(seeds.end(), context.viewed.begin(), context.viewed.end());
  if (!seeds.empty()) return seeds;
  for (const BoughtProduct& bought : RecentlyBought(context, options.history_lines)) {
    seeds.push_back(index.RefAsOf(bought.product, base::ToMicros(context.at)));
    if (seeds.size() == options.history_items) break;
  }
  return seeds;
}

// The set as a candidate, where it is one.
std::optional<Candidate> MakeBundle(const FactIndex& index, const Context& context,
                                    ProductIndex bundle, const ProductRef& seed) {
  const base::Micros at = base::ToMicros(context.at);
  const CatalogEntry* entry = index.EntryAsOf(bundle, at);
  if (entry == nullptr || entry->facts.kind != ProductKind::kBundle) return std::nullopt;
  const std::vector<ProductIndex>& contents = entry->contents;
  if (std::find(contents.begin(), contents.end(), seed.index) == contents.end() ||
      !IsSellable(index, bundle, at) || InCart(context, bundle) || IsViewed(context, bundle) ||
      IsOwned(context, bundle)) {
    return std::nullopt;
  }
  Candidate candidate;
  bool missing = false;
  for (const ProductIndex content : contents) {
    const std::optional<base::Decimal> price = index.PriceAsOf(content, at);
    if (!price.has_value() || !IsSellable(index, content, at)) return std::nullopt;
    candidate.contents_price = candidate.contents_price + *price;
    candidate.contents.push_back(index.RefAsOf(content, at));
    missing = missing || !(InCart(context, content) || IsOwned(context, content));
  }
  const std::optional<base::Decimal> price = index.PriceAsOf(bundle, at);
  if (!missing || !price.has_value() || *price >= candidate.contents_price) return std::nullopt;
  candidate.product = index.RefAsOf(bundle, at);
  candidate.kind = OfferKind::kBundle;
  candidate.evidence.because_of = seed;
  return candidate;
}

}  // namespace

void CollectBundles(const FactIndex& index, const Context& context, const CandidateOptions& options,
                    std::vector<Candidate>& out) {
  if (!index.HasBundles()) return;
  const std::size_t first = out.size();
  for (const ProductRef& seed : Seeds(index, context, options)) {
    std::vector<ProductIndex> bundles = index.product(seed.index).bundled_in;
    std::sort(bundles.begin(), bundles.end(), [&](ProductIndex a, ProductIndex b) {
      return index.product(a).id < index.product(b).id;
    });
    for (const ProductIndex bundle : bundles) {
      if (out.size() - first >= options.bundles) return;
      if (FindCandidate(out, bundle, OfferKind::kBundle) != nullptr) continue;
      std::optional<Candidate> candidate = MakeBundle(index, context, bundle, seed);
      if (candidate.has_value()) out.push_back(*std::move(candidate));
    }
  }
}

}  // namespace tsugi
