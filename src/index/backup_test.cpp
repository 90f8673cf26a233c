// Copies are whole, of one commit, and appear under their name only when they are; what is cut short harms nothing.

#include "index/backup.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "index/folder.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 4;

// Every document is of the same version: a copy that mixes two commits shows.
Result<> write_version(Store& store, uint64_t version) {
  std::vector<TestDocument> documents;
  for (size_t i = 0; i < 12; ++i) documents.push_back({"doc-" + std::to_string(i), version, 10 + version % 20});
  return upsert(store, documents, kDimensions);
}

// The version that all documents have; 0 and a failure where they differ.
uint64_t version_of(const std::string& folder) {
  const auto report = verify(folder, {});
  if (!report || report->damages > 0) {
    ADD_FAILURE() << folder << ": " << (report ? report->findings[0].problem : report.error().what());
    return 0;
  }
  const auto store = open_to_read(folder).value();
  const std::string text = store->get("doc-0")->text;
  const uint64_t version = std::stoull(text.substr(text.find("version ") + 8));
  for (size_t i = 0; i < 12; ++i) {
    const TestDocument document = {"doc-" + std::to_string(i), version, 10 + version % 20};
    EXPECT_EQ(document_differs(*store, document), "");
    EXPECT_EQ(vector_differs(*store, document, 3, kDimensions), "");
  }
  return version;
}

class Backup : public testing::Test {
 protected:
  void SetUp() override { write(folder_.store(), 1, 3); }
  void write(const std::string& folder, uint64_t first, uint64_t last) {
    const auto store = open_to_write(folder, kDimensions).value();
    for (uint64_t version = first; version <= last; ++version) ASSERT_TRUE(write_version(*store, version).ok());
    ASSERT_TRUE(store->maintain({}).ok());
  }
  std::string target() const { return folder_.path() + "/copy"; }
  bool there(const std::string& path) const { return std::filesystem::exists(path); }
  StoreFolder folder_;
};

TEST_F(Backup, IsACollectionItself) {
  const auto report = back_up(folder_.store(), target(), {});
  ASSERT_TRUE(report.ok()) << report.error().what();
  EXPECT_EQ(report->documents, 12U);
  EXPECT_EQ(version_of(target()), 3U);
  EXPECT_FALSE(there(target() + ".part"));
  write(target(), 4, 5);
  EXPECT_EQ(version_of(target()), 5U);
  EXPECT_EQ(version_of(folder_.store()), 3U);
}

TEST_F(Backup, ARestoreLeavesNothingOfTheOldCollectionNorOfItsCodes) {
  constexpr size_t kWide = 64;  // the least that a segment has codes for
  const std::string folder = folder_.path() + "/wide";
  {
    const auto store = open_to_write(folder, kWide).value();
    ASSERT_TRUE(upsert(*store, {{"doc", 1, 30}}, kWide).ok());
    ASSERT_TRUE(store->compact({}).ok());
    ASSERT_EQ(look_into(folder)->code_files.size(), 1U);
  }
  ASSERT_TRUE(back_up(folder, target(), {}).ok());
  ASSERT_TRUE(restore(target(), folder, true, {}).ok());
  EXPECT_FALSE(there(folder + ".part"));
}

TEST_F(Backup, RefusesATargetThatIsThere) {
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  EXPECT_EQ(back_up(folder_.store(), target(), {}).error().code(), Code::invalid_argument);
  EXPECT_EQ(back_up(folder_.path() + "/nothing", target() + "2", {}).error().code(), Code::not_found);
  EXPECT_FALSE(there(target() + "2.part"));
}

TEST_F(Backup, OfADamagedCollectionIsRefusedAndLeavesNothing) {
  for (const auto& entry : std::filesystem::directory_iterator(folder_.store()))
    if (entry.path().extension() == ".vec") {
      std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(300).put('x').flush();
    }
  EXPECT_EQ(back_up(folder_.store(), target(), {}).error().code(), Code::corrupt);
  EXPECT_FALSE(there(target()) || there(target() + ".part"));
}

TEST_F(Backup, RestoringRefusesToReplaceUnlessAsked) {
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  write(folder_.store(), 4, 4);
  EXPECT_EQ(restore(target(), folder_.store(), false, {}).error().code(), Code::invalid_argument);
  EXPECT_EQ(version_of(folder_.store()), 4U);
  const auto done = restore(target(), folder_.store(), true, {});
  ASSERT_TRUE(done.ok()) << done.error().what();
  EXPECT_EQ(version_of(folder_.store()), 3U);
  EXPECT_FALSE(there(folder_.store() + ".part"));
  ASSERT_TRUE(restore(target(), folder_.path() + "/new", false, {}).ok());
  EXPECT_EQ(version_of(folder_.path() + "/new"), 3U);
}

