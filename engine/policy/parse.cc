#include "engine/policy/parse.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/node_reader.h"
#include "engine/policy/parse_rules.h"
#include "engine/policy/yaml_tree.h"

namespace tsugi {
namespace {

constexpr std::array<std::string_view, 8> kTopKeys = {
    "version", "contact_policy", "suppress",    "owned",
    "value",   "exploration",    "attribution", "rules"};
constexpr std::array<std::string_view, 9> kContactKeys = {
    "max_suggestions", "min_expected_value",    "outbound",
    "same_product",    "after_declined",        "after_maybe_later",
    "reservation",     "control_group_percent", "control_period"};
constexpr std::array<std::string_view, 3> kOutboundKeys = {"max_contacts", "per", "goodwill"};
constexpr std::array<std::string_view, 2> kSameProductKeys = {"max_shown", "per"};
constexpr std::array<std::string_view, 1> kRestKeys = {"rest"};
constexpr std::array<std::string_view, 3> kSuppressKeys = {"open_complaint", "detractor",
                                                           "without_consent"};
constexpr std::array<std::string_view, 2> kDetractorKeys = {"nps_at_most", "within"};
constexpr std::array<std::string_view, 3> kConsentWords = {"none", "outbound", "all"};
constexpr std::array<std::string_view, 2> kOwnedKeys = {"exclude", "durable_for"};
constexpr std::array<std::string_view, 3> kExcludeWords = {"durable", "all", "none"};
constexpr std::array<std::string_view, 5> kValueKeys = {
    "horizon", "repeat_horizon", "discount_rate", "default_margin", "allow_below_cost"};
constexpr std::array<std::string_view, 2> kExplorationKeys = {"percent", "near"};
constexpr std::array<std::string_view, 1> kAttributionKeys = {"window"};

constexpr absl::Duration kOneSecond = absl::Seconds(1);
constexpr int kMostSuggestions = 100;
constexpr int kMostContacts = 1000;
constexpr double kMostMoney = 1e9;

bool IsWord(const YamlNode* node, std::string_view word) {
  return node != nullptr && node->kind == YamlNode::Kind::kScalar && node->text == word;
}

void ReadVersion(const YamlNode& root, const MapReader& top) {
  if (top.FindKey("version") == nullptr) {
    top.mistakes()->Add(root, "version is missing; the file starts with `version: 1`");
    return;
  }
  const YamlNode* const version = top.Find("version");
  if (version != nullptr && (!IsWord(version, "1") || version->quoted)) {
    top.mistakes()->Add(
        *version, absl::StrCat("version: ", Shown(*version), " is not read by this build; use 1"));
  }
}

void ReadRest(const MapReader& contact, std::string_view key, absl::Duration* out) {
  const MapReader reader(contact.Find(key), contact.PathOf(key), kRestKeys, contact.mistakes());
  reader.Duration("rest", absl::ZeroDuration(), out);
}

void ReadContactPolicy(const YamlNode* node, MistakeList* mistakes, ContactPolicy* out) {
  const MapReader reader(node, "contact_policy", kContactKeys, mistakes);
  reader.Integer("max_suggestions", 1, kMostSuggestions, &out->max_suggestions);
  reader.Number("min_expected_value", {0, kMostMoney}, &out->min_expected_value);

  const YamlNode* const outbound = reader.Find("outbound");
  out->outbound = ContactPolicy::Outbound{};
  if (IsWord(outbound, "none")) {
    out->outbound.reset();
  } else {
    const MapReader limit(outbound, reader.PathOf("outbound"), kOutboundKeys, mistakes);
    limit.Integer("max_contacts", 0, kMostContacts, &out->outbound->max_contacts);
    limit.Duration("per", kOneSecond, &out->outbound->per);
    limit.Number("goodwill", {0, 1}, &out->goodwill);
  }
  const YamlNode* const same = reader.Find("same_product");
  out->same_product = ContactPolicy::SameProduct{};
  if (IsWord(same, "none")) {
    out->same_product.reset();
  } else {
    const MapReader limit(same, reader.PathOf("same_product"), kSameProductKeys, mistakes);
    limit.Integer("max_shown", 1, kMostContacts, &out->same_product->max_shown);
    limit.Duration("per", kOneSecond, &out->same_product->per);
  }

  ReadRest(reader, "after_declined", &out->rest_after_declined);
  ReadRest(reader, "after_maybe_later", &out->rest_after_maybe_later);
  reader.Duration("reservation", kOneSecond, &out->reservation);
  out->control_group_percent = 2;
  reader.Number("control_group_percent", {0, 100}, &out->control_group_percent);
  reader.Duration("control_period", kOneSecond, &out->control_period);
}

void ReadSuppression(const YamlNode* node, MistakeList* mistakes, Suppression* out) {
  const MapReader reader(node, "suppress", kSuppressKeys, mistakes);
  reader.Bool("open_complaint", &out->open_complaint);
  const YamlNode* const detractor = reader.Find("detractor");
  if (IsWord(detractor, "none")) {
    out->detractor.reset();
  } else {
    const MapReader limits(detractor, reader.PathOf("detractor"), kDetractorKeys, mistakes);
    limits.Number("nps_at_most", {0, 10}, &out->detractor->nps_at_most);
    limits.Duration("within", kOneSecond, &out->detractor->within);
  }
  std::size_t word = 0;
  if (reader.Choice("without_consent", kConsentWords, &word)) {
    out->without_consent = static_cast<Suppression::WithoutConsent>(word);
  }
}

void ReadOwnership(const YamlNode* node, MistakeList* mistakes, Ownership* out) {
  const MapReader reader(node, "owned", kOwnedKeys, mistakes);
  std::size_t word = 0;
  if (reader.Choice("exclude", kExcludeWords, &word)) {
    out->exclude = static_cast<Ownership::Exclude>(word);
  }
  reader.Duration("durable_for", kOneSecond, &out->durable_for);
}

void ReadValue(const YamlNode* node, MistakeList* mistakes, ValueOptions* out) {
  const MapReader reader(node, "value", kValueKeys, mistakes);
  reader.Duration("horizon", kOneSecond, &out->horizon);
  absl::Duration repeats = absl::ZeroDuration();
  reader.Duration("repeat_horizon", kOneSecond, &repeats);
  if (repeats > absl::ZeroDuration()) out->repeat_horizon = repeats;
  reader.Number("discount_rate", {0, 10}, &out->discount_rate);
  reader.Number("default_margin", {0, 1}, &out->default_margin);
  reader.Bool("allow_below_cost", &out->allow_below_cost);
}

void ReadExploration(const YamlNode* node, MistakeList* mistakes, Exploration* out) {
  const MapReader reader(node, "exploration", kExplorationKeys, mistakes);
  reader.Number("percent", {0, 100}, &out->percent);
  reader.Number("near", {0, 1}, &out->near);
}

void ReadPolicy(const YamlNode& root, MistakeList* mistakes, Policy* policy) {
  const MapReader top(&root, "", kTopKeys, mistakes);
  if (root.kind != YamlNode::Kind::kMap) {
    if (root.kind == YamlNode::Kind::kNull) {
      mistakes->Add(root, "the file is empty; a policy starts with `version: 1`");
    }
    return;
  }
  ReadVersion(root, top);
  ReadContactPolicy(top.Find("contact_policy"), mistakes, &policy->contact_policy);
  ReadSuppression(top.Find("suppress"), mistakes, &policy->suppress);
  ReadOwnership(top.Find("owned"), mistakes, &policy->owned);
  ReadValue(top.Find("value"), mistakes, &policy->value);
  ReadExploration(top.Find("exploration"), mistakes, &policy->exploration);
  const MapReader attribution(top.Find("attribution"), "attribution", kAttributionKeys, mistakes);
  attribution.Duration("window", kOneSecond, &policy->attribution_window);
  if (const YamlNode* const rules = top.Find("rules"); rules != nullptr) {
    policy->rules = ParseRules(*rules, mistakes);
  } else {
    policy->rules = DefaultPolicy().rules;
  }
}

}  // namespace

ParsedPolicy ParsePolicy(const std::string& name, const std::string& yaml) {
  ParsedPolicy parsed;
  parsed.policy.name = name;
  parsed.policy.yaml = yaml;
  MistakeList mistakes;
  const std::optional<YamlNode> root = ReadYamlTree(yaml, mistakes.raw());
  if (root.has_value()) ReadPolicy(*root, &mistakes, &parsed.policy);
  parsed.mistakes = std::move(mistakes).Take();
  return parsed;
}

absl::StatusOr<Policy> LoadPolicy(const std::string& name, const std::string& yaml) {
  ParsedPolicy parsed = ParsePolicy(name, yaml);
  if (parsed.mistakes.empty()) return std::move(parsed.policy);
  std::string message;
  for (const PolicyMistake& mistake : parsed.mistakes) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", name, ":", mistake.line, ":",
                    mistake.column, ": ", mistake.message);
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace tsugi
