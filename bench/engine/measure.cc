#include "bench/engine/measure.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "base/random.h"
#include "engine/suggest/fill.h"

namespace tsugi {
namespace {

using Steady = std::chrono::steady_clock;

double MicrosSince(Steady::time_point start) {
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

std::size_t OrdersOf(const CustomerRecord& customer) {
  return std::set<std::uint32_t>(customer.purchase_orders.begin(), customer.purchase_orders.end())
      .size();
}

// The distinct products of each order of the customer.
std::vector<std::vector<ProductIndex>> BasketsOf(const CustomerRecord& customer) {
  std::map<std::uint32_t, std::set<ProductIndex>> baskets;
  for (std::size_t i = 0; i < customer.purchases.size(); ++i) {
    if (customer.purchases[i].quantity <= 0) continue;
    baskets[customer.purchase_orders[i]].insert(customer.purchases[i].product);
  }
  std::vector<std::vector<ProductIndex>> result;
  result.reserve(baskets.size());
  for (const auto& [order, basket] : baskets) result.emplace_back(basket.begin(), basket.end());
  return result;
}

// Of anyone, guests as well.
base::Micros NewestSale(const FactIndex& index) {
  base::Micros newest = 0;
  for (std::uint32_t p = 0; p < index.num_products(); ++p) {
    newest = std::max(newest, index.product(ProductIndex(p)).last_sold.at);
  }
  for (std::uint32_t c = 0; c < index.num_customers(); ++c) {
    const CustomerRecord& customer = index.customer(CustomerIndex(c));
    if (!customer.purchases.empty()) newest = std::max(newest, customer.purchases.back().at);
  }
  return newest;
}

}  // namespace

std::vector<SuggestRequest> MakeRequests(const FactIndex& index, std::size_t count,
                                         std::size_t cart_size, std::size_t orders) {
  base::Random random(1);
  std::vector<const CustomerRecord*> customers;
  std::vector<std::vector<ProductIndex>> baskets;
  const base::Micros end = NewestSale(index);  // as a shop asks: now
  for (std::uint32_t c = 0; c < index.num_customers(); ++c) {
    const CustomerRecord& customer = index.customer(CustomerIndex(c));
    for (std::vector<ProductIndex>& basket : BasketsOf(customer)) {
      if (basket.size() >= cart_size) baskets.push_back(std::move(basket));
    }
    const std::size_t has = OrdersOf(customer);
    if (orders == 0 || (has >= orders * 8 / 10 && has <= orders * 12 / 10))
      customers.push_back(&customer);
  }
  std::vector<SuggestRequest> requests;
  for (std::size_t i = 0; i < count && !baskets.empty() && !customers.empty(); ++i) {
    SuggestRequest request;
    request.at = base::FromMicros(end);
    if (orders > 0) request.customer_id = customers[random.Below(customers.size())]->id;
    std::vector<ProductIndex>& basket = baskets[random.Below(baskets.size())];
    random.Shuffle(std::span(basket));
    for (std::size_t p = 0; p < cart_size; ++p) {
      request.cart.push_back({index.product(basket[p]).id, 1, std::nullopt});
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

void Measure(const char* name, const Engine& engine, const std::vector<SuggestRequest>& requests,
             std::size_t rounds) {
  std::vector<double> micros;
  std::vector<double> best(requests.size(), 1e9);
  double sum = 0;
  std::size_t suggestions = 0;
  for (std::size_t round = 0; round <= rounds; ++round) {
    for (std::size_t r = 0; r < requests.size(); ++r) {
      const Steady::time_point start = Steady::now();
      const absl::StatusOr<Suggestions> answer = engine.Suggest(requests[r]);
      const double took = MicrosSince(start);
      suggestions += Must(answer).suggestions.size();
      if (round == 0) continue;
      micros.push_back(took);
      best[r] = std::min(best[r], took);
      sum += took;
    }
  }
  if (micros.empty()) {
    std::printf("%-28s no request could be made from this store\n", name);
    return;
  }
  std::sort(micros.begin(), micros.end());
  std::sort(best.begin(), best.end());
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  const auto asked = static_cast<double>(requests.size() * (rounds + 1));
  std::printf(
      "%-28s p50 %7.1f  p90 %7.1f  p99 %7.1f  mean %7.1f  quiet %7.1f us  (%.2f suggestions)\n",
      name, at(0.5), at(0.9), at(0.99), sum / static_cast<double>(micros.size()),
      best[best.size() / 2], static_cast<double>(suggestions) / asked);
}

void MeasureSteps(const Engine& engine, const std::vector<SuggestRequest>& requests,
                  std::size_t rounds) {
  const auto model = Must(engine.ModelOf(""));
  const auto in_force = engine.policy();
  const FactIndex& index = engine.index();
  std::array<std::vector<double>, 5> steps;
  std::vector<Candidate> candidates;
  std::vector<ScoredOffer> offers;
  const base::ReaderLock lock(&index.mutex());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const SuggestRequest& request : requests) {
      auto start = Steady::now();
      const auto lap = [&](std::size_t step) {
        steps[step].push_back(MicrosSince(start));
        start = Steady::now();
      };
      const Context context = Must(ResolveContext(index, in_force->context, request));
      lap(0);
      const absl::Status collected =
          CollectCandidates(*model, index, context, engine.options().candidates, candidates);
      if (!collected.ok()) std::exit(1);
      lap(1);
      Score(*model, index, context, engine.options().scoring, candidates, offers);
      lap(2);
      const Decision decision = Decide(in_force->policy, context, std::span(offers), 0, false);
      lap(3);
      const Suggestions answer = FillSuggestions(index, context, decision, false);
      lap(4);
    }
  }
  if (steps[0].empty()) return;
  std::printf("  steps, median us:");
  const char* const names[] = {"context", "candidates", "score", "decide", "fill"};
  for (std::size_t step = 0; step < steps.size(); ++step) {
    std::sort(steps[step].begin(), steps[step].end());
    std::printf(" %s %.2f", names[step], steps[step][steps[step].size() / 2]);
  }
  std::printf("\n");
}

}  // namespace tsugi
