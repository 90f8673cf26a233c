#pragma once
/// What one commit says the collection consists of: identity, counters, and the vector files with their extents.

#include <cstdint>
#include <string>
#include <vector>

#include "index/folder.h"
#include "index/sqlite.h"
#include "index/store.h"
#include "index/tail_file.h"

namespace vicinal::index {

inline constexpr size_t kMaxDimensions = 65536;
inline constexpr size_t kMaxFiles = 64;

/// A tail or segment of one commit: `rows` vectors in `bytes` bytes of the file.
struct FileEntry {
  VectorFileKind kind = VectorFileKind::tail;
  uint64_t number = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  bool operator==(const FileEntry&) const = default;
};

/// A file of postings of one commit (postings_file.h): passages of documents `first` to `last`.
struct PostingsEntry {
  uint64_t number = 0;
  uint64_t first = 0, last = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  bool operator==(const PostingsEntry&) const = default;
};

struct Manifest {
  uint32_t format = 0;  ///< kFormatVersion, or an older one that is only read
  StoreIdentity identity;
  uint64_t collection = 0;  ///< random, made at creation: which folder a file belongs to
  uint64_t last_commit = 0;
  uint64_t next_file = 1;
  uint64_t next_document = 1;  ///< internal ids are never reused
  uint64_t documents = 0;
  uint64_t chunks = 0;
  std::vector<FileEntry> files;         ///< exactly one tail; by number
  std::vector<PostingsEntry> postings;  ///< by range; none is left out up to postings_end()

  /// Collections of the first format have none.
  bool has_postings() const { return format >= 2; }
  bool has_words() const { return has_postings() && identity.words.indexed(); }
  /// The last document that a file of postings covers; later ones are analysed by whoever needs them.
  uint64_t postings_end() const { return postings.empty() ? 0 : postings.back().last; }

  const FileEntry& tail() const;
  TailExtent tail_extent(const std::string& folder) const;
};

/// corrupt: a key is missing, a number is out of its range, not exactly one tail.
Result<Manifest> read_manifest(Database& database, const std::string& path);

/// Only the number of the newest commit.
Result<uint64_t> read_last_commit(Database& database, const std::string& path);

/// Identity and collection number of a new database, and its first state.
Result<> write_new_manifest(Database& database, const Manifest& manifest);

/// Counters and files of a commit, inside the caller's transaction. `before`: what the database holds now.
Result<> write_state(Database& database, const Manifest& before, const Manifest& after);

Result<> write_noise_floor(Database& database, const std::string& json);
Result<> write_words(Database& database, const WordSettings& words);
/// Fields beside those that are there, which come first in `names`. Inside the caller's transaction.
Result<> write_fields(Database& database, size_t there, const std::vector<std::string>& names);
Result<> write_recipe(Database& database, const std::string& recipe_json, const std::string& chunking);

}  // namespace vicinal::index
