#include "embed/local_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/digest.h"
#include "embed/tiny_embedder_for_tests.h"

namespace vicinal::embed {
namespace {

using Texts = std::vector<std::string>;

Texts many_texts() {
  const Texts words = {"the",  "river", "flows", "basel", "rhine", "rivers", "old",
                       "town", "lake",  "x",     "q",     ".",     "and"};
  std::mt19937 random(3);
  Texts texts;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (size_t n = random() % 60 + 1; n > 0; --n) text += words[random() % words.size()] + " ";
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string at(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.data()) {
    if (name == key) return value;
  }
  return "";
}

class Embedder : public testing::Test {
 protected:
  TinyModel model;
};

TEST_F(Embedder, GivesTheEncodersVectorOfTheTokenizersIds) {
  const auto embedder = model.open({.precision = Precision::f32});
  const Texts texts = {"The river flows past Basel."};
  const auto ids = embedder->tokenizer().encode(texts[0], {}).ids;
  EXPECT_THAT(ids, testing::ElementsAre(2, 5, 6, 7, 18, 9, 12, 3));
  const auto expected = model::TinyBert().forward(ids);
  std::vector<double> mean(32, 0.0);
  double squares = 0;
  for (size_t j = 0; j < mean.size(); ++j) {
    for (const auto& row : expected) mean[j] += row[j] / static_cast<double>(expected.size());
    squares += mean[j] * mean[j];
  }
  const auto got = embed_all(*embedder, texts).value()[0];
  for (size_t j = 0; j < mean.size(); ++j) EXPECT_NEAR(got[j], mean[j] / std::sqrt(squares), 1e-5);
}

TEST_F(Embedder, SameTextSameBitsWhateverBatchOrderAndThreads) {
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8}) {
    Texts texts = many_texts();
    const auto one = model.open({.precision = precision, .threads = 1});
    const auto two = model.open({.precision = precision, .threads = 2});
    const Vectors expected = embed_all(*one, texts).value();
    EXPECT_EQ(embed_all(*two, texts).value(), expected);
    for (size_t i = 0; i < texts.size(); i += 29) {
      EXPECT_EQ(embed_all(*one, std::span(texts).subspan(i, 1)).value()[0], expected[i]);
    }
    std::ranges::reverse(texts);
    Vectors reversed = embed_all(*two, texts).value();
    std::ranges::reverse(reversed);
    EXPECT_EQ(reversed, expected);
  }
}

TEST_F(Embedder, SeveralThreadsMayCallAtOnce) {
  const auto embedder = model.open({.threads = 2});
  const Texts texts = many_texts();
  const Vectors expected = embed_all(*embedder, texts).value();
  std::atomic<int> equal = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] { equal += embed_all(*embedder, texts).value() == expected ? 1 : 0; });
    }
  }
  EXPECT_EQ(equal, 3);
}

TEST_F(Embedder, RepeatedTextsAreEncodedOnceAndCounted) {
  const auto embedder = model.open();
  EmbedReport report;
  const auto rows =
      embed_all(*embedder, Texts{"the river", "old town", "the river", "the river"}, Role::document, &report);
  EXPECT_EQ(rows.value()[0], rows.value()[3]);
  EXPECT_NE(rows.value()[0], rows.value()[1]);
  EXPECT_EQ(report.texts, 4U);
  EXPECT_EQ(report.repeated, 2U);
  EXPECT_EQ(report.tokens, 8U);
}

TEST_F(Embedder, PackedWeightsOfAnEarlierRunGiveTheSameVectorsBitForBit) {
  const std::string weights = model.files.file("model.safetensors");
  std::filesystem::last_write_time(weights, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(80));  // a file changed just now has no digest to remember
  const Texts texts = {"the river", "old town"};
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8}) {
    const Vectors first = embed_all(*model.open({.precision = precision}), texts).value();
    const Vectors second = embed_all(*model.open({.precision = precision}), texts).value();
    EXPECT_EQ(second, first);
  }
  const std::filesystem::directory_iterator kept(model.files.file("cache/packed"));
  EXPECT_EQ(std::distance(begin(kept), end(kept)), 3);
}

TEST_F(Embedder, NoTextsGiveNoVectors) {
  EmbedReport report{.texts = 9};
  EXPECT_TRUE(embed_all(*model.open(), Texts{}, Role::document, &report).value().empty());
  EXPECT_EQ(report.texts, 0U);
}

