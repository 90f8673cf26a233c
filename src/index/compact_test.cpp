// Compaction gives room back and changes no answer, wherever it is cut short.

#include "index/compact.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "index/folder.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 8;
constexpr size_t kDocuments = 150;

std::string id_of(size_t i) { return "doc-" + std::to_string(i); }

class Compact : public testing::Test {
 protected:
  // Ten of a hundred and fifty documents stay.
  void SetUp() override { fill(1); }

  void fill(uint64_t version) {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    std::vector<TestDocument> documents;
    for (size_t i = 0; i < kDocuments; ++i) documents.push_back({id_of(i), version, 20});
    ASSERT_TRUE(upsert(*store, documents, kDimensions).ok());
    std::vector<std::string> gone;
    for (size_t i = 10; i < kDocuments; ++i) gone.push_back(id_of(i));
    ASSERT_TRUE(store->remove(gone).ok());
    version_ = version;
  }

  uint64_t bytes() const { return look_into(folder_.store())->bytes; }

  void expect_whole() {
    const auto report = verify(folder_.store(), {});
    ASSERT_TRUE(report.ok()) << report.error().what();
    ASSERT_EQ(report->damages, 0U) << report->findings[0].problem << " " << report->findings[0].place;
    EXPECT_EQ(report->documents, 10U);
    const auto store = open_to_read(folder_.store()).value();
    for (size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(document_differs(*store, {id_of(i), version_, 20}), "");
      EXPECT_EQ(vector_differs(*store, {id_of(i), version_, 20}, 7, kDimensions), "");
    }
  }

  StoreFolder folder_;
  uint64_t version_ = 0;
};

TEST_F(Compact, DropsDeadRowsAndFreePagesAndKeepsAllElse) {
  const uint64_t before = bytes();
  std::vector<std::string> notes;
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    EXPECT_EQ(store->dead_vectors().value(), 140U * 20);
    const Watch watch = {[&](const Progress& progress) {
                           if (!progress.note.empty()) notes.push_back(progress.note);
                         },
                         {}};
    const auto done = store->compact(watch);
    ASSERT_TRUE(done.ok()) << done.error().what();
    EXPECT_EQ(store->dead_vectors().value(), 0U);
    EXPECT_EQ(store->stats()->segments, 1U);
    EXPECT_EQ(store->stats()->vectors_in_tail, 0U);
  }
  EXPECT_LT(bytes(), before / 2);
  EXPECT_EQ(notes.size(), 2U);
  expect_whole();
}

TEST_F(Compact, AgainHasNothingToDo) {
  for (int i = 0; i < 2; ++i) {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    ASSERT_TRUE(store->compact({}).ok());
  }
  const uint64_t once = bytes();
  const auto store = open_to_write(folder_.store(), kDimensions).value();
  bool said = false;
  ASSERT_TRUE(store->compact({[&](const Progress&) { said = true; }, {}}).ok());
  EXPECT_FALSE(said);
  EXPECT_LE(once, bytes());
}

TEST_F(Compact, BesideAReaderOfAnOlderCommitIsDoneToo) {
  const auto reader = open_to_read(folder_.store()).value();
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    ASSERT_TRUE(store->compact({}).ok());
  }
  EXPECT_EQ(document_differs(*reader, {id_of(3), 1, 20}), "");
  EXPECT_EQ(vector_differs(*reader, {id_of(3), 1, 20}, 2, kDimensions), "");
  expect_whole();
}

TEST_F(Compact, StoppedChangesNothingAndCanBeTriedAgain) {
  std::stop_source stop;
  stop.request_stop();
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    EXPECT_EQ(store->compact({{}, stop.get_token()}).error().code(), Code::interrupted);
  }
  expect_whole();
  ASSERT_TRUE(open_to_write(folder_.store(), kDimensions).value()->compact({}).ok());
  expect_whole();
}

TEST_F(Compact, KilledAnywhereLosesNothing) {
  std::mt19937_64 random(3);
  for (uint64_t round = 0; round < 40; ++round) {
    fill(round + 2);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = open_to_write(folder_.store(), kDimensions);
      _exit(store && (*store)->compact({}) ? 0 : 1);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 9000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    expect_whole();
    if (HasFatalFailure()) return;
  }
}

TEST_F(Compact, OnAFullDiskIsAnErrorAndNothingIsLost) {
  const auto largest = std::filesystem::file_size(folder_.store() + "/collection.db");
  size_t failures = 0;
  for (rlim_t limit = 64; limit < largest; limit += largest / 9) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(SIGXFSZ, SIG_IGN);
      const auto store = open_to_write(folder_.store(), kDimensions).value();
      const rlimit full = {limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &full);
      const auto done = store->compact({});
      _exit(done ? 0 : done.error().code() == Code::io ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_LE(WEXITSTATUS(status), 1) << "limit " << limit;
    failures += WEXITSTATUS(status) == 1;
    expect_whole();
  }
  EXPECT_GT(failures, 2U);
  ASSERT_TRUE(open_to_write(folder_.store(), kDimensions).value()->compact({}).ok());
  expect_whole();
}

}  // namespace
}  // namespace vicinal::index
