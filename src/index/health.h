#pragma once
/// What can be said of a collection without reading it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "vicinal/collection.h"

namespace vicinal::index {

struct Health {
  CollectionStats stats;
  uint64_t last_commit = 0;
  int64_t last_commit_time = 0;  ///< seconds since 1970: when the database or its log was last written
  uint64_t dead_vectors = 0;
  uint64_t log_bytes = 0, log_commits = 0;
  std::string holder;                  ///< pid of the writer at work; empty: none
  std::vector<std::string> leftovers;  ///< files that no commit names, and what a copy that was killed left
  uint64_t room = 0;                   ///< free bytes on the disk
};

/// Opens the collection as a reader does, with its errors.
Result<Health> health_of(const std::string& folder);

}  // namespace vicinal::index
