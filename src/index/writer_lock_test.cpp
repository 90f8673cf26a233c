#include "index/writer_lock.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <optional>
#include <thread>

#include "index/local_disk.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

TEST(WriterLock, ASecondWriterIsToldWhoHasItAndIsRefusedWhenItsTimeIsUp) {
  StoreFolder folder;
  const std::string path = folder.path() + "/writer.lock";
  const WriterLock first = WriterLock::take(path, {}).value();
  std::string note;
  LockWait wait;
  wait.seconds = 0.05;
  wait.watch.progress = [&](const Progress& progress) { note = progress.note; };
  const auto second = WriterLock::take(path, wait);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), Code::busy);
  EXPECT_EQ(note, "waiting for another writer (pid " + std::to_string(::getpid()) + ")");
}

TEST(WriterLock, ASecondWriterGetsItWhenTheFirstGivesItBack) {
  StoreFolder folder;
  const std::string path = folder.path() + "/writer.lock";
  std::optional<WriterLock> first = WriterLock::take(path, {}).value();
  std::jthread giver([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    first.reset();
  });
  EXPECT_TRUE(WriterLock::take(path, {}).ok());
}

TEST(WriterLock, AStopRequestEndsTheWait) {
  StoreFolder folder;
  const std::string path = folder.path() + "/writer.lock";
  const WriterLock first = WriterLock::take(path, {}).value();
  std::stop_source stop;
  stop.request_stop();
  LockWait wait;
  wait.watch.stop = stop.get_token();
  EXPECT_EQ(WriterLock::take(path, wait).error().code(), Code::interrupted);
}

TEST(LocalDisk, NetworkFileSystemsAreKnownByNumberAndName) {
  for (uint64_t type : {0x6969U, 0xFF534D42U, 0xFE534D42U, 0x00C36400U}) EXPECT_TRUE(is_network_type(type));
  for (uint64_t type : {0xEF53U, 0x01021994U, 0x794C7630U, 0x9123683EU, 0x65735546U})
    EXPECT_FALSE(is_network_type(type));
  EXPECT_TRUE(is_network_name("fuse.sshfs"));
  EXPECT_FALSE(is_network_name("fuse.fuse-overlayfs"));
  EXPECT_FALSE(is_network_name("fuseblk"));
}

TEST(LocalDisk, TheTestsOwnFolderIsLocal) {
  StoreFolder folder;
  EXPECT_TRUE(require_local_disk(folder.path()).ok());
}

}  // namespace
}  // namespace vicinal::index
