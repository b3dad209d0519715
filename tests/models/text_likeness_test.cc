#include "models/text_likeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::IsEmpty;

std::vector<std::uint32_t> Items(const TextLikenessModel& model, std::uint32_t item) {
  const auto items = model.View().Neighbours(item).items;
  return {items.begin(), items.end()};
}

TEST(TextLikenessTest, WordsAreLowerCaseRunsAndPairsOfOtherCharacters) {
  EXPECT_THAT(WordsOf("RED T-Light, 12cm"), ElementsAre("red", "t", "light", "12cm"));
  EXPECT_THAT(WordsOf("赤い箱 box"), ElementsAre("赤い", "い箱", "box"));
  EXPECT_THAT(WordsOf("箱"), IsEmpty());
  EXPECT_THAT(WordsOf("\xff\xfe"), ElementsAre("\xff\xfe"));  // no UTF-8: bytes are characters
}

TEST(TextLikenessTest, RareWordsInCommonMakeTextsAlike) {
  const std::vector<std::string> texts = {"red spotty bag", "blue spotty bag", "red bag",
                                          "green bag", "cake tin"};
  const TextLikenessModel model = FindAlikeTexts(texts, {});
  EXPECT_THAT(Items(model, 0), ElementsAre(2U, 1U));  // of equals in common the shorter text
  EXPECT_THAT(Items(model, 4), IsEmpty());
  EXPECT_EQ(model.offsets.size(), 6U);
}

TEST(TextLikenessTest, ScoresAreCosines) {
  const std::vector<std::string> texts = {"a b", "a c", "d e"};
  const TextLikenessModel model = FindAlikeTexts(texts, {});
  const double a = std::log(1.5) * std::log(1.5);
  const double rest = std::log(3.0) * std::log(3.0);
  EXPECT_THAT(model.View().Neighbours(0).scores,
              ElementsAre(FloatNear(static_cast<float>(a / (a + rest)), 1e-6F)));
}

TEST(TextLikenessTest, EqualScoresFallToTheSmallerItemAndOnlySoManyStay) {
  const std::vector<std::string> texts = {"jam", "jam", "jam", "jam", "tea"};
  const TextLikenessModel model = FindAlikeTexts(texts, {.neighbours = 2});
  EXPECT_THAT(Items(model, 3), ElementsAre(0U, 1U));
  EXPECT_THAT(Items(model, 0), ElementsAre(1U, 2U));
}

TEST(TextLikenessTest, WordsOfTooManyTextsJoinNothing) {
  const std::vector<std::string> texts = {"jam", "jam", "jam", "tea"};
  EXPECT_THAT(FindAlikeTexts(texts, {.most_texts = 2}).neighbours, IsEmpty());
  EXPECT_THAT(FindAlikeTexts({}, {}).neighbours, IsEmpty());
}

}  // namespace
}  // namespace tsugi::models
