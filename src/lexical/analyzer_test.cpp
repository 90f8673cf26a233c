// What texts become: words, identifiers and their parts, scripts without spaces, specifications.

#include "lexical/analyzer.h"

#include <gtest/gtest.h>

#include <thread>

#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

TEST(Analyzer, PlainWordsAreOneTokenEach) {
  EXPECT_EQ(analyzed("The quick brown fox, 42 times (or more)."),
            "0:the 1:quick 2:brown 3:fox 4:42 5:times 6:or 7:more");
  EXPECT_EQ(analyzed(""), "");
  EXPECT_EQ(analyzed(" \n\t -- ... !? \u2014 \U0001F600"), "");
}

TEST(Analyzer, StemsCarryTheirLanguage) {
  EXPECT_EQ(analyzed("Computing computers", "en"), "0:comput/en 1:comput/en");
  EXPECT_EQ(analyzed("Computing", ""), "0:computing");
  EXPECT_EQ(analyzed("Computing", "xx"), "0:computing");
  EXPECT_EQ(analyzed("Häuser", "de-AT"), "0:haus/de");
  EXPECT_EQ(analyzed("Bjørnene", "nb"), "0:bjorn/no");
}

TEST(Analyzer, IdentifiersAreFoundWholeAndInParts) {
  EXPECT_EQ(analyzed("E-4021"), "0:e-4021 0:e 1:4021");
  EXPECT_EQ(analyzed("std::vector"), "0:std::vector 0:std 1:vector");
  EXPECT_EQ(analyzed("v1.2.3"), "0:v1.2.3 0:v 1:1.2.3");
  EXPECT_EQ(analyzed("foo_bar"), "0:foo_bar 0:foo 1:bar");
  EXPECT_EQ(analyzed("HTTP2Server"), "0:http2server 0:http 1:2 2:server");
  EXPECT_EQ(analyzed("user@example.com"), "0:user@example.com 0:user 1:example.com 1:example 2:com");
  EXPECT_EQ(analyzed("src/base/json.h"), "0:src/base/json.h 0:src 1:base 2:json.h 2:json 3:h");
  EXPECT_EQ(analyzed("C++ and C#, or .NET"), "0:c++ 0:c 1:and 2:c# 2:c 3:or 4:.net 4:net");
  EXPECT_EQ(analyzed("C++20"), "0:c++20 0:c 1:20");
  EXPECT_EQ(analyzed("C/C++"), "0:c/c++ 0:c 1:c++ 1:c");
  EXPECT_EQ(analyzed("C#/.NET **.NET** f().next"), "0:c# 0:c 1:.net 1:net 2:.net 2:net 3:f 4:next");
  EXPECT_EQ(analyzed("IPv6"), "0:ipv6 0:ipv 1:6");
  EXPECT_EQ(analyzed("well-known"), "0:well-known 0:well 1:known");
  EXPECT_EQ(analyzed("__init__"), "0:__init__ 0:init");
  EXPECT_EQ(analyzed("std::getUserName()"), "0:std::getusername 0:std 1:getusername 1:get 1:user 1:name");
}

TEST(Analyzer, CaseDecidesNothingButWhichPartsAWordHas) {
  EXPECT_EQ(analyzed("GitHub actions"), "0:github 0:git 0:hub 1:actions");
  EXPECT_EQ(analyzed("github actions"), "0:github 1:actions");
  EXPECT_EQ(analyzed("getUserName", "en"), "0:getusernam/en 0:get/en 0:user/en 0:name/en");
  EXPECT_EQ(analyzed("parseHTTPResponse"), "0:parsehttpresponse 0:parse 0:http 0:response");
  EXPECT_EQ(analyzed("PDFs IDs iOS"), "0:pdfs 1:ids 2:ios 2:i 2:os");
  EXPECT_EQ(analyzed("Covid19"), analyzed("covid19"));
  EXPECT_EQ(analyzed("O'Neill McDonald's", "en"), "0:oneil/en 1:mcdonald/en 1:mc/en 1:donald/en");
}

TEST(Analyzer, UnderscoresOfMarkdownBelongToNoWord) {
  EXPECT_EQ(analyzed("_emphasis_ and _foo_bar_"), "0:emphasis 1:and 2:foo_bar 2:foo 3:bar");
}

TEST(Analyzer, NumbersAreOneToken) {
  EXPECT_EQ(analyzed("3.14 192.168.1.1 1,000 12,345.5"), "0:3.14 1:192.168.1.1 2:1000 3:12345.5");
  EXPECT_EQ(analyzed("1,2,3 12,34"), "0:1 1:2 2:3 3:12 4:34");
  EXPECT_EQ(analyzed("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18"),
            analyzed("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18"));
  EXPECT_EQ(analyzed("2024-05-01"), "0:2024-05-01 0:2024 1:05 2:01");
  EXPECT_EQ(analyzed("٤٢ ４２"), "0:42 1:42");
}

