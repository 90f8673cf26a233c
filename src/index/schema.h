#pragma once
/// The tables of collection.db and the check that a file has exactly these. Meanings: docs/formats/collection.md.

#include <cstdint>
#include <string>

#include "index/sqlite.h"

namespace vicinal::index {

inline constexpr uint32_t kFormatVersion = 2;           ///< of the folder as a whole; PRAGMA user_version
inline constexpr uint32_t kOldestFormatVersion = 1;     ///< that can be read, and is upgraded by whoever writes
inline constexpr uint32_t kApplicationId = 0x56494331;  ///< "VIC1"; PRAGMA application_id

/// Looks at the first bytes of the file before SQLite makes anything of them. REQUIRES: `database` was just opened.
/// corrupt: no database of ours. unsupported: of a newer version, or one that is older than all that can be read.
Result<> check_database_header(Database& database, const std::string& path);

/// Makes the tables in an empty database, inside the caller's transaction.
Result<> create_schema(Database& database);

/// Makes the table of texts beside bodies where it is missing: it is there in collections with more fields than one.
Result<> create_field_texts(Database& database);

/// The version that the database has now, its log included.
Result<uint32_t> read_format(Database& database);

/// Brings an older database up to kFormatVersion, in one transaction. Nothing is read or lost: what newer versions keep
/// besides is empty at first. REQUIRES: the writer's lock.
Result<> upgrade_schema(Database& database);

/// corrupt when tables, indexes, views or triggers are not exactly those of its version.
Result<> check_schema(Database& database, const std::string& path);

}  // namespace vicinal::index
