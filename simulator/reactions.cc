// Offers shown, and what customers make of them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "simulator/basket.h"
#include "simulator/market.h"
#include "simulator/trade.h"

namespace tsugi::simulator {
namespace {

// How many say no, or later, instead of nothing: on the telephone most, elsewhere few.
constexpr double kAnswersACall = 0.75;
constexpr double kAnswersAMail = 0.06;
constexpr double kAnswersAPage = 0.08;
constexpr double kUnsubscribes = 0.003;  // a contact; and by annoyance:
constexpr double kUnsubscribesAnnoyed = 0.025;
constexpr double kMostUnsubscribing = 0.1;

}  // namespace

absl::Status Market::Review(std::uint32_t who, int day, Seller* seller) {
  Opportunity opportunity;
  opportunity.customer = who;
  opportunity.day = day;
  opportunity.at = world_->At(day, 540);
  opportunity.outbound = true;
  opportunity.placement = world_->people[who].has_representative ? "cs" : "email";
  Basket basket;
  basket.who = who;
  basket.day = day;
  basket.at = opportunity.at + absl::Minutes(5);
  basket.channel = opportunity.placement;
  TSUGI_RETURN_IF_ERROR(Present(opportunity, &basket, seller));
  if (!basket.lines.empty()) PlaceOrder(basket, seller);
  return absl::OkStatus();
}

absl::Status Market::Present(const Opportunity& opportunity, Basket* basket, Seller* seller) {
  TSUGI_ASSIGN_OR_RETURN(const std::vector<Offer> offers, seller->Offers(opportunity));
  if (offers.empty()) return absl::OkStatus();
  if (offers.size() > kMostOffers) {
    return absl::InternalError(absl::StrCat("offers: ", offers.size(), " at once; at most ",
                                            kMostOffers, " may be shown"));
  }
  const std::uint32_t who = opportunity.customer;
  Customer& customer = customers_[who];
  Account& account = accounts_[who];
  const Truth truth(*world_, who, customer, opportunity);
  // All is decided before anything changes: the answer is seen as a whole.
  std::vector<std::pair<bool, double>> verdicts;  // accepts, fit
  for (std::size_t i = 0; i < offers.size(); ++i) {
    const Offer& offer = offers[i];
    const bool possible = truth.KindOf(offer.item).has_value();
    const double chance =
        possible ? truth.Accepts(offer, static_cast<int>(i) + 1, static_cast<int>(offers.size()))
                 : 0;
    const auto which = static_cast<std::uint32_t>(offer.item) + (opportunity.outbound ? 1000U : 0U);
    verdicts.emplace_back(world_->dice.Chance(chance, Roll::kAccepts, who, opportunity.day, which),
                          truth.Fit(offer.item));
  }
  customer.annoyance += truth.Annoys(offers);
  account.shown += static_cast<int>(offers.size());
  if (opportunity.outbound) {
    ++account.contacts;
    account.contacting +=
        world_->people[who].has_representative ? world_->costs.call : world_->costs.mail;
  }
  RecordShown(opportunity, offers, seller);
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (verdicts[i].first) {
      Take(opportunity, offers[i], basket, seller);
    } else {
      Refuse(opportunity, offers[i], verdicts[i].second, seller);
    }
  }
  if (!opportunity.outbound || !customer.consents) return absl::OkStatus();
  const double unsubscribes = std::min(
      kMostUnsubscribing, kUnsubscribes + kUnsubscribesAnnoyed * std::max(0.0, customer.annoyance));
  if (world_->dice.Chance(unsubscribes, Roll::kUnsubscribes, who, opportunity.day)) {
    customer.consents = false;
    const Person& person = world_->people[who];
    tsugi::Customer fact;
    fact.id = person.id;
    fact.segment = person.segment;
    fact.signed_up_at = world_->At(person.joins);
    fact.consent_marketing = false;
    fact.consent_profiling = person.consent_profiling;
    fact.observed_at = opportunity.at + absl::Minutes(3);
    seller->Hear(fact);
  }
  return absl::OkStatus();
}

