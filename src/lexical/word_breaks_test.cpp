// Words of Annex 29 beside those of ICU's word iterator, on random strings of the characters that its rules speak of.

#include "lexical/word_breaks.h"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <random>
#include <vector>

#include "lexical/characters.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

/// For each kind of character some that have it; the words of scripts without spaces are out of scope, and so are
/// katakana and Hangul, which ICU joins with letters, "@", which ICU 72 does as well, and pictographs, which it joins
/// to a joiner before them.
constexpr std::u32string_view kAlphabet =
    U"aZé\u0105Дж\u0391\u0627\u0905\u00AA"      // letters
    U"\u05D0\u05D1"                             // Hebrew
    U"07\u0664\u0967"                           // digits
    U"__\u203F"                                 // joins all
    U"''\".,\u2019\u2018\u00B7\u0387;\u05F4:/"  // between letters, between digits, neither
    U"\u0301\u0308\u200D\u00AD\u0942\uFE0F"     // marks and format characters
    U"   \n-+\u2014";

std::string random_text(std::mt19937& random) {
  std::string text;
  for (size_t i = 1 + random() % 14; i > 0; --i) text::append_utf8(text, kAlphabet[random() % kAlphabet.size()]);
  return text;
}

using Words = std::vector<std::string>;

Words own_words(std::string_view text) {
  Words words;
  for (size_t at = 0; at < text.size();) {
    if (!starts_word_at(text, at)) {
      at += text::decode_at(text, at).bytes;
      continue;
    }
    const size_t end = word_end(text, at);
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// What ICU cuts out that begins with a character that words begin with; it begins segments with marks, too.
Words icu_words(icu::BreakIterator& breaks, std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  UText* opened = utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
  breaks.setText(opened, status);
  Words words;
  for (size_t begin = 0; begin < text.size();) {
    const auto end = static_cast<size_t>(breaks.next());
    if (starts_word_at(text, begin)) words.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  utext_close(opened);
  return words;
}

TEST(WordBreaks, AgreeWithIcu) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  ASSERT_TRUE(U_SUCCESS(status));
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    const std::string text = random_text(random);
    ASSERT_EQ(own_words(text), icu_words(*breaks, text)) << text;
  }
}

TEST(WordBreaks, LookNoFurtherThanTheyMust) {
  std::string text = "a";
  for (int i = 0; i < 300000; ++i) text += "'\u0301";
  EXPECT_EQ(word_end(text, 0), 1u);
}

}  // namespace
}  // namespace vicinal::lexical
