#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace vicinal::base {
namespace {

using testing::HasSubstr;

Code parse_code(std::string_view text) {
  const auto parsed = Json::parse(text);
  return parsed ? Code::interrupted : parsed.error().code();  // interrupted: never returned by the parser
}

TEST(Json, ReadsEveryKindOfValue) {
  const Json json = Json::parse(R"({"a":[1,-2,3.5,"x\u00e9\n",true,null],"b":{"c":false}})").value();
  ASSERT_TRUE(json.is_object());
  const Json::Array& a = *json["a"].array();
  ASSERT_EQ(a.size(), 6u);
  EXPECT_EQ(a[0].integer(), 1);
  EXPECT_EQ(a[1].integer(), -2);
  EXPECT_EQ(a[2].number(), 3.5);
  EXPECT_EQ(*a[3].string(), "x\u00e9\n");
  EXPECT_EQ(a[4].boolean(), true);
  EXPECT_TRUE(a[5].is_null());
  EXPECT_EQ(json["b"]["c"].boolean(), false);
}

TEST(Json, LookupsOfAbsentThingsEndInNull) {
  const Json json = Json::parse(R"({"a":1})").value();
  EXPECT_TRUE(json["b"]["c"]["d"].is_null());
  EXPECT_FALSE(json.has("b"));
  EXPECT_TRUE(json.has("a"));
  EXPECT_EQ(json["a"].string(), nullptr);
  EXPECT_EQ(json["a"].string_or("none"), "none");
  EXPECT_EQ(json["b"].integer_or(7), 7);
}

TEST(Json, KeepsTheOrderOfMembersAndTheLastOfEqualNamesWins) {
  const Json json = Json::parse(R"({"z":1,"a":2,"z":3})").value();
  EXPECT_EQ((*json.object())[0].first, "z");
  EXPECT_EQ((*json.object())[1].first, "a");
  EXPECT_EQ(json["z"].integer(), 3);
}

TEST(Json, KeepsIntegersAtTheEndsOfTheirRange) {
  const std::string text = "[9223372036854775807,-9223372036854775808,9223372036854775808,18446744073709551615]";
  const Json json = Json::parse(text).value();
  EXPECT_EQ((*json.array())[0].integer(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ((*json.array())[1].integer(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ((*json.array())[2].integer(), std::nullopt);
  EXPECT_EQ((*json.array())[2].number(), 0x1p63);
  EXPECT_EQ(json.dump(), text);
}

TEST(Json, ReadsIntegersOver64BitsAsDoubles) {
  const Json json = Json::parse(R"({"1000000000000000000000":1000000000000000019884624838656,"n":-99999999999999999999,
      "s":"\"12345678901234567890","f":12345678901234567890.25,"e":1e5})")
                        .value();
  EXPECT_EQ(json["1000000000000000000000"].number(), 1e30);
  EXPECT_EQ(json["n"].number(), -1e20);
  EXPECT_EQ(*json["s"].string(), "\"12345678901234567890");
  EXPECT_EQ(json["f"].number(), 12345678901234567890.25);
  EXPECT_EQ(json["e"].number(), 1e5);
}

TEST(Json, DoublesWithoutFractionAreIntegersWhenTheyFit) {
  EXPECT_EQ(Json::parse("3.0").value().integer(), 3);
  EXPECT_EQ(Json::parse("3.5").value().integer(), std::nullopt);
  EXPECT_EQ(Json::parse("9223372036854775808.0").value().integer(), std::nullopt);
  EXPECT_EQ(Json::parse("-9223372036854775808.0").value().integer(), std::numeric_limits<int64_t>::min());
}

TEST(Json, DumpReadsBackEqual) {
  const std::string text =
      R"({"a":[1,2.0,-0.0,1e+300,0.1,5e-324],"b":"q\"\\\u0001\té","c":{},"d":[],"e":null,"f":true})";
  EXPECT_EQ(Json::parse(text).value().dump(), text);
}

TEST(Json, RefusesBrokenText) {
  for (const char* text :
       {"", " ", "{", "[1,", "{\"a\":}", "tru", "\"abc", "[1] [2]", "{\"a\" 1}", "01", "nan", "[1,]", "'a'"}) {
    EXPECT_EQ(parse_code(text), Code::corrupt) << text;
  }
}

TEST(Json, AnIntegerOver64BitsLeavesTheOthersAsTheyAre) {
  const Json row = Json::parse(R"({"id":1234567890123456789,"u":18446744073709551615,"least":-9223372036854775808,)"
                               R"("big":100000000000000000000,"text":"1234567890123456789123"})")
                       .value();
  EXPECT_EQ(row.dump(), R"({"id":1234567890123456789,"u":18446744073709551615,"least":-9223372036854775808,)"
                        R"("big":1e+20,"text":"1234567890123456789123"})");
  EXPECT_EQ(row["big"].number(), 1e20);
}

TEST(Json, RefusesEveryTruncation) {
  const std::string text = R"({"a":[1,2,{"b":"\u00e9"}],"c":null})";
  for (size_t bytes = 0; bytes < text.size(); ++bytes) {
    EXPECT_EQ(parse_code(std::string_view(text).substr(0, bytes)), Code::corrupt) << bytes;
  }
}

TEST(Json, NamesTheOffsetOfBadUtf8) {
  const auto parsed = Json::parse("[\"ab\xFFz\"]");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().what(), HasSubstr("offset=4"));
}

TEST(Json, ReadsUpTo64LevelsAndNoMore) {
  EXPECT_TRUE(Json::parse(std::string(64, '[') + '1' + std::string(64, ']')));
  EXPECT_EQ(parse_code(std::string(65, '[') + '1' + std::string(65, ']')), Code::corrupt);
  EXPECT_EQ(parse_code(std::string(5'000'000, '[')), Code::corrupt);
}

TEST(Json, RefusesTextOverTheLimit) { EXPECT_FALSE(Json::parse("[1,2,3]", 6)); }

TEST(JsonWriter, PlacesCommasAndQuotes) {
  JsonWriter out;
  out.begin_object().key("hits").begin_array().number(1).string("a\"b").begin_object().end_object().end_array();
  out.key("ok").boolean(true).key("no").null().key("raw").raw("[]").end_object();
  EXPECT_EQ(out.text(), R"({"hits":[1,"a\"b",{}],"ok":true,"no":null,"raw":[]})");
}

