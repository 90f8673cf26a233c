// Random operations against a map in memory: after every stretch all answers must be the map's.

#include <gtest/gtest.h>

#include <set>

#include "filter/expression.h"
#include "index/words_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 3;
constexpr uint64_t kIds = 120;

std::vector<float> random_query(std::mt19937_64& random) {
  std::vector<float> query(kDimensions);
  for (float& value : query) value = static_cast<float>(static_cast<int>(random() % 9) - 4) / 4;
  return query;
}

/// Weights of body and notes; powers of two, so that scores stay exact.
constexpr float kWeights[][2] = {{1, 1}, {0, 1}, {1, 0}, {0.5, 1}, {1, 0.25}};

void expect_same_hits(Store& store, const Oracle& oracle, std::mt19937_64& random) {
  const bool has_notes = store.identity().fields.size() > 1;
  for (Metric metric : {Metric::cosine, Metric::dot, Metric::l2, Metric::l1}) {
    for (bool best : {false, true}) {
      const auto query = random_query(random);
      const size_t limit = random() % 3 == 0 ? 100000 : 1 + random() % 30;
      StoreSearch search = {query, limit, metric, best};
      FieldWeights weights = {1, 1};
      if (has_notes && random() % 4 > 0) {
        const auto& drawn = kWeights[random() % std::size(kWeights)];
        search.fields = weights = {drawn[0], drawn[1]};
      }
      const auto found = store.search(search);
      ASSERT_TRUE(found.ok()) << found.error().what();
      const auto expected = expected_hits(oracle, query, limit, metric, best, weights);
      ASSERT_EQ(found->size(), expected.size());
      for (size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ((*found)[i].score, expected[i].score) << metric_name(metric) << " " << i;
        ASSERT_EQ((*found)[i].document, expected[i].document) << metric_name(metric) << " " << i;
        ASSERT_EQ((*found)[i].ordinal, expected[i].ordinal);
      }
    }
  }
}

void expect_same_words(Store& store, const Oracle& oracle, std::mt19937_64& random) {
  const auto passages = plain_passages(oracle);
  for (int i = 0; i < 6; ++i) {
    const auto clauses = random_clauses(random, kIds);
    const std::string query = typed(clauses), some_id = "doc-" + std::to_string(random() % kIds);
    const auto odd = [](const PlainPassage& passage) { return passage.arrival % 2 == 1; };
    const bool filtered = random() % 3 == 0;
    const std::vector<PassageName> also = {{some_id, 0}, {some_id, 3}};
    LexicalSearch request = {.query = query, .limit = 1 + random() % 30, .best_per_document = random() % 3 == 0};
    request.also = also;
    if (filtered) request.where = filter::parse_filter("version >= 0").value();
    const auto answer = store.search_words(request);
    ASSERT_TRUE(answer.ok()) << answer.error().what();
    const auto all = plain_hits(passages, clauses, [](const PlainPassage&) { return true; });
    const auto hits = filtered ? plain_hits(passages, clauses, odd) : all;
    if (filtered) request.also = {};  // scores of named passages do not ask the filter
    ASSERT_EQ(words_differ(*answer, request, hits), "") << query;
  }
}

void expect_same_documents(Store& store, const Oracle& oracle) {
  size_t chunks = 0, notes = 0;
  std::vector<std::string> ids;
  for (const auto& [id, document] : oracle) {
    ASSERT_EQ(document_differs(store, document), "");
    for (size_t i = 0; i < document.passages(); ++i) ASSERT_EQ(vector_differs(store, document, i, kDimensions), "");
    ids.push_back(id);
    chunks += document.passages();
    notes += document.notes;
  }
  std::vector<std::string> listed;
  while (true) {
    const auto page = store.list(listed.empty() ? "" : listed.back(), 7).value();
    listed.insert(listed.end(), page.begin(), page.end());
    if (page.size() < 7) break;
  }
  ASSERT_EQ(listed, ids);
  const CollectionStats stats = store.stats().value();
  ASSERT_EQ(stats.documents, oracle.size());
  ASSERT_EQ(stats.chunks, chunks);
  ASSERT_EQ(stats.fields[0].chunks, chunks - notes);
  size_t exported = 0;
  ASSERT_TRUE(store.each_chunk([&](const ExportedChunk&) { return ++exported > 0; }).ok());
  ASSERT_EQ(exported, chunks);
}

class Driver {
 public:
  enum class Fields { body, body_and_notes };
  explicit Driver(uint64_t seed, Fields fields = Fields::body) : random_(seed), fields_(fields) {
    reopen();
    const std::vector<std::string> notes = {"notes"};
    if (fields_ == Fields::body_and_notes) VICINAL_CHECK(store_->add_fields(notes).ok());
  }

  void step() {
    const uint64_t what = random_() % 100;
    if (what < 70) return upsert_some();
    if (what < 90) return remove_some();
    if (what < 97) return maintain();
    reopen();
  }
  void check() {
    ASSERT_NO_FATAL_FAILURE(expect_same_documents(*store_, oracle_));
    ASSERT_NO_FATAL_FAILURE(expect_same_hits(*store_, oracle_, random_));
    ASSERT_NO_FATAL_FAILURE(expect_same_words(*store_, oracle_, random_));
    const auto reader = open_to_read(folder_.store()).value();
    ASSERT_NO_FATAL_FAILURE(expect_same_documents(*reader, oracle_));
    ASSERT_NO_FATAL_FAILURE(expect_same_hits(*reader, oracle_, random_));
    ASSERT_NO_FATAL_FAILURE(expect_same_words(*reader, oracle_, random_));
  }
  size_t most_segments() const { return most_segments_; }

