#include "generator/orders.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <queue>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "generator/basket.h"
#include "generator/shopper.h"
#include "generator/streams.h"

namespace tsugi::generator {
namespace {

constexpr std::size_t kMostHabits = 4;
constexpr double kHabitGoesOn = 0.92;
constexpr double kGuestsPerCustomer = 1.3;  // guest orders in the whole history
constexpr Seconds kTakenAlong = 6 * kDay;   // a consumable due this soon is bought as well

class Shopping {
 public:
  Shopping(const Catalogue& catalogue, const std::vector<Campaign>& campaigns, std::uint64_t seed,
           std::uint32_t customers, Period history, Sink* sink)
      : catalogue_(catalogue),
        campaigns_(campaigns),
        seed_(seed),
        customers_(customers),
        history_(history),
        sink_(*sink),
        filler_(&catalogue, sink),
        shoppers_(std::size_t{customers} + 1) {}

  void Run();

 private:
  bool IsGuest(std::uint32_t number) const { return number == customers_; }
  void Schedule(Seconds at, std::uint32_t shopper, std::uint32_t what);
  Seconds NextVisit(Seconds after, Shopper* shopper) const;
  void BeginShopper(std::uint32_t number);
  void Handle(const Event& event);
  void OnVisit(std::uint32_t number, Seconds at);
  void OnHabit(std::uint32_t number, std::size_t habit, Seconds at);
  void OnReturn(std::uint32_t number, Seconds at);
  Visit MakeVisit(std::uint32_t number, Seconds at, std::string_view customer_id);
  void Buy(std::uint32_t number, const Visit& visit, bool repeated);
  void Remember(std::uint32_t number, const Visit& visit);
  void PlanReturn(std::uint32_t number, Seconds at, std::vector<ReturnLine> lines);
  void TellAbout(Shopper* shopper, const Visit& visit);
  void WriteLine(std::string_view order_id, std::string_view customer_id, Seconds at,
                 std::string_view channel, const ReturnLine& line,
                 std::string_view recommendation_id);

