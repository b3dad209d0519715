#include "models/lifetime_value/bg_nbd.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/nelder_mead.h"
#include "models/lifetime_value/quadrature.h"

namespace tsugi::models {
namespace {

bool Positive(double value) { return value > 0 && std::isfinite(value); }

// log of the odds that the customer stopped at his last purchase; REQUIRES: repeats > 0.
double LogStoppedOdds(const BgNbdParameters& p, const PurchaseHistory& h) {
  return std::log(p.a / (p.b + h.repeats - 1)) +
         (p.r + h.repeats) * (std::log(p.alpha + h.age) - std::log(p.alpha + h.last));
}

// Where a is large the chance to stop after a purchase hardly differs between customers, and the
// series takes ever more terms that cancel. The mean over Beta(a, b + x) by Taylor's expansion to
// the second order: the rest is of the order of a^-2.
double LivingRateOfLikeCustomers(const BgNbdParameters& p, double weight, double shape, double rate,
                                 double time) {
  const double mean = p.a / weight;
  const double variance = mean * (1 - mean) / (weight + 1);
  const double x = time / rate;
  const double power = std::pow(1 + mean * x, -(shape + 1));
  const double bend = (shape + 1) * (shape + 2) * x * x / ((1 + mean * x) * (1 + mean * x));
  return shape / rate * power * (1 + bend * variance / 2);
}

// Purchases a unit of time of a customer alive at `age`, `time` later: see the header. Where r is
// large the transformed series cancels and the untransformed one, all positive, is taken.
double LivingRate(const BgNbdParameters& p, const PurchaseHistory& h, double time) {
  const double shape = p.r + h.repeats;
  const double rate = p.alpha + h.age;
  const double w = time / (rate + time);
  const double first = p.a + p.b - p.r - 1;
  const double third = p.a + p.b + h.repeats;
  constexpr double kLargeA = 200;
  if (p.a > kLargeA) return LivingRateOfLikeCustomers(p, third, shape, rate, time);
  if (first >= -2 || -first * p.a < third) {
    return shape / rate * std::pow(1 - w, p.a) * Hypergeometric2F1(first, p.a, third, w);
  }
  return shape / rate * std::pow(1 - w, shape + 1) *
         Hypergeometric2F1(shape + 1, p.b + h.repeats, third, w);
}

// Equal histories are computed once.
struct CountedHistory {
  PurchaseHistory history;
  double customers = 0;
};

auto Key(const PurchaseHistory& h) { return std::tie(h.repeats, h.last, h.age); }

std::vector<CountedHistory> CountEqual(std::span<const PurchaseHistory> histories) {
  std::vector<PurchaseHistory> sorted(histories.begin(), histories.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return Key(a) < Key(b); });
  std::vector<CountedHistory> counted;
  for (const PurchaseHistory& history : sorted) {
    if (counted.empty() || Key(counted.back().history) != Key(history)) {
      counted.push_back({history, 0});
    }
    ++counted.back().customers;
  }
  return counted;
}

// What of the likelihood depends on x alone: A1 A2 of the paper.
double LogPurchaseTerm(const BgNbdParameters& p, double x) {
  return LogGamma(p.r + x) - LogGamma(p.r) + p.r * std::log(p.alpha) + LogGamma(p.a + p.b) +
         LogGamma(p.b + x) - LogGamma(p.b) - LogGamma(p.a + p.b + x);
}

// A3 + A4 of the paper.
double LogTimeTerm(const BgNbdParameters& p, const PurchaseHistory& h) {
  const double alive = -(p.r + h.repeats) * std::log(p.alpha + h.age);
  if (h.repeats == 0) return alive;
  const double odds = LogStoppedOdds(p, h);  // log(1 + e^odds) without overflow
  return alive + std::max(odds, 0.0) + std::log1p(std::exp(-std::abs(odds)));
}

double SumLogLikelihood(const BgNbdParameters& p, const std::vector<CountedHistory>& counted) {
  double sum = 0;
  double term = 0;
  for (std::size_t i = 0; i < counted.size(); ++i) {  // sorted by x
    const PurchaseHistory& h = counted[i].history;
    if (i == 0 || h.repeats != counted[i - 1].history.repeats) term = LogPurchaseTerm(p, h.repeats);
    sum += counted[i].customers * (term + LogTimeTerm(p, h));
  }
  return sum;
}

absl::Status CheckHistory(const PurchaseHistory& h) {
  const bool ok = h.repeats >= 0 && h.repeats == std::floor(h.repeats) && h.last >= 0 &&
                  h.last <= h.age && std::isfinite(h.repeats) && std::isfinite(h.age) &&
                  (h.repeats > 0 || h.last == 0);
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("purchase history (repeats ", h.repeats, ", last ", h.last, ", age ", h.age,
                   "): repeats must be a whole number >= 0 and 0 <= last <= age, with last 0 "
                   "where there are no repeats"));
}

}  // namespace

