#include "engine/facts/validate.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/time.h"
#include "base/utf8.h"

namespace tsugi {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool HasControl(std::string_view text, bool spaces_are_control) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 || byte == 0x7F) && (spaces_are_control || !IsSpace(c))) return true;
  }
  return false;
}

std::string Shown(std::string_view text) {
  constexpr std::size_t kShown = 80;
  return text.size() <= kShown ? std::string(text) : std::string(text.substr(0, kShown)) + "...";
}

// Collects the first violation; later checks are then skipped.
class Checker {
 public:
  std::optional<Violation> Take() { return std::move(violation_); }

  void Fail(std::string_view field, std::string value, std::string fix) {
    if (!violation_.has_value()) {
      violation_ = {std::string(field), std::move(value), std::move(fix)};
    }
  }

  void Text(std::string_view field, std::string_view text) {
    if (text.empty()) return;
    CheckText(field, text, kMaxTextBytes, false);
  }
  void OptionalId(std::string_view field, std::string_view id) {
    if (id.empty()) return;
    CheckText(field, id, kMaxIdBytes, true);
    if (IsSpace(id.front()) || IsSpace(id.back())) {
      Fail(field, Shown(id), "take the spaces at its ends away");
    }
  }
  void Id(std::string_view field, std::string_view id) {
    if (id.empty()) return Fail(field, "", "give an id, it may not be empty");
    OptionalId(field, id);
  }
  void Ids(std::string_view field, const std::vector<std::string>& ids) {
    if (ids.size() > kMaxListIds) {
      return Fail(field, absl::StrCat(ids.size(), " ids"),
                  absl::StrCat("give at most ", kMaxListIds));
    }
    for (const std::string& id : ids) {
      Id(field, id);
      if (id.find(';') != std::string::npos) {
        return Fail(field, Shown(id), "an id in a list may not contain ';'");
      }
    }
  }
  void Money(std::string_view field, const std::optional<base::Decimal>& money) {
    if (money.has_value() && *money < base::Decimal()) {
      Fail(field, money->ToString(), "give an amount that is not negative");
    }
  }
  void Instant(std::string_view field, absl::Time time) {
    static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1), absl::UTCTimeZone());
    static const absl::Time kEnd = absl::FromCivil(absl::CivilSecond(10000), absl::UTCTimeZone());
    if (time < kFirst || time >= kEnd) {
      Fail(field, absl::FormatTime(time, absl::UTCTimeZone()),
           "give a time of the years 1 to 9999");
    }
  }
  void Instant(std::string_view field, const std::optional<absl::Time>& time) {
    if (time.has_value()) Instant(field, *time);
  }
  void Percent(std::string_view field, double percent) { Range(field, percent, 0, 100); }
  void Range(std::string_view field, double value, double low, double high) {
    if (value >= low && value <= high) return;
    Fail(field, absl::StrCat(value), absl::StrCat("give a number from ", low, " to ", high));
  }

 private:
  void CheckText(std::string_view field, std::string_view text, std::size_t max, bool is_id) {
    if (text.size() > max) {
      Fail(field, Shown(text), absl::StrCat("give at most ", max, " bytes"));
    } else if (!base::IsUtf8(text)) {
      Fail(field, "", "give valid UTF-8");
    } else if (HasControl(text, is_id)) {
      Fail(field, Shown(text), "take its control characters away");
    }
  }

  std::optional<Violation> violation_;
};

