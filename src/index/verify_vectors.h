#pragma once
/// The part of a verification that reads the vector files. Meanings: vicinal/doctor.h.

#include <string>
#include <vector>

#include "index/vector_set.h"
#include "index/verify_database.h"

namespace vicinal::index {

/// Files that the manifest names, as far as they open; the rest is in the damage.
struct OpenedVectors {
  std::vector<VectorSet::OpenFile> files;
  bool complete = true;
  bool missing = false;  ///< a file is not there: unlinked since the manifest was read, or lost
};
Result<OpenedVectors> open_vectors(const std::string& folder, const Manifest& manifest, DamageLog& damage);

/// Every block, the bytes between blocks, and whether numbers are finite.
Result<> verify_blocks(const DatabaseCheck& check, const std::string& folder, const Manifest& manifest,
                       OpenedVectors& vectors);

/// Passages of the database and rows of the files, side by side in order of their ids: each passage has exactly one
/// row, and a row without a passage belongs to a dead document. REQUIRES: a read transaction; all files are open.
Result<> verify_owners(const DatabaseCheck& check, const OpenedVectors& vectors);

}  // namespace vicinal::index
