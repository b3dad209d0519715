#include "engine/worklist/worklist.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/lifetime_value/customer_value.h"
#include "engine/propensity/subscription_prior.h"
#include "engine/reasons/reasons.h"
#include "engine/state/subscriptions.h"
#include "engine/worklist/answer.h"

namespace tsugi {
namespace {

constexpr std::size_t kAtATime = 256;  // subscriptions looked at under one read lock

// An account before it gets its page: what it is sorted and filtered by.
struct Entry {
  std::string customer_id;
  std::string subscription_id;
  double value_at_risk = 0;
  double lifetime_value = 0;
  Moment moment = Moment::kRenewal;
  absl::Time event_at;
};

constexpr double kNearLimit = 0.8;

std::optional<absl::Time> DueAt(const Subscription& subscription) {
  switch (subscription.status) {
    case SubscriptionStatus::kActive:
    case SubscriptionStatus::kPastDue:
      return subscription.renews_at;
    case SubscriptionStatus::kTrialing:
      return subscription.trial_ends_at;
    case SubscriptionStatus::kCanceled:
    case SubscriptionStatus::kLostDeal:
      break;
  }
  return std::nullopt;
}

// What comes up for the subscription, if anything does.
std::optional<AccountEvent> EventOf(const FactIndex& index, const SubscriptionRecord& record,
                                    const Subscription& subscription, const WorklistQuery& query) {
  std::optional<AccountEvent> event;
  const auto offer = [&](Moment moment, absl::Time when) {
    if (when < query.at || when >= query.at + query.within) return;
    if (!event.has_value() || when < event->at) event = AccountEvent{moment, when};
  };
  const bool trial = subscription.status == SubscriptionStatus::kTrialing;
  if (const std::optional<absl::Time> due = DueAt(subscription); due.has_value()) {
    offer(trial ? Moment::kTrialEnd : Moment::kRenewal, *due);
  }
  if (subscription.status != SubscriptionStatus::kActive) return event;
  const std::optional<UsageOutlook> usage = UsageOf(index, record, query.at);
  if (usage.has_value() && usage->share >= kNearLimit) {
    offer(Moment::kUsageLimit, usage->reached_at.value_or(query.at));
  }
  return event;
}

// The account's context and subscription. A customer who does not consent to profiling still has a
// contract that renews: it is listed, and weighed without anything personal.
struct Account {
  Context context;
  SubscriptionState subscription;
};

absl::StatusOr<Account> ResolveAccount(const FactIndex& index, const PolicyInForce& policy,
                                       const WorklistQuery& query,
                                       const SubscriptionVersion& version) {
  Account account;
  TSUGI_ASSIGN_OR_RETURN(
      account.context,
      ResolveContext(index, policy.context,
                     RequestFor(query, version.facts.customer_id, version.facts.id)));
  for (const SubscriptionState& state : account.context.subscriptions) {
    if (state.facts == &version.facts) account.subscription = state;
  }
  if (account.subscription.facts == nullptr) {
    account.subscription.facts = &version.facts;
    account.subscription.plan = index.RefAsOf(version.plan, base::ToMicros(query.at));
  }
  return account;
}

// What an account is worth and how likely it is to be lost.
struct Weight {
  AccountRisk risk;
  double value_at_risk = 0;
  double lifetime_value = 0;
};

// How likely all the room of an account is taken, before anything is learned.
double ExpansionPrior(const FactIndex& index, const Account& account, double room_share) {
  const double seat =
      SeatPriceOrZero(index, account.subscription, base::ToMicros(account.context.at));
  ScoredOffer offer;
  offer.candidate.kind = OfferKind::kUpgrade;
  offer.candidate.subscription = &account.subscription;
  offer.replaced_price = base::Decimal::FromDouble(seat);
  offer.list_price = base::Decimal::FromDouble(seat * (1 + room_share));
  return PriorProbability({}, account.context, offer);
}

// What hangs on the event in a year: the contract, as likely as it is lost; the trial, as likely as
// it is converted; at a usage limit, where the contract itself goes on, the room to expand, as
// likely as it is taken.
double AtStake(const FactIndex& index, const Policy& policy, const Account& account, Moment moment,
               double risk) {
  if (moment == Moment::kUsageLimit) {
    const RankFigures figures = FiguresOf(index, account.context, &account.subscription);
    return figures.room_a_year * ExpansionPrior(index, account, figures.room_share);
  }
  const double price =
      YearlyOf(index, policy.value, account.subscription, account.context.at).price;
  return price * (moment == Moment::kTrialEnd ? 1 - risk : risk);
}

Weight WeightOf(const FactIndex& index, const Behaviour& behaviour, const Policy& policy,
                const Account& account, Moment moment) {
  const absl::Time at = account.context.at;
  Weight weight;
  weight.risk = RiskOf({}, behaviour, account.context, account.subscription,
                       SeatPriceOrZero(index, account.subscription, base::ToMicros(at)));
  weight.value_at_risk = AtStake(index, policy, account, moment, weight.risk.probability);
  weight.lifetime_value = ValueOfContract(index, behaviour, policy.value, account.context.segment,
                                          account.subscription, weight.risk.probability, at);
  return weight;
}

AccountRank RankOfAccount(const FactIndex& index, const Account& account) {
  return RankOf(FiguresOf(index, account.context, &account.subscription));
}

template <typename T>
bool Accepts(const std::vector<T>& accepted, const T& value) {
  return accepted.empty() || std::find(accepted.begin(), accepted.end(), value) != accepted.end();
}

// The entries of one stretch of subscriptions.
absl::Status Weigh(const FactIndex& index, const Behaviour& behaviour, const PolicyInForce& policy,
                   const WorklistQuery& query, std::size_t begin, std::vector<Entry>* entries) {
  const base::Micros at = base::ToMicros(query.at);
  const std::size_t end = std::min(begin + kAtATime, index.subscriptions().size());
  for (std::size_t i = begin; i < end; ++i) {
    const SubscriptionRecord& record = index.subscriptions()[i];
    const SubscriptionVersion* version = record.versions.AsOf(at);
    if (version == nullptr) continue;
    const std::optional<AccountEvent> event = EventOf(index, record, version->facts, query);
    if (!event.has_value()) continue;
    TSUGI_ASSIGN_OR_RETURN(const Account account, ResolveAccount(index, policy, query, *version));
    if (!Accepts(query.segments, account.context.segment)) continue;
    if (!query.ranks.empty() && !Accepts(query.ranks, RankOfAccount(index, account))) continue;
    const Weight weight = WeightOf(index, behaviour, policy.policy, account, event->moment);
    Entry& entry = entries->emplace_back();
    entry.customer_id = version->facts.customer_id;
    entry.subscription_id = version->facts.id;
    entry.moment = event->moment;
    entry.event_at = event->at;
    entry.value_at_risk = weight.value_at_risk;
    entry.lifetime_value = weight.lifetime_value;
  }
  return absl::OkStatus();
}

// Sorts the first `most` entries into place.
void SortEntries(const WorklistQuery& query, std::size_t most, std::vector<Entry>* entries) {
  const auto key = [&](const Entry& entry) {
    switch (query.order_by) {
      case WorklistOrder::kEventAt:
        return static_cast<double>(base::ToMicros(entry.event_at));
      case WorklistOrder::kLifetimeValue:
        return entry.lifetime_value;
      case WorklistOrder::kValueAtRisk:
        break;
    }
    return entry.value_at_risk;
  };
  const auto before = [&](const Entry& a, const Entry& b) {
    const double first = key(a);
    const double second = key(b);
    if (first != second) return query.descending ? first > second : first < second;
    return a.subscription_id < b.subscription_id;
  };
  const auto middle =
      entries->begin() + static_cast<std::ptrdiff_t>(std::min(most, entries->size()));
  std::partial_sort(entries->begin(), middle, entries->end(), before);
}

void FillFacts(const FactIndex& index, const Behaviour& behaviour, const Policy& policy,
               const WorklistQuery& query, const Account& resolved, const AccountEvent& event,
               WorklistAccount* account) {
  const base::Micros at = base::ToMicros(query.at);
  const Subscription& subscription = *resolved.subscription.facts;
  const Language language = LanguageOf(resolved.context.language);
  account->customer_id = subscription.customer_id;
  account->subscription_id = subscription.id;
  account->plan_id = index.product(resolved.subscription.plan.index).id;
  if (resolved.subscription.plan.facts != nullptr) {
    account->plan_name = resolved.subscription.plan.facts->name;
  }
  account->status = subscription.status;
  account->seats = subscription.seats;
  account->unit_price = SeatPrice(index, resolved.subscription, at);
  account->moment = event.moment;
  account->event_at = event.at;
  account->days_left = static_cast<int>((event.at - query.at) / absl::Hours(24));
  account->segment = resolved.context.segment;
  account->rank_figures = FiguresOf(index, resolved.context, &resolved.subscription);
  account->rank = RankOf(account->rank_figures);
  Weight weight = WeightOf(index, behaviour, policy, resolved, event.moment);
  account->value_at_risk = base::Decimal::FromDouble(weight.value_at_risk);
  account->lifetime_value = base::Decimal::FromDouble(weight.lifetime_value);
  account->risk = std::move(weight.risk);
  for (const RiskCause cause : account->risk.causes) {
    account->risk_texts.push_back(RiskText(cause, language));
  }
  account->open_complaint = !resolved.context.open_complaints.empty();
  const std::optional<UsageOutlook> usage =
      UsageOf(index, *index.FindSubscription(subscription.id), query.at);
  if (usage.has_value()) account->usage_share = usage->share;
  if (account->answer.no_offer.has_value()) {
    account->answer.no_offer_text =
        NoOfferText(*account->answer.no_offer, language, resolved.context.zone);
  }
  AlreadySaid said;
  for (const Suggestion& suggestion : account->answer.suggestions) {
    said.event = said.event || suggestion.moment == event.moment;
    said.usage = said.usage || suggestion.kind == OfferKind::kUpgrade;
  }
  account->talking_points =
      AccountPoints(resolved.context, resolved.subscription, event, usage, said, language);
}

// Nothing where the account has gone (erased, changed) since it was weighed.
absl::StatusOr<std::optional<WorklistAccount>> FillAccount(const Engine& engine,
                                                           const BoundModel& model,
                                                           const PolicyInForce& policy,
                                                           const WorklistQuery& query,
                                                           const Entry& entry) {
  TSUGI_ASSIGN_OR_RETURN(
      std::optional<Suggestions> answer,
      AnswerFor(engine, model, policy, RequestFor(query, entry.customer_id, entry.subscription_id),
                entry.moment));
  if (!answer.has_value()) return std::nullopt;
  WorklistAccount account;
  account.answer = *std::move(answer);
  const FactIndex& index = engine.index();
  const base::ReaderLock lock(&index.mutex());
  const SubscriptionRecord* record = index.FindSubscription(entry.subscription_id);
  const SubscriptionVersion* version =
      record == nullptr ? nullptr : record->versions.AsOf(base::ToMicros(query.at));
  if (version == nullptr || version->facts.customer_id != entry.customer_id) return std::nullopt;
  const std::optional<AccountEvent> event = EventOf(index, *record, version->facts, query);
  if (!event.has_value()) return std::nullopt;
  TSUGI_ASSIGN_OR_RETURN(const Account resolved, ResolveAccount(index, policy, query, *version));
  FillFacts(index, model.models().behaviour, policy.policy, query, resolved, *event, &account);
  return account;
}

}  // namespace

absl::StatusOr<WorklistPage> ListAccounts(const Engine& engine, const BoundModel& model,
                                          const PolicyInForce& policy, const WorklistQuery& query) {
  if (query.within <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat("within: ", absl::FormatDuration(query.within),
                                                   " looks at no time; use 30d, say"));
  }
  if (query.page_size == 0) {
    return absl::InvalidArgumentError("page_size: 0 shows nothing; use 1 to 200");
  }
  const FactIndex& index = engine.index();
  std::vector<Entry> entries;
  for (std::size_t begin = 0;; begin += kAtATime) {
    const base::ReaderLock lock(&index.mutex());
    if (begin >= index.subscriptions().size()) break;
    TSUGI_RETURN_IF_ERROR(Weigh(index, model.models().behaviour, policy, query, begin, &entries));
  }
  SortEntries(query, query.offset + query.page_size, &entries);
  WorklistPage page;
  page.total = entries.size();
  page.model_version = model.version();
  page.at = query.at;
  const std::size_t end = std::min(entries.size(), query.offset + query.page_size);
  for (std::size_t i = query.offset; i < end; ++i) {
    TSUGI_ASSIGN_OR_RETURN(std::optional<WorklistAccount> account,
                           FillAccount(engine, model, policy, query, entries[i]));
    if (account.has_value()) page.accounts.push_back(*std::move(account));
  }
  return page;
}

}  // namespace tsugi
