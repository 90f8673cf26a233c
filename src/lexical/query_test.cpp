// What people type, as clauses.

#include "lexical/query.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

Query query_of(std::string_view text, std::vector<std::string> languages = {""}, std::string_view spec = "") {
  return resolve(parse_query(text), make_analyzer(spec), languages);
}

std::string clauses(std::string_view text, std::vector<std::string> languages = {""}, std::string_view spec = "") {
  return to_string(query_of(text, std::move(languages), spec));
}

bool has_note(const Query& query, std::string_view part) {
  return std::ranges::any_of(query.notes, [&](const std::string& note) { return note.contains(part); });
}

TEST(Query, WordsAreOptionalTerms) {
  EXPECT_EQ(clauses("solar pumps, cheap"), "solar pumps cheap");
  EXPECT_EQ(clauses("solar Solar SOLAR pumps"), "solar^3 pumps");
}

TEST(Query, AWordHasOneKeyForEachLanguage) {
  EXPECT_EQ(clauses("computers", {"", "en", "de"}), "comput/de|comput/en|computers");
  EXPECT_EQ(clauses("l'eau", {"en", "fr"}), "eau/fr|leau/en");
  EXPECT_EQ(clauses("検索エンジン", {"en", "ja"}), clauses("検索エンジン", {"ja"}));
}

TEST(Query, SignsRequireAndExclude) {
  EXPECT_EQ(clauses("+solar -wind pumps"), "+solar -wind pumps");
  EXPECT_EQ(clauses("a - b"), "a b");
  EXPECT_EQ(clauses("- -- + -!x e-mail"), "x e-mail^0.5 e mail");
  EXPECT_EQ(clauses("-wind"), "wind");
  EXPECT_TRUE(has_note(query_of("-wind -\"of change\""), "only exclusions"));
}

TEST(Query, PhrasesKeepOffsets) {
  EXPECT_EQ(clauses("\"New York City\""), "\"new york city\"");
  EXPECT_EQ(clauses("-\"new york\" hotel"), "-\"new york\" hotel");
  EXPECT_EQ(clauses("“new york”"), "\"new york\"");
  EXPECT_EQ(clauses("\"word\""), "word");
  EXPECT_EQ(clauses("\"cat in the hat\"", {"en"}, "unicode stop=lucene33 stem=none"), "\"cat . . hat\"");
  EXPECT_EQ(clauses("\"全文検索\""), "\"全文 文検 検索\"");
  EXPECT_EQ(clauses("\"GitHub actions\""), clauses("\"github actions\""));
}

TEST(Query, AnOpenQuoteReachesToTheEnd) {
  EXPECT_EQ(clauses("hotel \"new york"), "hotel \"new york\"");
  EXPECT_TRUE(has_note(query_of("hotel \"new york"), "quote"));
  EXPECT_EQ(clauses("\""), "");
}

TEST(Query, PrefixesAreOfWordsAsWritten) {
  EXPECT_EQ(clauses("comput*"), "comput*");
  EXPECT_EQ(clauses("computing*", {"en"}), "comput/en|computing*");
  EXPECT_EQ(clauses("foo_ba*"), "foo_ba*");
  EXPECT_EQ(clauses("*"), "");
  EXPECT_EQ(clauses("wor*d"), "wor d");
  EXPECT_EQ(clauses("検索*"), "検索");
  EXPECT_EQ(clauses("犬"), "犬*");
}

TEST(Query, FuzzyWordsHaveEdits) {
  EXPECT_EQ(clauses("serch~ algoritm~ serch~2 algoritm~1"), "serch~1 algoritm~2 serch~2 algoritm~1");
  EXPECT_EQ(clauses("a~b ~ ~~ word~3"), "a b word 3");
  EXPECT_EQ(clauses("serching~", {"en"}), "serch/en~2");
}

TEST(Query, FieldsNarrow) {
  EXPECT_EQ(clauses("title:solar body:\"heat pump\" +title:x*"), "title:solar body:\"heat pump\" +title:x*");
  EXPECT_EQ(clauses("title: solar"), "title solar");
  EXPECT_EQ(clauses("subtitle:x"), "subtitle:x^1.5 subtitle^0.75 x^0.75");
}

TEST(Query, IdentifiersAreAskedWholeAndInParts) {
  EXPECT_EQ(clauses("E-4021"), "e-4021^1.5 e^0.75 4021^0.75");
  EXPECT_EQ(clauses("+E-4021"), "+\"e 4021\"");
  EXPECT_EQ(clauses("\"E-4021\""), "\"e 4021\"");
  EXPECT_EQ(clauses("well-known"), "well-known^0.5 well known");
  EXPECT_EQ(clauses("GitHub"), "github git^0.5 hub^0.5");
  EXPECT_EQ(clauses("+GitHub"), "+github");
  EXPECT_EQ(clauses("+C++"), "+c++");
  EXPECT_EQ(clauses("\"modern C++ design\""), "\"modern c++ design\"");
}

TEST(Query, OnlyStopWordsCount) {
  const Query query = query_of("to be or not to be", {"en"}, "unicode stop=lucene33 stem=none");
  EXPECT_EQ(query.clauses.size(), 4u);
  EXPECT_TRUE(has_note(query, "only stop words"));
  EXPECT_EQ(clauses("the cat", {"en"}, "unicode stop=lucene33 stem=none"), "cat");
}

TEST(Query, WhatHoldsNoWordHasANote) {
  for (const char* text : {"", "   ", "!!! ???", "\U0001F600 \U0001F469\u200D\U0001F680", "+ - * ~ \"\""}) {
    EXPECT_TRUE(query_of(text).clauses.empty()) << text;
    EXPECT_TRUE(has_note(query_of(text), "no word")) << text;
  }
}

TEST(Query, HugeQueriesAreCut) {
  std::string many, dense;
  for (int i = 0; i < 200000; ++i)
    many += "w" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + " ";
  for (int i = 0; i < 300000; ++i) dense += "\xE6" + std::string(1, static_cast<char>(0x80 + i % 64)) + "\x80";
  const std::vector<std::string> languages = {"", "en", "de", "fr", "ru"};
  EXPECT_EQ(query_of(many, languages).clauses.size(), kMaxClauses);
  EXPECT_LE(query_of(dense, languages).clauses.size(), kMaxClauses);
  EXPECT_EQ(query_of(std::string(1000000, 'a'), languages).clauses.size(), 1u);
  EXPECT_EQ(query_of("\"" + many, languages).clauses[0].terms.size(), kMaxPhraseTerms);
  std::string prefixes;
  for (int i = 0; i < 100; ++i)
    prefixes +=
        "p" + std::string(1, static_cast<char>('a' + i % 26)) + std::string(1, static_cast<char>('a' + i / 26)) + "* ";
  EXPECT_EQ(std::ranges::count(query_of(prefixes).clauses, Match::prefix, &Clause::match), kMaxExpandingClauses);
}

TEST(Query, ClausesKnowWhereTheyStand) {
  const Query query = query_of("+solar  foo_bar");
  EXPECT_EQ(query.clauses[0].byte_start, 1u);
  EXPECT_EQ(query.clauses[0].byte_end, 6u);
  EXPECT_EQ(query.clauses[2].byte_start, 8u);
  EXPECT_EQ(query.clauses[2].byte_end, 11u);
}

}  // namespace
}  // namespace vicinal::lexical
