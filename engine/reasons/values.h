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
  std::string Money(base::Decimal amount) const;

  std::string Price() const { return Money(offer_.price); }
  bool CostsMore() const { return offer_.price > offer_.offer.replaced_price; }
  std::string PriceMore() const { return Money(offer_.price - offer_.offer.replaced_price); }
  std::string Period() const;  // "a month"

  // The usage limits of the plan held and the plan offered, where the latter is higher.
  struct Limits {
    std::string from;
    std::string to;
  };
  std::optional<Limits> LimitGain() const;

  // Share of the plan's limit in use, where it is kHighUsage or more.
  std::optional<std::string> HighUsage() const;

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
