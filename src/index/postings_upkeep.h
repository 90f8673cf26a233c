#pragma once
/// How a writer keeps postings: fresh documents are sealed into a file, files are merged before they become many.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/documents.h"
#include "index/paced_watch.h"
#include "index/passage_terms.h"
#include "index/postings_file.h"
#include "index/snapshot.h"

namespace vicinal::index {

inline constexpr size_t kMaxPostingsFiles = 8;

enum class LookAt { tables, everything };  ///< of a file of postings

/// Whether all files that the manifest names are there, undamaged as far as they are looked at, and of today's
/// analysis.
Result<bool> postings_are_sound(Snapshot& snapshot, LookAt part);

/// What a step of upkeep replaces by one new file.
struct PostingsChange {
  std::vector<PostingsEntry> removed;
  std::optional<PostingsEntry> added;  ///< nothing where no row is left
  std::vector<uint64_t> dropped;       ///< dead documents that are in no file any more
};

/// The next file of fresh documents, of bounded memory. Nothing: there are fewer than `least` passages that no file
/// covers. The file is written and synced, not named yet.
Result<std::optional<PostingsChange>> seal_postings(Snapshot& snapshot, Documents& documents, uint64_t least,
                                                    PacedWatch& watch);

/// Which neighbours to merge so that at most kMaxPostingsFiles are left and each is as large as all behind it together;
/// one that is more than a fifth dead. Fewer than one: nothing to do.
std::vector<PostingsEntry> postings_to_merge(std::span<const PostingsEntry> files, std::span<const uint64_t> dead_rows);

/// Merges neighbours without their dead documents. The file is written and synced, not named yet.
Result<PostingsChange> merge_postings(Snapshot& snapshot, std::span<const PostingsEntry> files, PacedWatch& watch);

/// Dead rows of each file that the manifest names. corrupt: a file that cannot be read.
Result<std::vector<uint64_t>> dead_postings_rows(Snapshot& snapshot);

}  // namespace vicinal::index
