#include "durability/file_calls.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <map>

namespace vicinal::durability {

namespace {

FileObserver* observer = nullptr;
std::string watched_root;
std::map<int, std::string> watched_files;  // descriptor to path

// Shared memory beside a database is made anew by whoever opens it first: it is no part of what must survive.
bool is_watched(std::string_view path) {
  return observer != nullptr && path.starts_with(watched_root) && !path.ends_with("-shm");
}

std::string absolute(const char* path) {
  if (path[0] == '/') return path;
  char folder[PATH_MAX];
  return ::syscall(SYS_getcwd, folder, sizeof folder) < 0 ? std::string(path) : std::string(folder) + "/" + path;
}

const std::string* watched(int descriptor) {
  if (observer == nullptr) return nullptr;
  const auto found = watched_files.find(descriptor);
  return found == watched_files.end() ? nullptr : &found->second;
}

int refuse(int error) {
  errno = error;
  return -1;
}

// Asks, makes the call, tells.
template <class Call>
int watched_call(const FileCall& call, Call make) {
  if (const Verdict verdict = observer->before(call); verdict.error != 0) return refuse(verdict.error);
  const int result = static_cast<int>(make());
  if (result >= 0) observer->done(call);
  return result;
}

int open_file(const char* name, int flags, mode_t mode) {
  const auto make = [&] { return ::syscall(SYS_openat, AT_FDCWD, name, flags, mode); };
  const std::string path = absolute(name);
  if (!is_watched(path)) return static_cast<int>(make());
  const bool exists = ::syscall(SYS_access, name, F_OK) == 0;
  const bool creates = (flags & O_CREAT) != 0 && !exists;
  if (const Verdict verdict = observer->before({creates ? FileCall::Kind::create : FileCall::Kind::open, path});
      verdict.error != 0)
    return refuse(verdict.error);
  const auto descriptor = static_cast<int>(make());
  if (descriptor < 0) return descriptor;
  watched_files[descriptor] = path;
  observer->done({creates ? FileCall::Kind::create : FileCall::Kind::open, path});
  if (exists && (flags & O_TRUNC) != 0) observer->done({.kind = FileCall::Kind::truncate, .path = path});
  return descriptor;
}

ssize_t write_file(int descriptor, const void* data, size_t bytes, off_t offset) {
  const std::string* path = watched(descriptor);
  if (path == nullptr) return ::syscall(SYS_pwrite64, descriptor, data, bytes, offset);
  FileCall call = {.kind = FileCall::Kind::write, .path = *path, .offset = static_cast<uint64_t>(offset)};
  call.bytes = {static_cast<const std::byte*>(data), bytes};
  const Verdict verdict = observer->before(call);
  if (verdict.error != 0) return refuse(verdict.error);
  if (verdict.short_write) call.bytes = call.bytes.first(bytes / 2);
  const ssize_t wrote = ::syscall(SYS_pwrite64, descriptor, data, call.bytes.size(), offset);
  if (wrote >= 0) observer->done(call);
  return wrote;
}

int sync_file(int descriptor, long number) {
  const auto make = [&] { return ::syscall(number, descriptor); };
  const std::string* path = watched(descriptor);
  if (path == nullptr) return static_cast<int>(make());
  struct stat status = {};
  const bool folder = ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
  const FileCall call = {folder ? FileCall::Kind::sync_folder : FileCall::Kind::sync, *path};
  const int result = watched_call(call, make);
  if (result < 0) observer->sync_failed(call);
  return result;
}

int move_file(const char* from, const char* to, unsigned flags) {
  const auto make = [&] { return ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags); };
  const std::string path = absolute(from);
  if (!is_watched(path)) return static_cast<int>(make());
  const auto kind = (flags & RENAME_EXCHANGE) != 0 ? FileCall::Kind::exchange : FileCall::Kind::rename;
  return watched_call({kind, path, absolute(to)}, make);
}

int change_name(FileCall::Kind kind, const char* name, auto make) {
  const std::string path = absolute(name);
  return is_watched(path) ? watched_call({kind, path}, make) : static_cast<int>(make());
}

int truncate_file(int descriptor, off_t size) {
  const auto make = [&] { return ::syscall(SYS_ftruncate, descriptor, size); };
  const std::string* path = watched(descriptor);
  if (path == nullptr) return static_cast<int>(make());
  return watched_call({.kind = FileCall::Kind::truncate, .path = *path, .size = static_cast<uint64_t>(size)}, make);
}

void* map_file(void* address, size_t bytes, int protection, int flags, int descriptor, off_t offset) {
  const std::string* path = watched(descriptor);
  if (path != nullptr) {
    const Verdict verdict = observer->before({FileCall::Kind::map, *path});
    if (verdict.error != 0) return errno = verdict.error, MAP_FAILED;
  }
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, bytes, protection, flags, descriptor, offset));
}

mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

}  // namespace

const char* name_of(FileCall::Kind kind) {
  static constexpr const char* kNames[] = {"open",   "create",           "write",         "truncate",
                                           "sync",   "sync of a folder", "rename",        "exchange",
                                           "unlink", "make folder",      "remove folder", "map"};
  return kNames[static_cast<size_t>(kind)];
}

Watching::Watching(std::string root, FileObserver& observes) {
  watched_root = std::move(root);
  observer = &observes;
}

Watching::~Watching() {
  observer = nullptr;
  watched_files.clear();
}

}  // namespace vicinal::durability

// The C library's names. A library that the program is linked with finds these first.
extern "C" {

using vicinal::durability::FileCall;

#define VICINAL_OPEN(name)                                              \
  int name(const char* path, int flags, ...) {                          \
    va_list arguments;                                                  \
    va_start(arguments, flags);                                         \
    const mode_t mode = vicinal::durability::mode_of(flags, arguments); \
    va_end(arguments);                                                  \
    return vicinal::durability::open_file(path, flags, mode);           \
  }
VICINAL_OPEN(open)
VICINAL_OPEN(open64)
#undef VICINAL_OPEN

int close(int descriptor) {
  if (vicinal::durability::observer != nullptr) vicinal::durability::watched_files.erase(descriptor);
  return static_cast<int>(::syscall(SYS_close, descriptor));
}

ssize_t pwrite(int descriptor, const void* data, size_t bytes, off_t offset) {
  return vicinal::durability::write_file(descriptor, data, bytes, offset);
}
ssize_t pwrite64(int descriptor, const void* data, size_t bytes, off64_t offset) {
  return vicinal::durability::write_file(descriptor, data, bytes, offset);
}
int fsync(int descriptor) { return vicinal::durability::sync_file(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return vicinal::durability::sync_file(descriptor, SYS_fdatasync); }
int ftruncate(int descriptor, off_t size) noexcept { return vicinal::durability::truncate_file(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return vicinal::durability::truncate_file(descriptor, size); }
int rename(const char* from, const char* to) noexcept { return vicinal::durability::move_file(from, to, 0); }
int renameat2(int, const char* from, int, const char* to, unsigned flags) noexcept {
  return vicinal::durability::move_file(from, to, flags);
}
int unlink(const char* path) noexcept {
  return vicinal::durability::change_name(FileCall::Kind::unlink, path, [=] { return ::syscall(SYS_unlink, path); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  return vicinal::durability::change_name(FileCall::Kind::make_folder, path,
                                          [=] { return ::syscall(SYS_mkdir, path, mode); });
}
int rmdir(const char* path) noexcept {
  return vicinal::durability::change_name(FileCall::Kind::remove_folder, path,
                                          [=] { return ::syscall(SYS_rmdir, path); });
}
void* mmap(void* address, size_t bytes, int protection, int flags, int descriptor, off_t offset) noexcept {
  return vicinal::durability::map_file(address, bytes, protection, flags, descriptor, offset);
}
void* mmap64(void* address, size_t bytes, int protection, int flags, int descriptor, off64_t offset) noexcept {
  return vicinal::durability::map_file(address, bytes, protection, flags, descriptor, offset);
}

}  // extern "C"
