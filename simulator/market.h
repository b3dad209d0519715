// The market, day by day: moods, complaints, usage, trials and renewals, visits and orders, what
// customers make of offers, surveys, and who leaves. What a shop or a CRM would see of it is told
// to the seller as facts; what it is worth is counted in accounts.
//
//   Market market(&world);
//   TSUGI_RETURN_IF_ERROR(market.Open(&seller));          // catalogue, customers, campaigns
//   for (int day = 0; day < days; ++day) TSUGI_RETURN_IF_ERROR(market.Day(day, &seller));
//
// A copy of a market goes on as the original would: that is how policies are tried side by side.
// All chance comes from the world's dice, see dice.h.
//
// Not thread-safe. `world` must outlive it.
#ifndef TSUGI_SIMULATOR_MARKET_H_
#define TSUGI_SIMULATOR_MARKET_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/facts/facts.h"
#include "simulator/customer.h"
#include "simulator/seller.h"
#include "simulator/truth.h"
#include "simulator/world.h"

namespace tsugi::simulator {

class Market {
 public:
  explicit Market(const World* world);

  absl::Status Open(Seller* seller);
  absl::Status Day(int day, Seller* seller);

  // Forgets what was counted so far; goods sold before serve as each customer's usual trade.
  void StartAccounts(int day);

  const World& world() const { return *world_; }
  const std::vector<Customer>& customers() const { return customers_; }
  const std::vector<Account>& accounts() const { return accounts_; }
  // What a customer brings a day: the usual margin of goods before StartAccounts, and that of the
  // plans and add-ons held now. 0 for one who left.
  double DailyValue(std::uint32_t who) const;
  double usual(std::uint32_t who) const { return usual_[who]; }
  // What a customer who is still there goes on to bring in the `days` to come, see
  // docs/simulation.md; 0 for one who left.
  double Continuing(std::uint32_t who, double days) const;

 private:
  struct Basket;  // an order in the making

  // subscriptions.cc
  void HoldAtStart(std::uint32_t who, Seller* seller);
  void AdvanceSubscriptions(std::uint32_t who, int day, Seller* seller);
  void EndTrial(std::uint32_t who, int day, Seller* seller);
  void Renew(std::uint32_t who, int day, Seller* seller);
  void StartTrial(std::uint32_t who, int day, Seller* seller);
  void Activate(std::uint32_t who, int day, absl::Time at, double discount, Seller* seller);
  void ChangePlan(std::uint32_t who, int item, absl::Time at, double discount, Seller* seller);
  void AddOn(std::uint32_t who, int item, int day, absl::Time at, double discount, Seller* seller);
  void CancelAll(std::uint32_t who, int day, Seller* seller);
  void Tell(std::uint32_t who, const Holding& holding, absl::Time at, Seller* seller) const;
  void Accrue(std::uint32_t who);

  // market.cc
  void Moods(std::uint32_t who, int day, Seller* seller);
  void Surveys(std::uint32_t who, int day, Seller* seller);
  void Leaving(std::uint32_t who, int day, Seller* seller);

  // shopping.cc
  absl::Status Visit(std::uint32_t who, int day, Seller* seller);
  std::vector<int> WhatTheyCameFor(std::uint32_t who, int day) const;
  int Choose(std::uint32_t who, int day, std::uint32_t which) const;
  void TakeAlong(std::uint32_t who, int day, std::vector<int>* cart) const;
  void DeliverAutomatically(std::uint32_t who, int day, Seller* seller);
  std::vector<int> Due(std::uint32_t who, int day) const;
  void PlaceOrder(const Basket& basket, Seller* seller);

  // reactions.cc
  absl::Status Review(std::uint32_t who, int day, Seller* seller);
  absl::Status Present(const Opportunity& opportunity, Basket* basket, Seller* seller);
  void Refuse(const Opportunity& opportunity, const Offer& offer, double fit, Seller* seller);
  void Take(const Opportunity& opportunity, const Offer& offer, Basket* basket, Seller* seller);
  void Say(const Opportunity& opportunity, const Offer& offer, Reaction reaction,
           Seller* seller) const;
  void RecordShown(const Opportunity& opportunity, const std::vector<Offer>& offers,
                   Seller* seller) const;

  const World* world_;
  std::vector<Customer> customers_;
  std::vector<Account> accounts_;
  std::vector<double> usual_;  // margin of goods a day before StartAccounts
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_MARKET_H_
