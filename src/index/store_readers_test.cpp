// One writer, several readers: snapshots hold together, nobody blocks anybody.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 8;

std::vector<TestDocument> all_of_version(uint64_t version) {
  std::vector<TestDocument> documents;
  for (int i = 0; i < 16; ++i) documents.push_back({"doc-" + std::to_string(i), version, 20});
  return documents;
}

uint64_t version_of(const Document& document) {
  const size_t at = document.text.find("version ");
  return std::stoull(document.text.substr(at + 8));
}

// Every document of a snapshot has one version, and its vectors are that version's.
void expect_one_version(Store& store, uint64_t& version) {
  const auto first = store.get("doc-0");
  ASSERT_TRUE(first.ok()) << first.error().what();
  version = version_of(*first);
  const auto documents = all_of_version(version);
  for (const TestDocument& document : documents) ASSERT_EQ(document_differs(store, document), "");
  ASSERT_EQ(vector_differs(store, documents[3], 7, kDimensions), "");
  const auto query = test_vector(documents[5], 2, kDimensions);
  const auto hits = store.search({query, 1000, Metric::l2, false});
  ASSERT_TRUE(hits.ok()) << hits.error().what();
  ASSERT_EQ(hits->size(), 320U);
  ASSERT_EQ(hits->front().score, 0);
  const std::string words = "+passage +" + std::to_string(version);
  const auto by_words = store.search_words({.query = words, .limit = 1000});
  ASSERT_TRUE(by_words.ok()) << by_words.error().what();
  ASSERT_EQ(by_words->hits.size(), 320U);
}

TEST(StoreReaders, SeeOneVersionWhileTheWriterReplacesAndMerges) {
  StoreFolder folder;
  const auto writer = open_to_write(folder.store(), kDimensions, 100).value();
  ASSERT_TRUE(upsert(*writer, all_of_version(1), kDimensions).ok());
  std::atomic<bool> done = false;
  std::atomic<size_t> snapshots = 0;
  const auto read = [&] {
    auto reader = open_to_read(folder.store()).value();
    uint64_t last = 0;
    while (!done && !testing::Test::HasFailure()) {
      const auto fresh = reader->refresh();
      ASSERT_TRUE(fresh.ok()) << fresh.error().what();
      uint64_t version = 0, again = 0;
      ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, version));
      ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, again));
      ASSERT_EQ(version, again);
      ASSERT_GE(version, last);
      last = version;
      if (++snapshots % 4 == 0) reader = open_to_read(folder.store()).value();
    }
  };
  std::jthread one(read), two(read);
  for (uint64_t version = 2; version < 150 && !testing::Test::HasFailure(); ++version) {
    ASSERT_TRUE(upsert(*writer, all_of_version(version), kDimensions).ok());
    const auto merged = writer->maintain({});
    ASSERT_TRUE(merged.ok()) << merged.error().what();
  }
  done = true;
  one.join();
  two.join();
  EXPECT_GT(snapshots, 4U);
}

TEST(StoreReaders, KeepTheirSnapshotUntilTheyRefreshEvenWhenItsFilesAreGone) {
  StoreFolder folder;
  const auto writer = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*writer, all_of_version(1), kDimensions).ok());
  const auto reader = open_to_read(folder.store()).value();
  for (uint64_t version = 2; version < 8; ++version)
    ASSERT_TRUE(upsert(*writer, all_of_version(version), kDimensions).ok());
  ASSERT_TRUE(writer->maintain({}).ok());
  EXPECT_EQ(writer->stats()->segments, 1U);
  uint64_t version = 0;
  ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, version));
  EXPECT_EQ(version, 1U);
  ASSERT_TRUE(reader->refresh().ok());
  ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, version));
  EXPECT_EQ(version, 7U);
}

size_t log_bytes(const StoreFolder& folder) {
  return std::filesystem::file_size(folder.store() + "/collection.db-wal");
}

TEST(StoreReaders, ThatLetGoDoNotKeepTheLogFromBeingWrittenBack) {
  StoreFolder folder;
  auto writer = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*writer, all_of_version(1), kDimensions).ok());
  const auto reader = open_to_read(folder.store()).value();
  reader->release();
  for (uint64_t version = 2; version < 4; ++version)
    ASSERT_TRUE(upsert(*writer, all_of_version(version), kDimensions).ok());
  EXPECT_GT(log_bytes(folder), 0U);
  writer.reset();
  EXPECT_EQ(log_bytes(folder), 0U);
  uint64_t version = 0;
  ASSERT_TRUE(reader->refresh().ok());
  ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, version));
  EXPECT_EQ(version, 3U);
}

TEST(StoreReaders, ThatHoldASnapshotKeepTheLogAndTheWriterDoesNotWait) {
  StoreFolder folder;
  auto writer = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*writer, all_of_version(1), kDimensions).ok());
  const auto reader = open_to_read(folder.store()).value();
  ASSERT_TRUE(upsert(*writer, all_of_version(2), kDimensions).ok());
  const auto start = std::chrono::steady_clock::now();
  writer.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  EXPECT_GT(log_bytes(folder), 0U);
  uint64_t version = 0;
  ASSERT_NO_FATAL_FAILURE(expect_one_version(*reader, version));
  EXPECT_EQ(version, 1U);
}

// Asked in another process, because a process never meets its own locks.
bool this_process_has_locks_on(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(path.c_str(), O_RDWR);
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    ::_exit(file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(StoreReaders, OpeningTheStoreOnceMoreLeavesTheLocksOfTheFirst) {
  StoreFolder folder;
  ASSERT_TRUE(open_to_write(folder.store(), kDimensions).ok());
  const auto first = open_to_read(folder.store()).value();
  ASSERT_TRUE(this_process_has_locks_on(folder.store() + "/collection.db"));
  ASSERT_TRUE(open_to_read(folder.store()).ok());
  EXPECT_TRUE(this_process_has_locks_on(folder.store() + "/collection.db"));
}

TEST(StoreReaders, ASecondWriterWaitsSaysSoAndIsBusyAfterItsTime) {
  StoreFolder folder;
  auto first = open_to_write(folder.store(), kDimensions).value();
  std::string note;
  Store::OpenOptions options;
  options.access = Store::Access::write;
  options.lock_wait_seconds = 0.05;
  options.watch.progress = [&](const Progress& progress) { note = progress.note; };
  EXPECT_EQ(Store::open(folder.store(), options).error().code(), Code::busy);
  EXPECT_NE(note.find("waiting for another writer (pid "), std::string::npos);
  first.reset();
  EXPECT_TRUE(Store::open(folder.store(), options).ok());
}

TEST(StoreReaders, LeftoversOfAnUnfinishedMergeAreRemovedByTheNextWriter) {
  StoreFolder folder;
  {
    ASSERT_TRUE(upsert(*open_to_write(folder.store(), kDimensions).value(), all_of_version(1), kDimensions).ok());
  }
  const std::string left = folder.store() + "/segment-2.vec";
  std::filesystem::copy(folder.store() + "/tail-1.vec", left);
  const auto writer = open_to_write(folder.store(), kDimensions).value();
  EXPECT_FALSE(std::filesystem::exists(left));
  uint64_t version = 0;
  ASSERT_NO_FATAL_FAILURE(expect_one_version(*writer, version));
}

}  // namespace
}  // namespace vicinal::index
