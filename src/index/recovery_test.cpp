// A writer says once what an earlier one left, and nothing where nothing was left.

#include "index/recovery.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "index/log_file.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 2;

// The notes of one opening.
std::vector<std::string> notes_of_opening(const std::string& folder) {
  std::vector<std::string> notes;
  Store::OpenOptions options;
  options.access = Store::Access::write;
  options.create = test_identity(kDimensions);
  options.watch.progress = [&](const Progress& progress) {
    if (!progress.note.empty()) notes.push_back(progress.note);
  };
  EXPECT_TRUE(Store::open(folder, options).ok());
  return notes;
}

// A process that commits and goes without closing.
void commit_and_vanish(const std::string& folder, uint64_t commits) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_to_write(folder, kDimensions).value();
    for (uint64_t i = 0; i < commits; ++i)
      if (!upsert(*store, {{"doc", i + 1, 2}}, kDimensions)) _exit(1);
    _exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
}

TEST(Recovery, IsSilentWhereNothingWasLeft) {
  StoreFolder folder;
  EXPECT_TRUE(notes_of_opening(folder.store()).empty());
  EXPECT_TRUE(notes_of_opening(folder.store()).empty());
}

TEST(Recovery, SaysHowManyCommitsTheLogHeldAndSaysItOnce) {
  StoreFolder folder;
  ASSERT_TRUE(notes_of_opening(folder.store()).empty());
  commit_and_vanish(folder.store(), 3);
  EXPECT_EQ(notes_of_opening(folder.store()),
            (std::vector<std::string>{"recovered: 3 commits taken over from the log"}));
  EXPECT_TRUE(notes_of_opening(folder.store()).empty());
}

TEST(Recovery, SaysThatACommitWasNotFinishedAndThatFilesWereLeft) {
  StoreFolder folder;
  ASSERT_TRUE(notes_of_opening(folder.store()).empty());
  const std::string before = folder.path() + "/before";
  std::filesystem::copy(folder.store(), before);
  {
    const auto store = open_to_write(folder.store(), kDimensions).value();
    ASSERT_TRUE(upsert(*store, {{"doc", 1, 2}}, kDimensions).ok());
  }
  // The tail of the commit beside the database of the one before: as after a kill between the two.
  std::filesystem::copy_file(folder.store() + "/tail-1.vec", before + "/tail-1.vec",
                             std::filesystem::copy_options::overwrite_existing);
  std::ofstream(before + "/segment-9.vec") << "left of a merge";
  EXPECT_EQ(notes_of_opening(before),
            (std::vector<std::string>{"recovered: an unfinished commit dropped, 1 leftover file removed"}));
}

TEST(Recovery, AMissingAnEmptyAndAForeignLogHoldNothing) {
  StoreFolder folder;
  const std::string database = folder.path() + "/x.db";
  EXPECT_EQ(survey_log(database)->commits, 0U);
  for (const std::string& bytes : {std::string(), std::string(31, 'x'), std::string(9000, 'x')}) {
    std::ofstream(database + "-wal", std::ios::binary) << bytes;
    const auto survey = survey_log(database);
    ASSERT_TRUE(survey.ok()) << survey.error().what();
    EXPECT_EQ(survey->commits, 0U);
    EXPECT_EQ(survey->damaged_at.has_value(), bytes.size() > 4200);
  }
}

}  // namespace
}  // namespace vicinal::index