void Check(const Order& f, Checker& check) {
  check.Id("order_id", f.id);
  check.OptionalId("customer_id", f.customer_id);
  check.Instant("ordered_at", f.ordered_at);
  check.Text("channel", f.channel);
  if (f.lines.empty()) {
    check.Fail("lines", "0 lines", "give an order one line or more");
  }
  if (const bool good = f.lines.size() <= kMaxOrderLines; !good) {
    check.Fail("lines", absl::StrCat(f.lines.size(), " lines"),
               absl::StrCat("give an order at most ", kMaxOrderLines, " lines"));
  }
  for (const OrderLine& line : f.lines) {
    check.Id("product_id", line.product_id);
    if (const bool good = line.quantity != 0; !good) {
      check.Fail("quantity", "0", "give a number other than 0; a return is negative");
    }
    if (const bool good = line.quantity >= -kMaxQuantity && line.quantity <= kMaxQuantity; !good) {
      check.Fail("quantity", absl::StrCat(line.quantity),
                 absl::StrCat("give a number from -", kMaxQuantity, " to ", kMaxQuantity));
    }
    check.Money("unit_price", line.unit_price);
    check.Percent("discount_percent", line.discount_percent);
    check.OptionalId("recommendation_id", line.recommendation_id);
    check.Text("product_name", line.product_name);
  }
}

void Check(const Product& f, Checker& check) {
  check.Id("product_id", f.id);
  check.Text("name", f.name);
  check.Text("category", f.category);
  check.Text("family", f.family);
  check.Money("price", f.price);
  check.Money("unit_cost", f.unit_cost);
  if (const bool good = f.season_months <= 0xFFF; !good) {
    check.Fail("season_months", absl::StrCat(f.season_months), "give months from 1 to 12");
  }
  check.Ids("goes_with", f.goes_with);
  check.Ids("contents", f.contents);
  if (f.usage_limit.has_value()) {
    if (const bool good = std::isfinite(*f.usage_limit) && *f.usage_limit > 0; !good) {
      check.Fail("usage_limit", absl::StrCat(*f.usage_limit), "give a number above 0");
    }
  }
  check.Range("billing_months", f.billing_months, 1, 120);
  check.Instant("observed_at", f.observed_at);
}

void Check(const Customer& f, Checker& check) {
  check.Id("customer_id", f.id);
  check.Text("segment", f.segment);
  check.Instant("signed_up_at", f.signed_up_at);
  if (f.birth_year.has_value()) check.Range("birth_year", *f.birth_year, 1900, 2100);
  check.Text("region", f.region);
  if (const bool good = f.language.empty() || f.language == "en" || f.language == "ja"; !good) {
    check.Fail("language", Shown(f.language), "give en or ja, or leave it empty");
  }
  check.Money("acquisition_cost", f.acquisition_cost);
  check.Money("retention_cost", f.retention_cost);
  check.Instant("observed_at", f.observed_at);
}

void Check(const Subscription& f, Checker& check) {
  check.Id("subscription_id", f.id);
  check.Id("customer_id", f.customer_id);
  check.Id("product_id", f.product_id);
  check.Instant("started_at", f.started_at);
  check.Instant("trial_ends_at", f.trial_ends_at);
  check.Instant("renews_at", f.renews_at);
  check.Instant("ended_at", f.ended_at);
  if (f.ended_at.has_value()) {
    if (const bool good = *f.ended_at >= f.started_at; !good) {
      check.Fail("ended_at", base::FormatTime(*f.ended_at),
                 "give a time that is not before started_at");
    }
  }
  if (const bool good = f.seats >= 1 && f.seats <= kMaxQuantity; !good) {
    check.Fail("seats", absl::StrCat(f.seats),
               absl::StrCat("give a number from 1 to ", kMaxQuantity));
  }
  check.Money("unit_price", f.unit_price);
  if (f.usage.has_value()) {
    if (const bool good = std::isfinite(*f.usage) && *f.usage >= 0; !good) {
      check.Fail("usage", absl::StrCat(*f.usage), "give a number that is not negative");
    }
  }
  check.Instant("observed_at", f.observed_at);
}

// The least and most a signal's value may be; types that need none are not asked.
std::optional<std::pair<double, double>> ValueRange(SignalType type) {
  switch (type) {
    case SignalType::kNps:
      return std::pair(0.0, 10.0);
    case SignalType::kCsat:
      return std::pair(1.0, 5.0);
    case SignalType::kUsage:
      return std::pair(0.0, 1e15);
    default:
      return std::nullopt;
  }
}