void Market::RecordShown(const Opportunity& opportunity, const std::vector<Offer>& offers,
                         Seller* seller) const {
  const Person& person = world_->people[opportunity.customer];
  for (std::size_t i = 0; i < offers.size(); ++i) {
    Exposure exposure;
    exposure.recommendation_id = offers[i].recommendation_id;
    exposure.product_id = world_->items[static_cast<std::size_t>(offers[i].item)].facts.id;
    exposure.at = opportunity.at;
    exposure.customer_id = person.id;
    exposure.placement = opportunity.placement;
    exposure.moment = offers[i].moment;
    exposure.offer_kind = offers[i].kind;
    exposure.rule_id = offers[i].rule_id;
    exposure.position = static_cast<int>(i) + 1;
    seller->Hear(exposure);
  }
  if (!opportunity.outbound) return;
  Contact contact;
  contact.event_id = absl::StrCat("contact-", offers[0].recommendation_id);
  contact.customer_id = person.id;
  contact.at = opportunity.at;
  contact.placement = opportunity.placement;
  contact.recommendation_id = offers[0].recommendation_id;
  seller->Hear(contact);
}

void Market::Say(const Opportunity& opportunity, const Offer& offer, Reaction reaction,
                 Seller* seller) const {
  ReactionEvent event;
  event.event_id = absl::StrCat("reaction-", offer.recommendation_id, "-", offer.item);
  event.at = opportunity.at + absl::Minutes(2);
  event.reaction = reaction;
  event.recommendation_id = offer.recommendation_id;
  event.customer_id = world_->people[opportunity.customer].id;
  event.product_id = world_->items[static_cast<std::size_t>(offer.item)].facts.id;
  seller->Hear(event);
}

void Market::Refuse(const Opportunity& opportunity, const Offer& offer, double fit,
                    Seller* seller) {
  const std::uint32_t who = opportunity.customer;
  const bool calls = opportunity.outbound && world_->people[who].has_representative;
  const double answers = calls                  ? kAnswersACall
                         : opportunity.outbound ? kAnswersAMail
                                                : kAnswersAPage;
  const auto which = static_cast<std::uint32_t>(offer.item) + (opportunity.outbound ? 1000U : 0U);
  const double die = world_->dice.Uniform(Roll::kSays, who, opportunity.day, which);
  if (die >= answers) return;
  // Who would have use for it puts it off; who has none says no.
  const bool later = die < answers * std::min(0.6, fit);
  if (!later) {
    customers_[who].declined[static_cast<std::size_t>(offer.item)] =
        static_cast<std::int16_t>(opportunity.day);
  }
  Say(opportunity, offer, later ? Reaction::kMaybeLater : Reaction::kDeclined, seller);
}

void Market::Take(const Opportunity& opportunity, const Offer& offer, Basket* basket,
                  Seller* seller) {
  const std::uint32_t who = opportunity.customer;
  const int day = opportunity.day;
  const absl::Time at = opportunity.at + absl::Minutes(4);
  Customer& customer = customers_[who];
  const Truth now(*world_, who, customer, opportunity);
  if (!now.KindOf(offer.item).has_value()) return;  // another of the same answer was taken first
  ++accounts_[who].accepted;
  Say(opportunity, offer, Reaction::kAccepted, seller);
  const Item& item = world_->items[static_cast<std::size_t>(offer.item)];
  if (item.role == Role::kPlan) {
    if (customer.trialing()) {
      Activate(who, day, at, offer.discount_percent, seller);
    } else {
      ChangePlan(who, offer.item, at, offer.discount_percent, seller);
    }
    return;
  }
  if (item.role == Role::kAddOn) {
    AddOn(who, offer.item, day, at, offer.discount_percent, seller);
    return;
  }
  if (offer.kind == OfferKind::kSubscribeAndSave && item.role == Role::kConsumable) {
    const double discount =
        offer.discount_percent > 0 ? offer.discount_percent : kAutoOrderDiscount;
    customer.automatic[static_cast<std::size_t>(offer.item)] =
        static_cast<std::int8_t>(std::lround(discount));
    customer.uses[static_cast<std::size_t>(offer.item)] = 1;
  }
  if (offer.kind == OfferKind::kUpgrade) {  // instead of the lesser model in the cart
    std::erase_if(basket->lines,
                  [&](const Basket::Line& line) { return line.item == offer.replaces; });
  }
  if (item.role == Role::kBundle) {  // the set instead of its parts
    std::erase_if(basket->lines, [&](const Basket::Line& line) {
      return std::find(item.contents.begin(), item.contents.end(), line.item) !=
             item.contents.end();
    });
  }
  basket->lines.push_back({offer.item, offer.discount_percent, offer.recommendation_id});
}

}  // namespace tsugi::simulator
