#include "text/tokenizer.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "text/golden_for_tests.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> covered(std::string_view text, const Encoding& encoding) {
  std::vector<std::string> parts;
  for (const ByteSpan& span : encoding.spans) parts.emplace_back(text.substr(span.begin, span.end - span.begin));
  return parts;
}

/// A tokenizer of a few words with the parts under test filled in.
std::string small_json(const std::string& members, const std::string& vocabulary = R"("a":1,"b":2,"##b":3,"c":4)") {
  return R"({"model":{"type":"WordPiece","vocab":{"[UNK]":0,)" + vocabulary + "}}" + members + "}";
}
constexpr const char* kBert =
    R"(,"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"})";

std::shared_ptr<const Tokenizer> small(const std::string& members) {
  return Tokenizer::from_json(small_json(members)).value();
}

TEST(Tokenizer, GivesTheGoldenIdsForEveryGoldenText) {
  const auto goldens = golden_texts();
  ASSERT_EQ(goldens.size(), 856u);
  for (const GoldenText& golden : goldens) {
    const Encoding encoding = bert()->encode(golden.text, {});
    EXPECT_EQ(encoding.ids, golden.ids) << golden.text.substr(0, 300);
    EXPECT_FALSE(encoding.cut);
    EXPECT_EQ(encoding.bytes_used, golden.text.size());
    EXPECT_EQ(bert()->count(golden.text), golden.ids.size() - 2);
  }
}

TEST(Tokenizer, SpansOfGoldenTextsAreOrderedAndOnCodePointBoundaries) {
  for (const GoldenText& golden : golden_texts()) {
    const Encoding encoding = bert()->encode(golden.text, {.add_special = false});
    uint32_t last = 0;
    for (const ByteSpan& span : encoding.spans) {
      ASSERT_LT(span.begin, span.end);
      ASSERT_LE(span.end, golden.text.size());
      ASSERT_GE(span.begin, last);
      ASSERT_FALSE(is_continuation_byte(golden.text[span.begin]));
      ASSERT_TRUE(span.end == golden.text.size() || !is_continuation_byte(golden.text[span.end]));
      last = span.begin;
    }
  }
}

TEST(Tokenizer, LimitKeepsAPrefixOfTheUncutIds) {
  for (const GoldenText& golden : golden_texts()) {
    for (const size_t limit : {1u, 2u, 3u, 7u, 64u}) {
      const Encoding cut = bert()->encode(golden.text, {.max_tokens = limit});
      ASSERT_LE(cut.ids.size(), limit);
      ASSERT_EQ(cut.ids.size(), cut.spans.size());
      EXPECT_EQ(cut.cut, golden.ids.size() > std::max<size_t>(limit, 2));
      if (limit < 2) continue;
      const size_t kept = cut.ids.size() - 1;
      EXPECT_TRUE(std::equal(cut.ids.begin(), cut.ids.begin() + static_cast<std::ptrdiff_t>(kept), golden.ids.begin()));
      EXPECT_EQ(cut.ids.back(), golden.ids.back());
      const size_t text_end = cut.ids.size() > 2 ? cut.spans[kept - 1].end : 0;
      EXPECT_EQ(cut.bytes_used, cut.cut ? text_end : golden.text.size());
    }
  }
}

TEST(Tokenizer, SpansPointIntoTheTextAsWritten) {
  const std::string text = "Caf\u00e9 UNBELIEVABLE\u200b\u4e2d\u6587 e\u0301!";
  const Encoding encoding = bert()->encode(text, {.add_special = false});
  EXPECT_THAT(covered(text, encoding), ElementsAre("Caf\u00e9", "UNBELIEVABLE", "\u4e2d", "\u6587", "e", "!"));
}

TEST(Tokenizer, SpansWithinAWordFollowDroppedAndLongerCharacters) {
  const std::string text = "xx\u00e9\u200bzzyq";
  const Encoding encoding = bert()->encode(text, {.add_special = false});
  std::string joined;
  for (const std::string& part : covered(text, encoding)) joined += part;
  EXPECT_GT(encoding.ids.size(), 1u);
  EXPECT_THAT(joined, ::testing::AnyOf("xx\u00e9zzyq", text));
}

