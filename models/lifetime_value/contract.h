// Shifted beta-geometric: how long a contract that is renewed period by period will last (Fader,
// Hardie 2007, "How to project customer retention"; residual value after Fader, Hardie 2010,
// "Customer-base valuation in a contractual setting").
//
// At the end of each period a customer leaves with his own probability theta ~ Beta(alpha, beta).
// Customers differ, so the retention rate of a cohort rises as the fickle ones go, and an old
// customer is worth more than a new one on the same plan. Periods are those of the contract.
//
// For alpha <= 1 the mean lifetime is infinite, so values here are always over a finite horizon.
//
// Thread safety: ContractModel is immutable.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_CONTRACT_H_
#define TSUGI_MODELS_LIFETIME_VALUE_CONTRACT_H_

#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi::models {

struct ContractParameters {
  double alpha = 0;
  double beta = 0;
};

class ContractModel {
 public:
  // Errors: INVALID_ARGUMENT unless both are positive and finite.
  static absl::StatusOr<ContractModel> Create(const ContractParameters& parameters);

  const ContractParameters& parameters() const { return parameters_; }

  // P(still there after `periods` ends of a period), 1 for 0.
  double Survival(int periods) const;
  // P(leaves at the end of period `period`), from 1.
  double LossProbability(int period) const;
  // P(renews at the end of period `period` | there until then), from 1; rises towards 1.
  double RetentionRate(int period) const;

  // Renewals expected of a customer who has renewed `renewals` times (0: in his first period), at
  // the coming `horizon` ends of a period. The k-th from now weighs (1 + discount_rate)^-(k - 1 +
  // until_next), the rate being that of a period: the next end is `until_next` periods away, 0 if
  // it is due now. REQUIRES: renewals >= 0, horizon >= 0, discount_rate >= 0.
  double ExpectedRenewals(int renewals, int horizon, double discount_rate,
                          double until_next = 0) const;

 private:
  explicit ContractModel(const ContractParameters& parameters) : parameters_(parameters) {}

  ContractParameters parameters_;
};

// How contracts ended, or how far they have got.
class ContractTenures {
 public:
  // `contracts` that ended at the end of period `period`, from 1.
  absl::Status AddLost(int period, double contracts = 1);
  // `contracts` still there, that have renewed `renewals` times.
  absl::Status AddAlive(int renewals, double contracts = 1);
  // A cohort: how many stood at its start and after each period, never rising: {1000, 869, 743}.
  absl::Status AddCohort(std::span<const double> alive);

  const std::vector<double>& lost() const { return lost_; }    // [period]
  const std::vector<double>& alive() const { return alive_; }  // [renewals]

 private:
  std::vector<double> lost_;
  std::vector<double> alive_;
};

struct ContractFit {
  ContractModel model;
  double log_likelihood = 0;
};

// Maximum likelihood, the parameters kept within [1e-5, 1e5]: customers all alike have no finite
// maximum, and the fit ends on that border.
// Errors: FAILED_PRECONDITION where no contract has ended or none was ever renewed; INTERNAL where
// the search does not settle.
absl::StatusOr<ContractFit> FitContract(const ContractTenures& tenures);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_CONTRACT_H_
