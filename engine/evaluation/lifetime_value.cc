#include "engine/evaluation/lifetime_value.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

constexpr int kLastClass = 7;

struct CustomerRecord {
  models::PurchaseHistory history;
  double mean_repeat = 0;  // value of the calibration's repeat purchases, a purchase
  double later = 0;        // purchases in the holdout
  double later_spend = 0;
};

double Weeks(absl::CivilDay from, absl::CivilDay until) {
  return static_cast<double>(until - from) / 7;
}

std::string Text(absl::CivilDay day) {
  std::ostringstream out;
  out << day;
  return out.str();
}

// Of one customer's purchases, in the order of days; nothing if the first is after the calibration.
std::optional<CustomerRecord> Record(std::span<const PurchaseDay> purchases,
                                     absl::CivilDay calibration, absl::CivilDay until) {
  if (purchases.front().day > calibration) return std::nullopt;
  const absl::CivilDay first = purchases.front().day;
  CustomerRecord record;
  record.history.age = Weeks(first, calibration);
  for (const PurchaseDay& purchase : purchases.subspan(1)) {
    if (purchase.day <= calibration) {
      ++record.history.repeats;
      record.history.last = Weeks(first, purchase.day);
      record.mean_repeat += purchase.value;
    } else if (purchase.day <= until) {
      ++record.later;
      record.later_spend += purchase.value;
    }
  }
  if (record.history.repeats > 0) record.mean_repeat /= record.history.repeats;
  return record;
}

double Correlation(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  double mean_a = 0;
  double mean_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

ForecastAccuracy Accuracy(std::string model, std::span<const double> forecast,
                          std::span<const double> actual) {
  ForecastAccuracy accuracy{.model = std::move(model)};
  double squares = 0;
  for (std::size_t i = 0; i < forecast.size(); ++i) {
    accuracy.expected += forecast[i];
    accuracy.actual += actual[i];
    accuracy.mean_absolute_error += std::abs(forecast[i] - actual[i]);
    squares += (forecast[i] - actual[i]) * (forecast[i] - actual[i]);
  }
  const auto n = static_cast<double>(forecast.size());
  accuracy.mean_absolute_error /= n;
  accuracy.root_mean_squared_error = std::sqrt(squares / n);
  accuracy.correlation = Correlation(forecast, actual);
  return accuracy;
}

absl::StatusOr<std::vector<CustomerRecord>> Records(const PurchaseLog& log,
                                                    const LifetimeValueOptions& options,
                                                    LifetimeValueReport& report) {
  absl::CivilDay last = absl::CivilDay::min();
  report.calibration_from = absl::CivilDay::max();
  for (const PurchaseDay& purchase : log.purchases) {
    last = std::max(last, purchase.day);
    report.calibration_from = std::min(report.calibration_from, purchase.day);
  }
  report.holdout_until = options.until.value_or(last);
  if (report.holdout_until <= options.calibration_until) {
    return absl::FailedPreconditionError(absl::StrCat(
        "calibration until ", Text(options.calibration_until), " leaves no day to test on: the ",
        "last is ", log.purchases.empty() ? "none" : Text(report.holdout_until),
        "; choose an earlier day"));
  }
  report.holdout_weeks = Weeks(options.calibration_until, report.holdout_until);
  std::vector<CustomerRecord> records;
  const std::span<const PurchaseDay> all = log.purchases;
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    while (end < all.size() && all[end].customer == all[begin].customer) ++end;
    const std::optional<CustomerRecord> record =
        Record(all.subspan(begin, end - begin), options.calibration_until, report.holdout_until);
    report.later_customers += record.has_value() ? 0 : 1;
    if (record.has_value()) records.push_back(*record);
  }
  if (records.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("no customer bought until ", Text(options.calibration_until),
                     "; the first purchase is of ", Text(report.calibration_from)));
  }
  return records;
}

