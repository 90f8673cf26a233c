#pragma once
/// The part of a verification that reads collection.db: pages, log, rows. Meanings: vicinal/doctor.h.

#include <string>

#include "index/damage_log.h"
#include "index/manifest.h"
#include "index/paced_watch.h"
#include "index/sqlite.h"

namespace vicinal::index {

struct DatabaseCheck {
  Database& database;
  std::string path;  ///< of collection.db
  DamageLog& damage;
  PacedWatch& watch;
  Verification& report;
};

/// Every page of the file against its checksum, and the log. A page that fails is none where the log holds a newer one:
/// a power loss while the log was written back leaves such pages. Errors: interrupted, or trouble that is not damage.
Result<> verify_pages(const DatabaseCheck& check);

/// Every document with its text and passages, SQLite's own structure, and the manifest's counters. REQUIRES: a read
/// transaction.
Result<> verify_documents(const DatabaseCheck& check, const Manifest& manifest);

}  // namespace vicinal::index