TEST_F(Embedder, BlankTextsAreRefusedWithTheirIndex) {
  for (const char* blank : {"", " ", "\t\r\n\v\f\u0085\u00A0\u1680\u2000\u200A\u2028\u2029\u202F\u205F\u3000"}) {
    const auto rows = embed_all(*model.open(), Texts{"the river", "old", blank, "", "town"});
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code(), Code::empty_input);
    EXPECT_EQ(at(rows.error(), "index"), "2");
  }
}

TEST_F(Embedder, TextsOfWhichTheTokenizerKeepsNothingAreRefused) {
  const auto rows = embed_all(*model.open(), Texts{"\x01\x02"});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code(), Code::empty_input);
}

TEST_F(Embedder, InvalidUtf8IsRefusedWithIndexAndOffset) {
  const auto rows = embed_all(*model.open(), Texts{"the river", "town \xC3("});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code(), Code::invalid_argument);
  EXPECT_EQ(at(rows.error(), "index"), "1");
  EXPECT_EQ(at(rows.error(), "offset"), "5");
}

TEST_F(Embedder, LongTextsAreCutAndCounted) {
  const auto embedder = model.open({.max_tokens = 8});
  EmbedReport report;
  const Texts texts = {"a b c d e f", "a b c d e f g", "a b c d e f g", "a b c d e f h"};
  const auto rows = embed_all(*embedder, texts, Role::document, &report);
  EXPECT_EQ(rows.value()[1], rows.value()[0]);
  EXPECT_EQ(rows.value()[3], rows.value()[0]);
  EXPECT_EQ(report.cut, 3U);
  EXPECT_THAT(report.cut_texts, testing::ElementsAre(1, 2, 3));
}

TEST_F(Embedder, LongTextsAreRefusedWhereAsked) {
  const auto embedder = model.open({.max_tokens = 8, .on_long = OnLong::error});
  EXPECT_TRUE(embed_all(*embedder, Texts{"a b c d e f"}));
  const auto rows = embed_all(*embedder, Texts{"a", "a b c d e f g h i"});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code(), Code::too_long);
  EXPECT_EQ(at(rows.error(), "index"), "1");
  EXPECT_EQ(at(rows.error(), "tokens"), "11");
  EXPECT_EQ(at(rows.error(), "limit"), "8");
}

TEST_F(Embedder, TheLimitIsTheFoldersOrTheCallersAndNeverAboveThePositions) {
  EXPECT_EQ(model.open()->max_tokens(), 40U);
  EXPECT_EQ(model.open({.max_tokens = 4000})->max_tokens(), 40U);
  model.files.write("sentence_bert_config.json", R"({"max_seq_length":20})");
  EXPECT_EQ(model.open()->max_tokens(), 20U);
  EXPECT_EQ(model.open({.max_tokens = 30})->max_tokens(), 30U);
  EXPECT_EQ(model.open({.max_tokens = 3})->max_tokens(), 3U);
  const auto refused = LocalEmbedder::open(model.files.path(), {.max_tokens = 2}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::invalid_argument);
}

TEST_F(Embedder, PromptsOfARoleComeFromFolderThenCatalogue) {
  const LocalEmbedder::Fallback fallback{.name = "tiny", .query_prompt = "query : ", .document_prompt = ""};
  const auto with_fallback = LocalEmbedder::open(model.files.path(), {}, fallback).value();
  EXPECT_EQ(with_fallback->prompt(Role::query), "query : ");
  EXPECT_EQ(with_fallback->name(), "tiny");
  const auto plain = model.open();
  const Texts texts = {"the river"}, prompted = {"query : the river"};
  EXPECT_EQ(embed_all(*with_fallback, texts, Role::query).value(), embed_all(*plain, prompted, Role::query).value());
  EXPECT_EQ(embed_all(*with_fallback, texts).value(), embed_all(*plain, texts).value());
  model.files.write("config_sentence_transformers.json", R"({"prompts":{"query":"old : ","document":"town : "}})");
  const auto own = LocalEmbedder::open(model.files.path(), {}, fallback).value();
  EXPECT_EQ(own->prompt(Role::query), "old : ");
  EXPECT_EQ(own->prompt(Role::document), "town : ");
  EXPECT_EQ(own->document_budget(), 40U - 2U - 2U);
}

TEST_F(Embedder, ABlankTextIsRefusedAlsoBehindAPrompt) {
  model.files.write("config_sentence_transformers.json", R"({"prompts":{"query":"old : "}})");
  EXPECT_EQ(embed_all(*model.open(), Texts{" "}, Role::query).error().code(), Code::empty_input);
  EXPECT_EQ(embed_all(*model.open(), Texts{"\x01"}, Role::query).error().code(), Code::empty_input);
}

