#pragma once
/// A collection as the first version left it.

#include <string>

#include "index/folder.h"
#include "index/sqlite.h"

namespace vicinal::index {

/// The tables of words are not there; files of postings are in nobody's way. One transaction. A store that is open must
/// be closed before its next use.
inline Result<> make_first_format(const std::string& folder) {
  VICINAL_TRY(Database database, Database::open(database_path(folder), Database::Mode::write));
  return database.execute(
      "BEGIN IMMEDIATE; DROP TABLE postings; DROP TABLE dead_postings; DELETE FROM manifest WHERE key = 'analyzer'; "
      "PRAGMA user_version = 1; COMMIT");
}

}  // namespace vicinal::index
