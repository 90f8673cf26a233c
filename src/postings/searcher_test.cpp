#include "postings/searcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "postings/corpus_for_tests.h"

namespace vicinal::postings {
namespace {

using lexical::Clause;
using lexical::Match;
using lexical::Occur;
using lexical::Query;

Query words(const std::vector<std::string>& all) {
  Query query;
  for (const std::string& word : all) query.clauses.push_back({.terms = {{{word}, 0}}});
  return query;
}

/// BM25 as its formula reads, row by row.
class Oracle {
 public:
  Oracle(std::vector<TestRow> rows, Scoring scoring) : rows_(std::move(rows)), scoring_(scoring) {
    for (const TestRow& row : rows_) {
      statistics_.positions += row.words.size();
      for (const std::string& word : std::set<std::string>(row.words.begin(), row.words.end())) ++df_[word];
    }
    statistics_.rows = rows_.size();
  }

  std::vector<ScoredRow> search(const std::vector<std::string>& query, size_t limit,
                                const std::function<bool(const TestRow&)>& allowed = {}) const {
    std::vector<ScoredRow> found;
    for (const TestRow& row : rows_) {
      const double score = allowed && !allowed(row) ? 0 : score_of(query, row);
      if (score > 0) found.push_back({row.document, row.ordinal, static_cast<float>(score)});
    }
    std::ranges::stable_sort(found, std::greater{}, &ScoredRow::score);
    found.resize(std::min(limit, found.size()));
    return found;
  }

 private:
  double score_of(const std::vector<std::string>& query, const TestRow& row) const {
    double score = 0;
    const double mean = static_cast<double>(statistics_.positions) / static_cast<double>(statistics_.rows);
    for (const std::string& word : query) {
      const auto f = static_cast<double>(std::ranges::count(row.words, word));
      if (f == 0) continue;
      const double idf = inverse_document_frequency(scoring_, statistics_, df_.at(word));
      const double norm = scoring_.k1 * (1 - scoring_.b + scoring_.b * static_cast<double>(row.words.size()) / mean);
      const double lucene = idf * f / (f + norm);
      score += scoring_.formula == Formula::lucene ? lucene
               : scoring_.formula == Formula::plus ? idf * scoring_.delta + lucene * (scoring_.k1 + 1)
                                                   : lucene * (scoring_.k1 + 1);
    }
    return score;
  }

  std::vector<TestRow> rows_;
  Scoring scoring_;
  Statistics statistics_;
  std::map<std::string, uint64_t> df_;
};

/// Equal but for the order of rows whose scores differ by rounding.
void expect_same(const std::vector<ScoredRow>& found, const std::vector<ScoredRow>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].score, expected[i].score, 1e-4) << i;
}

std::vector<ScoredRow> run(Searcher& searcher, const Query& query, size_t limit, bool best = false) {
  const auto prepared = searcher.prepare(query);
  EXPECT_TRUE(prepared);
  return searcher.search(*prepared, {limit, best, {}}).value();
}

const std::vector<std::vector<std::string>> kQueries = {
    {"w0"},
    {"w1", "w2"},
    {"w0", "w900"},
    {"w3", "w40", "w555", "w7"},
    {"w1", "w1", "w12"},
    {"nothing"},
    {},
    {"w0", "w1", "w2", "w3", "w4", "w5", "w6", "w10", "w20", "w30", "w100", "w200", "w300", "w1000"}};

TEST(Searcher, FindsWhatTheFormulaFinds) {
  const auto rows = test_rows(20000, 3000, 11);
  const TestImage image(rows);
  for (const Formula formula : {Formula::lucene, Formula::plus, Formula::atire, Formula::okapi}) {
    const Scoring scoring{.formula = formula};
    Searcher searcher({{image.get(), {}}}, scoring);
    const Oracle oracle(rows, scoring);
    for (const auto& query : kQueries) expect_same(run(searcher, words(query), 10), oracle.search(query, 10));
  }
}