  const Catalogue& catalogue_;
  const std::vector<Campaign>& campaigns_;
  std::uint64_t seed_;
  std::uint32_t customers_;
  Period history_;
  Sink& sink_;
  BasketFiller filler_;
  std::vector<Shopper> shoppers_;  // the last one stands for all guests
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Basket basket_;
  std::int64_t orders_ = 0;
  std::int64_t guests_ = 0;
};

void Shopping::Schedule(Seconds at, std::uint32_t shopper, std::uint32_t what) {
  if (at < history_.end) events_.push({at, shopper, what});
}

Seconds Shopping::NextVisit(Seconds after, Shopper* shopper) const {
  const Seconds gap = ExponentialDays(shopper->person.mean_gap_days, &shopper->random);
  const Seconds at = AtShoppingHour(after + gap, &shopper->random);
  return at > after ? at : after + kHour;
}

void Shopping::BeginShopper(std::uint32_t number) {
  Shopper& shopper = shoppers_[number];
  shopper.random = RandomFor(seed_, Stream::kShopper, number);
  if (IsGuest(number)) {
    const double orders = std::max(5.0, kGuestsPerCustomer * customers_);
    shopper.person.mean_gap_days =
        static_cast<double>(history_.end - history_.start) / static_cast<double>(kDay) / orders;
    Schedule(NextVisit(history_.start, &shopper), number, kVisit);
    return;
  }
  shopper.person = MakePerson(seed_, number, history_, catalogue_.brands());
  if (shopper.person.signed_up >= history_.start) {  // signs up to buy, mostly at once
    const Seconds wait = ExponentialDays(0.5, &shopper.random);
    Schedule(shopper.person.signed_up + 300 + wait, number, kVisit);
  } else if (shopper.random.Chance(0.85)) {
    Schedule(NextVisit(history_.start, &shopper), number, kVisit);
  }
}

void Shopping::Run() {
  for (std::uint32_t number = 0; number <= customers_; ++number) BeginShopper(number);
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    Handle(event);
  }
  sink_.summary.orders = orders_;
}

void Shopping::Handle(const Event& event) {
  if (event.what == kReturn) {
    OnReturn(event.shopper, event.at);
  } else if (event.what == kVisit) {
    OnVisit(event.shopper, event.at);
  } else {
    OnHabit(event.shopper, event.what - kHabit, event.at);
  }
}

Visit Shopping::MakeVisit(std::uint32_t number, Seconds at, std::string_view customer_id) {
  Shopper& shopper = shoppers_[number];
  constexpr std::array<std::string_view, 4> kChannels = {"web", "app", "store", "phone"};
  constexpr std::array<double, 4> kShares = {0.58, 0.27, 0.12, 0.03};
  const Campaign* campaign =
      IsGuest(number) ? nullptr : RunningFor(campaigns_, at, number, shopper.person.segment);
  return {&shopper.person,
          customer_id,
          shopper.owned,
          campaign,
          kChannels.at(Draw(kShares, &shopper.random)),
          at};
}

void Shopping::OnVisit(std::uint32_t number, Seconds at) {
  Shopper& shopper = shoppers_[number];
  if (IsGuest(number)) {  // another one every time, but the door opens as often
    const double gap = shopper.person.mean_gap_days;
    const auto guest = static_cast<std::uint32_t>(guests_++);
    shopper.person = MakePerson(base::Mix64(seed_), guest, history_, catalogue_.brands());
    shopper.person.mean_gap_days = gap;
    shopper.owned = 0;
  } else if (shopper.gone) {
    return;
  }
  const std::string customer_id = IsGuest(number) ? "" : CustomerId(number);
  const Visit visit = MakeVisit(number, at, customer_id);
  basket_.clear();
  filler_.Fill(visit, &shopper.random, &basket_);
  if (!basket_.empty()) Buy(number, visit, false);
  if (!shopper.gone) Schedule(NextVisit(at, &shopper), number, kVisit);
}

void Shopping::OnHabit(std::uint32_t number, std::size_t habit, Seconds at) {
  Shopper& shopper = shoppers_[number];
  if (shopper.gone || shopper.habits[habit].due != at) return;  // bought along since, or given up
  const std::string customer_id = CustomerId(number);
  const Visit visit = MakeVisit(number, at, customer_id);
  basket_.clear();
  for (std::size_t i = 0; i < shopper.habits.size(); ++i) {
    Habit& due = shopper.habits[i];
    if (due.due == 0 || due.due > at + kTakenAlong) continue;
    due.due = 0;
    if (!catalogue_[due.product].SoldAt(at)) continue;
    const int quantity = filler_.Quantity(due.product, shopper.person.segment, &shopper.random);
    basket_.push_back({due.product, quantity, ""});
    if (!shopper.random.Chance(kHabitGoesOn)) continue;
    const double days = due.interval_days * std::max(0.3, 1 + 0.1 * shopper.random.Normal());
    due.due = at + std::llround(days * static_cast<double>(kDay));
    Schedule(due.due, number, kHabit + static_cast<std::uint32_t>(i));
  }
  if (basket_.empty()) return;
  if (shopper.random.Chance(0.25)) filler_.AddSomething(visit, &shopper.random, &basket_);
  Buy(number, visit, true);
}

void Shopping::Buy(std::uint32_t number, const Visit& visit, bool repeated) {
  Shopper& shopper = shoppers_[number];
  const std::string order_id = absl::StrFormat("O-%07d", ++orders_);
  std::vector<ReturnLine> bought;
  for (const BasketLine& line : basket_) {
    const Cents list = catalogue_[line.product].PriceAt(visit.at);
    const bool reduced = visit.campaign != nullptr && visit.campaign->Holds(line.product);
    const int discount = reduced ? visit.campaign->discount_percent : 0;
    bought.push_back({line.product, line.quantity, list, discount});
    WriteLine(order_id, visit.customer_id, visit.at, visit.channel, bought.back(),
              line.recommendation_id);
  }
  if (IsGuest(number)) return;
  Remember(number, visit);
  TellAbout(&shopper, visit);
  PlanReturn(number, visit.at, std::move(bought));
  shopper.gone = shopper.random.Chance(shopper.person.leaving / (repeated ? 3 : 1));
}

// What is owned now, and which consumables the shopper will come back for.
void Shopping::Remember(std::uint32_t number, const Visit& visit) {
  Shopper& shopper = shoppers_[number];
  const auto own = [&](const Product& product) {
    if (product.article < 0) return;
    const auto article = static_cast<std::size_t>(product.article);
    if (Articles()[article].durable) shopper.owned |= std::uint64_t{1} << article;
  };
  for (const BasketLine& line : basket_) {
    const Product& product = catalogue_[line.product];
    own(product);
    for (const ProductNumber content : product.contents) own(catalogue_[content]);
    if (product.article < 0 || shopper.habits.size() >= kMostHabits) continue;
    const int interval = Articles()[static_cast<std::size_t>(product.article)].interval_days;
    const bool known = std::any_of(
        shopper.habits.begin(), shopper.habits.end(),
        [&](const Habit& habit) { return catalogue_[habit.product].article == product.article; });
    if (interval == 0 || known || !shopper.random.Chance(kBecomesRegular)) continue;
    const double own_interval = interval * std::exp(0.2 * shopper.random.Normal());
    const Seconds due = AtShoppingHour(
        visit.at + std::llround(own_interval * static_cast<double>(kDay)), &shopper.random);
    Schedule(due, number, kHabit + static_cast<std::uint32_t>(shopper.habits.size()));
    shopper.habits.push_back({line.product, own_interval, due});
  }
}

void Shopping::PlanReturn(std::uint32_t number, Seconds at, std::vector<ReturnLine> lines) {
  base::Random& random = shoppers_[number].random;
  const double chance = random.Uniform();
  if (chance >= kReturnShare + kCancelShare) return;
  Return back{at + kHour, orders_, std::move(lines)};  // a cancelled order: all of it, soon
  if (chance < kReturnShare) {
    back.at = AtShoppingHour(at + (3 + static_cast<Seconds>(random.Below(18))) * kDay, &random);
    const std::size_t one = static_cast<std::size_t>(random.Below(back.lines.size()));
    back.lines = {back.lines[one]};
    const auto quantity = static_cast<std::uint64_t>(back.lines[0].quantity);
    back.lines[0].quantity = 1 + static_cast<int>(random.Below(quantity));
  }
  if (back.at >= history_.end) return;
  Schedule(back.at, number, kReturn);
  shoppers_[number].returns.push_back(std::move(back));
}

void Shopping::OnReturn(std::uint32_t number, Seconds at) {
  Shopper& shopper = shoppers_[number];
  const auto found = std::find_if(shopper.returns.begin(), shopper.returns.end(),
                                  [&](const Return& back) { return back.at == at; });
  const std::string order_id = absl::StrFormat("C-%07d", found->order);
  ++orders_;
  for (ReturnLine line : found->lines) {
    line.quantity = -line.quantity;
    WriteLine(order_id, CustomerId(number), at, "returns", line, "");
    ++sink_.summary.returned_lines;
    const int article = catalogue_[line.product].article;
    if (article >= 0) shopper.owned &= ~(std::uint64_t{1} << static_cast<unsigned>(article));
  }
  shopper.returns.erase(found);
}

void Shopping::TellAbout(Shopper* shopper, const Visit& visit) {
  base::Random& random = shopper->random;
  const double mood = shopper->person.satisfaction;
  const std::string& product_id = catalogue_[basket_.front().product].id;
  if (random.Chance(0.3)) {
    const Seconds before = 600 + static_cast<Seconds>(random.Below(36 * kHour));
    sink_.Signal({visit.customer_id, std::max(visit.at - before, shopper->person.signed_up),
                  "visit", -1, "", product_id});
  }
  if (random.Chance(0.08)) {
    const double csat = std::clamp(std::round(3.9 + 0.7 * mood + 0.6 * random.Normal()), 1.0, 5.0);
    sink_.Signal({visit.customer_id, visit.at + 3 * kDay, "csat", static_cast<std::int64_t>(csat),
                  "", product_id});
  }
  if (random.Chance(mood < -0.7 ? 0.05 : 0.012)) {
    const std::string subject = sink_.NextSubject("CASE");
    const Seconds opened = visit.at + 2 * kDay;
    sink_.Signal({visit.customer_id, opened, "complaint_opened", -1, subject, product_id});
    if (random.Chance(0.9)) {
      const Seconds closed = opened + kDay + static_cast<Seconds>(random.Below(12 * kDay));
      sink_.Signal({visit.customer_id, closed, "complaint_closed", -1, subject, product_id});
    }
  }
}

void Shopping::WriteLine(std::string_view order_id, std::string_view customer_id, Seconds at,
                         std::string_view channel, const ReturnLine& line,
                         std::string_view recommendation_id) {
  const Product& product = catalogue_[line.product];
  sink_.orders.Text(order_id).Text(customer_id).Time(at).Text(product.id).Number(line.quantity);
  sink_.orders.Money(line.unit_price).Text(product.name).Number(line.discount).Text(channel);
  sink_.orders.Text(recommendation_id).EndRow();
}

}  // namespace

void WriteOrders(const Catalogue& catalogue, const std::vector<Campaign>& campaigns,
                 std::uint64_t seed, std::uint32_t customers, Period history, Sink* sink) {
  Shopping(catalogue, campaigns, seed, customers, history, sink).Run();
}

}  // namespace tsugi::generator
