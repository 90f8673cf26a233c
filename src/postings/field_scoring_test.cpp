#include "postings/field_scoring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "postings/corpus_for_tests.h"
#include "postings/searcher.h"

namespace vicinal::postings {
namespace {

constexpr size_t kBody = 0, kTitle = 1, kCode = 2;

/// A passage: its document's title is before its own words; a passage of the title is the title alone.
struct FieldedRow {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  size_t field = kBody;
  std::vector<std::string> title, words;
  bool alive = true;
};
using RowKey = std::pair<uint64_t, uint32_t>;

std::vector<std::string> random_words(std::mt19937_64& random, size_t count) {
  std::vector<std::string> words;
  for (size_t i = 0; i < count; ++i) words.push_back(test_word(random() % 25));
  return words;
}

std::vector<FieldedRow> random_rows(uint64_t documents, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<FieldedRow> rows;
  for (uint64_t document = 1; document <= documents; ++document) {
    const std::vector<std::string> title = random_words(random, random() % 5);
    const bool alive = random() % 5 > 0;
    uint32_t ordinal = 0;
    for (size_t i = random() % 3; i < 3; ++i)
      rows.push_back({document, ordinal++, kBody, title, random_words(random, 1 + random() % 30), alive});
    if (!title.empty()) rows.push_back({document, ordinal++, kTitle, title, {}, alive});
    for (size_t i = random() % 3; i < 2; ++i)
      rows.push_back({document, ordinal++, kCode, title, random_words(random, 1 + random() % 60), alive});
  }
  return rows;
}

TestImage image_of(std::span<const FieldedRow> rows) {
  Inverter inverter;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto titles = static_cast<uint32_t>(rows[i].title.size());
    if (i == 0 || rows[i].document != rows[i - 1].document) inverter.begin_document(rows[i].document, "en", titles);
    inverter.begin_row();
    for (uint32_t p = 0; p < titles; ++p) inverter.add(rows[i].title[p], p);
    for (uint32_t p = 0; p < rows[i].words.size(); ++p) inverter.add(rows[i].words[p], titles + 1 + p);
    inverter.end_row(titles + static_cast<uint32_t>(rows[i].words.size()));
  }
  std::string payload;
  const ByteSink sink = [&](std::span<const std::byte> bytes) -> Result<> {
    payload.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
  VICINAL_CHECK(inverter.write(sink, 7, kHasPositions).ok());
  return TestImage(payload);
}

/// Rows in two images, and BM25F as its formula reads.
class FieldedCorpus {
 public:
  explicit FieldedCorpus(std::vector<FieldedRow> rows) : rows_(std::move(rows)) {
    const auto half = std::ranges::find(rows_, rows_[rows_.size() / 2].document, &FieldedRow::document);
    const auto first = static_cast<size_t>(half - rows_.begin());
    add_image(std::span(rows_).first(first));
    add_image(std::span(rows_).subspan(first));
  }

  Searcher searcher(const FieldScoring& fields) const {
    std::vector<Source> sources;
    for (size_t i = 0; i < images_.size(); ++i) sources.push_back({images_[i].get(), live_[i], fields_[i]});
    return Searcher(std::move(sources), Scoring(), fields);
  }

  std::map<RowKey, double> scores(const std::vector<std::string>& query, const FieldScoring& fields) const {
    std::map<RowKey, double> scores;
    const auto searched = [&](const FieldedRow& row) { return row.alive && fields.weights[row.field] > 0; };
    const auto rows = static_cast<double>(std::ranges::count_if(rows_, searched));
    for (const std::string& word : query) {
      std::map<RowKey, double> t;
      for (const FieldedRow& row : rows_) {
        const double value = searched(row) ? weighted_frequency(word, row, fields) : 0;
        if (value > 0) t[{row.document, row.ordinal}] = value;
      }
      const auto df = static_cast<double>(t.size());
      const double idf = std::log(1 + (rows - df + 0.5) / (df + 0.5));
      for (const auto& [row, value] : t) scores[row] += idf * value / (1.2 + value);
    }
    return scores;
  }