TEST_F(Backup, RestoringADamagedBackupIsRefusedAndTheCollectionStays) {
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  {
    std::fstream file(target() + "/collection.db", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(9000).put('x').flush();
  }
  EXPECT_EQ(restore(target(), folder_.store(), true, {}).error().code(), Code::corrupt);
  EXPECT_EQ(version_of(folder_.store()), 3U);
}

TEST_F(Backup, WithDamagedOrMissingPostingsIsRestoredAndHasThemMadeAnew) {
  const auto postings = [](const std::string& folder) { return look_into(folder)->postings_files.at(0).path; };
  ASSERT_TRUE(open_to_write(folder_.store(), kDimensions).value()->compact({}).ok());
  std::filesystem::remove(postings(folder_.store()));  // the backup does without
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  ASSERT_TRUE(restore(target(), folder_.store(), true, {}).ok());
  ASSERT_TRUE(open_to_write(folder_.store(), kDimensions).value()->compact({}).ok());
  EXPECT_EQ(verify(folder_.store(), {})->damages, 0U);
  EXPECT_FALSE(open_to_read(folder_.store()).value()->search_words({.query = "passage", .limit = 3})->hits.empty());
  ASSERT_TRUE(back_up(folder_.store(), target() + "2", {}).ok());
  {
    std::fstream file(postings(target() + "2"), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(300).put('x').flush();
  }
  ASSERT_TRUE(restore(target() + "2", folder_.store(), true, {}).ok());
  ASSERT_TRUE(open_to_write(folder_.store(), kDimensions).value()->compact({}).ok());
  EXPECT_EQ(version_of(folder_.store()), 3U);
}

TEST_F(Backup, AFolderWithOtherThingsIsNeverReplaced) {
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  std::ofstream(folder_.store() + "/thesis.txt") << "years of work";
  EXPECT_EQ(restore(target(), folder_.store(), true, {}).error().code(), Code::invalid_argument);
  EXPECT_TRUE(there(folder_.store() + "/thesis.txt"));
}

// Runs the work in a child and ends it after the delay; true when it came to its end before.
template <class Work>
bool run_and_end(std::chrono::microseconds delay, Work&& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status);
}

TEST_F(Backup, WhileAnotherProcessWritesIsOfOneCommit) {
  const pid_t writer = ::fork();
  if (writer == 0) {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    for (uint64_t version = 4;; ++version)
      if (!write_version(*store, version) || (version % 5 == 0 && !store->maintain({}))) _exit(1);
  }
  uint64_t last = 0;
  for (int round = 0; round < 15; ++round) {
    const std::string copy = target() + std::to_string(round);
    const auto report = back_up(folder_.store(), copy, {});
    ASSERT_TRUE(report.ok()) << report.error().what();
    const uint64_t version = version_of(copy);
    EXPECT_GE(version, std::max<uint64_t>(last, 3));
    last = version;
    const auto seen = verify(folder_.store(), {});
    EXPECT_TRUE(seen.ok() && seen->damages == 0)
        << (seen ? seen->findings[0].problem + " " + seen->findings[0].place : seen.error().what());
  }
  EXPECT_GT(last, 3U);
  int status = 0;
  EXPECT_EQ(::waitpid(writer, &status, WNOHANG), 0) << "the writer ended by itself";
  ::kill(writer, SIGKILL);
  ::waitpid(writer, &status, 0);
}

TEST_F(Backup, KilledAnywhereLeavesNoHalfCopy) {
  std::mt19937_64 random(11);
  size_t whole = 0;
  for (int round = 0; round < 40; ++round) {
    const std::string copy = target() + std::to_string(round / 2);  // every second one begins where a kill left off
    run_and_end(std::chrono::microseconds(random() % 2500), [&] { (void)back_up(folder_.store(), copy, {}); });
    if (!there(copy)) continue;
    ++whole;
    ASSERT_EQ(version_of(copy), 3U) << "round " << round;
  }
  std::printf("%zu of 40 copies came to their end\n", whole);
  ASSERT_EQ(version_of(folder_.store()), 3U);
}

TEST_F(Backup, ARestoreKilledAnywhereLeavesTheOldOrTheNewCollection) {
  ASSERT_TRUE(back_up(folder_.store(), target(), {}).ok());
  std::mt19937_64 random(12);
  size_t replaced = 0;
  for (uint64_t round = 0; round < 40; ++round) {
    write(folder_.store(), 10 + round, 10 + round);
    run_and_end(std::chrono::microseconds(random() % 9000),
                [&] { (void)restore(target(), folder_.store(), true, {}); });
    const uint64_t version = version_of(folder_.store());
    ASSERT_TRUE(version == 3 || version == 10 + round) << version;
    replaced += version == 3;
  }
  std::printf("%zu of 40 restores had replaced the collection\n", replaced);
  ASSERT_TRUE(restore(target(), folder_.store(), true, {}).ok());
  EXPECT_FALSE(there(folder_.store() + ".part"));
}

TEST_F(Backup, OnAFullDiskIsAnErrorAndLeavesNothing) {
  const auto largest = std::filesystem::file_size(folder_.store() + "/collection.db");
  for (rlim_t limit = 1; limit < largest; limit += largest / 7) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit full = {limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &full);
      const auto done = back_up(folder_.store(), target(), {});
      _exit(done ? 1 : done.error().code() == Code::io ? 0 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "limit " << limit;
    EXPECT_FALSE(there(target()) || there(target() + ".part")) << "limit " << limit;
  }
}

}  // namespace
}  // namespace vicinal::index
