#include "absl/strings/substitute.h"
#include "engine/reasons/format.h"
#include "engine/worklist/account.h"

namespace tsugi {
namespace {

struct Texts {
  const char* english;
  const char* japanese;
};

const char* In(const Texts& texts, Language language) {
  return language == Language::kJapanese ? texts.japanese : texts.english;
}

constexpr Texts kHelpFirst = {"First, how are things with the problem you told us about?",
                              "まず、お困りの件のその後の状況を伺います。"};
constexpr Texts kPastDue = {
    "The last payment has not reached us; may we look at it together?",
    "前回のお支払いがまだ確認できておりません。ご一緒に確認させてください。"};
constexpr Texts kRenewal = {"Your $0 plan renews on $1.", "$0プランは$1に更新を迎えます。"};
constexpr Texts kTrial = {"Your trial of $0 ends on $1.", "$0の無料体験は$1に終了します。"};
constexpr Texts kFull = {"You have used all that your $0 plan includes.",
                         "$0プランの利用上限に達しています。"};
constexpr Texts kBeyond = {"You use $1 of what your $0 plan includes, more than it is made for.",
                           "$0プランの利用上限の$1をご利用中で、上限を超えています。"};
constexpr Texts kNearLimit = {"You use $1 of what your $0 plan includes.",
                              "$0プランの利用上限の$1をご利用中です。"};
constexpr Texts kReachedOn = {"At this pace you reach the limit of your $0 plan on $1.",
                              "このペースでは$1に$0プランの上限に達する見込みです。"};
constexpr Texts kLowUsage = {
    "You use only a little of your plan so far; may I show you what others start with?",
    "まだプランの一部のみのご利用です。他のお客様の活用例をご紹介します。"};
constexpr Texts kDiscontent = {
    "You told us that not everything is as it should be; what should we "
    "put right first?",
    "ご不満な点があると伺いました。まず何から改善すべきでしょうか。"};
constexpr Texts kPromoter = {"You said you would recommend us: thank you.",
                             "ご推薦いただけるとのお声をいただき、ありがとうございます。"};
constexpr Texts kSince = {"You have been with us since $0: thank you.",
                          "$0よりご利用いただき、ありがとうございます。"};

constexpr double kNear = 0.8;  // of the limit, as the policy's default has it
constexpr double kLow = 0.2;

void AddEvent(const Context& context, const std::string& plan, const AccountEvent& event,
              const std::optional<UsageOutlook>& usage, const AlreadySaid& said, Language language,
              std::vector<std::string>& points) {
  const auto say = [&](const Texts& texts, const std::string& more) {
    points.push_back(absl::Substitute(In(texts, language), plan, more));
  };
  if (event.moment != Moment::kUsageLimit && !said.event) {
    say(event.moment == Moment::kTrialEnd ? kTrial : kRenewal,
        FormatDay(event.at, context.zone, language));
  }
  if (said.usage || !usage.has_value() || usage->share < kNear) return;
  if (usage->share >= 1) {
    const std::string share = FormatPercent(usage->share);
    say(share == FormatPercent(1) ? kFull : kBeyond, share);
    return;
  }
  say(kNearLimit, FormatPercent(usage->share));
  if (event.moment == Moment::kUsageLimit && usage->reached_at.has_value() &&
      *usage->reached_at > context.at) {
    say(kReachedOn, FormatDay(*usage->reached_at, context.zone, language));
  }
}

}  // namespace

std::string RiskText(RiskCause cause, Language language) {
  static constexpr Texts kTexts[] = {
      {"A complaint is open: help first.",
       "未解決のクレームがあります。まず解決を優先してください。"},
      {"A payment is past due.", "お支払いが遅れています。"},
      {"The newest NPS answer is a detractor's.", "直近のNPSが批判者の評価です。"},
      {"The newest satisfaction score is low.", "直近の満足度が低い評価です。"},
      {"Less than a fifth of the plan's limit is used.", "プランの上限の2割も利用されていません。"},
      {"A customer for less than 90 days.", "ご契約から90日未満のお客様です。"},
      {"The last offer was declined.", "前回のご提案は断られています。"},
  };
  return In(kTexts[static_cast<std::size_t>(cause)], language);
}

std::vector<std::string> AccountPoints(const Context& context,
                                       const SubscriptionState& subscription,
                                       const AccountEvent& event,
                                       const std::optional<UsageOutlook>& usage,
                                       const AlreadySaid& said, Language language) {
  std::vector<std::string> points;
  const Product* facts = subscription.plan.facts;
  const std::string plan =
      facts != nullptr && !facts->name.empty() ? facts->name : std::string(subscription.plan.id());
  const bool unhappy = (context.nps.has_value() && context.nps->value <= 6) ||
                       (context.csat.has_value() && context.csat->value <= 2);
  if (!context.open_complaints.empty()) points.emplace_back(In(kHelpFirst, language));
  if (unhappy && context.open_complaints.empty()) points.emplace_back(In(kDiscontent, language));
  if (subscription.facts->status == SubscriptionStatus::kPastDue) {
    points.emplace_back(In(kPastDue, language));
  }
  AddEvent(context, plan, event, usage, said, language, points);
  if (usage.has_value() && usage->share < kLow) points.emplace_back(In(kLowUsage, language));
  if (unhappy || !context.open_complaints.empty()) return points;
  if (context.nps.has_value() && context.nps->value >= 9) {
    points.emplace_back(In(kPromoter, language));
  }
  if (context.since.has_value() && context.at - *context.since >= absl::Hours(24 * 365)) {
    points.push_back(
        absl::Substitute(In(kSince, language), FormatDay(*context.since, context.zone, language)));
  }
  return points;
}

}  // namespace tsugi