TEST(Searcher, AnswersDoNotDependOnHowRowsAreSpread) {
  const auto rows = test_rows(9000, 2000, 12);
  const auto at = [&](size_t i) { return rows.begin() + static_cast<ptrdiff_t>(i); };
  size_t one = 3000, two = 3500;
  while (rows[one].document == rows[one - 1].document) ++one;
  while (rows[two].document == rows[two - 1].document) ++two;
  using Rows = std::vector<TestRow>;
  const TestImage whole(rows), a(Rows(at(0), at(one))), b(Rows(at(one), at(two))), c(Rows(at(two), rows.end()));
  Searcher together({{whole.get(), {}}}, {}), apart({{a.get(), {}}, {b.get(), {}}, {c.get(), {}}}, {});
  for (const auto& query : kQueries) {
    for (const bool best : {false, true}) {
      const auto x = run(together, words(query), 25, best), y = run(apart, words(query), 25, best);
      ASSERT_EQ(x.size(), y.size());
      for (size_t i = 0; i < x.size(); ++i) {
        EXPECT_EQ(x[i].document, y[i].document);
        EXPECT_EQ(x[i].ordinal, y[i].ordinal);
        EXPECT_EQ(x[i].score, y[i].score);
      }
    }
  }
}

TEST(Searcher, TheBestRowOfEachDocumentIsTheFirstOfItInTheWholeRanking) {
  const auto rows = test_rows(6000, 500, 13);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  for (const auto& query : kQueries) {
    const auto all = run(searcher, words(query), rows.size()), best = run(searcher, words(query), 20, true);
    std::set<uint64_t> seen;
    std::vector<ScoredRow> expected;
    for (const ScoredRow& row : all)
      if (expected.size() < 20 && seen.insert(row.document).second) expected.push_back(row);
    ASSERT_EQ(best.size(), expected.size());
    for (size_t i = 0; i < best.size(); ++i) {
      EXPECT_EQ(best[i].document, expected[i].document);
      EXPECT_EQ(best[i].ordinal, expected[i].ordinal);
    }
  }
}

std::vector<uint64_t> mask_of(const std::vector<TestRow>& rows, const std::function<bool(const TestRow&)>& keep) {
  std::vector<uint64_t> mask((rows.size() + 63) / 64, 0);
  for (size_t i = 0; i < rows.size(); ++i)
    if (keep(rows[i])) mask[i / 64] |= uint64_t{1} << i % 64;
  return mask;
}

TEST(Searcher, DeadRowsCountNowhere) {
  const auto rows = test_rows(8000, 1000, 14);
  const auto lives = [](const TestRow& row) { return row.document % 3 != 0; };
  const auto live = mask_of(rows, lives);
  std::vector<TestRow> left;
  std::ranges::copy_if(rows, std::back_inserter(left), lives);
  const TestImage image(rows), without(left);
  Searcher searcher({{image.get(), live}}, {}), expected({{without.get(), {}}}, {});
  EXPECT_EQ(searcher.statistics().rows, expected.statistics().rows);
  EXPECT_EQ(searcher.statistics().positions, expected.statistics().positions);
  for (const auto& query : kQueries) {
    const auto x = run(searcher, words(query), 15), y = run(expected, words(query), 15);
    ASSERT_EQ(x.size(), y.size());
    for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(x[i].score, y[i].score);
  }
}

TEST(Searcher, AFilterNarrowsAnswersAndNoStatistics) {
  const auto rows = test_rows(8000, 1000, 15);
  const auto keep = [](const TestRow& row) { return row.document % 50 == 7; };
  const auto allowed = mask_of(rows, keep);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  const Oracle oracle(rows, {});
  const RowMask mask(allowed);
  for (const auto& query : kQueries) {
    const auto prepared = searcher.prepare(words(query));
    expect_same(searcher.search(*prepared, {12, false, std::span(&mask, 1)}).value(), oracle.search(query, 12, keep));
  }
}

TEST(Searcher, RequiredAndExcludedWordsDecideWhatIsFound) {
  const auto rows = test_rows(8000, 1000, 16);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  Query query = words({"w1", "w5", "w2"});
  query.clauses[1].occur = Occur::required;
  query.clauses[2].occur = Occur::excluded;
  const auto holds = [](const TestRow& row, const char* word) {
    return std::ranges::find(row.words, word) != row.words.end();
  };
  const Oracle oracle(rows, {});
  expect_same(run(searcher, query, 30), oracle.search({"w1", "w5"}, 30, [&](const TestRow& row) {
    return holds(row, "w5") && !holds(row, "w2");
  }));
}