TEST(JsonWriter, PrintsTheShortestNumbersThatReadBackEqual) {
  JsonWriter out;
  const float floats[] = {0.1f, -0.0f, 1.0f, 16777216.0f};
  out.begin_array().number(0.1).number(0.1f).number(std::numeric_limits<double>::infinity());
  out.number(std::numeric_limits<float>::quiet_NaN()).number(uint64_t{1} << 63).floats(floats).end_array();
  EXPECT_EQ(out.text(), "[0.1,0.1,null,null,9223372036854775808,[0.1,-0.0,1,16777216]]");
}

TEST(JsonWriter, ReplacesInvalidUtf8) {
  JsonWriter out;
  out.string("a\xC3z\xF0\x9F\x98\x80");
  EXPECT_EQ(out.text(), "\"a\uFFFDz\U0001F600\"");
}

TEST(Utf8, RefusesWhatTheStandardRefuses) {
  size_t bad = 99;
  EXPECT_TRUE(valid_utf8(""));
  EXPECT_TRUE(valid_utf8("a\u00e9\u20ac\U0010FFFF"));
  EXPECT_FALSE(valid_utf8("ab\xC0\x80", &bad));  // overlong
  EXPECT_EQ(bad, 2u);
  EXPECT_FALSE(valid_utf8("\xED\xA0\x80", &bad));  // surrogate
  EXPECT_EQ(bad, 0u);
  EXPECT_FALSE(valid_utf8("\u20ac\xF4\x90\x80\x80", &bad));  // above U+10FFFF
  EXPECT_EQ(bad, 3u);
  EXPECT_FALSE(valid_utf8("abc\xE2\x82", &bad));  // cut short
  EXPECT_EQ(bad, 3u);
}

TEST(Utf8, SequenceLengthAgreesWithTheValidatorOnAllThreeByteInputs) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0x70; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second), '\x80'};
      const size_t length = utf8_sequence({bytes, 3});
      for (size_t size = 1; size <= 3; ++size) {
        const bool whole = utf8_sequence({bytes, size}) == size;
        if (length == size) {
          EXPECT_TRUE(valid_utf8({bytes, size})) << first << " " << second;
        }
        EXPECT_TRUE(!whole || valid_utf8({bytes, size}));
      }
      if (length == 0) {
        EXPECT_FALSE(valid_utf8({bytes, 3})) << first << " " << second;
      }
    }
  }
}

}  // namespace
}  // namespace vicinal::base
