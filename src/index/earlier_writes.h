#pragma once
/// What an earlier process wrote and did not live to sync.
///
/// A killed process may leave a commit whole in the log, or a folder renamed, that only the system's cache knows. The
/// next writer finds it, takes it for granted and builds on it: it unlinks files that this commit replaced, and appends
/// to the tail. A power loss would then take the ground away. So it is synced first.

#include <string>

#include "base/check.h"

namespace vicinal::index {

/// Makes the folder with the folders above it that are not there yet, each name durable but the folder's own.
Result<> make_durable_folder(const std::string& folder);

/// Makes durable: the folder's name, the names in it, its log. The log's own name is among them: SQLite syncs it too,
/// but passes over a failure. REQUIRES: the writer's lock is held, the database is open, nothing was written to it yet.
Result<> sync_earlier_writes(const std::string& folder);

/// Makes durable what is in the database's log.
Result<> sync_log(const std::string& folder);

}  // namespace vicinal::index
