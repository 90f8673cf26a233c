#include "engine/jsonl_row.h"

#include <gtest/gtest.h>

namespace vicinal::engine {
namespace {

JsonlRow parsed(std::string_view line) { return parse_jsonl_row(line).value(); }

TEST(JsonlRow, TakesIdTitleAndTextAndKeepsTheRestAsMetadata) {
  const JsonlRow row = parsed(R"({"_id":"d1","title":"On\nrivers ","text":"Basel\r\nlies","year":1999,"tags":["a"]})");
  EXPECT_EQ(row.id, "d1");
  EXPECT_EQ(row.title, "On rivers");
  EXPECT_EQ(row.text, "Basel\r\nlies");
  EXPECT_EQ(row.metadata, R"({"year":1999,"tags":["a"]})");
}

TEST(JsonlRow, AnIdMayBeANumber) {
  EXPECT_EQ(parsed(R"({"id":42,"text":"x"})").id, "42");
  EXPECT_EQ(parse_jsonl_row(R"({"id":4.5,"text":"x"})").error().code(), Code::invalid_argument);
}

TEST(JsonlRow, UnderscoreIdGoesBeforeId) { EXPECT_EQ(parsed(R"({"id":"b","_id":"a","text":"x"})").id, "a"); }

TEST(JsonlRow, MembersOfAMetadataObjectJoinTheMetadata) {
  EXPECT_EQ(parsed(R"({"id":"1","text":"x","a":1,"metadata":{"b":2}})").metadata, R"({"a":1,"b":2})");
  EXPECT_EQ(parsed(R"({"id":"1","text":"x","metadata":7})").metadata, R"({"metadata":7})");
  EXPECT_EQ(parsed(R"({"id":"1","text":"x","metadata":{}})").metadata, "{}");
}

TEST(JsonlRow, ARowWithoutAnIdIsCalledByItsContent) {
  const std::string id = parsed(R"({"text":"x"})").id;
  EXPECT_EQ(id, parsed(R"({"text":"x","year":1})").id);
  EXPECT_NE(id, parsed(R"({"text":"y"})").id);
  EXPECT_FALSE(id.empty());
}

TEST(JsonlRow, RefusesWhatIsNoRow) {
  EXPECT_EQ(parse_jsonl_row("{").error().code(), Code::corrupt);
  EXPECT_EQ(parse_jsonl_row("[1]").error().code(), Code::invalid_argument);
  EXPECT_EQ(parse_jsonl_row(R"({"id":"1"})").error().code(), Code::invalid_argument);
  EXPECT_EQ(parse_jsonl_row(R"({"id":"1","text":5})").error().code(), Code::invalid_argument);
  EXPECT_EQ(parse_jsonl_row(R"({"id":"1","text":"x","title":[]})").error().code(), Code::invalid_argument);
  EXPECT_EQ(parse_jsonl_row(R"({"id":"","text":"x"})").error().code(), Code::invalid_argument);
  EXPECT_EQ(parse_jsonl_row(R"({"id":")" + std::string(513, 'a') + R"(","text":"x"})").error().code(),
            Code::invalid_argument);
}

TEST(OneLine, WhiteSpaceAndControlCharactersBecomeSingleSpaces) {
  EXPECT_EQ(one_line("  a\t\n b\x01"
                     "c  "),
            "a b c");
  EXPECT_EQ(one_line(""), "");
  EXPECT_EQ(one_line(" \n "), "");
}

}  // namespace
}  // namespace vicinal::engine
