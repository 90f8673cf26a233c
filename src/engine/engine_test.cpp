/// The small parts of the public API: embedder, tokenizer, chunks of a file, processor, cache, benchmark.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/bench_cost.h"
#include "engine/bench_texts.h"
#include "engine/open_tokenizer.h"
#include "engine/passages.h"
#include "engine/tiny_model_for_tests.h"
#include "vicinal/vicinal.h"

namespace vicinal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Engine : public ::testing::Test {
 protected:
  Engine() : model_(engine::write_tiny_model(folders_.folder, "tiny")) {}
  engine::PrivateFolders folders_;
  std::string model_;
};

TEST_F(Engine, OneTextGetsTheVectorItGetsAmongMany) {
  const Embedder embedder = Embedder::open(model_).value();
  const std::vector<std::string> texts = {"the river", "the old harbour and the city", "a cat"};
  EmbedReport report;
  const Matrix together = embedder.embed_documents(texts, &report).value();
  EXPECT_EQ(together.cols(), embedder.dimensions());
  EXPECT_EQ(report.texts, 3U);
  for (size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(embedder.embed_document(texts[i]).value(),
              std::vector<float>(together.row(i).begin(), together.row(i).end()));
  EXPECT_EQ(embedder.embed_queries(texts).value().rows(), 3U);
  EXPECT_EQ(embedder.model_name(), "tiny");
  EXPECT_EQ(embedder.space().size(), 64U);
}

TEST_F(Engine, ABlankTextIsAnErrorWithItsIndex) {
  const Embedder embedder = Embedder::open(model_).value();
  const std::vector<std::string> texts = {"the river", " "};
  const auto vectors = embedder.embed_documents(texts);
  ASSERT_FALSE(vectors.ok());
  EXPECT_EQ(vectors.error().code(), Code::empty_input);
  EXPECT_THAT(vectors.error().what(), HasSubstr("index=1"));
}

TEST(PrecisionName, ReadsBack) {
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8})
    EXPECT_EQ(parse_precision(precision_name(precision)).value(), precision);
  EXPECT_EQ(parse_precision("fp64").error().code(), Code::invalid_argument);
}

TEST_F(Engine, TheTokenizerOpensByFolderAndByFile) {
  for (const std::string& place : {model_, model_ + "/tokenizer.json"}) {
    const Tokenizer tokenizer = Tokenizer::open(place).value();
    const Encoding encoding = tokenizer.encode("The river").value();
    EXPECT_EQ(encoding.ids, (std::vector<int32_t>{2, 18, 4, 3}));
    EXPECT_EQ(encoding.spans[2], (ByteSpan{4, 9}));
    EXPECT_TRUE(tokenizer.encode("the river flows", 3).value().cut);
    EXPECT_EQ(tokenizer.vocabulary_size(), 50U);
    EXPECT_EQ(tokenizer.encode("a\xFF").error().code(), Code::invalid_argument);
  }
}

TEST_F(Engine, ChunksOfAFileAreSlicesWithinTheModelSLimit) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "the river flows . ";
  const std::vector<FileChunk> chunks = chunk_file(folders_.folder.write("a.txt", text), {}, model_).value();
  EXPECT_GT(chunks.size(), 5U);
  for (const FileChunk& chunk : chunks) {
    EXPECT_EQ(chunk.text, chunk.chunk.text(text));
    EXPECT_LE(chunk.chunk.tokens, 38U);
  }
  EXPECT_EQ(chunk_file(folders_.folder.file("a.txt"), {.strategy = ChunkSpec::Strategy::none}, model_).value().size(),
            1U);
  EXPECT_EQ(chunk_file(folders_.folder.file("nothing"), {}, model_).error().code(), Code::not_found);
}

TEST(PassageSizes, AreLoweredToTheRoomAndKeepMakingProgress) {
  const ChunkSpec spec{.size_tokens = 100, .overlap_tokens = 30};
  EXPECT_EQ(engine::passage_sizes(spec, 1000).size, 100U);
  EXPECT_EQ(engine::passage_sizes(spec, 1000).overlap, 30U);
  EXPECT_EQ(engine::passage_sizes(spec, 40).size, 40U);
  EXPECT_EQ(engine::passage_sizes(spec, 40).overlap, 20U);
  EXPECT_EQ(engine::passage_sizes(spec, 0).size, 1U);
  EXPECT_EQ(engine::passage_sizes(spec, 0).overlap, 0U);
}