TEST(Analyzer, AcronymsAreFoundWithAndWithoutDots) {
  EXPECT_EQ(analyzed("U.S.A. USA e.g. this"), "0:usa 1:usa 2:eg 3:this");
}

TEST(Analyzer, DigestsAreNotTakenApart) {
  EXPECT_EQ(analyzed("9f86d081884c7d659a2feaa0c55ad015"), "0:9f86d081884c7d659a2feaa0c55ad015");
  EXPECT_EQ(analyzed("aGVsbG8gd29ybGQgaGVsbG8"), "0:agvsbg8gd29ybgqgagvsbg8");
}

TEST(Analyzer, DiacriticsAndFormsAreFolded) {
  EXPECT_EQ(analyzed("Café naïve Straße ﬁsh Ｆｕｌｌ Øre Łódź ĳs"),
            "0:cafe 1:naive 2:strasse 3:fish 4:full 5:ore 6:lodz 7:ijs");
  EXPECT_EQ(analyzed("cafe\u0301"), "0:cafe");
  EXPECT_EQ(analyzed("Café STRASSE", "", "unicode nofold"), "0:café 1:strasse");
  EXPECT_EQ(analyzed("soft\u00ADhyphen"), "0:softhyphen");
}

TEST(Analyzer, ApostrophesAreTakenOffByLanguage) {
  EXPECT_EQ(analyzed("the dog's bones", "en"), "0:the/en 1:dog/en 2:bone/en");
  EXPECT_EQ(analyzed("the dog’s", "en"), "0:the/en 1:dog/en");
  EXPECT_EQ(analyzed("l'homme d’État aujourd'hui", "fr"), "0:homm/fr 1:etat/fr 2:aujourdhui/fr");
  EXPECT_EQ(analyzed("dell'acqua", "it"), "0:acqua/it");
  EXPECT_EQ(analyzed("l'home", "ca"), "0:hom/ca");
  EXPECT_EQ(analyzed("don't"), "0:dont");
}

TEST(Analyzer, ScriptsWithoutSpacesBecomePairs) {
  EXPECT_EQ(analyzed("全文検索"), "0:全文 1:文検 2:検索 3:索");
  EXPECT_EQ(analyzed("犬"), "0:犬");
  EXPECT_EQ(analyzed("iPhone手机"), "0:iphone 0:i 0:phone 1:手机 2:机");
  EXPECT_EQ(analyzed("ﾃﾞｰﾀ データ"), "0:デー 1:ータ 2:タ 3:デー 4:ータ 5:タ");
  EXPECT_EQ(analyzed("\u1112\u1161\u11AB\u1100\u1173\u11AF"), analyzed("한글"));
}

TEST(Analyzer, IcuCutsThemIntoWordsWhereAsked) {
  EXPECT_EQ(analyzed("全文検索", "", "unicode segment=icu"), "0:全文 1:検索");
  EXPECT_EQ(analyzed("ภาษาไทย", "", "unicode segment=icu"), "0:ภาษา 1:ไทย");
  EXPECT_EQ(analyzed("한글", "", "unicode segment=icu"), "0:한글 1:글");
}

TEST(Analyzer, StopWordsLeaveAGap) {
  EXPECT_EQ(analyzed("the cat and the hat", "en", "unicode stop=lucene33 stem=none"), "1:cat 4:hat");
  EXPECT_EQ(analyzed("der Hund und das Haus", "de", "unicode stop=auto"), "1:hund/de 4:haus/de");
  EXPECT_EQ(analyzed("der Hund", "en", "unicode stop=auto stem=none"), "0:der 1:hund");
}

TEST(Analyzer, TheReferenceAnalysisIsRunsOfAsciiLettersAndDigits) {
  EXPECT_EQ(analyzed("The Café-goers' p53 isn't", "", "ascii stem=en stop=lucene33"),
            "1:caf/en 2:goer/en 3:p53/en 4:isn/en 5:t/en");
  EXPECT_EQ(analyzed("The Café", "", "ascii"), "0:the 1:caf");
}

TEST(Analyzer, WordsOfAnnex29AreAllThereIsWithoutParts) {
  EXPECT_EQ(analyzed("foo_bar getUserName E-4021 C++", "", "unicode noparts"),
            "0:foo_bar 1:getusername 2:e 3:4021 4:c");
}

