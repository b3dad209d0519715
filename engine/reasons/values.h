// The named values that sentences about one offer share, made only when asked for.
//
// Not thread-safe; made for one offer. Borrows the offer, the context and the lookup.
#ifndef TSUGI_ENGINE_REASONS_VALUES_H_
#define TSUGI_ENGINE_REASONS_VALUES_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/reasons/reasons.h"
#include "engine/reasons/texts.h"
#include "engine/state/context.h"

namespace tsugi {

// The campaign whose terms apply to the offer: a promotion's, and at the end of a campaign that of
// the upgrade it names. Null: none.
const Campaign* CampaignOf(const DecidedOffer& offer);

class OfferValues {
 public:
  OfferValues(const DecidedOffer& offer, const Context& context, Language language,
              ProductLookup lookup)
      : offer_(offer), context_(context), language_(language), lookup_(lookup) {}

  const DecidedOffer& offer() const { return offer_; }
  const Candidate& candidate() const { return offer_.offer.candidate; }
  const Context& context() const { return context_; }
  const SubscriptionState* subscription() const { return candidate().subscription; }
  Language language() const { return language_; }
  std::string Say(Text text, std::initializer_list<TextValue> values) const {
    return Fill(text, language_, values);
  }

  std::string NameOf(const ProductRef& product) const;
  std::string IdOf(const ProductRef& product) const;
  std::string ProductName() const { return NameOf(candidate().product); }
  std::string Day(absl::Time time) const;
  std::string LastDay(absl::Time end) const;  // the last day of what ends at `end`, not included
  std::string Money(base::Decimal amount) const;

  std::string Price() const { return Money(offer_.price); }
  bool CostsMore() const { return offer_.price > offer_.offer.replaced_price; }
  base::Decimal Difference() const { return offer_.price - offer_.offer.replaced_price; }
  std::string PriceMore() const { return Money(Difference()); }
  std::string Period() const;  // "a month"

  // A whole number of days of at least 1, as text.
  std::string Days(double days) const;

  // The customer's rhythm of a product, null where there is none.
  const Rhythm* RhythmOf(const ProductRef& product) const;

  // The bought product that makes the offer seasonal, where the product's season is on.
  std::optional<ProductRef> SeasonBase() const;

  // The product of the newest order that the offer follows from.
  std::optional<ProductRef> OrderedBase() const;

  // The newest good rating, out of `top`.
  struct Rating {
    double score = 0;
    int top = 0;
    absl::Time at;
  };
  std::optional<Rating> GoodRating() const;

  // The usage limits of the plan held and the plan offered, where the latter is higher by so much
  // that one would name it, and above what is used already.
  static constexpr double kRoomWorthNaming = 1.1;
  struct Limits {
    std::string from;
    std::string to;
  };
  std::optional<Limits> LimitGain() const;

  // Share of the plan's limit in use, where it is kHighUsage or more.
  std::optional<std::string> HighUsage() const;

  // The plan of the lost deal that the offer is about; null: it is about none.
  const SubscriptionState* LostDeal() const;

  // Whether the counts of orders carry "bought together".
  bool CarriesTogether() const;

 private:
  const DecidedOffer& offer_;
  const Context& context_;
  Language language_;
  ProductLookup lookup_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_VALUES_H_