TEST_F(Embedder, TheSpaceChangesWithWhatDecidesTheMeaningAndWithNothingElse) {
  const std::string space = model.open()->space();
  EXPECT_EQ(space.size(), 64U);
  EXPECT_EQ(space, base::sha256_hex(model.open()->space_json()));
  EXPECT_EQ(model.open({.precision = Precision::int8, .threads = 1, .on_long = OnLong::error})->space(), space);
  EXPECT_NE(model.open({.max_tokens = 20})->space(), space);
  EXPECT_NE(LocalEmbedder::open(model.files.path(), {}, {.name = "", .query_prompt = "q", .document_prompt = ""})
                .value()
                ->space(),
            space);
  model.files.write("model.safetensors", model::TinyBert(2).safetensors());
  EXPECT_NE(model.open()->space(), space);
}

TEST_F(Embedder, AStopRequestEndsTheCall) {
  std::stop_source stop;
  stop.request_stop();
  const auto rows =
      embed_all(*model.open(), many_texts(), Role::document, nullptr, {.progress = {}, .stop = stop.get_token()});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code(), Code::interrupted);
}

TEST_F(Embedder, ProgressEndsWithEverythingDone) {
  std::vector<Progress> reports;
  const Watch watch{.progress = [&](const Progress& progress) { reports.push_back(progress); }, .stop = {}};
  ASSERT_TRUE(embed_all(*model.open(), many_texts(), Role::document, nullptr, watch));
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().stage, "embed");
  EXPECT_EQ(reports.back().done, 300U);
  EXPECT_EQ(reports.back().total, 300U);
}

TEST_F(Embedder, ATokenizerWithIdsBeyondTheModelIsRefusedWhenOneAppears) {
  std::string json = tiny_tokenizer_json();
  const std::string entry = "\"lake\":14";
  ASSERT_NE(json.find(entry), std::string::npos);
  json.replace(json.find(entry), entry.size(), "\"lake\":50");
  model.files.write("tokenizer.json", json);
  const auto embedder = LocalEmbedder::open(model.files.path(), {}, {});
  ASSERT_TRUE(embedder) << embedder.error().what();
  EXPECT_EQ(embed_all(**embedder, Texts{"old lake"}).error().code(), Code::corrupt);
}

TEST_F(Embedder, AWordOfDamagedWeightsIsRefusedWithTheTextsIndex) {
  model::TinyBert tiny;
  tiny.tensors["embeddings.word_embeddings.weight"].values[14 * 32] = std::nanf("");  // "lake"
  size_t opened = 0;
  for (size_t padding = 0; padding < 4; ++padding) {  // a table at an odd address is copied, and seen at once
    model.files.write("model.safetensors", tiny.safetensors("", padding));
    const auto embedder = LocalEmbedder::open(model.files.path(), {.precision = Precision::int8}, {});
    if (!embedder) continue;
    ++opened;
    EXPECT_TRUE(embed_all(**embedder, Texts{"old town"}));
    const auto vectors = embed_all(**embedder, Texts{"old town", "the river", "old lake"});
    ASSERT_FALSE(vectors);  // quantised, the NaN would have become a number
    EXPECT_EQ(vectors.error().code(), Code::corrupt);
    EXPECT_EQ(at(vectors.error(), "index"), "2");
  }
  EXPECT_EQ(opened, 1U);
}

TEST_F(Embedder, TextsToBeLowerCasedNeedATokenizerThatDoes) {
  model.files.write("sentence_bert_config.json", R"({"max_seq_length":30,"do_lower_case":true})");
  EXPECT_TRUE(LocalEmbedder::open(model.files.path(), {}, {}));
  std::string cased = tiny_tokenizer_json();
  cased.replace(cased.find("\"lowercase\":true"), 16, "\"lowercase\":false");
  model.files.write("tokenizer.json", cased);
  const auto refused = LocalEmbedder::open(model.files.path(), {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::unsupported);
}

TEST_F(Embedder, MoreThreadsThanAnyMachineHasAreRefused) {
  EXPECT_EQ(LocalEmbedder::open(model.files.path(), {.threads = 100000}, {}).error().code(), Code::invalid_argument);
}

TEST_F(Embedder, OpeningNamesWhatIsMissing) {
  std::filesystem::remove(model.files.file("tokenizer.json"));
  const auto embedder = LocalEmbedder::open(model.files.path(), {}, {});
  ASSERT_FALSE(embedder);
  EXPECT_NE(embedder.error().what().find("tokenizer.json"), std::string::npos);
}

}  // namespace
}  // namespace vicinal::embed
