#pragma once
/// What a writer finds of an earlier one that did not come to its end, and the line that says so.

#include <cstdint>
#include <string>

#include "index/folder.h"
#include "index/snapshot.h"
#include "vicinal/progress.h"

namespace vicinal::index {

struct Recovery {
  uint64_t log_commits = 0;        ///< whole commits that lay in the log: taken over
  bool unfinished_commit = false;  ///< vectors of a commit that was never acknowledged: passed over
  uint64_t leftovers = 0;          ///< files that no commit names: removed

  bool is_needed() const { return log_commits > 0 || unfinished_commit || leftovers > 0; }
  /// "recovered: 12 commits taken over from the log, an unfinished commit dropped, 1 leftover file removed".
  std::string line() const;
};

/// Before SQLite opens the database and takes the log over. REQUIRES: the writer's lock is held.
Recovery recovery_of_log(const std::string& folder);

/// The rest of it. `content`: what lay in the folder under the lock.
Result<> note_recovery(Recovery& recovery, Snapshot& snapshot, const FolderContent& content);

/// One report with the line as its note, where there is anything to say.
void say_recovery(const Recovery& recovery, const Watch& watch);

}  // namespace vicinal::index
