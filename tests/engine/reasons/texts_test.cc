#include "engine/reasons/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace tsugi {
namespace {

using ::testing::IsSubsetOf;

// The names in braces, each once.
std::set<std::string> NamesIn(std::string_view text) {
  std::set<std::string> names;
  std::size_t open = 0;
  while ((open = text.find('{', open)) != std::string_view::npos) {
    const std::size_t close = text.find('}', open);
    names.emplace(text.substr(open + 1, close - open - 1));
    open = close;
  }
  return names;
}

TEST(TextCatalogueTest, RowsStandInTheOrderOfText) {
  ASSERT_EQ(TextCatalogue().size(), static_cast<std::size_t>(kTextCount));
  for (std::size_t i = 0; i < TextCatalogue().size(); ++i) {
    EXPECT_EQ(TextCatalogue()[i].text, static_cast<Text>(i)) << TextCatalogue()[i].code;
  }
}

TEST(TextCatalogueTest, BothLanguagesNameTheSameKnownValues) {
  const std::set<std::string> known = {
      "ago",     "base",   "base_orders", "campaign", "count",  "coupon",  "date",   "days",
      "due",     "from",   "list_price",  "months",   "orders", "percent", "period", "price",
      "product", "saving", "score",       "segment",  "since",  "times",   "to",     "top"};
  for (const TextRow& row : TextCatalogue()) {
    EXPECT_EQ(NamesIn(row.english), NamesIn(row.japanese)) << row.code;
    EXPECT_THAT(NamesIn(row.english), IsSubsetOf(known)) << row.code;
  }
}

TEST(TextCatalogueTest, EveryTextIsThereInBothLanguages) {
  for (const TextRow& row : TextCatalogue()) {
    EXPECT_FALSE(row.code.empty());
    EXPECT_EQ(row.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
    ASSERT_FALSE(row.english.empty()) << row.code;
    ASSERT_FALSE(row.japanese.empty()) << row.code;
    EXPECT_NE(row.english, row.japanese) << row.code;
    EXPECT_EQ(std::count_if(row.english.begin(), row.english.end(),
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; }),
              0)
        << row.code;
  }
}

TEST(TextCatalogueTest, SentencesEndAsSentencesDo) {
  for (const TextRow& row : TextCatalogue()) {
    if (row.text >= Text::kPerMonth) continue;
    const char last = row.english.back();
    EXPECT_TRUE(last == '.' || last == '?') << row.english;
    const std::string_view stop = "。";
    EXPECT_EQ(row.japanese.substr(row.japanese.size() - stop.size()), stop) << row.japanese;
  }
}

TEST(FillTest, PutsEachValueInAndNeverReadsItAgain) {
  EXPECT_EQ(Fill(Text::kGoesWith, Language::kEnglish, {{"base", "{price} & 猫{base}"}}),
            "Made to go with {price} & 猫{base}.");
  EXPECT_EQ(Fill(Text::kRenewal, Language::kJapanese, {{"date", "明日"}, {"base", "P"}}),
            "Pは明日に更新されます。");
}

TEST(FillTest, AValueThatIsNotGivenStaysVisible) {
  EXPECT_EQ(Fill(Text::kGoesWith, Language::kEnglish, {}), "Made to go with {base}.");
}

TEST(LanguageOfTest, JapaneseIsJaAndEverythingElseEnglish) {
  EXPECT_EQ(LanguageOf("ja"), Language::kJapanese);
  EXPECT_EQ(LanguageOf("en"), Language::kEnglish);
  EXPECT_EQ(LanguageOf(""), Language::kEnglish);
  EXPECT_EQ(LanguageOf("fr"), Language::kEnglish);
}

}  // namespace
}  // namespace tsugi
