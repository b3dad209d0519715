// The yardstick: a seller that knows the market's response functions and every customer's hidden
// state, but not the dice, and obeys the same limits as everybody else. At each opportunity it
// shows what adds most to the expected value, the cost of the annoyance included; it looks ahead no
// further than that (a greedy bound: docs/simulation.md).
//
// Not thread-safe.
#ifndef TSUGI_SIMULATOR_ORACLE_H_
#define TSUGI_SIMULATOR_ORACLE_H_

#include <span>
#include <vector>

#include "simulator/limits.h"
#include "simulator/market.h"
#include "simulator/seller.h"
#include "simulator/truth.h"

namespace tsugi::simulator {

struct OracleOptions {
  LimitOptions limits;
  int end = 0;  // day; not included
  double continuing_days = 365;
  // An outbound contact must be worth at least this, in money: there are few of them.
  double least_gain = 0;
};

class Oracle : public Seller {
 public:
  // `market` is the one it sells in; it must outlive the oracle.
  Oracle(const Market* market, const OracleOptions& options)
      : market_(*market), options_(options), limits_(options.limits) {}

  absl::StatusOr<std::vector<Offer>> Offers(const Opportunity& opportunity) override;
  void Hear(const Fact& fact) override { limits_.Hear(fact); }
  absl::Status StartDay(int) override { return absl::OkStatus(); }

 private:
  struct Option {
    Offer offer;
    double value = 0;  // if it is taken
    double gain = 0;   // times the chance that it is, shown alone
  };
  std::vector<Option> Options(const Truth& truth) const;
  double ValueOfGoods(const Truth& truth, const Offer& offer) const;
  double ValueOfSoftware(const Truth& truth, const Offer& offer) const;
  double ValueOfAutomatic(const Truth& truth, int item) const;
  double CostOfAnnoyance(const Truth& truth, double step) const;
  double NetGain(const Truth& truth, std::span<const Option> options) const;

  const Market& market_;
  const OracleOptions options_;
  Limits limits_;
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_ORACLE_H_
