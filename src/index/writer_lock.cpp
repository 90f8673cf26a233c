#include "index/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

namespace vicinal::index {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPoll{20};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The holder writes its pid for the message; a lock without one is just taken or just given back.
std::string holder_of(const base::File& file) {
  char text[24] = {};
  const ssize_t bytes = ::pread(file.descriptor(), text, sizeof text - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < bytes && text[i] >= '0' && text[i] <= '9'; ++i) pid += text[i];
  return pid.empty() ? "unknown" : pid;
}

void write_holder(base::File& file) {
  char text[24];
  const int bytes = std::snprintf(text, sizeof text, "%-20ld\n", static_cast<long>(::getpid()));
  // Only the message of a waiting writer needs it: a full disk must not keep this one from its work.
  (void)file.write_at(0, std::as_bytes(std::span(text, static_cast<size_t>(bytes))));
}

Result<base::File> open_lock_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return base::system_error("the writer's lock cannot be opened", path, errno);
  return base::File(descriptor, path);
}

Result<bool> try_lock(const base::File& file) {
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  return base::system_error("the writer's lock cannot be taken", file.path(), errno);
}

// A restore puts another folder in this one's place; a lock in the old one would exclude nobody.
bool is_still_at(const base::File& file) {
  struct stat held = {}, named = {};
  return ::fstat(file.descriptor(), &held) == 0 && ::stat(file.path().c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

void say_waiting(const LockWait& wait, const base::File& file) {
  if (!wait.watch.progress) return;
  Progress progress;
  progress.stage = "lock";
  progress.note = "waiting for another writer (pid " + holder_of(file) + ")";
  wait.watch.progress(progress);
}

}  // namespace

Result<std::string> lock_holder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::string();
  if (descriptor < 0) return base::system_error("the writer's lock cannot be opened", path, errno);
  const base::File file(descriptor, path);
  if (::flock(descriptor, LOCK_SH | LOCK_NB) == 0) return std::string();
  return holder_of(file);
}

Result<WriterLock> WriterLock::take(const std::string& path, const LockWait& wait) {
  VICINAL_TRY(base::File file, open_lock_file(path));
  const Clock::time_point start = Clock::now();
  for (bool said = false;; said = true) {
    VICINAL_TRY(const bool locked, try_lock(file));
    if (locked && is_still_at(file)) break;
    if (locked) {
      VICINAL_TRY(file, open_lock_file(path));
      continue;
    }
    if (wait.watch.stop.stop_requested())
      return Error(Code::interrupted, "stopped while waiting for another writer").with("path", path);
    if (wait.seconds >= 0 && seconds_since(start) >= wait.seconds)
      return Error(Code::busy, "another writer has the collection").with("path", path).with("pid", holder_of(file));
    if (!said) say_waiting(wait, file);
    std::this_thread::sleep_for(kPoll);
  }
  write_holder(file);
  return WriterLock(std::move(file));
}

}  // namespace vicinal::index
