#include "engine/policy/parse_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/facts/names.h"

namespace tsugi {
namespace {

constexpr std::array<std::string_view, 10> kRuleKeys = {
    "id",         "moment", "window", "offers",           "when",
    "placements", "weight", "lever",  "discount_percent", "coupon"};
constexpr std::array<std::string_view, 9> kWhenKeys = {
    "nps_at_least",   "csat_at_least", "tenure_at_least", "usage_at_least", "silence_at_least",
    "spend_at_least", "segments",      "campaigns",       "categories"};
constexpr std::array<std::string_view, 3> kWindowKeys = {"before", "after", "at_most"};
constexpr int kOfferKindCount = 7;

// What a moment's window may hold, as positions of kWindowKeys.
enum WindowKey : std::uint8_t { kBefore = 1, kAfter = 2, kAtMost = 4 };

std::uint8_t AllowedWindowKeys(Moment moment) {
  switch (moment) {
    case Moment::kRenewal:
      return kBefore | kAfter | kAtMost;
    case Moment::kTrialEnd:
    case Moment::kReplenishment:
      return kBefore | kAfter;
    case Moment::kCampaignEnd:
      return kBefore;
    case Moment::kPostPurchase:
    case Moment::kSatisfaction:
    case Moment::kWinBack:
      return kAfter;
    case Moment::kPrePurchase:
    case Moment::kSeason:
    case Moment::kUsageLimit:
      return 0;
  }
  return 0;
}

template <typename E, int kCount>
std::array<std::string_view, kCount> NamesOf() {
  std::array<std::string_view, kCount> names;
  for (int i = 0; i < kCount; ++i) names[static_cast<std::size_t>(i)] = Name(static_cast<E>(i));
  return names;
}

std::string WindowAdvice(Moment moment) {
  const std::uint8_t allowed = AllowedWindowKeys(moment);
  std::string words;
  for (std::size_t i = 0; i < kWindowKeys.size(); ++i) {
    if ((allowed >> i & 1U) == 0) continue;
    absl::StrAppend(&words, words.empty() ? "" : ", ", std::string(kWindowKeys[i]));
  }
  return words;
}

void ReadWindow(const MapReader& rule, const YamlNode& node, Moment moment, Window* out) {
  const std::string path = rule.PathOf("window");
  const std::string moment_name(Name(moment));
  const std::uint8_t allowed = AllowedWindowKeys(moment);
  if (allowed == 0) {
    rule.mistakes()->Add(*rule.FindKey("window"),
                         absl::StrCat(path, ": ", moment_name, " has no window; leave it out"));
    return;
  }
  const MapReader reader(&node, path, kWindowKeys, rule.mistakes());
  for (std::size_t i = 0; i < kWindowKeys.size(); ++i) {
    const YamlNode* const key = reader.FindKey(kWindowKeys[i]);
    if (key == nullptr || (allowed >> i & 1U) != 0) continue;
    rule.mistakes()->Add(*key,
                         absl::StrCat(reader.PathOf(kWindowKeys[i]), ": a window of ", moment_name,
                                      " does not have it; use ", WindowAdvice(moment)));
  }
  Window window;
  absl::Duration before = absl::ZeroDuration();
  absl::Duration after = absl::ZeroDuration();
  double at_most = 0;
  reader.Duration("before", absl::Seconds(1), &before);
  reader.Duration("after", absl::Seconds(1), &after);
  reader.Number("at_most", {0, 1, true}, &at_most);
  if (before > absl::ZeroDuration()) window.before = before;
  if (after > absl::ZeroDuration()) window.after = after;
  if (at_most > 0) window.at_most = at_most;
  if (node.kind == YamlNode::Kind::kMap ? node.keys.empty() : node.kind == YamlNode::Kind::kNull) {
    rule.mistakes()->Add(
        node, absl::StrCat(path, ": an empty window never opens; give ", WindowAdvice(moment),
                           " or leave it out for the moment's own"));
  }
  *out = window;
}

void ReadOptional(const MapReader& reader, std::string_view key, const NumberRange& range,
                  std::optional<double>* out) {
  if (reader.Find(key) == nullptr) return;
  double value = range.low;
  reader.Number(key, range, &value);
  *out = value;
}

Conditions ReadConditions(const MapReader& rule, const YamlNode& node) {
  constexpr double kAnyMoney = 1e12;
  const MapReader reader(&node, rule.PathOf("when"), kWhenKeys, rule.mistakes());
  Conditions when;
  ReadOptional(reader, "nps_at_least", {0, 10}, &when.nps_at_least);
  ReadOptional(reader, "csat_at_least", {1, 5}, &when.csat_at_least);
  ReadOptional(reader, "usage_at_least", {0, 100}, &when.usage_at_least);
  ReadOptional(reader, "silence_at_least", {0, 1000}, &when.silence_at_least);
  ReadOptional(reader, "spend_at_least", {0, kAnyMoney}, &when.spend_at_least);
  if (reader.Find("tenure_at_least") != nullptr) {
    absl::Duration tenure = absl::ZeroDuration();
    reader.Duration("tenure_at_least", absl::ZeroDuration(), &tenure);
    when.tenure_at_least = tenure;
  }
  reader.TextList("segments", &when.segments);
  reader.TextList("campaigns", &when.campaigns);
  reader.TextList("categories", &when.categories);
  return when;
}

std::optional<Moment> ReadMoment(const MapReader& rule) {
  static constexpr auto kCount = kMomentCount;
  const auto names = NamesOf<Moment, kCount>();
  std::size_t position = 0;
  if (!rule.Choice("moment", names, &position)) return std::nullopt;
  return static_cast<Moment>(position);
}

std::vector<OfferKind> ReadOffers(const MapReader& rule) {
  const auto names = NamesOf<OfferKind, kOfferKindCount>();
  const YamlNode* const node = rule.Find("offers");
  std::vector<OfferKind> offers;
  if (node == nullptr) return offers;
  if (node->kind != YamlNode::Kind::kSequence || node->values.empty()) {
    rule.mistakes()->Add(
        *node, absl::StrCat("offers: ", Shown(*node), " does not do; use a list of one or more of ",
                            JoinWords(names)));
    return offers;
  }
  for (const YamlNode& item : node->values) {
    if (item.kind == YamlNode::Kind::kRefused) continue;
    const auto found = std::find(names.begin(), names.end(), item.text);
    if (item.kind != YamlNode::Kind::kScalar || found == names.end()) {
      const std::string meant(NearestWord(item.text, names));
      rule.mistakes()->Add(
          item, absl::StrCat("offers: ", Shown(item), " is not known; ",
                             meant.empty() ? absl::StrCat("use one of ", JoinWords(names))
                                           : absl::StrCat("did you mean ", meant)));
      continue;
    }
    const auto kind = static_cast<OfferKind>(found - names.begin());
    if (std::find(offers.begin(), offers.end(), kind) != offers.end()) {
      rule.mistakes()->Add(item,
                           absl::StrCat("offers: ", Shown(item), " is given twice; keep one"));
      continue;
    }
    offers.push_back(kind);
  }
  return offers;
}

// A policy may name placements of its own, in the style of the known ones.
void CheckPlacements(const MapReader& rule) {
  const YamlNode* const node = rule.Find("placements");
  if (node == nullptr || node->kind != YamlNode::Kind::kSequence) return;
  for (const YamlNode& item : node->values) {
    if (item.kind != YamlNode::Kind::kScalar || item.text.empty()) continue;
    const bool letter = item.text[0] >= 'a' && item.text[0] <= 'z';
    const bool style =
        item.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (letter && style) continue;
    rule.mistakes()->Add(item, absl::StrCat("placements: ", Shown(item),
                                            " is no placement; use lower-case letters, digits and "
                                            "_: product_page, cart, checkout, account, email, cs"));
  }
}

void RequireKey(const MapReader& rule, const YamlNode& node, std::string_view key,
                const std::string& right) {
  if (rule.FindKey(key) != nullptr) return;
  rule.mistakes()->Add(node,
                       absl::StrCat("the rule has no ", std::string(key), "; give it ", right));
}

// Reads one rule; mistakes leave the rule's own parts at their defaults.
Rule ReadRule(const YamlNode& node, MistakeList* mistakes) {
  constexpr double kMostWeight = 1e6;
  const MapReader reader(&node, "", kRuleKeys, mistakes);
  const auto moments = NamesOf<Moment, kMomentCount>();
  const auto kinds = NamesOf<OfferKind, kOfferKindCount>();
  RequireKey(reader, node, "id", "one, such as `id: renewal-upgrade`");
  RequireKey(reader, node, "moment", absl::StrCat("one of ", JoinWords(moments)));
  RequireKey(reader, node, "offers", absl::StrCat("one or more of ", JoinWords(kinds)));
  Rule rule;
  reader.Text("id", &rule.id);
  const std::optional<Moment> moment = ReadMoment(reader);
  if (moment.has_value()) {
    rule.moment = *moment;
    rule.window = DefaultWindow(*moment);
    rule.when = DefaultConditions(*moment);
    const YamlNode* const window = reader.Find("window");
    if (window != nullptr) ReadWindow(reader, *window, *moment, &rule.window);
  }
  if (const YamlNode* const when = reader.Find("when"); when != nullptr) {
    rule.when = ReadConditions(reader, *when);
  }
  rule.offers = ReadOffers(reader);
  reader.TextList("placements", &rule.placements);
  CheckPlacements(reader);
  reader.Number("weight", {0, kMostWeight, true}, &rule.weight);
  reader.Number("lever", {0, kMostWeight, true}, &rule.lever);
  reader.Number("discount_percent", {0, 100}, &rule.discount_percent);
  if (reader.Find("coupon") != nullptr) reader.Text("coupon", &rule.coupon);
  return rule;
}

const YamlNode* IdNode(const YamlNode& rule) {
  for (std::size_t i = 0; i < rule.keys.size(); ++i) {
    if (rule.keys[i].text == "id") return &rule.values[i];
  }
  return nullptr;
}

}  // namespace

Window DefaultWindow(Moment moment) {
  constexpr auto kDays = [](int days) { return absl::Hours(24 * days); };
  switch (moment) {
    case Moment::kPostPurchase:
      return {.before = {}, .after = absl::Hours(72), .at_most = {}};
    case Moment::kRenewal:
      return {.before = kDays(30), .after = {}, .at_most = 0.25};
    case Moment::kTrialEnd:
    case Moment::kCampaignEnd:
      return {.before = kDays(3), .after = {}, .at_most = {}};
    case Moment::kSatisfaction:
      return {.before = {}, .after = kDays(7), .at_most = {}};
    case Moment::kReplenishment:
      return {.before = kDays(5), .after = kDays(10), .at_most = {}};
    case Moment::kWinBack:
      return {.before = {}, .after = kDays(30), .at_most = {}};
    case Moment::kPrePurchase:
    case Moment::kSeason:
    case Moment::kUsageLimit:
      return {};
  }
  return {};
}

Conditions DefaultConditions(Moment moment) {
  Conditions when;
  if (moment == Moment::kSatisfaction) {
    when.nps_at_least = 9;
    when.csat_at_least = 4;
  }
  if (moment == Moment::kUsageLimit) when.usage_at_least = 0.8;
  if (moment == Moment::kWinBack) when.silence_at_least = 3;
  return when;
}

std::vector<Rule> ParseRules(const YamlNode& node, MistakeList* mistakes) {
  std::vector<Rule> rules;
  if (node.kind != YamlNode::Kind::kSequence || node.values.empty() ||
      node.values.size() > kMaxRules) {
    const std::string shown = node.kind == YamlNode::Kind::kSequence
                                  ? absl::StrCat("a list of ", node.values.size())
                                  : Shown(node);
    mistakes->Add(node, absl::StrCat("rules: ", shown, " does not do; use a list of 1 to ",
                                     kMaxRules, " rules, or leave it out for the built-in ones"));
    return rules;
  }
  for (const YamlNode& item : node.values) {
    if (item.kind == YamlNode::Kind::kRefused) continue;
    if (item.kind != YamlNode::Kind::kMap) {
      mistakes->Add(item, absl::StrCat("rules: ", Shown(item), " is no rule; a rule is a map of ",
                                       JoinWords(kRuleKeys)));
      continue;
    }
    Rule rule = ReadRule(item, mistakes);
    const bool twice =
        !rule.id.empty() && std::any_of(rules.begin(), rules.end(),
                                        [&](const Rule& other) { return other.id == rule.id; });
    if (twice) {
      mistakes->Add(*IdNode(item), absl::StrCat("id: \"", rule.id,
                                                "\" is another rule's already; give each its own"));
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace tsugi
