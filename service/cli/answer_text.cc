#include "service/cli/answer_text.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "proto/tsugi/v1/suggestion.pb.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

std::string Amount(const v1::Money& money) {
  const std::int64_t micros = money.units() * base::Decimal::kScale + money.nanos() / 1000;
  const std::string fixed = base::Decimal::FromMicros(micros).ToFixed(2);
  const std::size_t first = fixed.starts_with('-') ? 1 : 0;
  const std::size_t point = fixed.find('.');
  std::uint64_t whole = 0;
  (void)absl::SimpleAtoi(fixed.substr(first, point - first), &whole);  // digits, as just written
  return absl::StrCat(first == 1 ? "-" : "", Grouped(whole), fixed.substr(point), " ",
                      money.currency_code());
}

std::string Instant(const google::protobuf::Timestamp& time) {
  return base::FormatTime(absl::FromUnixSeconds(time.seconds()));
}

// The day alone where it is the beginning of one (UTC), as renewals mostly are.
std::string DayOrInstant(const google::protobuf::Timestamp& time) {
  constexpr std::size_t kDay = sizeof("2024-11-01") - 1;
  const std::string text = Instant(time);
  return text.ends_with("T00:00:00Z") ? text.substr(0, kDay) : text;
}

// OFFER_KIND_CROSS_SELL -> cross_sell.
std::string Word(const std::string& name, const std::string& prefix) {
  return absl::AsciiStrToLower(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}
std::string Word(v1::OfferKind kind) { return Word(v1::OfferKind_Name(kind), "OFFER_KIND_"); }
std::string Word(v1::Moment moment) { return Word(v1::Moment_Name(moment), "MOMENT_"); }

std::string Named(const std::string& id, const std::string& name) {
  return name.empty() || name == id ? id : absl::StrCat(name, " (", id, ")");
}

void PrintTerms(const v1::Suggestion& suggestion, const std::string& indent, std::ostream& out) {
  std::vector<std::string> terms = {Word(suggestion.offer_kind()), Word(suggestion.moment())};
  if (suggestion.has_price()) terms.push_back(Amount(suggestion.price()));
  if (suggestion.discount_percent() > 0) {
    terms.push_back(absl::StrFormat("%g %% off %s", suggestion.discount_percent(),
                                    Amount(suggestion.list_price())));
  }
  if (!suggestion.coupon().empty()) terms.push_back("coupon " + suggestion.coupon());
  if (!suggestion.campaign_id().empty()) terms.push_back("campaign " + suggestion.campaign_id());
  if (suggestion.interval_days() > 0) {
    terms.push_back(absl::StrCat("every ", suggestion.interval_days(), " days"));
  }
  terms.push_back(absl::StrFormat("probability %.1f %%", suggestion.probability() * 100));
  if (suggestion.has_expected_value()) {
    terms.push_back("worth " + Amount(suggestion.expected_value()));
  }
  if (suggestion.has_valid_until())
    terms.push_back("until " + DayOrInstant(suggestion.valid_until()));
  out << indent;
  for (std::size_t i = 0; i < terms.size(); ++i) out << (i == 0 ? "" : " | ") << terms[i];
  out << "\n";
}

// What is paid when, where no reason says it.
void PrintProration(const v1::Suggestion& suggestion, const std::string& indent,
                    std::ostream& out) {
  const bool told = std::any_of(suggestion.reasons().begin(), suggestion.reasons().end(),
                                [](const v1::Reason& one) { return one.code() == "proration"; });
  if (!suggestion.has_proration() || told) return;
  const v1::Proration& change = suggestion.proration();
  const v1::Money& due = change.amount_due_today();
  const std::string today =
      due.units() == 0 && due.nanos() == 0 ? "nothing due today" : "due today " + Amount(due);
  const std::string from =
      change.has_period_end() ? DayOrInstant(change.period_end()) : "the next renewal";
  out << indent << today << ", " << Amount(change.next_renewal_price()) << " from " << from
      << " on\n";
}

// `said` holds what was said before in the same call: nobody says it twice.
void PrintSuggestion(int number, const v1::Suggestion& suggestion, const std::string& indent,
                     std::set<std::string>& said, std::ostream& out) {
  out << indent << number << ". " << Named(suggestion.product_id(), suggestion.product_name());
  if (!suggestion.replaces_product_id().empty()) {
    out << " instead of " << suggestion.replaces_product_id();
  }
  out << "\n";
  const std::string inner = indent + "   ";
  if (suggestion.bundle_product_ids_size() > 0) {
    out << inner << "holds " << absl::StrJoin(suggestion.bundle_product_ids(), ", ") << "\n";
  }
  PrintTerms(suggestion, inner, out);
  for (const v1::Reason& reason : suggestion.reasons()) out << inner << reason.text() << "\n";
  PrintProration(suggestion, inner, out);
  for (const std::string& point : suggestion.talking_points()) {
    if (said.insert(point).second) out << inner << "\"" << point << "\"\n";
  }
}

// The text says from when on to look again, where that is known, as a person would; the instant to
// the second is in --json.
void PrintNoOffer(const v1::NoOffer& no_offer, const std::string& indent, std::ostream& out) {
  out << indent << "nothing now ("
      << Word(v1::NoOfferReason_Name(no_offer.reason()), "NO_OFFER_REASON_") << ")";
  if (!no_offer.text().empty()) {
    out << ": " << no_offer.text();
  } else if (no_offer.has_retry_at()) {
    out << "; ask again at " << DayOrInstant(no_offer.retry_at());
  }
  out << "\n";
}

// "Sunscreen (P7)", "Team (team) instead of basic".
std::string CandidateText(const v1::Explanation& line) {
  std::string text = Named(line.product_id(), line.product_name());
  if (!line.replaces_product_id().empty()) {
    absl::StrAppend(&text, " instead of ", line.replaces_product_id());
  }
  return text;
}

// What became of every candidate, what was suggested first. Value and priority of what no rule got
// to weigh are left empty: they are not 0, nobody worked them out.
void PrintExplanation(const v1::GetSuggestionsResponse& answer, std::ostream& out) {
  out << "\n";
  Table table({"candidate", "kind", "outcome", "rule", "moment", "until", ">P", ">C", ">V", ">L",
               ">priority"});
  for (const v1::Explanation& line : answer.explanation()) {
    std::vector<std::string> cells = {
        CandidateText(line),
        Word(line.offer_kind()),
        Word(v1::Outcome_Name(line.outcome()), "OUTCOME_"),
        line.rule_id(),
        line.moment() == v1::MOMENT_UNSPECIFIED ? "" : Word(line.moment()),
        line.has_until() ? Instant(line.until()) : ""};
    const v1::Factors& factors = line.factors();
    cells.push_back(line.has_factors() ? absl::StrFormat("%.2f %%", factors.probability() * 100)
                                       : "");
    if (line.has_factors() && (factors.value() != 0 || factors.priority() != 0)) {
      cells.insert(cells.end(), {absl::StrFormat("%.2f", factors.context_weight()),
                                 absl::StrFormat("%.2f", factors.value()),
                                 absl::StrFormat("%.2f", factors.lever()),
                                 absl::StrFormat("%.4f", factors.priority())});
    } else {
      cells.insert(cells.end(), {"", "", "", ""});
    }
    table.Add(std::move(cells));
  }
  table.Print(out);
  out << "P: probability of purchase (of acceptance, once the model has learned it)  C: weight of "
         "the moment  V: margin it changes, in the store's currency  L: the business's own weight  "
         "priority = P x C x V x L\n";
}

// "renews on 2024-11-05 (in 4 days)"
std::string EventText(const v1::RenewalAccount& account) {
  const char* const what = account.moment() == v1::MOMENT_TRIAL_END     ? "trial ends on "
                           : account.moment() == v1::MOMENT_USAGE_LIMIT ? "reaches its limit on "
                                                                        : "renews on ";
  const std::string left = account.days_left() == 0 ? "today"
                           : account.days_left() == 1
                               ? "in 1 day"
                               : absl::StrCat("in ", account.days_left(), " days");
  return absl::StrCat(what, DayOrInstant(account.event_at()), " (", left, ")");
}

void PrintStanding(const v1::RenewalAccount& account, std::ostream& out) {
  const double risk = account.risk().probability();
  out << "   at stake " << Amount(account.value_at_risk()) << " a year, ";
  if (account.moment() == v1::MOMENT_TRIAL_END) {
    out << absl::StrFormat("converts with %.0f %%", 100 * (1 - risk));
  } else {
    out << "risk " << Word(v1::RiskLevel_Name(account.risk().level()), "RISK_LEVEL_")
        << absl::StrFormat(" (%.0f %%)", 100 * risk);
  }
  out << ", lifetime value " << Amount(account.lifetime_value()) << ", room "
      << Amount(account.rank_figures().room_a_year()) << " a year\n";
}

void PrintAccount(const v1::RenewalAccount& account, std::ostream& out) {
  out << account.customer_id() << "  rank "
      << absl::AsciiStrToUpper(Word(v1::AccountRank_Name(account.rank()), "ACCOUNT_RANK_")) << "  "
      << Named(account.product_id(), account.product_name()) << ", " << account.seats()
      << (account.seats() == 1 ? " seat" : " seats") << ", " << account.subscription_id() << "\n   "
      << EventText(account);
  if (account.has_usage_share()) {
    out << absl::StrFormat(", %.0f %% of the limit used", std::round(100 * account.usage_share()));
  }
  out << "\n";
  PrintStanding(account, out);
  for (const std::string& cause : account.risk().causes()) out << "   ! " << cause << "\n";
  std::set<std::string> said;
  for (const std::string& point : account.talking_points()) {
    if (said.insert(point).second) out << "   \"" << point << "\"\n";
  }
  int number = 0;
  for (const v1::Suggestion& suggestion : account.suggestions()) {
    PrintSuggestion(++number, suggestion, "   ", said, out);
  }
  if (account.has_no_offer()) PrintNoOffer(account.no_offer(), "   ", out);
}

}  // namespace

void PrintAnswer(const v1::GetSuggestionsResponse& answer, std::ostream& out) {
  int number = 0;
  std::set<std::string> said;
  for (const v1::Suggestion& suggestion : answer.suggestions()) {
    PrintSuggestion(++number, suggestion, "", said, out);
  }
  if (answer.has_no_offer()) PrintNoOffer(answer.no_offer(), "", out);
  out << "model " << answer.model_version() << ", decided at " << Instant(answer.decided_at())
      << ", recommendation " << answer.recommendation_id() << "\n";
  if (answer.explanation_size() > 0) PrintExplanation(answer, out);
}

void PrintWorklist(const v1::ListRenewalSuggestionsResponse& page, std::ostream& out) {
  for (const v1::RenewalAccount& account : page.accounts()) {
    PrintAccount(account, out);
    out << "\n";
  }
  out << page.accounts_size() << " of " << Grouped(static_cast<std::uint64_t>(page.total_size()))
      << " subscriptions, as of " << Instant(page.decided_at()) << ", model "
      << page.model_version() << "\n";
  if (!page.next_page_token().empty())
    out << "more: --page-token " << page.next_page_token() << "\n";
}

}  // namespace tsugi::cli
