#include "engine/language_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string note_of(size_t german, size_t english, size_t unsure, std::string_view model) {
  LanguageSurvey survey;
  for (size_t i = 0; i < german; ++i) survey.add("de");
  for (size_t i = 0; i < english; ++i) survey.add("en");
  for (size_t i = 0; i < unsure; ++i) survey.add("");
  return survey.note(model);
}

TEST(LanguageSurvey, MostlyForeignTextsWithAnEnglishModelAreTold) {
  EXPECT_THAT(note_of(6, 4, 9, "all-MiniLM-L6-v2"),
              AllOf(HasSubstr("60 %"), HasSubstr("German"), HasSubstr("multilingual-e5-small")));
  EXPECT_THAT(note_of(6, 0, 0, "/models/all-MiniLM-L6-v2"), HasSubstr("German"));
}

TEST(LanguageSurvey, HalfFewOrUnknownTextsAreNotEnough) {
  EXPECT_EQ(note_of(5, 5, 0, "all-MiniLM-L6-v2"), "");
  EXPECT_EQ(note_of(4, 0, 100, "all-MiniLM-L6-v2"), "");
}

TEST(LanguageSurvey, MultilingualAndUnknownModelsAreLeftAlone) {
  EXPECT_EQ(note_of(50, 0, 0, "multilingual-e5-small"), "");
  EXPECT_EQ(note_of(50, 0, 0, "my-own-model"), "");
}

TEST(LanguageSurvey, OnlyTheFirstTwoHundredDocumentsCount) {
  LanguageSurvey survey;
  for (size_t i = 0; i < 200; ++i) survey.add("en");
  for (size_t i = 0; i < 1000; ++i) survey.add("de");
  EXPECT_EQ(survey.note("all-MiniLM-L6-v2"), "");
}

}  // namespace
}  // namespace vicinal::engine
