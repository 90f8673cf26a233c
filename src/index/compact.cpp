#include "index/compact.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "index/paced_watch.h"
#include "index/page_checksum.h"
#include "index/row_id.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kFreeShare = 50;             // one page in so many has to be free
constexpr uint64_t kSpare = uint64_t{1} << 20;  // tables, headers, the commit itself

Result<uint64_t> room_in(const std::string& folder) {
  struct statvfs status = {};
  if (::statvfs(folder.c_str(), &status) != 0)
    return base::system_error("the room on the disk cannot be found out", folder, errno);
  return uint64_t{status.f_bavail} * status.f_frsize;
}

std::string mebibytes(uint64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; }

Result<> require_room(const std::string& folder, uint64_t needed, std::string_view what) {
  VICINAL_TRY(const uint64_t room, room_in(folder));
  if (room >= needed) return {};
  return Error(Code::io, "the disk has too little room to " + std::string(what))
      .with("path", folder)
      .with("free", room)
      .with("needed", needed)
      .with("fix", "make room; nothing was changed");
}

/// As SQLite chooses it (https://www.sqlite.org/tempfiles.html, section 5).
std::string temporary_folder() {
  for (const char* name : {"SQLITE_TMPDIR", "TMPDIR"})
    if (const char* folder = std::getenv(name); folder != nullptr && *folder != '\0') return folder;
  return "/var/tmp";
}

Result<uint64_t> pragma_number(Database& database, const char* sql) {
  VICINAL_TRY(Query query, database.query(sql));
  VICINAL_TRY(const bool row, query.next());
  return row ? query.unsigned_integer(0) : 0;
}

}  // namespace

Result<> require_room_to_merge(VectorSet& vectors, std::span<const FileEntry> files, const std::string& folder,
                               const Watch& watch) {
  uint64_t needed = kSpare;
  for (const VectorSet::OpenFile& file : vectors.files())
    if (std::ranges::find(files, file.entry) != files.end())
      needed += file.live_rows() * (file.vectors->dimensions() * sizeof(float) + sizeof(RowId));
  PacedWatch paced(watch);
  paced.begin("merge", 0);
  paced.note("merging needs " + mebibytes(needed) + " in " + folder + " until the old files go");
  return require_room(folder, needed, "merge the vectors");
}

Result<> vacuum_database(Database& database, const std::string& folder, const Watch& watch) {
  VICINAL_TRY(const uint64_t pages, pragma_number(database, "PRAGMA page_count"));
  VICINAL_TRY(const uint64_t free_pages, pragma_number(database, "PRAGMA freelist_count"));
  if (free_pages == 0 || free_pages * kFreeShare < pages) return {};
  const uint64_t needed = (pages - std::min(pages, free_pages)) * kPageBytes + kSpare;
  PacedWatch paced(watch);
  paced.begin("vacuum", pages);
  paced.note("rewriting the database needs " + mebibytes(needed) + " in " + folder + " and as much in " +
             temporary_folder() + " for the while");
  VICINAL_TRY_VOID(paced.at(0));
  VICINAL_TRY_VOID(require_room(folder, needed, "rewrite the database"));
  VICINAL_TRY_VOID(require_room(temporary_folder(), needed, "rewrite the database"));
  auto done = database.vacuum([&paced] { return paced.at(0).ok(); });
  paced.end();
  if (!done && paced.stopped()) return Error(Code::interrupted, "stopped; the database stays as it was");
  return done;
}

}  // namespace vicinal::index