TEST_F(Engine, ALongTitleLeavesRoomForTheText) {
  const Embedder embedder = Embedder::open(model_).value();
  const auto tokenizer = engine::open_tokenizer(model_).value();
  std::string title, text;
  for (int i = 0; i < 60; ++i) title += "mountain ", text += "the river flows . ";
  const auto local = embed::LocalEmbedder::open(model_, {}, {}).value();
  const engine::Passages passages = engine::make_passages(*local, {}, title, text);
  ASSERT_GT(passages.chunks.size(), 2U);
  for (const std::string& string : passages.strings) {
    EXPECT_LE(tokenizer->count(string), local->document_budget());
    EXPECT_TRUE(string.starts_with("mountain "));
    EXPECT_THAT(string, HasSubstr("river"));
  }
}

TEST_F(Engine, TheEmbeddedStringOfAWholeDocumentIsTitleSpaceText) {
  const auto local = embed::LocalEmbedder::open(model_, {}, {}).value();
  const ChunkSpec none{.strategy = ChunkSpec::Strategy::none};
  EXPECT_EQ(engine::make_passages(*local, none, "the sea", "a ship sails").strings,
            std::vector<std::string>{"the sea a ship sails"});
  EXPECT_EQ(engine::make_passages(*local, none, "", "a ship sails").strings, std::vector<std::string>{"a ship sails"});
  EXPECT_TRUE(engine::make_passages(*local, none, "the sea", " \n").strings.empty());
}

TEST(Cpu, TheLevelInUseIsOneThatIsAvailable) {
  const CpuReport report = cpu_report().value();
  EXPECT_THAT(report.available, Contains(report.level));
  EXPECT_FALSE(report.kernels.empty());
  EXPECT_GE(report.cores, 1U);
}

TEST_F(Engine, TheCacheListsWhatItKeepsAndCanBeCleared) {
  const std::string notes = folders_.folder.write("notes/a.txt", "the river flows");
  const std::string kept = cached_collection_path({notes}, {.model = model_}).value();
  ASSERT_TRUE(Collection::open(kept, {.create = true, .model = model_}).value().index_paths({notes}).ok());
  const std::string other = folders_.folder.write("cache/not-ours", "x");
  const std::vector<CacheEntry> entries = list_cache().value();
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries[0].kind, "collection");
  EXPECT_EQ(entries[0].path, kept);
  EXPECT_EQ(entries[0].detail, notes);
  EXPECT_GT(entries[0].bytes, 1000U);
  EXPECT_GE(clear_cache().value(), entries[0].bytes);
  EXPECT_TRUE(list_cache().value().empty());
  EXPECT_TRUE(std::filesystem::exists(other)) << "only what the program made is deleted";
}

TEST(Cache, AnAbsentCacheIsEmpty) {
  const engine::PrivateFolders folders;
  EXPECT_TRUE(list_cache().value().empty());
  EXPECT_EQ(clear_cache().value(), 0U);
}

TEST_F(Engine, AVocabularyWithoutCommonWordsCannotBeBenchmarked) {
  EXPECT_EQ(bench_encode({.model = model_, .lengths = {"16"}}).error().code(), Code::unsupported);
  EXPECT_EQ(bench_encode({.model = model_, .lengths = {"many"}}).error().code(), Code::invalid_argument);
  EXPECT_EQ(bench_encode({.model = model_, .lengths = {}}).error().code(), Code::invalid_argument);
}

TEST(Bench, TextsHaveExactlyTheTokensAskedFor) {
  if (!find_model(kDefaultModel)) GTEST_SKIP() << "the default model is not installed: vicinal pull " << kDefaultModel;
  const auto tokenizer = engine::open_tokenizer(kDefaultModel).value();
  for (const size_t tokens : {size_t{8}, size_t{16}, size_t{512}}) {
    const auto texts = engine::texts_of_length(*tokenizer, tokens, 5).value();
    for (const std::string& text : texts) EXPECT_EQ(tokenizer->count(text) + tokenizer->special_tokens(), tokens);
  }
  size_t shortest = 1000, longest = 0;
  const auto mixed = engine::texts_of_mixed_length(*tokenizer, 64, 500).value();
  for (const std::string& text : mixed) {
    shortest = std::min(shortest, tokenizer->count(text) + 2);
    longest = std::max(longest, tokenizer->count(text) + 2);
  }
  EXPECT_EQ(shortest, 10U);
  EXPECT_EQ(longest, 500U);
}