 private:
  std::string random_id() { return "doc-" + std::to_string(random_() % kIds); }

  void upsert_some() {
    std::vector<TestDocument> documents;
    for (uint64_t i = random_() % 6; i < 6; ++i) {
      const bool has_notes = fields_ == Fields::body_and_notes && random_() % 3 > 0;
      documents.push_back({random_id(), ++version_, random_() % 40, has_notes ? random_() % 9 : 0});
    }
    ASSERT_TRUE(upsert(*store_, documents, kDimensions).ok());
    for (const TestDocument& document : documents) oracle_[document.id] = document;
  }
  void remove_some() {
    std::vector<std::string> ids = {random_id(), random_id()};
    const size_t expected =
        std::set<std::string>(ids.begin(), ids.end()).size() -
        static_cast<size_t>(std::ranges::count_if(std::set<std::string>(ids.begin(), ids.end()),
                                                  [&](const std::string& id) { return !oracle_.contains(id); }));
    ASSERT_EQ(store_->remove(ids).value(), expected);
    for (const std::string& id : ids) oracle_.erase(id);
  }
  void maintain() {
    const auto done = store_->maintain({});
    ASSERT_TRUE(done.ok()) << done.error().what();
    most_segments_ = std::max(most_segments_, store_->stats()->segments);
  }
  void reopen() {
    store_.reset();
    auto opened = open_to_write(folder_.store(), kDimensions, 64);
    ASSERT_TRUE(opened.ok()) << opened.error().what();
    store_ = *std::move(opened);
  }

  StoreFolder folder_;
  std::mt19937_64 random_;
  Fields fields_;
  std::unique_ptr<Store> store_;
  Oracle oracle_;
  uint64_t version_ = 0;
  size_t most_segments_ = 0;
};

TEST(StoreAgainstOracle, ThousandsOfRandomOperationsGiveTheSameAnswers) {
  for (uint64_t seed : {1U, 2U, 3U}) {
    Driver driver(seed);
    for (int i = 0; i < 1200; ++i) {
      ASSERT_NO_FATAL_FAILURE(driver.step());
      if (i % 120 == 119) {
        ASSERT_NO_FATAL_FAILURE(driver.check()) << "seed " << seed << " step " << i;
      }
    }
    EXPECT_GT(driver.most_segments(), 1U);
  }
}

TEST(StoreAgainstOracle, WithASecondFieldEveryChoiceOfFieldsGivesTheSameAnswers) {
  for (uint64_t seed : {4U, 5U}) {
    Driver driver(seed, Driver::Fields::body_and_notes);
    for (int i = 0; i < 1200; ++i) {
      ASSERT_NO_FATAL_FAILURE(driver.step());
      if (i % 120 == 119) {
        ASSERT_NO_FATAL_FAILURE(driver.check()) << "seed " << seed << " step " << i;
      }
    }
  }
}

TEST(StoreAgainstOracle, ManySealedSegmentsAreMergedAndStaySearchable) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), 2).value();
  Oracle oracle;
  for (uint64_t round = 0; round < 11; ++round) {
    std::vector<TestDocument> documents;
    for (int i = 0; i < 17; ++i)
      documents.push_back({"doc-" + std::to_string(round) + "-" + std::to_string(i), round, 1000});
    ASSERT_TRUE(upsert(*store, documents, 2).ok());
    for (const TestDocument& document : documents) oracle[document.id] = document;
    size_t last_done = 0, total = 0;
    Watch watch;
    watch.progress = [&](const Progress& progress) { last_done = progress.done, total = progress.total; };
    ASSERT_TRUE(store->maintain(watch).ok());
    EXPECT_EQ(last_done, total);
    EXPECT_GT(total, 0U);
    EXPECT_LE(store->stats()->segments, 8U);
    EXPECT_EQ(store->stats()->vectors_in_tail, 0U);
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.store()))
    files += entry.path().extension() == ".vec" ? 1 : 0;
  EXPECT_EQ(files, store->stats()->segments + 1);
  const std::vector<float> query = {0.5, -0.25};
  const auto found = store->search({query, 20, Metric::l2, true}).value();
  const auto expected = expected_hits(oracle, query, 20, Metric::l2, true);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].document, expected[i].document);
}

TEST(StoreAgainstOracle, AStoppedMergeChangesNothing) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), 2).value();
  for (int i = 0; i < 17; ++i) ASSERT_TRUE(upsert(*store, {{"doc-" + std::to_string(i), 1, 1000}}, 2).ok());
  std::stop_source stop;
  stop.request_stop();
  Watch watch;
  watch.stop = stop.get_token();
  EXPECT_EQ(store->maintain(watch).error().code(), Code::interrupted);
  EXPECT_EQ(store->stats()->segments, 0U);
  ASSERT_TRUE(store->maintain({}).ok());
  EXPECT_EQ(store->stats()->segments, 1U);
}

}  // namespace
}  // namespace vicinal::index