void Check(const Signal& f, Checker& check) {
  check.Id("event_id", f.event_id);
  check.Id("customer_id", f.customer_id);
  check.Instant("at", f.at);
  if (const auto range = ValueRange(f.type); range.has_value()) {
    if (const bool good = f.value.has_value(); !good) {
      check.Fail("value", "",
                 absl::StrCat("give a number from ", range->first, " to ", range->second));
    }
    if (f.value.has_value()) check.Range("value", *f.value, range->first, range->second);
  }
  if (f.value.has_value()) {
    if (const bool good = std::isfinite(*f.value); !good) {
      check.Fail("value", absl::StrCat(*f.value), "give a finite number");
    }
  }
  if (const bool good = f.type != SignalType::kStage || !f.subject.empty(); !good) {
    check.Fail("subject", "", "give the stage's name");
  }
  check.Text("subject", f.subject);
  check.OptionalId("product_id", f.product_id);
}

void Check(const Campaign& f, Checker& check) {
  check.Id("campaign_id", f.id);
  check.Text("name", f.name);
  check.Instant("starts_at", f.starts_at);
  check.Instant("ends_at", f.ends_at);
  if (const bool good = f.ends_at > f.starts_at; !good) {
    check.Fail("ends_at", base::FormatTime(f.ends_at), "give a time after starts_at");
  }
  check.Ids("customer_ids", f.customer_ids);
  check.Ids("segments", f.segments);
  check.Ids("product_ids", f.product_ids);
  check.Percent("discount_percent", f.discount_percent);
}

void Check(const Exposure& f, Checker& check) {
  check.Id("recommendation_id", f.recommendation_id);
  check.Id("product_id", f.product_id);
  check.Instant("at", f.at);
  check.OptionalId("customer_id", f.customer_id);
  check.OptionalId("visitor_id", f.visitor_id);
  check.OptionalId("placement", f.placement);
  check.OptionalId("rule_id", f.rule_id);
  check.Range("position", f.position, 0, 1'000'000);
  if (const bool good = f.propensity > 0 && f.propensity <= 1; !good) {
    check.Fail("propensity", absl::StrCat(f.propensity), "give a number above 0, at most 1");
  }
  check.OptionalId("model_version", f.model_version);
}

void Check(const ReactionEvent& f, Checker& check) {
  check.Id("event_id", f.event_id);
  check.Instant("at", f.at);
  check.Id("product_id", f.product_id);
  check.OptionalId("recommendation_id", f.recommendation_id);
  check.OptionalId("customer_id", f.customer_id);
  if (const bool good = !f.recommendation_id.empty() || !f.customer_id.empty(); !good) {
    check.Fail("recommendation_id", "", "give a recommendation_id or a customer_id");
  }
}

void Check(const Contact& f, Checker& check) {
  check.Id("event_id", f.event_id);
  check.Id("customer_id", f.customer_id);
  check.Instant("at", f.at);
  check.OptionalId("placement", f.placement);
  check.OptionalId("recommendation_id", f.recommendation_id);
  if (f.lapses_at.has_value()) {
    check.Fail("lapses_at", base::FormatTime(*f.lapses_at),
               "leave it out; contacts are reserved by answers");
  }
}

}  // namespace

std::string ToString(const Violation& violation) {
  return absl::StrCat(violation.field, " '", violation.value, "': ", violation.fix);
}

std::optional<Violation> FindViolation(const Fact& fact) {
  Checker checker;
  std::visit([&checker](const auto& value) { Check(value, checker); }, fact);
  return checker.Take();
}

absl::Status Validate(const Fact& fact) {
  const std::optional<Violation> violation = FindViolation(fact);
  if (!violation.has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(ToString(*violation));
}

}  // namespace tsugi
