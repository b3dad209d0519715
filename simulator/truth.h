// The truth about an offer to a customer on a day: how much it is needed, how well it is timed, how
// dear it is, and how likely it is taken. The market draws reactions from it; the oracle reads it.
#ifndef TSUGI_SIMULATOR_TRUTH_H_
#define TSUGI_SIMULATOR_TRUTH_H_

#include <cstdint>
#include <optional>
#include <span>

#include "engine/facts/facts.h"
#include "simulator/curves.h"
#include "simulator/customer.h"
#include "simulator/seller.h"
#include "simulator/world.h"

namespace tsugi::simulator {

// One customer at one opportunity. Borrows all it is given.
class Truth {
 public:
  Truth(const World& world, std::uint32_t who, const Customer& customer,
        const Opportunity& opportunity);

  // As what the item can be offered here; none: not at all (owned, in the cart, no such plan held).
  std::optional<OfferKind> KindOf(int item) const;

  double Need(int item) const;
  double Timing(int item) const;
  double PriceRatio(const Offer& offer) const;
  double Satisfaction() const;
  // Need and occasion together: what saves a contact from being a nuisance.
  double Fit(int item) const;

  // Of the offer at `position` of `shown`.
  double Accepts(const Offer& offer, int position, int shown) const;
  // What showing these adds to annoyance.
  double Annoys(std::span<const Offer> offers) const;
  // What a customer pays for one (a plan: a seat and period), running promotions included.
  double Price(const Offer& offer) const;

  const World& world() const { return world_; }
  const Person& person() const { return person_; }
  const Customer& customer() const { return customer_; }
  const Opportunity& opportunity() const { return opportunity_; }

 private:
  bool Owns(int item) const;
  bool OwnsModel(int model) const;
  bool Before(int item) const;  // in the cart or viewed
  bool ModelBefore(int model) const;
  double Since(int item) const;  // days since it was bought
  double SinceModel(int model) const;
  double Taste(int item) const;  // the person's own liking of one item, about 0.3 to 1.3
  double NeedOfGoods(int item) const;
  double NeedOfAccessory(int item) const;
  double NeedOfConsumable(int item) const;
  double NeedOfSoftware(int item) const;
  double TimingOfGoods(int item) const;
  double TimingOfSoftware(int item) const;
  double TimingOnPage(int item) const;
  const Promotion* Promoted(int item) const;

  const World& world_;
  const std::uint32_t who_;
  const Person& person_;
  const Customer& customer_;
  const Opportunity& opportunity_;
  const int day_;
  const int month_;
};

double Satisfaction(const Person& person, const Customer& customer, int day);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_TRUTH_H_
