#include "read/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/as_nobody_for_tests.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::read {
namespace {

using base::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> names(const WalkResult& result) {
  std::vector<std::string> relative;
  for (const FoundFile& file : result.files) relative.push_back(file.relative);
  return relative;
}

std::vector<std::string> walk_names(const TemporaryFolder& folder) { return names(walk(folder.path()).value()); }

std::vector<std::string> skipped(const WalkResult& result, const TemporaryFolder& folder) {
  std::vector<std::string> lines;
  for (const Skipped& each : result.skipped)
    lines.push_back(each.path.substr(folder.path().size() + 1) + ": " + each.reason);
  return lines;
}

TEST(Walk, FindsVisibleFilesInOrder) {
  const TemporaryFolder folder;
  folder.write("b.txt", "12345");
  folder.write("a/z.txt", "1");
  folder.write("a-b/x.txt", "1");
  folder.write(".hidden", "1");
  folder.write(".git/config", "1");
  const WalkResult result = walk(folder.path()).value();
  EXPECT_THAT(names(result), ElementsAre("a-b/x.txt", "a/z.txt", "b.txt"));
  EXPECT_EQ(result.files[2].path, folder.file("b.txt"));
  EXPECT_EQ(result.files[2].stamp, base::stamp_file(folder.file("b.txt")).value());
  EXPECT_TRUE(result.complete);
  EXPECT_THAT(result.skipped, IsEmpty());
}

TEST(Walk, HonoursIgnoreFilesAtEveryDepth) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "*.log\n/build/\n!important.log\n");
  folder.write("a.log", "");
  folder.write("important.log", "");
  folder.write("build/x.txt", "");
  folder.write("sub/build/x.txt", "");
  folder.write("sub/.gitignore", "!b.log\nsecret.txt\n");
  folder.write("sub/b.log", "");
  folder.write("sub/secret.txt", "");
  folder.write("sub/deep/secret.txt", "");
  folder.write("secret.txt", "");
  EXPECT_THAT(walk_names(folder), ElementsAre("important.log", "secret.txt", "sub/b.log", "sub/build/x.txt"));
}

TEST(Walk, NothingBelowAnIgnoredFolderComesBack) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "out/\n!out/keep.txt\n");
  folder.write("out/keep.txt", "");
  EXPECT_THAT(walk_names(folder), IsEmpty());
}

TEST(Walk, APartOfARepositoryIsWalkedByTheRulesAboveIt) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "*.txt\n");  // above the repository: no rule of it
  folder.write("rep/.git/config", "");
  folder.write("rep/.gitignore", "build/\n/sub/secret.md\n*.log\n");
  folder.write("rep/.ignore", "!kept.log\n");
  folder.write("rep/sub/.gitignore", "!b.log\n");
  for (const char* name :
       {"a.txt", "build/gen.md", "deep/build/gen.md", "secret.md", "deep/secret.md", "a.log", "b.log", "deep/kept.log"})
    folder.write(std::string("rep/sub/") + name, "");
  EXPECT_THAT(names(walk(folder.file("rep/sub")).value()),
              ElementsAre("a.txt", "b.log", "deep/kept.log", "deep/secret.md"));
  EXPECT_THAT(names(walk(folder.file("rep")).value()),
              ElementsAre("sub/a.txt", "sub/b.log", "sub/deep/kept.log", "sub/deep/secret.md"));
}

TEST(Walk, WithoutARepositoryTheRulesFromTheTopDownCount) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "*.md\n");
  folder.write("rep/.gitignore", "build/\n");
  folder.write("rep/sub/build/gen.md", "");
  folder.write("rep/sub/deep/build/gen.md", "");
  folder.write("rep/sub/deep/a.md", "");
  const std::string top = std::filesystem::canonical(folder.file("rep")).string();
  EXPECT_THAT(names(walk(folder.file("rep/sub"), top).value()), ElementsAre("deep/a.md"));
  EXPECT_THAT(names(walk(folder.file("rep/sub/deep"), top).value()), ElementsAre("a.md"));
  EXPECT_THAT(names(walk(folder.file("rep/sub")).value()),
              ElementsAre("build/gen.md", "deep/a.md", "deep/build/gen.md"));
}

TEST(Walk, APathThatIsNamedIsTakenWhateverIsSaidAboveIt) {
  const TemporaryFolder folder;
  folder.write(".git/config", "");
  folder.write(".gitignore", "build/\n*.log\n");
  folder.write("build/gen.md", "");
  folder.write("build/a.log", "");
  EXPECT_THAT(names(walk(folder.file("build")).value()), ElementsAre("gen.md"));
  EXPECT_THAT(names(walk(folder.file("build/a.log")).value()), ElementsAre("a.log"));
}

