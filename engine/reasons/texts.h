// The text catalogue: every sentence the engine says, in English and Japanese, with named values in
// braces. Adding a language means adding a column; a test keeps the columns naming the same values.
//
// Thread safety: free functions on constant data.
#ifndef TSUGI_ENGINE_REASONS_TEXTS_H_
#define TSUGI_ENGINE_REASONS_TEXTS_H_

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace tsugi {

enum class Language : std::uint8_t { kEnglish, kJapanese };

// "ja" is Japanese, everything else English.
Language LanguageOf(std::string_view name);

enum class Text : std::uint8_t {
  // Reasons: because of orders.
  kBoughtTogether,
  kBoughtTogetherSince,
  kBoughtTogetherSegment,
  kGoesWith,
  kBoughtOnce,
  kBoughtBefore,
  kPersonal,
  kFitsCart,
  kFitsViewed,
  kPopular,
  kFromTheRange,
  kDiscount,
  // Reasons: better products and plans.
  kBetterModel,
  kBetterModelFree,
  kNextTierLimit,
  kNextTierLimitFree,
  kNextTierPrice,
  kNextTierFree,
  kUsageNearLimit,
  kRenewal,
  kTrialEnding,
  kTrialEndingPrice,
  kAddOnFor,
  kAddOn,
  // Reasons: other forms of offer, and moments.
  kSeason,
  kReplenishment,
  kReplenishmentToday,
  kBoughtRegularly,
  kSubscribe,
  kBundle,
  kPromotion,
  kCoupon,
  kSatisfaction,
  kPostPurchase,
  kWinBack,
  kLostDeal,
  kSmallerPlan,
  kProration,
  kProrationNothing,
  // What a representative can say.
  kSayRenewal,
  kSayUsage,
  kSayLimit,
  kSayLimitFree,
  kSayPrice,
  kSayFree,
  kSayTrial,
  kSayTrialPrice,
  kSayAddOn,
  kSayTogether,
  kSaySuggest,
  kSaySeason,
  kSayReplenishment,
  kSaySubscribe,
  kSayBundle,
  kSayPromotion,
  kSaySatisfaction,
  kSayPostPurchase,
  kSayWinBack,
  kSayLostDeal,
  kSayLostPlan,
  kSaySmallerPlan,
  kSayProration,
  kSayCoupon,
  kSayDiscount,
  kSayDetails,
  // Why nothing is offered.
  kNoOpenComplaint,
  kNoDetractor,
  kNoConsent,
  kNoMomentOpen,
  kNoConditions,
  kNoContactLimit,
  kNoCandidate,
  kNoCoolingDown,
  kNoFiltered,
  kNoBelowMinimum,
  kNoControlGroup,
  kRetryAt,
  // Parts of sentences.
  kPerMonth,
  kPerYear,
  kPerMonths,
};
inline constexpr int kTextCount = static_cast<int>(Text::kPerMonths) + 1;

struct TextRow {
  Text text;
  std::string_view code;  // Reason::code, or a name of its own; stable
  std::string_view english;
  std::string_view japanese;
};

std::span<const TextRow> TextCatalogue();  // in the order of Text
const TextRow& RowOf(Text text);

struct TextValue {
  std::string_view name;
  std::string_view value;  // put in as it is: braces in it mean nothing
};

// The text with its values. A name the caller does not give stays as `{name}`.
std::string Fill(Text text, Language language, std::initializer_list<TextValue> values);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_TEXTS_H_