TEST(Tokenizer, SpecialTokensInTheTextAreFoundAsWritten) {
  const std::string text = "a[SEP]b [sep]";
  const Encoding encoding = bert()->encode(text, {.add_special = false});
  EXPECT_THAT(covered(text, encoding), ElementsAre("a", "[SEP]", "b", "[", "sep", "]"));
  EXPECT_EQ(encoding.ids[1], 102);
}

TEST(Tokenizer, SpecialTokenAcrossAWindowOfTheReaderIsFound) {
  for (size_t padding = 4080; padding < 4110; ++padding) {
    const std::string text = std::string(padding, ' ') + "[MASK]x";
    const Encoding encoding = bert()->encode(text, {.add_special = false});
    ASSERT_EQ(encoding.ids.size(), 2u);
    EXPECT_EQ(encoding.ids[0], 103);
  }
}

TEST(Tokenizer, WordAcrossAWindowOfTheReaderIsNotCut) {
  const std::vector<int32_t> whole = bert()->encode("unbelievable", {.add_special = false}).ids;
  for (size_t padding = 4080; padding < 4100; ++padding) {
    EXPECT_EQ(bert()->encode(std::string(padding, ' ') + "unbelievable", {.add_special = false}).ids, whole);
  }
}

TEST(Tokenizer, TrailingWhiteSpaceIsNotCut) {
  const Encoding encoding = bert()->encode("hello   \n", {.max_tokens = 3});
  EXPECT_FALSE(encoding.cut);
  EXPECT_EQ(encoding.bytes_used, 9u);
}

TEST(Tokenizer, WordOfAHundredCharactersIsReadAndALongerOneIsUnknown) {
  EXPECT_GT(bert()->encode(std::string(100, 'a'), {.add_special = false}).ids.size(), 1u);
  const Encoding longer = bert()->encode(std::string(101, 'a') + " b", {.add_special = false});
  EXPECT_EQ(longer.ids.size(), 2u);
  EXPECT_EQ(longer.ids[0], bert()->unknown_id());
  EXPECT_EQ(longer.spans[0], (ByteSpan{0, 101}));
  EXPECT_EQ(bert()->encode(std::string(100, 'a') + "\u00e9", {.add_special = false}).ids.size(), 1u);
}

TEST(Tokenizer, NulAndReplacementCharacterVanish) {
  const std::string text("a\0b\xef\xbf\xbd", 6);
  EXPECT_EQ(bert()->encode(text, {}).ids, bert()->encode("ab", {}).ids);
}

TEST(Tokenizer, EmptyAndBlankTextsHaveOnlySpecialTokens) {
  for (const char* text : {"", " \n\t", "\u200b"}) {
    const Encoding encoding = bert()->encode(text, {});
    EXPECT_THAT(encoding.ids, ElementsAre(101, 102));
    EXPECT_FALSE(encoding.cut);
  }
  EXPECT_EQ(bert()->special_tokens(), 2u);
  EXPECT_EQ(bert()->vocabulary_size(), 30522u);
}

TEST(Tokenizer, MixedNormalizersGiveTheSameIdsInBlocksAsPerCodePoint) {
  const auto blocks = small(
      R"(,"normalizer":{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]},"pre_tokenizer":{"type":"BertPreTokenizer"})");
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 7 == 0 ? "\u00c1b " : i % 5 == 0 ? "A\u0301\u0323B " : "c. ";
  const auto per_code_point = small(kBert);
  const Encoding expected = per_code_point->encode(text, {}), actual = blocks->encode(text, {});
  EXPECT_EQ(actual.ids, expected.ids);
  EXPECT_EQ(blocks->count(text), expected.ids.size());
  EXPECT_EQ(actual.spans[0], (ByteSpan{0, 2}));
}

TEST(Tokenizer, ComposingNormalizerJoinsWhatIsWrittenApart) {
  const auto tokenizer = Tokenizer::from_json(
                             R"({"model":{"type":"WordPiece","vocab":{"[UNK]":0,"é":1,"ﬁ":2,"f":3,"##i":4}},
                                 "normalizer":{"type":"NFKC"},"pre_tokenizer":{"type":"Whitespace"}})")
                             .value();
  const std::string text = "e\u0301 \ufb01";
  const Encoding encoding = tokenizer->encode(text, {});
  EXPECT_THAT(encoding.ids, ElementsAre(1, 3, 4));
  EXPECT_THAT(covered(text, encoding), ElementsAre("e\u0301", "\ufb01", "\ufb01"));
}