void AddClasses(const std::vector<CustomerRecord>& records, std::span<const double> expected,
                const models::BgNbdModel& model, LifetimeValueReport& report) {
  report.classes.resize(kLastClass + 1);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const double repeats = std::min<double>(records[i].history.repeats, kLastClass);
    FrequencyClass& the_class = report.classes[static_cast<std::size_t>(repeats)];
    ++the_class.customers;
    the_class.expected += expected[i];
    the_class.actual += records[i].later;
    the_class.alive += model.AliveProbability(records[i].history);
  }
  for (std::size_t c = 0; c < report.classes.size(); ++c) {
    FrequencyClass& the_class = report.classes[c];
    the_class.repeats = static_cast<int>(c);
    if (the_class.customers == 0) continue;
    const auto customers = static_cast<double>(the_class.customers);
    the_class.expected /= customers;
    the_class.actual /= customers;
    the_class.alive /= customers;
  }
}

void AddSpend(const std::vector<CustomerRecord>& records, std::span<const double> expected,
              const models::BgNbdModel& model, const models::OrderValueOptions& options,
              LifetimeValueReport& report) {
  std::vector<models::SpendHistory> histories;
  histories.reserve(records.size());
  for (const CustomerRecord& record : records) {
    histories.push_back({record.history.repeats, record.mean_repeat});
  }
  const absl::StatusOr<models::GammaGammaFit> fit = models::FitGammaGamma(histories);
  if (!fit.ok()) {
    report.no_spend = std::string(fit.status().message());
    return;
  }
  SpendAccuracy spend{.parameters = fit->model.parameters(), .customers = fit->customers};
  for (FrequencyClass& the_class : report.classes) {
    if (the_class.customers > 0) the_class.value = 0;
  }
  const auto customers = static_cast<double>(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const double forecast = fit->model.ExpectedOrder(histories[i]) * expected[i];
    spend.expected += forecast;
    spend.actual += records[i].later_spend;
    spend.mean_absolute_error += std::abs(forecast - records[i].later_spend) / customers;
    const double value = models::ExpectedOrderValue(model, fit->model, records[i].history,
                                                    records[i].mean_repeat, options);
    spend.mean_value += value / customers;
    const double repeats = std::min<double>(records[i].history.repeats, kLastClass);
    FrequencyClass& the_class = report.classes[static_cast<std::size_t>(repeats)];
    *the_class.value += value / static_cast<double>(the_class.customers);
  }
  report.spend = spend;
}

}  // namespace

absl::StatusOr<LifetimeValueReport> EvaluateLifetimeValue(const PurchaseLog& log,
                                                          const LifetimeValueOptions& options) {
  LifetimeValueReport report;
  TSUGI_ASSIGN_OR_RETURN(const std::vector<CustomerRecord> records, Records(log, options, report));
  std::vector<models::PurchaseHistory> histories;
  histories.reserve(records.size());
  for (const CustomerRecord& record : records) histories.push_back(record.history);
  TSUGI_ASSIGN_OR_RETURN(const models::BgNbdFit fit, models::FitBgNbd(histories));
  report.customers = records.size();
  report.calibration_until = options.calibration_until;
  report.parameters = fit.model.parameters();
  report.log_likelihood = fit.log_likelihood;

  std::vector<double> expected;
  std::vector<double> past_rate;
  std::vector<double> actual;
  for (const CustomerRecord& record : records) {
    const models::PurchaseHistory& history = record.history;
    report.repeat_customers += history.repeats > 0 ? 1 : 0;
    expected.push_back(fit.model.ExpectedPurchases(history, report.holdout_weeks));
    past_rate.push_back(history.age > 0 ? history.repeats / history.age * report.holdout_weeks : 0);
    actual.push_back(record.later);
  }
  report.accuracy = {Accuracy("bg_nbd", expected, actual),
                     Accuracy("past_rate", past_rate, actual)};
  AddClasses(records, expected, fit.model, report);
  AddSpend(records, expected, fit.model, options.value, report);
  return report;
}

}  // namespace tsugi
