#pragma once
/// The parts of a compaction besides the merge: is there room, and the database without its free pages.

#include <span>
#include <string>

#include "index/manifest.h"
#include "index/sqlite.h"
#include "index/vector_set.h"
#include "vicinal/progress.h"

namespace vicinal::index {

/// Says how much the merge of these files writes before it drops them. io: the disk has less.
Result<> require_room_to_merge(VectorSet& vectors, std::span<const FileEntry> files, const std::string& folder,
                               const Watch& watch);

/// Nothing to do below a fiftieth of free pages. Else says how much room it takes (twice the rest of the database: in
/// SQLite's temporary folder, and in the log) and does it. io: the disk has less. interrupted: nothing changed.
Result<> vacuum_database(Database& database, const std::string& folder, const Watch& watch);

}  // namespace vicinal::index