TEST(Tokenizer, WhitespacePreTokenizerKeepsRunsOfSymbolsTogether) {
  const auto tokenizer = small(R"(,"pre_tokenizer":{"type":"Whitespace"})");
  const std::string text = "a_b c!?b";
  EXPECT_THAT(covered(text, tokenizer->encode(text, {})), ElementsAre("a_b", "c", "!?", "b"));
}

TEST(Tokenizer, AddedTokensTakeInTheWhiteSpaceTheyAskFor) {
  const auto tokenizer = small(std::string(kBert) +
                               R"(,"added_tokens":[{"id":9,"content":"<l>","lstrip":true,"special":true},
                                   {"id":10,"content":"<r>","rstrip":true,"special":true}])");
  const std::string text = "a  <l>  b  <r>  c";
  const Encoding encoding = tokenizer->encode(text, {});
  EXPECT_THAT(covered(text, encoding), ElementsAre("a", "  <l>", "b", "<r>  ", "c"));
  EXPECT_THAT(encoding.ids, ElementsAre(1, 9, 2, 10, 4));
  EXPECT_EQ(tokenizer->vocabulary_size(), 11u);
}

TEST(Tokenizer, AddedTokenOfASingleWordIsNotFoundInsideAnother) {
  const auto tokenizer =
      small(std::string(kBert) + R"(,"added_tokens":[{"id":9,"content":"ab","single_word":true,"special":true}])");
  EXPECT_THAT(tokenizer->encode("ab", {}).ids, ElementsAre(9));
  EXPECT_THAT(tokenizer->encode("abb", {}).ids, ElementsAre(1, 3, 3));
  EXPECT_THAT(tokenizer->encode("(ab)", {}).ids, ElementsAre(0, 9, 0));
}

TEST(Tokenizer, NormalizedAddedTokensAreFoundInTheNormalizedText) {
  const auto tokenizer = small(
      std::string(kBert) +
      R"(,"added_tokens":[{"id":9,"content":"\u00c9X","normalized":true},{"id":10,"content":"QQ","normalized":false}])");
  const std::string text = "a e\u0301x b EX qq QQ";
  const Encoding encoding = tokenizer->encode(text, {});
  EXPECT_THAT(encoding.ids, ElementsAre(1, 9, 2, 9, 0, 10));
  EXPECT_THAT(covered(text, encoding), ElementsAre("a", "e\u0301x", "b", "EX", "qq", "QQ"));
}

TEST(Tokenizer, LongestAddedTokenWins) {
  const auto tokenizer =
      small(std::string(kBert) +
            R"(,"added_tokens":[{"id":9,"content":"<x>","special":true},{"id":10,"content":"<x>y","special":true}])");
  EXPECT_THAT(tokenizer->encode("<x>y<x>", {}).ids, ElementsAre(10, 9));
}

TEST(Tokenizer, VocabularyIdOfAnAddedTokenWins) {
  const auto tokenizer = small(R"(,"added_tokens":[{"id":77,"content":"a","special":true}])");
  EXPECT_THAT(tokenizer->encode("a", {}).ids, ElementsAre(1));
}

TEST(Tokenizer, BertAndRobertaProcessingFrameTheText) {
  for (const std::string type : {"BertProcessing", "RobertaProcessing"}) {
    const auto tokenizer = small(std::string(kBert) + R"(,"post_processor":{"type":")" + type +
                                 R"(","sep":["</s>",6],"cls":["<s>",5],"trim_offsets":true})");
    EXPECT_THAT(tokenizer->encode("a b", {}).ids, ElementsAre(5, 1, 2, 6));
    EXPECT_THAT(tokenizer->encode("a b", {.max_tokens = 3}).ids, ElementsAre(5, 1, 6));
    EXPECT_THAT(tokenizer->encode("a b", {.add_special = false}).ids, ElementsAre(1, 2));
  }
}

std::string many(std::string_view element, int count) {
  std::string list(element);
  for (int i = 1; i < count; ++i) list.append(1, ',').append(element);
  return list;
}

struct BadFile {
  const char* name;
  std::string json;
  Code code;
  const char* says;
};