TEST(Analyzer, TwoAnalyzersMayShareAStream) {
  TokenStream tokens;
  make_analyzer("unicode noparts").analyze("foo_bar", "", tokens);
  make_analyzer("").analyze("foo_bar", "", tokens);
  EXPECT_EQ(tokens.tokens().size(), 4u);
  EXPECT_EQ(tokens.next_position(), 3u);
}

TEST(Analyzer, AWarmStreamGivesWhatANewOneGives) {
  std::string text;
  for (int i = 0; i < 6000; ++i)
    text +=
        "Word" + std::string(1 + static_cast<size_t>(i % 40), 'y') + "ings Größe_" + std::to_string(i % 700) + " der ";
  const Analyzer analyzer = make_analyzer("unicode stop=auto");
  TokenStream warm;
  for (const char* language : {"en", "de", "", "en", "de"}) {
    warm.clear();
    analyzer.analyze(text, language, warm);
    TokenStream fresh;
    for (size_t at = 0; at < text.size();) {  // in pieces that are too few for a cache
      const size_t end = std::min(text.find(' ', at + 2000), text.size());
      TokenStream piece;
      analyzer.analyze(std::string_view(text).substr(at, end - at), language, piece);
      for (const Token& token : piece.tokens())
        fresh.add(piece.key(token), fresh.next_position() + token.position, 0, 0, token.kind);
      fresh.skip_positions(piece.next_position());
      at = end;
    }
    ASSERT_EQ(warm.tokens().size(), fresh.tokens().size());
    for (size_t i = 0; i < warm.tokens().size(); ++i) {
      ASSERT_EQ(warm.key(warm.tokens()[i]), fresh.key(fresh.tokens()[i]));
      ASSERT_EQ(warm.tokens()[i].position, fresh.tokens()[i].position);
    }
  }
}

TEST(Analyzer, ThreadsShareOneAnalyzer) {
  const Analyzer analyzer;
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> keys(4);
  for (std::vector<std::string>& own : keys) {
    threads.emplace_back([&] {
      TokenStream tokens;
      for (const char* language : {"en", "de", "ru"})
        analyzer.analyze("Häuser running 全文検索 книги ", language, tokens);
      for (const Token& token : tokens.tokens()) own.emplace_back(tokens.key(token));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& own : keys) EXPECT_EQ(own, keys[0]);
}

TEST(Analyzer, LongWordsAreCutAndLongIdentifiersHaveParts) {
  TokenStream tokens;
  const Analyzer analyzer;
  analyzer.analyze(std::string(1000000, 'a'), "en", tokens);
  ASSERT_EQ(tokens.tokens().size(), 1u);
  EXPECT_EQ(tokens.tokens()[0].byte_end, 1000000u);
  tokens.clear();
  std::string path;
  for (int i = 0; i < 100000; ++i) path += "a/";
  analyzer.analyze(path, "", tokens);
  EXPECT_EQ(tokens.tokens().size(), 100000u);
  tokens.clear();
  std::string marks = "e";
  for (int i = 0; i < 1000000; ++i) marks += "\u0301";
  analyzer.analyze(marks, "fr", tokens);
  ASSERT_EQ(tokens.tokens().size(), 1u);
  EXPECT_EQ(tokens.tokens()[0].byte_end, marks.size());
}

TEST(Analyzer, KeyLanguageIsWhatBearsOnKeys) {
  EXPECT_EQ(make_analyzer("").key_language("pt-BR"), "pt");
  EXPECT_EQ(make_analyzer("").key_language("ja"), "");
  EXPECT_EQ(make_analyzer("unicode stem=en").key_language("de"), "");
  EXPECT_EQ(make_analyzer("unicode stem=none").key_language("de"), "");
  EXPECT_EQ(make_analyzer("unicode stem=none").key_language("fr"), "fr");
}

TEST(AnalyzerSpec, IsReadAndWritten) {
  EXPECT_EQ(AnalyzerSpec::parse("").value().to_string(), "unicode fold parts stem=auto stop=none segment=bigrams");
  for (const char* text : {"ascii stem=en stop=lucene33", "unicode nofold noparts stem=none stop=auto segment=icu"}) {
    const AnalyzerSpec spec = AnalyzerSpec::parse(text).value();
    EXPECT_EQ(spec.to_string(), text);
    EXPECT_EQ(AnalyzerSpec::parse(spec.to_string()).value(), spec);
  }
  for (const char* text : {"english", "unicode steam=en", "unicode stem=xx", "unicode stop=xx", "ascii parts"})
    EXPECT_FALSE(AnalyzerSpec::parse(text)) << text;
}

}  // namespace
}  // namespace vicinal::lexical