absl::StatusOr<BgNbdModel> BgNbdModel::Create(const BgNbdParameters& parameters) {
  if (Positive(parameters.r) && Positive(parameters.alpha) && Positive(parameters.a) &&
      Positive(parameters.b)) {
    return BgNbdModel(parameters);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("BG/NBD parameters r ", parameters.r, ", alpha ", parameters.alpha, ", a ",
                   parameters.a, ", b ", parameters.b, ": all four must be positive and finite"));
}

double BgNbdModel::LogLikelihood(const PurchaseHistory& history) const {
  return LogPurchaseTerm(parameters_, history.repeats) + LogTimeTerm(parameters_, history);
}

double BgNbdModel::AliveProbability(const PurchaseHistory& history) const {
  if (history.repeats == 0) return 1;
  return 1 / (1 + std::exp(LogStoppedOdds(parameters_, history)));
}

double BgNbdModel::ExpectedPurchases(const PurchaseHistory& history, double time,
                                     double discount) const {
  if (time <= 0) return 0;
  // The rate varies on the scale of alpha + age, the discount on that of 1 / discount: in the
  // variable log(1 + t / (alpha + age)) panels of a half are short for both.
  const double scale = parameters_.alpha + history.age;
  const double end = std::log1p(time / scale);
  const int panels = 1 + static_cast<int>(2 * end) + static_cast<int>(discount * time / 4);
  const double living = Integrate(
      [&](double v) {
        const double t = scale * std::expm1(v);
        return LivingRate(parameters_, history, t) * std::exp(v - discount * t);
      },
      0, end, panels);
  return AliveProbability(history) * scale * living;
}

absl::StatusOr<BgNbdFit> FitBgNbd(std::span<const PurchaseHistory> histories) {
  double repeats = 0;
  double age = 0;
  for (const PurchaseHistory& history : histories) {
    if (absl::Status status = CheckHistory(history); !status.ok()) return status;
    repeats += history.repeats;
    age += history.age;
  }
  if (repeats == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "none of ", histories.size(),
        " customers bought a second time, so no repeat rate can be learned; use a longer history"));
  }
  const std::vector<CountedHistory> counted = CountEqual(histories);
  const auto unpack = [](std::span<const double> logs) {
    return BgNbdParameters{std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2]),
                           std::exp(logs[3])};
  };
  const double limit = std::log(1e5);
  // Start: everyone buys at the mean rate (a shape of 1), one in three stops after a purchase.
  const NelderMeadResult best = MinimizeNelderMead(
      [&](std::span<const double> logs) {
        for (const double log : logs) {
          if (std::abs(log) > limit) return std::numeric_limits<double>::infinity();
        }
        return -SumLogLikelihood(unpack(logs), counted);
      },
      {0, std::clamp(std::log(age / repeats), -limit / 2, limit / 2), 0, std::log(2.0)});
  if (!best.converged) {
    return absl::InternalError(
        "the search for BG/NBD parameters did not settle on this history; use a longer one");
  }
  const absl::StatusOr<BgNbdModel> model = BgNbdModel::Create(unpack(best.point));
  if (!model.ok()) return model.status();
  return BgNbdFit{*model, -best.value};
}

}  // namespace tsugi::models