TEST(Bench, MeasuresTheDefaultModel) {
  if (!find_model(kDefaultModel)) GTEST_SKIP() << "the default model is not installed: vicinal pull " << kDefaultModel;
  const BenchReport report = bench_encode({.model = "",
                                           .precisions = {Precision::int8, Precision::f32},
                                           .threads = {1, 2},
                                           .lengths = {"query", "16"},
                                           .repeats = 1,
                                           .seconds = 0.01,
                                           .control = true})
                                 .value();
  EXPECT_GT(report.peaks.f32, 1e8);
  ASSERT_EQ(report.rows.size(), 10U);
  for (const BenchRow& row : report.rows) {
    EXPECT_EQ(row.tokens, row.texts * 16);
    EXPECT_GT(row.tokens_per_cpu_second_median, 0);
    EXPECT_GE(row.encode_tokens_per_cpu_second_median, row.tokens_per_cpu_second_median);
    EXPECT_GT(row.latency_ms_p50, 0);
    EXPECT_LE(row.latency_ms_p50, row.latency_ms_p99);
    EXPECT_GT(row.peak_share, 0);
    EXPECT_EQ(row.padding_ratio, 1);
    EXPECT_GT(row.min_cosine, row.precision == "f32" ? 0.99999 : 0.99);
    EXPECT_GT(row.peak_rss_bytes, size_t{10} << 20);
  }
  EXPECT_TRUE(report.rows[4].control);
}

TEST(BenchCost, PaddingIsToTheLongestOfEveryThirtyTwo) {
  std::vector<size_t> lengths(32, 10);
  EXPECT_EQ(engine::padding_ratio(lengths), 1);
  lengths[0] = 330;
  EXPECT_DOUBLE_EQ(engine::padding_ratio(lengths), 32.0 * 330 / (31 * 10 + 330));
  EXPECT_EQ(engine::padding_ratio({}), 1);
}

TEST(BenchCost, TheArithmeticOfATokenIsThatOfItsProductsAndOfAttention) {
  model::EncoderConfig config;
  config.hidden = 384;
  config.intermediate = 1536;
  config.layers = 6;
  const BenchPeaks peaks{.f32 = 1e9, .bf16 = 2e9, .int8 = 4e9};
  const std::vector<size_t> one = {128};
  const double products = 128 * 21.233664e6, attention = 128 * 128 * 4 * 384 * 6.0;
  EXPECT_NEAR(engine::seconds_at_peak(config, Precision::f32, peaks, one), (products + attention) / 1e9, 1e-9);
  EXPECT_NEAR(engine::seconds_at_peak(config, Precision::int8, peaks, one), products / 4e9 + attention / 2e9, 1e-9);
}

TEST(Search, TheDefaultModelFindsWhatMeansTheSame) {
  if (!find_model(kDefaultModel)) GTEST_SKIP() << "the default model is not installed: vicinal pull " << kDefaultModel;
  const base::TemporaryFolder folder;
  const std::string rows = folder.write("rows.jsonl",
                                        "{\"_id\":\"river\",\"text\":\"Basel lies on the Rhine.\"}\n"
                                        "{\"_id\":\"refund\",\"text\":\"We pay your money back within thirty days.\"}\n"
                                        "{\"_id\":\"cat\",\"text\":\"A kitten naps on the sofa.\"}\n");
  Collection collection = Collection::open(folder.file("c"), {.create = true}).value();
  ASSERT_TRUE(collection.index_paths({rows}).ok());
  EXPECT_EQ(collection.search("how do refunds work?").value().hits[0].document, "refund");
  EXPECT_EQ(collection.search("Swiss river").value().hits[0].document, "river");
  EXPECT_EQ(collection.search("sleeping animal").value().hits[0].document, "cat");
}

}  // namespace
}  // namespace vicinal
