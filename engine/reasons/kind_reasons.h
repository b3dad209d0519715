// Reasons of the forms of offer that ReasonsFor (reasons.h) puts together: sets, subscriptions to
// consumables, promotions, win-back, and what the moment itself says. Each adds a reason where its
// evidence carries it, else nothing.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_REASONS_KIND_REASONS_H_
#define TSUGI_ENGINE_REASONS_KIND_REASONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "engine/reasons/reason.h"
#include "engine/reasons/reasons.h"
#include "engine/reasons/texts.h"
#include "engine/reasons/values.h"

namespace tsugi {

inline constexpr std::size_t kMostReasons = 3;

// Adds a reason and returns it; null where there are kMostReasons already.
Reason* AddReason(Text text, std::string sentence, std::vector<Reason>* reasons);

void AddBundle(const OfferValues& values, std::vector<Reason>* reasons);
void AddSubscribe(const OfferValues& values, std::vector<Reason>* reasons);
void AddPromotion(const OfferValues& values, std::vector<Reason>* reasons);
// An upgrade from what is bought regularly.
void AddRegularBase(const OfferValues& values, std::vector<Reason>* reasons);
// The plan of a lost deal, or a smaller one. Returns whether the offer is about one.
bool AddLostDeal(const OfferValues& values, std::vector<Reason>* reasons);

// Why this product now: season, replenishment, the order just made.
void AddMoment(const OfferValues& values, std::vector<Reason>* reasons);
// Why this customer now: the rating given, the long silence.
void AddOccasion(const OfferValues& values, std::vector<Reason>* reasons);
void AddCoupon(const OfferValues& values, std::vector<Reason>* reasons);
void AddProration(const OfferValues& values, const PlanChange& change,
                  std::vector<Reason>* reasons);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_KIND_REASONS_H_
