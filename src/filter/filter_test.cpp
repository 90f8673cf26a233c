// Filters as people and programs write them, held against documents.

#include <gtest/gtest.h>

#include "filter/expression.h"
#include "filter/matcher.h"

namespace vicinal::filter {
namespace {

const std::string kMetadata = R"({"lang":"de","year":2021,"price":9.5,"tags":["red","blue"],"draft":false,"none":null,
  "empty":[],"author":{"name":"Ada","born":"1815-12-10"},"published":"2024-05-01T10:00:00+02:00","big":9007199254740993,
  "dotted.name":1,"diet":[{"food":"meat","likes":false},{"food":"leaves","likes":true}]})";

bool holds(std::string_view filter) {
  const auto condition = parse_filter(filter);
  EXPECT_TRUE(condition) << filter << ": " << condition.error().what();
  const base::Json metadata = base::Json::parse(kMetadata).value();
  return matches(*condition, {.id = "d1", .path = "docs/de/a.md", .title = "Über uns", .metadata = &metadata});
}

TEST(Filter, HoldsForWhatIsAsked) {
  for (const char* filter : {"",
                             "  ",
                             "lang = de",
                             "lang = \"de\"",
                             "lang == 'de'",
                             "LANG != de",
                             "lang != en",
                             "year = 2021",
                             "year = 2021.0",
                             "year >= 2021",
                             "year<2022",
                             "year > 2020 and year <= 2021",
                             "price < 9.6",
                             "price = 9.5",
                             "tags = red",
                             "tags=blue",
                             "tags in (green, red)",
                             "tags not in (green)",
                             "tags != green",
                             "draft = false",
                             "draft != true",
                             "none is null",
                             "not none exists",
                             "empty is not null",
                             "not (empty exists)",
                             "author.name = Ada",
                             "author exists",
                             "author.born < 1900-01-01",
                             "published > 2024-05-01T07:59:59Z",
                             "published < \"2024-05-01 08:00:01\"",
                             "path ~ docs/**",
                             "path ~ \"**/a.md\"",
                             "path !~ src/**",
                             "path prefix docs/de",
                             "title contains 'ber u'",
                             "id = d1",
                             "big = 9007199254740993",
                             "big != 9007199254740992",
                             "dotted.name = 1",
                             "diet.food = meat",
                             "lang = en or (lang = de and not draft = true)",
                             "NOT lang = en AND lang IN (de)",
                             "missing != 3",
                             "lang = de or lang = en and lang = fr"})
    EXPECT_TRUE(holds(filter)) << filter;
}

TEST(Filter, DoesNotHoldForAnythingElse) {
  for (const char* filter : {"lang = DE",
                             "year = \"2021\"",
                             "year > 2021",
                             "tags = green",
                             "tags != red",
                             "draft = true",
                             "draft exists and lang = en",
                             "missing exists",
                             "missing = 1",
                             "missing < 1",
                             "missing is null",
                             "none exists",
                             "empty exists",
                             "lang > 3",
                             "lang < 2024-01-01",
                             "path ~ *.md",
                             "path ~ docs/*",
                             "title contains 'ber U'",
                             "big = 9007199254740992",
                             "author = Ada",
                             "(lang = de or lang = en) and lang = fr"})
    EXPECT_FALSE(holds(filter)) << filter;
}

TEST(Filter, SaysWhereAShortFormBreaks) {
  const auto error = [](std::string_view text) { return parse_filter(text).error().what(); };
  EXPECT_NE(error("lang =").find("expected a value (at=7, found=the end"), std::string::npos) << error("lang =");
  EXPECT_NE(
      error("lang de").find("expected =, !=, <, <=, >, >=, ~, in, contains, prefix, exists or is null (at=6, found=de"),
      std::string::npos)
      << error("lang de");
  EXPECT_NE(error("(lang = de").find("expected `)`"), std::string::npos);
  EXPECT_NE(error("lang = de year = 3").find("expected `and`, `or` or the end (at=11"), std::string::npos);
  EXPECT_NE(error("year > many").find("a number or a date"), std::string::npos);
  EXPECT_NE(error("lang = \"de").find("a quote in the filter is not closed (at=8"), std::string::npos)
      << error("lang = \"de");
  EXPECT_NE(error("lang in de").find("expected `(`"), std::string::npos);
  EXPECT_NE(error("= 3").find("the name of a field"), std::string::npos);
  EXPECT_NE(error(std::string(100, '(')).find("32 levels"), std::string::npos);
  EXPECT_NE(error("lang = \xFF").find("UTF-8"), std::string::npos);
  EXPECT_NE(error(std::string(kMaxFilterBytes + 1, 'a')).find("too long"), std::string::npos);
}

TEST(Filter, PrintsWhatItReadsAgain) {
  for (const char* text :
       {"lang = \"de\"", "a = 1 and (b = 2 or c = 3)", "not (a in (1, \"x\", true))", "a >= 1 and a < 2",
        "a ~ \"docs/**\"", "a contains \"\\\"\"", "a is null", "a exists", "\"release date\" exists"}) {
    const std::string printed = to_string(parse_filter(text).value());
    EXPECT_EQ(printed, text);
    EXPECT_EQ(to_string(parse_filter(printed).value()), printed);
  }
}

TEST(Filter, IdsAreTextsAndLargeNumbersAreExact) {
  const base::Json metadata = base::Json::parse(R"({"u":18446744073709551615})").value();
  const FilteredDocument document = {.id = "7", .path = {}, .title = {}, .metadata = &metadata};
  for (const char* filter : {"id = 7", "id in (6, 7)", R"({"must":{"has_id":[7]}})", "u = 18446744073709551615"})
    EXPECT_TRUE(matches(parse_filter(filter).value(), document)) << filter;
  EXPECT_FALSE(matches(parse_filter("u = 18446744073709551614").value(), document));
}