class BadTokenizerFile : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadTokenizerFile, IsRefusedWithItsReason) {
  const auto result = Tokenizer::from_json(GetParam().json);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), GetParam().code);
  EXPECT_THAT(result.error().what(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadTokenizerFile,
    ::testing::Values(
        BadFile{"NoJson", "{", Code::corrupt, ""}, BadFile{"Array", "[]", Code::corrupt, "object"},
        BadFile{"NoModel", "{}", Code::corrupt, "model"},
        BadFile{"Bpe", R"({"model":{"type":"BPE","vocab":{},"merges":[]}})", Code::unsupported, "BPE"},
        BadFile{"Unigram", R"({"model":{"type":"Unigram","vocab":[]}})", Code::unsupported, "Unigram"},
        BadFile{"NoVocabulary", R"({"model":{"type":"WordPiece"}})", Code::corrupt, "vocab"},
        BadFile{"VocabularyList", R"({"model":{"type":"WordPiece","vocab":["a"]}})", Code::corrupt, "vocab"},
        BadFile{"NegativeId", small_json("", R"("x":-1)"), Code::corrupt, "integer"},
        BadFile{"HugeId", small_json("", R"("x":99999999999999999999)"), Code::corrupt, "integer"},
        BadFile{"LargeId", small_json("", R"("x":16777216)"), Code::corrupt, "16777215"},
        BadFile{"FractionId", small_json("", R"("x":1.5)"), Code::corrupt, "integer"},
        BadFile{"TextId", small_json("", R"("x":"1")"), Code::corrupt, "integer"},
        BadFile{"SameIdTwice", small_json("", R"("x":1,"y":1)"), Code::corrupt, "same id"},
        BadFile{"SameEntryTwice", small_json("", R"("x":1,"x":2)"), Code::corrupt, "twice"},
        BadFile{"NoUnknown", R"({"model":{"type":"WordPiece","vocab":{"a":1}}})", Code::corrupt, "[UNK]"},
        BadFile{"NormalizerType", small_json(R"(,"normalizer":{"type":"Precompiled"})"), Code::unsupported,
                "Precompiled"},
        BadFile{"NormalizersWithoutEnd",
                small_json(R"(,"normalizer":{"type":"Sequence","normalizers":[)" + many(R"({"type":"Lowercase"})", 40) +
                           "]}"),
                Code::corrupt, "normalizers"},
        BadFile{"PreTokenizersWithoutEnd",
                small_json(R"(,"pre_tokenizer":{"type":"Sequence","pretokenizers":[)" +
                           many(R"({"type":"Whitespace"})", 40) + "]}"),
                Code::corrupt, "pre-tokenizers"},
        BadFile{"NormalizerShape", small_json(R"(,"normalizer":{"type":"Sequence","normalizers":3})"), Code::corrupt,
                "normalizer"},
        BadFile{"PreTokenizerType", small_json(R"(,"pre_tokenizer":{"type":"ByteLevel"})"), Code::unsupported,
                "ByteLevel"},
        BadFile{"PostProcessorType", small_json(R"(,"post_processor":{"type":"ByteLevel"})"), Code::unsupported,
                "ByteLevel"},
        BadFile{"RobertaWithoutTokens", small_json(R"(,"post_processor":{"type":"RobertaProcessing"})"), Code::corrupt,
                "no pair"},
        BadFile{"TemplateWithoutText", small_json(R"(,"post_processor":{"type":"TemplateProcessing","single":[]})"),
                Code::corrupt, "leaves it out"},
        BadFile{
            "TemplateWithUnknownToken",
            small_json(
                R"(,"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}]})"),
            Code::corrupt, "without ids"},
        BadFile{"AddedTokenShape", small_json(R"(,"added_tokens":[3])"), Code::corrupt, "content"},
        BadFile{"AddedTokenId", small_json(R"(,"added_tokens":[{"content":"x","id":-3}])"), Code::corrupt, "integer"}),
    [](const auto& info) { return info.param.name; });

TEST(Tokenizer, CutShortFilesAreRefused) {
  const std::string& json = bert_json();
  for (size_t size = 0; size < json.size(); size += json.size() / 17) {
    EXPECT_FALSE(Tokenizer::from_json(std::string_view(json).substr(0, size)));
  }
}

TEST(Tokenizer, MissingFileIsNamed) {
  const auto result = Tokenizer::from_file("/nonexistent/tokenizer.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), Code::not_found);
  EXPECT_THAT(result.error().what(), HasSubstr("/nonexistent/tokenizer.json"));
}

}  // namespace
}  // namespace vicinal::text
