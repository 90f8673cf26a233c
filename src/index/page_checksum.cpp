#include "index/page_checksum.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/digest.h"

namespace vicinal::index {

namespace {

// What SQLite sees as its file: our methods, then the system's file object in the bytes behind.
struct PageFile {
  sqlite3_file base;
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(PageFile) == sizeof(void*), "the system's object behind it stays aligned");

sqlite3_file* below(sqlite3_file* file) { return reinterpret_cast<PageFile*>(file)->below(); }
sqlite3_vfs* system_vfs(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

uint64_t page_checksum(std::span<const std::byte, kPageBytes> page, uint64_t number) {
  return base::xxh3_64(page.first(kPageBytes - kPageChecksumBytes)) + (number + 1) * 0x9E3779B97F4A7C15ULL;
}

// The header's first 100 bytes are read before anything is known of the file, and 16 of them to see changes.
constexpr int kHeaderRead = 100;

/// SQLite takes what a short read leaves out for zeros. That is right for a database that is being made, and else hides
/// that the file was cut.
int short_read(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  const int rc = below(file)->pMethods->xFileSize(below(file), &size);
  if (rc != SQLITE_OK) return rc;
  return size == 0 ? SQLITE_IOERR_SHORT_READ : SQLITE_IOERR_DATA;
}

int read_page(sqlite3_file* file, std::byte* page, uint64_t number) {
  const int rc =
      below(file)->pMethods->xRead(below(file), page, kPageBytes, static_cast<sqlite3_int64>(number * kPageBytes));
  if (rc == SQLITE_IOERR_SHORT_READ) return short_read(file);
  if (rc != SQLITE_OK) return rc;
  return page_is_sealed(std::span<const std::byte, kPageBytes>(page, kPageBytes), number) ? SQLITE_OK
                                                                                          : SQLITE_IOERR_DATA;
}

int read_part(sqlite3_file* file, void* out, size_t bytes, uint64_t offset) {
  alignas(16) std::byte page[kPageBytes];
  auto* to = static_cast<std::byte*>(out);
  while (bytes > 0) {
    const size_t within = offset % kPageBytes;
    const size_t part = std::min(bytes, kPageBytes - within);
    if (const int rc = read_page(file, page, offset / kPageBytes); rc != SQLITE_OK) return rc;
    std::memcpy(to, page + within, part);
    to += part;
    offset += part;
    bytes -= part;
  }
  return SQLITE_OK;
}

int file_read(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset) {
  if (offset + bytes <= kHeaderRead) return below(file)->pMethods->xRead(below(file), out, bytes, offset);
  if (bytes == static_cast<int>(kPageBytes) && offset % static_cast<sqlite3_int64>(kPageBytes) == 0)
    return read_page(file, static_cast<std::byte*>(out), static_cast<uint64_t>(offset) / kPageBytes);
  return read_part(file, out, static_cast<size_t>(bytes), static_cast<uint64_t>(offset));
}

int file_write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  if (bytes != static_cast<int>(kPageBytes) || offset % static_cast<sqlite3_int64>(kPageBytes) != 0)
    return SQLITE_IOERR_WRITE;  // a database of another page size: not one of ours
  alignas(16) std::byte page[kPageBytes];
  std::memcpy(page, data, kPageBytes);
  seal_page(page, static_cast<uint64_t>(offset) / kPageBytes);
  return below(file)->pMethods->xWrite(below(file), page, bytes, offset);
}

int file_close(sqlite3_file* file) { return below(file)->pMethods->xClose(below(file)); }
int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return below(file)->pMethods->xTruncate(below(file), size);
}
int file_sync(sqlite3_file* file, int flags) { return below(file)->pMethods->xSync(below(file), flags); }
int file_size(sqlite3_file* file, sqlite3_int64* size) { return below(file)->pMethods->xFileSize(below(file), size); }
int file_lock(sqlite3_file* file, int level) { return below(file)->pMethods->xLock(below(file), level); }
int file_unlock(sqlite3_file* file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }
int file_reserved(sqlite3_file* file, int* out) { return below(file)->pMethods->xCheckReservedLock(below(file), out); }
int file_control(sqlite3_file* file, int op, void* arg) {
  return below(file)->pMethods->xFileControl(below(file), op, arg);
}
int file_sector(sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); }
int file_device(sqlite3_file* file) { return below(file)->pMethods->xDeviceCharacteristics(below(file)); }
int file_shm_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** out) {
  return below(file)->pMethods->xShmMap(below(file), page, bytes, extend, out);
}
int file_shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, n, flags);
}
void file_shm_barrier(sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); }
int file_shm_unmap(sqlite3_file* file, int remove) { return below(file)->pMethods->xShmUnmap(below(file), remove); }