TEST(Walk, TheIgnoreFileHasTheLastWordOverGitignore) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "data/\nnotes.txt\n");
  folder.write(".ignore", "!data/\nother.txt\n");
  folder.write("data/x", "");
  folder.write("notes.txt", "");
  folder.write("other.txt", "");
  EXPECT_THAT(walk_names(folder), ElementsAre("data/x"));
}

TEST(Walk, LinksAreFollowedInsideTheRootAndEachFileIsFoundOnce) {
  const TemporaryFolder folder, outside;
  folder.write("real/a.txt", "a");
  folder.write(".hidden/b.txt", "b");
  outside.write("secret.txt", "s");
  std::filesystem::create_symlink("real", folder.file("again"));             // a folder known by its own name
  std::filesystem::create_symlink("real/a.txt", folder.file("a-link.txt"));  // a file likewise
  std::filesystem::create_symlink(".hidden", folder.file("shown"));          // only reachable so
  std::filesystem::create_symlink("..", folder.file("real/loop"));           // a cycle
  std::filesystem::create_symlink(outside.path(), folder.file("out"));
  std::filesystem::create_symlink(outside.file("secret.txt"), folder.file("secret.txt"));
  std::filesystem::create_symlink("nowhere", folder.file("broken"));
  std::filesystem::create_symlink("self", folder.file("self"));
  const WalkResult result = walk(folder.path()).value();
  EXPECT_THAT(names(result), ElementsAre("real/a.txt", "shown/b.txt"));
  EXPECT_THAT(skipped(result, folder),
              ElementsAre("broken: broken link", "out: link leads out of the folder",
                          "secret.txt: link leads out of the folder", HasSubstr("self: link: ")));
  EXPECT_TRUE(result.complete);
}

TEST(Walk, TheRootMayBeALinkAndEndWithASlash) {
  const TemporaryFolder folder;
  folder.write("real/a.txt", "a");
  std::filesystem::create_symlink("real", folder.file("link"));
  const WalkResult result = walk(folder.file("link") + "/").value();
  EXPECT_THAT(names(result), ElementsAre("a.txt"));
  EXPECT_EQ(result.files[0].path, folder.file("link/a.txt"));
}

TEST(Walk, SpecialFilesAreReportedAndNeverOpened) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  const WalkResult result = walk(folder.path()).value();
  EXPECT_THAT(skipped(result, folder), ElementsAre("pipe: not a regular file"));
  EXPECT_EQ(walk(folder.file("pipe")).error().code(), Code::unsupported);
}

TEST(Walk, AFolderThatCannotBeReadMakesTheResultIncomplete) {
  const TemporaryFolder folder;
  folder.write("a.txt", "a");
  folder.write("closed/b.txt", "b");
  ASSERT_EQ(::chmod(folder.file("closed").c_str(), 0), 0);
  const base::AsNobody ordinary_user(folder.path());
  const WalkResult result = walk(folder.path()).value();
  ::chmod(folder.file("closed").c_str(), 0700);
  EXPECT_THAT(names(result), ElementsAre("a.txt"));
  EXPECT_FALSE(result.complete);
  EXPECT_THAT(result.unreadable, ElementsAre("closed"));
  EXPECT_THAT(skipped(result, folder), ElementsAre(HasSubstr("closed: folder cannot be read")));
}

TEST(Walk, PathsTooLongForTheSystemMakeTheResultIncomplete) {
  const TemporaryFolder folder;
  const auto start = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const std::string part(200, 'd');
  for (int i = 0; i < 25; ++i) {  // 5,000 bytes: more than PATH_MAX, reached step by step
    ASSERT_EQ(::mkdir(part.c_str(), 0700), 0);
    ASSERT_EQ(::chdir(part.c_str()), 0);
  }
  std::filesystem::current_path(start);
  const WalkResult result = walk(folder.path()).value();
  EXPECT_FALSE(result.complete);
  ASSERT_EQ(result.unreadable.size(), 1u);
  EXPECT_THAT(result.unreadable[0], HasSubstr(part));
}

TEST(Walk, ARootThatIsAFileIsTakenWhateverItsName) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "*");
  const std::string path = folder.write(".notes.txt", "n");
  const WalkResult result = walk(path).value();
  ASSERT_EQ(result.files.size(), 1u);
  EXPECT_EQ(result.files[0].relative, ".notes.txt");
  EXPECT_EQ(result.files[0].path, path);
}

TEST(Walk, AMissingRootIsAnError) {
  const TemporaryFolder folder;
  EXPECT_EQ(walk(folder.file("missing")).error().code(), Code::not_found);
}

}  // namespace
}  // namespace vicinal::read