TEST(Searcher, APhraseIsFoundWhereItsWordsFollowEachOther) {
  const auto rows = test_rows(8000, 300, 17);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  Query query;
  query.clauses.push_back({.match = Match::phrase, .terms = {{{"w3"}, 0}, {{"w1", "w2"}, 1}, {{"w5"}, 3}}});
  std::set<std::pair<uint64_t, uint32_t>> expected, found;
  for (const TestRow& row : rows)
    for (size_t i = 0; i + 3 < row.words.size(); ++i)
      if (row.words[i] == "w3" && (row.words[i + 1] == "w1" || row.words[i + 1] == "w2") && row.words[i + 3] == "w5")
        expected.emplace(row.document, row.ordinal);
  for (const ScoredRow& row : run(searcher, query, rows.size())) found.emplace(row.document, row.ordinal);
  EXPECT_GT(expected.size(), 3u);
  EXPECT_EQ(found, expected);
}

TEST(Searcher, APrefixIsAllWordsThatBeginWithIt) {
  const auto rows = test_rows(2000, 300, 18);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  Query query;
  query.clauses.push_back({.match = Match::prefix, .terms = {{{"w12"}, 0}}});
  std::set<std::pair<uint64_t, uint32_t>> expected, found;
  for (const TestRow& row : rows)
    for (const std::string& word : row.words)
      if (word.starts_with("w12")) expected.emplace(row.document, row.ordinal);
  for (const ScoredRow& row : run(searcher, query, rows.size())) found.emplace(row.document, row.ordinal);
  EXPECT_EQ(found, expected);
}

TEST(Searcher, ScoresOfNamedRowsAreThoseOfTheSearch) {
  const auto rows = test_rows(9000, 1000, 19);
  const TestImage image(rows);
  Searcher searcher({{image.get(), {}}}, {});
  for (const auto& query : kQueries) {
    const auto prepared = searcher.prepare(words(query));
    const auto found = searcher.search(*prepared, {50, false, {}}).value();
    std::vector<RowName> names = {{9999999, 0}, {1, 77}};
    for (const ScoredRow& row : found) names.push_back({row.document, row.ordinal});
    const auto scores = searcher.score(*prepared, names).value();
    EXPECT_EQ(scores[0], 0);
    EXPECT_EQ(scores[1], 0);
    for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(scores[i + 2], found[i].score);
    if (found.empty()) continue;
    float sum = 0;
    for (const float part : searcher.explain(*prepared, names[2]).value()) sum += part;
    EXPECT_NEAR(sum, found[0].score, 1e-4);
  }
}

TEST(Searcher, SparseWeightsAreSummed) {
  Inverter inverter;
  std::mt19937 random(20);
  std::vector<std::vector<uint32_t>> weights(3000, std::vector<uint32_t>(40, 0));
  for (uint32_t row = 0; row < weights.size(); ++row) {
    inverter.begin_document(row + 1, "", 0);
    inverter.begin_row();
    for (uint32_t term = 0; term < 40; ++term) {
      if (random() % 4 != 0) continue;
      inverter.add(test_word(term), weights[row][term] = 1 + random() % 255);
    }
    inverter.end_row(1);
  }
  std::string payload;
  ASSERT_TRUE(inverter.write(
      [&](std::span<const std::byte> bytes) -> Result<> {
        payload.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      0, 0));
  const TestImage image(payload);
  ASSERT_NE(image.get(), nullptr);
  Searcher searcher({{image.get(), {}}}, {.formula = Formula::impact});
  const std::vector<std::pair<std::string, float>> query = {{"w3", 0.5f}, {"w7", 2.0f}, {"w11", 1.25f}, {"w39", 0.1f}};
  std::vector<float> expected;
  for (const auto& row : weights)
    expected.push_back(0.5f * static_cast<float>(row[3]) + 2.0f * static_cast<float>(row[7]) +
                       1.25f * static_cast<float>(row[11]) + 0.1f * static_cast<float>(row[39]));
  std::ranges::sort(expected, std::greater{});
  const auto found = searcher.search(searcher.prepare(query).value(), {20, false, {}}).value();
  ASSERT_EQ(found.size(), 20u);
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].score, expected[i], 1e-3);
}

}  // namespace
}  // namespace vicinal::postings