// Version 2: without xFetch, so that no page reaches SQLite through a map, past the check.
const sqlite3_io_methods kPageMethods = {
    2,           file_close,   file_read,     file_write,       file_truncate,  file_sync,
    file_size,   file_lock,    file_unlock,   file_reserved,    file_control,   file_sector,
    file_device, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, nullptr,
    nullptr};

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* system = system_vfs(vfs);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return system->xOpen(system, name, file, flags, out_flags);
  file->pMethods = nullptr;
  const int rc = system->xOpen(system, name, below(file), flags, out_flags);
  if (rc == SQLITE_OK) file->pMethods = &kPageMethods;
  return rc;
}

int vfs_delete(sqlite3_vfs* vfs, const char* name, int sync) {
  return system_vfs(vfs)->xDelete(system_vfs(vfs), name, sync);
}
int vfs_access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  return system_vfs(vfs)->xAccess(system_vfs(vfs), name, flags, out);
}
int vfs_full_path(sqlite3_vfs* vfs, const char* name, int bytes, char* out) {
  return system_vfs(vfs)->xFullPathname(system_vfs(vfs), name, bytes, out);
}
int vfs_randomness(sqlite3_vfs* vfs, int bytes, char* out) {
  return system_vfs(vfs)->xRandomness(system_vfs(vfs), bytes, out);
}
int vfs_sleep(sqlite3_vfs* vfs, int us) { return system_vfs(vfs)->xSleep(system_vfs(vfs), us); }
int vfs_time(sqlite3_vfs* vfs, double* out) { return system_vfs(vfs)->xCurrentTime(system_vfs(vfs), out); }
int vfs_last_error(sqlite3_vfs* vfs, int bytes, char* out) {
  return system_vfs(vfs)->xGetLastError(system_vfs(vfs), bytes, out);
}
int vfs_time64(sqlite3_vfs* vfs, sqlite3_int64* out) {
  return system_vfs(vfs)->xCurrentTimeInt64(system_vfs(vfs), out);
}

sqlite3_vfs make_vfs() {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  sqlite3_vfs vfs = {};
  vfs.iVersion = 2;
  vfs.szOsFile = system->szOsFile + static_cast<int>(sizeof(PageFile));
  vfs.mxPathname = system->mxPathname;
  vfs.zName = "vicinal-checksummed";
  vfs.pAppData = system;
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.xAccess = vfs_access;
  vfs.xFullPathname = vfs_full_path;
  vfs.xRandomness = vfs_randomness;
  vfs.xSleep = vfs_sleep;
  vfs.xCurrentTime = vfs_time;
  vfs.xGetLastError = vfs_last_error;
  vfs.xCurrentTimeInt64 = vfs_time64;
  return vfs;
}

}  // namespace

const char* checksummed_vfs() {
  static sqlite3_vfs vfs = {};
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_initialize();
    vfs = make_vfs();
    sqlite3_vfs_register(&vfs, 0);
  });
  return vfs.zName;
}

void seal_page(std::span<std::byte, kPageBytes> page, uint64_t number) {
  const uint64_t checksum = page_checksum(page, number);
  std::memcpy(page.data() + kPageBytes - kPageChecksumBytes, &checksum, sizeof checksum);
}

bool page_is_sealed(std::span<const std::byte, kPageBytes> page, uint64_t number) {
  uint64_t stored = 0;
  std::memcpy(&stored, page.data() + kPageBytes - kPageChecksumBytes, sizeof stored);
  return stored == page_checksum(page, number);
}

}  // namespace vicinal::index