TEST(Filter, HasAtMostSoManyConditions) {
  std::string filter = "a = 1";
  for (int i = 0; i < 2000; ++i) filter += " or a" + std::to_string(i) + " = 1";
  EXPECT_NE(parse_filter(filter).error().what().find("too many conditions"), std::string::npos);
}

TEST(QdrantFilter, IsTakenAsItIs) {
  for (
      const char* filter :
      {R"({})", R"({"must":[{"key":"lang","match":{"value":"de"}}]})",
       R"({"must":{"key":"lang","match":{"value":"de"}}})",
       R"({"must":[{"key":"year","range":{"gte":2021,"lt":null}}]})",
       R"({"must_not":[{"key":"lang","match":{"value":"en"}}]})",
       R"({"should":[{"key":"lang","match":{"value":"en"}},{"key":"tags[]","match":{"any":["red"]}}]})",
       R"({"must":[{"key":"tags","match":{"except":["green"]}}]})",
       R"({"must":[{"key":"title","match":{"text":"uns"}}]})",
       R"({"must":[{"key":"title","match":{"text_any":"xx uns"}}]})",
       R"({"must":[{"key":"published","range":{"gt":"2024-04-30T00:00:00Z"}}]})",
       R"({"must":[{"is_empty":{"key":"missing"}},{"is_empty":{"key":"empty"}},{"is_empty":{"key":"none"}}]})",
       R"({"must":[{"is_null":{"key":"none"}}]})", R"({"must":[{"key":"tags","values_count":{"gte":2}}]})",
       R"({"must":[{"key":"lang","is_empty":false}]})", R"({"must":[{"has_id":["d1",7]}]})",
       R"({"must":[{"nested":{"key":"diet","filter":{"must":[{"key":"food","match":{"value":"leaves"}},{"key":"likes","match":{"value":true}}]}}}]})",
       R"({"must":[{"should":[{"key":"year","match":{"value":2021}}]}]})",
       R"({"min_should":{"conditions":[{"key":"year","match":{"value":2021}},{"key":"lang","match":{"value":"de"}},{"key":"lang","match":{"value":"x"}}],"min_count":2}})",
       R"({"must":[{"key":"author.name","match":{"value":"Ada"}}]})"})
    EXPECT_TRUE(holds(filter)) << filter;
  for (
      const char* filter :
      {R"({"must":[{"key":"lang","match":{"value":"en"}}]})", R"({"must_not":[{"key":"lang","match":{"value":"de"}}]})",
       R"({"should":[{"key":"lang","match":{"value":"en"}}]})", R"({"must":[{"is_null":{"key":"missing"}}]})",
       R"({"must":[{"nested":{"key":"diet","filter":{"must":[{"key":"food","match":{"value":"meat"}},{"key":"likes","match":{"value":true}}]}}}]})",
       R"({"must":[{"has_id":["d2"]}]})"})
    EXPECT_FALSE(holds(filter)) << filter;
}

TEST(QdrantFilter, RefusesWhatItDoesNotKnowByName) {
  const auto error = [](std::string_view text) { return parse_filter(text).error().what(); };
  EXPECT_NE(error(R"({"must":[{"key":"a","geo_radius":{}}]})").find("`geo_radius` (where=filter.must[0]"),
            std::string::npos);
  EXPECT_NE(error(R"({"mist":[]})").find("`mist`"), std::string::npos);
  EXPECT_NE(error(R"({"must":[{"key":"a","match":{"value":[1]}}]})").find("where=filter.must[0].match.value"),
            std::string::npos);
  EXPECT_NE(error(R"({"must":[{"key":"a","range":{"gt":"soon"}}]})").find("RFC 3339"), std::string::npos);
  EXPECT_NE(error(R"({"must":[3]})").find("expected an object"), std::string::npos);
  EXPECT_NE(error(R"({"must":)").find("cannot be read"), std::string::npos);
  for (const char* filter :
       {R"({"has_id":[1],"must_not":[]})", R"({"nested":{"key":"a","filter":{}},"x":1})",
        R"({"is_empty":{"key":"a"},"b":1})", R"({"is_empty":{"key":"a","b":1}})",
        R"({"must":[{"key":"a","is_null":"yes"}]})", R"({"must":[{"key":"a[0]","match":{"value":1}}]})",
        R"({"has_id":[1e30]})", R"({"has_id":[-1]})"})
    EXPECT_FALSE(parse_filter(R"({"must":[)" + std::string(filter) + "]}")) << filter;
  std::string deep = "{}";
  for (int i = 0; i < 40; ++i) deep = R"({"must":)" + deep + "}";
  EXPECT_NE(error(deep).find("levels"), std::string::npos);
}

TEST(Timestamp, IsSecondsSinceTheEpoch) {
  EXPECT_EQ(timestamp("1970-01-01"), 0.0L);
  EXPECT_EQ(timestamp("1970-01-02T00:00:01Z"), 86401.0L);
  EXPECT_EQ(timestamp("2000-02-29T12:30:00.5+02:00"), 951820200.5L);
  EXPECT_EQ(timestamp("1969-12-31 23:59"), -60.0L);
  for (const char* text :
       {"", "2024", "2024-13-01", "2023-02-29", "2024-05-01T", "2024-05-01T25:00", "2024-05-01T10:00x", "today",
        "2024-05-01T10:00+2", "2024-05-01T10:00:00+99:99", "2024-05-01T10:00:00."})
    EXPECT_FALSE(timestamp(text)) << text;
}

}  // namespace
}  // namespace vicinal::filter
