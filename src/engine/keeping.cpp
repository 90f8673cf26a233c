// The public functions that keep a collection: they add reports to what the store does.

#include <chrono>

#include "index/backup.h"
#include "index/folder.h"
#include "index/store.h"
#include "index/verify.h"
#include "vicinal/collection.h"
#include "vicinal/doctor.h"

namespace vicinal {
inline namespace v0 {

Result<Verification> verify_collection(const std::string& folder, const Watch& watch) {
  return index::verify(folder, watch);
}

Result<CopyReport> back_up_collection(const std::string& folder, const std::string& target, const Watch& watch) {
  return index::back_up(folder, target, watch);
}

Result<CopyReport> restore_collection(const std::string& backup, const std::string& folder, bool replace,
                                      const Watch& watch) {
  return index::restore(backup, folder, replace, watch);
}

Result<CompactReport> compact_collection(const std::string& folder, const Watch& watch) {
  const auto start = std::chrono::steady_clock::now();
  CompactReport report;
  VICINAL_TRY(const index::FolderContent before, index::look_into(folder));
  report.bytes_before = before.bytes;
  {
    VICINAL_TRY(const auto store,
                index::Store::open(
                    folder, {.access = index::Store::Access::write, .create = {}, .expect_space = {}, .watch = watch}));
    VICINAL_TRY(report.dead_vectors, store->dead_vectors());
    VICINAL_TRY_VOID(store->compact(watch));
    VICINAL_TRY(const CollectionStats stats, store->stats());
    report.segments = stats.segments;
  }
  VICINAL_TRY(const index::FolderContent after, index::look_into(folder));
  report.bytes_after = after.bytes;
  report.log_kept = after.log_bytes > 0;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace v0
}  // namespace vicinal