 private:
  void add_image(std::span<const FieldedRow> rows) {
    images_.push_back(image_of(rows));
    auto& live = live_.emplace_back((rows.size() + 63) / 64, 0);
    auto& fields = fields_.emplace_back();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].alive) live[i / 64] |= uint64_t{1} << i % 64;
      fields.push_back(static_cast<uint8_t>(rows[i].field));
    }
  }

  double weighted_frequency(const std::string& word, const FieldedRow& row, const FieldScoring& fields) const {
    const auto part = [&](double weight, const std::vector<std::string>& words, double mean) {
      const auto f = static_cast<double>(std::ranges::count(words, word));
      return f == 0 ? 0 : weight * f / (1 - 0.75 + 0.75 * static_cast<double>(words.size()) / mean);
    };
    if (!fields.title) {
      std::vector<std::string> all = row.title;
      all.insert(all.end(), row.words.begin(), row.words.end());
      return part(fields.weights[row.field], all, mean_length(row.field, fields));
    }
    return part(fields.weights[*fields.title], row.title, mean_length(kTitle, fields)) +
           part(fields.weights[row.field], row.words, mean_length(row.field, fields));
  }

  double mean_length(size_t field, const FieldScoring& fields) const {
    double positions = 0, count = 0;
    for (const FieldedRow& row : rows_) {
      if (!row.alive || fields.weights[row.field] == 0) continue;
      size_t length = row.field == field ? row.words.size() : 0;
      if (fields.title && field == kTitle) length = row.title.size();
      if (!fields.title && row.field == field) length += row.title.size();
      positions += static_cast<double>(length);
      count += length > 0 ? 1 : 0;
    }
    return positions / std::max(count, 1.0);
  }

  std::vector<FieldedRow> rows_;
  std::vector<TestImage> images_;
  std::vector<std::vector<uint64_t>> live_;
  std::vector<std::vector<uint8_t>> fields_;
};

lexical::Query query_of(const std::vector<std::string>& words) {
  lexical::Query query;
  for (const std::string& word : words) query.clauses.push_back({.terms = {{{word}, 0}}});
  return query;
}

class FieldWeightsTest : public testing::TestWithParam<FieldScoring> {};

TEST_P(FieldWeightsTest, EveryRowScoresAsTheFormulaReads) {
  const FieldedCorpus corpus(random_rows(150, 3));
  Searcher searcher = corpus.searcher(GetParam());
  std::mt19937_64 random(5);
  for (int round = 0; round < 20; ++round) {
    const std::set<std::string> drawn = {test_word(random() % 25), test_word(random() % 25)};
    const std::vector<std::string> words(drawn.begin(), drawn.end());
    const auto expected = corpus.scores(words, GetParam());
    const PreparedQuery prepared = searcher.prepare(query_of(words)).value();
    const auto found = searcher.search(prepared, {.limit = 100000}).value();
    ASSERT_EQ(found.size(), expected.size());
    for (const ScoredRow& row : found) {
      const auto it = expected.find({row.document, row.ordinal});
      ASSERT_NE(it, expected.end());
      EXPECT_NEAR(row.score, it->second, 1e-4);
    }
    EXPECT_TRUE(std::ranges::is_sorted(found, std::greater{}, &ScoredRow::score));
    const auto few = searcher.search(prepared, {.limit = 7}).value();
    for (size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].score, found[i].score);
  }
}

INSTANTIATE_TEST_SUITE_P(Weights, FieldWeightsTest,
                         testing::Values(FieldScoring{{1, 1, 1}, kTitle}, FieldScoring{{1, 4, 0.5}, kTitle},
                                         FieldScoring{{0, 1, 0}, kTitle}, FieldScoring{{1, 0, 0}, kTitle},
                                         FieldScoring{{1, 0, 2}, kTitle}, FieldScoring{{2, 0, 1}, std::nullopt}));

TEST(FieldScoring, ATitleAloneIsNoBetterThanAPassageThatHasTheTitle) {
  const FieldedCorpus corpus({{1, 0, kBody, {"w1", "w2"}, {"w1", "w3", "w4", "w5"}, true},
                              {1, 1, kTitle, {"w1", "w2"}, {}, true},
                              {2, 0, kBody, {"w6"}, {"w7", "w8"}, true}});
  Searcher searcher = corpus.searcher({{1, 1, 1}, kTitle});
  const auto found = searcher.search(searcher.prepare(query_of({"w1"})).value(), {.limit = 5}).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].ordinal, 0U);
  EXPECT_GT(found[0].score, found[1].score);
}

TEST(FieldScoring, AQuerysWordWithAFieldIsLookedForThereOnly) {
  const FieldedCorpus corpus({{1, 0, kBody, {"w1"}, {"w2"}, true}, {2, 0, kBody, {"w2"}, {"w1"}, true}});
  Searcher searcher = corpus.searcher({{1, 1, 1}, kTitle});
  lexical::Query query = query_of({"w1"});
  query.clauses[0].field = lexical::Field::title;
  const auto found = searcher.search(searcher.prepare(query).value(), {.limit = 5}).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].document, 1U);
}

}  // namespace
}  // namespace vicinal::postings
