// What is marked of a text, and which sentence is shown.

#include "lexical/highlight.h"

#include <gtest/gtest.h>

#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

struct Marked {
  std::string text;      // matched bytes in brackets
  std::string sentence;  // the best one
};

Marked marked(std::string_view text, std::string_view query_text, std::string language = "en",
              const HighlightOptions& options = {}) {
  const Analyzer analyzer;
  TokenStream scratch;
  const Query query = resolve(parse_query(query_text), analyzer, std::vector<std::string>{language});
  const Highlights found = find_highlights(text, language, analyzer, query, scratch, options);
  Marked out;
  size_t at = 0;
  for (const ByteSpan span : found.spans) {
    out.text.append(text.substr(at, span.begin - at)).append("[");
    out.text.append(text.substr(span.begin, span.end - span.begin)).append("]");
    at = span.end;
  }
  out.text += text.substr(at);
  if (found.sentence) out.sentence = text.substr(found.sentence->begin, found.sentence->end - found.sentence->begin);
  return out;
}

TEST(Highlight, MarksWordsInAllForms) {
  EXPECT_EQ(marked("The pump pumps. Pumping!", "pumps").text, "The [pump] [pumps]. [Pumping]!");
  EXPECT_EQ(marked("Die Häuser am Fluss", "Haus", "de").text, "Die [Häuser] am Fluss");
  EXPECT_EQ(marked("nothing here", "pumps").text, "nothing here");
}

TEST(Highlight, MarksPhrasesOnlyWhereTheyStandWhole) {
  EXPECT_EQ(marked("new york, york new, New York", "\"new york\"").text, "[new] [york], york new, [New] [York]");
  EXPECT_EQ(marked("全文の検索と全文検索", "\"全文検索\"", "ja").text, "全文の検索と[全文検索]");
}

TEST(Highlight, MarksPrefixesAndTypingErrors) {
  EXPECT_EQ(marked("computers and commas", "compu*").text, "[computers] and commas");
  EXPECT_EQ(marked("a serach for research", "search~1").text, "a [serach] for research");
  EXPECT_EQ(marked("私は犬が好き。猫と犬", "犬", "ja").text, "私は[犬]が好き。猫と[犬]");
}

TEST(Highlight, MarksIdentifiersWhole) {
  EXPECT_EQ(marked("error E-4021 or 4021.", "E-4021").text, "error [E-4021] or [4021].");
  EXPECT_EQ(marked("call getUserName()", "user").text, "call get[User]Name()");
}

TEST(Highlight, MarksNothingOfExclusionsAndOtherFields) {
  EXPECT_EQ(marked("solar and wind", "solar -wind").text, "[solar] and wind");
  EXPECT_EQ(marked("solar and wind", "title:solar wind", "en", {.field = Field::body}).text, "solar and [wind]");
  EXPECT_EQ(marked("solar and wind", "title:solar wind", "en", {.field = Field::title}).text, "[solar] and [wind]");
}

TEST(Highlight, TheBestSentenceHasMostOfTheQuery) {
  const char* text = "Pumps are old. Solar pumps need no fuel. Solar solar solar. The end.";
  EXPECT_EQ(marked(text, "solar pumps").sentence, "Solar pumps need no fuel.");
  EXPECT_EQ(marked(text, "solar end").sentence, "Solar pumps need no fuel.");
  const float weights[] = {1, 5};
  EXPECT_EQ(marked(text, "solar end", "en", {.field = Field::any, .weights = weights}).sentence, "The end.");
  EXPECT_EQ(marked(text, "absent").sentence, "");
}

TEST(Highlight, ALongPhraseInARepetitiveTextTakesLinearTime) {
  std::string text, phrase = "\"";
  for (int i = 0; i < 200000; ++i) text += "a ";
  for (int i = 0; i < 64; ++i) phrase += "a ";
  EXPECT_EQ(marked(text, phrase).sentence.size(), text.size() - 1);
  phrase.replace(phrase.size() - 2, 1, "b");
  EXPECT_EQ(marked(text, phrase).text, text);
}

TEST(Highlight, AStemIsShownAsTheTextWritesIt) {
  TokenStream scratch;
  EXPECT_EQ(find_surface("Two Computers.", "en", Analyzer(),
                         "comput\x01"
                         "en",
                         scratch),
            "Computers");
  EXPECT_EQ(find_surface("Two Computers.", "en", Analyzer(),
                         "pump\x01"
                         "en",
                         scratch),
            "");
}

}  // namespace
}  // namespace vicinal::lexical
