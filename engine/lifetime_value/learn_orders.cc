#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "engine/lifetime_value/learn.h"

namespace tsugi {
namespace {

constexpr base::Micros kDay = 86'400'000'000;
constexpr double kDaysPerWeek = 7;

// One customer's history, as the two models take it.
struct OneHistory {
  std::uint32_t segment = kNoIndex;
  models::PurchaseHistory purchases;
  models::SpendHistory spend;  // of repeat purchases
};

std::int64_t DayOf(base::Micros at) { return at / kDay - (at % kDay < 0 ? 1 : 0); }

// Money of an order's sales; returns and lines without a price count nothing.
double ValueOf(const OrderHistory& history, std::uint32_t order) {
  double value = 0;
  const auto [begin, end] = history.LinesOf(order);
  for (std::uint64_t l = begin; l < end; ++l) {
    const HistoryLine line = history.Line(l);
    if (line.quantity <= 0 || !line.unit_price_micros.has_value()) continue;
    value += static_cast<double>(*line.unit_price_micros) / 1e6 * line.quantity;
  }
  return value;
}

bool HasSale(const OrderHistory& history, std::uint32_t order) {
  const auto [begin, end] = history.LinesOf(order);
  for (std::uint64_t l = begin; l < end; ++l) {
    if (history.Line(l).quantity > 0) return true;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(const HistoryView& view) : view_(view), until_(ObservedUntil(view)) {}

  std::vector<OneHistory> Read() {
    const OrderHistory& history = *view_.history;
    std::vector<OneHistory> customers;
    const std::size_t stride = 1 + history.num_customers() / kMostCustomers;
    for (std::uint32_t c = 0; c < history.num_customers();
         c += static_cast<std::uint32_t>(stride)) {
      if (!history.MayProfileAt(c, until_)) continue;
      std::optional<OneHistory> customer = ReadOne(c);
      if (customer.has_value()) customers.push_back(*customer);
    }
    return customers;
  }

  double mean_order() const { return orders_ > 0 ? revenue_ / orders_ : 0; }

 private:
  std::optional<OneHistory> ReadOne(std::uint32_t c) {
    const OrderHistory& history = *view_.history;
    OneHistory customer;
    std::int64_t first = 0;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    double purchases = 0;
    double repeat_value = 0;
    for (const std::uint32_t order : history.OrdersOf(c)) {
      if (order >= view_.num_orders) break;
      if (!HasSale(history, order)) continue;
      const std::int64_t day = DayOf(history.columns().times[order]);
      const double value = ValueOf(history, order);
      customer.segment = history.columns().segments[order];
      revenue_ += value;
      orders_ += 1;
      if (purchases == 0) first = day;
      if (day != last) purchases += 1;
      if (purchases > 1) repeat_value += value;
      last = day;
    }
    if (purchases == 0) return std::nullopt;
    customer.purchases.repeats = purchases - 1;
    customer.purchases.last = static_cast<double>(last - first) / kDaysPerWeek;
    customer.purchases.age = std::max(customer.purchases.last,
                                      static_cast<double>(DayOf(until_) - first) / kDaysPerWeek);
    customer.spend.orders = customer.purchases.repeats;
    if (purchases > 1) customer.spend.mean = repeat_value / customer.spend.orders;
    return customer;
  }

  const HistoryView& view_;
  const base::Micros until_;
  double revenue_ = 0;
  double orders_ = 0;
};

struct Histories {
  std::vector<models::PurchaseHistory> purchases;
  std::vector<models::SpendHistory> spend;
  std::uint64_t repeaters = 0;

  void Add(const OneHistory& customer) {
    purchases.push_back(customer.purchases);
    spend.push_back(customer.spend);
    if (customer.purchases.repeats > 0) ++repeaters;
  }
};

struct Fitted {
  OrderBehaviour behaviour;
  double log_likelihood = 0;
};

std::optional<Fitted> Fit(const Histories& histories, std::string segment, double mean_order) {
  if (histories.repeaters < kFewestRepeaters) return std::nullopt;
  const absl::StatusOr<models::BgNbdFit> purchases = models::FitBgNbd(histories.purchases);
  if (!purchases.ok()) return std::nullopt;  // no maximum: nothing to say
  Fitted fitted;
  fitted.log_likelihood = purchases->log_likelihood;
  fitted.behaviour.segment = std::move(segment);
  fitted.behaviour.purchases = purchases->model.parameters();
  fitted.behaviour.mean_order = mean_order;
  fitted.behaviour.customers = histories.purchases.size();
  fitted.behaviour.repeat_customers = histories.repeaters;
  const absl::StatusOr<models::GammaGammaFit> spend = models::FitGammaGamma(histories.spend);
  if (spend.ok()) fitted.behaviour.spend = spend->model.parameters();
  return fitted;
}

double LogLikelihood(const models::BgNbdParameters& parameters, const Histories& histories) {
  const absl::StatusOr<models::BgNbdModel> model = models::BgNbdModel::Create(parameters);
  if (!model.ok()) return -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const models::PurchaseHistory& history : histories.purchases) {
    sum += model->LogLikelihood(history);
  }
  return sum;
}

}  // namespace

base::Micros ObservedUntil(const HistoryView& view) {
  if (view.until != std::numeric_limits<base::Micros>::max()) return view.until;
  const auto range = view.Range();
  return range.has_value() ? range->second : std::numeric_limits<base::Micros>::min() + 1;
}

std::vector<OrderBehaviour> LearnOrders(const HistoryView& view) {
  constexpr double kParameters = 4;
  Reader reader(view);
  const std::vector<OneHistory> customers = reader.Read();
  Histories all;
  std::map<std::uint32_t, Histories> by_segment;
  for (const OneHistory& customer : customers) {
    all.Add(customer);
    if (customer.segment != kNoIndex) by_segment[customer.segment].Add(customer);
  }
  std::vector<OrderBehaviour> learned;
  const std::optional<Fitted> everyone = Fit(all, "", reader.mean_order());
  if (!everyone.has_value()) return learned;
  learned.push_back(everyone->behaviour);
  for (const auto& [segment, histories] : by_segment) {
    const std::string& name = view.history->columns().segment_names[segment];
    std::optional<Fitted> own = Fit(histories, name, reader.mean_order());
    if (!own.has_value()) continue;
    const double common = LogLikelihood(everyone->behaviour.purchases, histories);
    if (own->log_likelihood > common + kParameters) learned.push_back(std::move(own->behaviour));
  }
  return learned;
}

}  // namespace tsugi
