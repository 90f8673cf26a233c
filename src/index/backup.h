#pragma once
/// Copies of a collection: out (back_up) and back (restore). Meanings: vicinal/collection.h.
///
/// A copy is made in `<target>.part`: its own writer.lock is held, so two processes cannot make the same one; then the
/// vector files of one snapshot (of the tail only what is committed), then the database through SQLite's backup within
/// the snapshot's read transaction. Everything is synced before the folder gets its name by one rename that replaces
/// nothing. A kill before that leaves a `.part`, which no command takes for a collection, and which the next copy of
/// that name empties and begins anew; a kill after it leaves a whole copy.
///
/// A restore makes `<folder>.part` in the same way, out of the backup. Where a collection is replaced, the two folders
/// are exchanged in one step (renameat2 with RENAME_EXCHANGE), with the writer's lock of both held: at every moment the
/// name leads to the old collection or to the new one. The old one is then `<folder>.part` and removed. A kill after
/// the exchange leaves it there, for the next copy to empty.

#include <string>

#include "base/check.h"
#include "vicinal/collection.h"

namespace vicinal::index {

Result<CopyReport> back_up(const std::string& folder, const std::string& target, const Watch& watch);
Result<CopyReport> restore(const std::string& backup, const std::string& folder, bool replace, const Watch& watch);

}  // namespace vicinal::index
