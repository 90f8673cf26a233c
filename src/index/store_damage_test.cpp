// Damaged files: every answer is right or an error.

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 2;

class StoreDamage : public testing::Test {
 protected:
  // One segment, a tail with live and dead rows.
  void SetUp() override {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    for (uint64_t version : {1U, 2U}) write(*store, {{"large", version, 600}, {"other", version, 3}});
    ASSERT_TRUE(store->maintain({}).ok());
    ASSERT_EQ(store->stats()->segments, 1U);
    write(*store, {{"fresh", 1, 4}, {"other", 3, 2}, {"empty", 1, 0}});
    write(*store, {{"fresh", 2, 3}});
  }

  void write(Store& store, const std::vector<TestDocument>& documents) {
    ASSERT_TRUE(upsert(store, documents, kDimensions).ok());
    for (const TestDocument& document : documents) oracle_[document.id] = document;
  }

  std::string file_with(std::string_view part) const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.store()))
      if (entry.path().filename().string().starts_with(part)) return entry.path().string();
    return {};
  }

  // Asks everything; an answer that is not an error must be the right one. Returns how many errors there were.
  size_t ask(const std::string& what) {
    size_t errors = 0;
    const auto store = open_to_read(folder_.store());
    if (!store) return 1;
    const auto ids = (*store)->list("", 100);
    if (ids) {
      EXPECT_EQ(*ids, (std::vector<std::string>{"empty", "fresh", "large", "other"})) << what;
    }
    for (const auto& [id, document] : oracle_) errors += ask_document(**store, document, what);
    const std::vector<float> query = {0.5, -0.75};
    for (Metric metric : {Metric::cosine, Metric::l1}) {
      const auto hits = (*store)->search({query, 5, metric, true});
      const auto expected = expected_hits(oracle_, query, 5, metric, true);
      errors += hits ? 0 : 1;
      if (!hits) continue;
      EXPECT_EQ(hits->size(), expected.size()) << what;
      for (size_t i = 0; i < std::min(hits->size(), expected.size()); ++i)
        EXPECT_EQ((*hits)[i].score, expected[i].score) << what;
    }
    return errors + (ids ? 0 : 1);
  }

  size_t ask_document(Store& store, const TestDocument& document, const std::string& what) {
    const auto found = store.get(document.id);
    if (found) {
      EXPECT_EQ(document_differs(store, document), "") << what;
    }
    std::vector<float> stored(kDimensions);
    for (size_t i = 0; i < document.chunks; i += 97) {
      const auto vector = store.find_vector(test_hash(document, i), stored);
      if (!vector) continue;
      EXPECT_TRUE(*vector) << what;
      EXPECT_EQ(stored, test_vector(document, i, kDimensions)) << what;
    }
    return found ? 0 : 1;
  }

  // Flips bits and cuts; the file is whole again afterwards.
  void damage(const std::string& path, size_t stride) {
    const std::string bytes = base::read_file(path).value();
    size_t errors = 0, tries = 0;
    for (size_t at = 0; at < bytes.size(); at += at < 128 ? 3 : stride, ++tries) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      std::ofstream(path, std::ios::binary) << damaged;
      errors += ask(path + " byte " + std::to_string(at)) > 0 ? 1 : 0;
    }
    EXPECT_GT(errors, tries / 4);
    for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 60) {
      std::ofstream(path, std::ios::binary) << bytes.substr(0, size);
      EXPECT_GT(ask(path + " cut at " + std::to_string(size)), 0U) << path << " " << size;
    }
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(ask("whole again"), 0U);
  }

  StoreFolder folder_;
  Oracle oracle_;
};

TEST_F(StoreDamage, OfTheTailIsFound) { damage(file_with("tail-"), 5); }
TEST_F(StoreDamage, OfASegmentIsFound) { damage(file_with("segment-"), 61); }
TEST_F(StoreDamage, OfTheDatabaseIsFound) { damage(file_with("collection.db"), 397); }

TEST_F(StoreDamage, AMissingVectorFileIsCorruptAndNamesIt) {
  const std::string path = file_with("segment-");
  std::filesystem::remove(path);
  const auto store = open_to_read(folder_.store());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), Code::corrupt);
  EXPECT_NE(store.error().what().find(path), std::string::npos);
  // A writer does not take the rest for leftovers.
  EXPECT_EQ(open_to_write(folder_.store(), kDimensions).error().code(), Code::corrupt);
  EXPECT_TRUE(std::filesystem::exists(file_with("tail-")));
}

TEST_F(StoreDamage, AMissingDatabaseIsNotReplacedByAnEmptyOne) {
  std::filesystem::remove(file_with("collection.db"));
  EXPECT_EQ(open_to_write(folder_.store(), kDimensions).error().code(), Code::corrupt);
}

TEST_F(StoreDamage, DamageIsNotSealedUnderAFreshChecksumByAMerge) {
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    write(*store, {{"large", 3, 600}, {"more", 1, 600}});
  }
  const std::string path = file_with("segment-");
  std::string bytes = base::read_file(path).value();
  bytes[300] = static_cast<char>(bytes[300] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
  const auto store = open_to_write(folder_.store(), kDimensions).value();
  const auto done = store->maintain({});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), Code::corrupt);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(StoreDamage, ADatabaseThatLostItsEndIsFoundOut) {
  const std::string path = file_with("collection.db");
  const std::string old = base::read_file(path).value();
  {
    write(*open_to_write(folder_.store(), kDimensions).value(), {{"one", 1, 2}});
  }
  const std::string one_behind = base::read_file(path).value();
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    const std::vector<std::string> ids = {"large"};
    ASSERT_TRUE(store->remove(ids).ok());
  }
  std::ofstream(path, std::ios::binary) << old;
  for (const auto& store : {open_to_read(folder_.store()), open_to_write(folder_.store(), kDimensions)}) {
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(store.error().code(), Code::corrupt);
    EXPECT_NE(store.error().message().find("older than its vectors"), std::string::npos) << store.error().what();
  }
  // One commit behind is what a crash before the database's commit leaves.
  std::ofstream(path, std::ios::binary) << one_behind;
  EXPECT_TRUE(open_to_read(folder_.store()).ok());
}

TEST_F(StoreDamage, OfTheLogLosesAtMostTheLastCommitOrIsFound) {
  // Copies the files of a writer that never closed.
  StoreFolder copy;
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    for (uint64_t version = 1; version <= 4; ++version) write(*store, {{"logged", version, 2}});
    std::filesystem::create_directories(copy.store());
    for (const auto& entry : std::filesystem::directory_iterator(folder_.store()))
      if (!entry.path().string().ends_with("-shm")) std::filesystem::copy(entry.path(), copy.store());
  }
  const std::string log = copy.store() + "/collection.db-wal";
  const std::string bytes = base::read_file(log).value();
  ASSERT_GT(bytes.size(), 4U * 4096);
  size_t errors = 0;
  for (size_t at = 0; at < bytes.size(); at += 509) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    std::ofstream(log, std::ios::binary) << damaged;
    std::filesystem::remove(copy.store() + "/collection.db-shm");
    const auto store = open_to_read(copy.store());
    errors += store ? 0 : 1;
    if (!store) continue;
    const bool newest = document_differs(**store, {"logged", 4, 2}).empty();
    EXPECT_TRUE(newest || document_differs(**store, {"logged", 3, 2}).empty()) << at;
  }
  EXPECT_GT(errors, 0U);
}

}  // namespace
}  // namespace vicinal::index
