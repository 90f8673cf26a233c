#pragma once
/// One commit of a collection, held open: the database, what its manifest says, and the vector files it names.
///
/// A reader stays at its commit until refresh(): it keeps a read transaction open, so the answers of one snapshot
/// fit together, and the files it maps stay readable after they are unlinked. The writer's snapshot follows its own
/// commits. Not thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/manifest.h"
#include "index/postings_file.h"
#include "index/sqlite.h"
#include "index/vector_set.h"

namespace vicinal::index {

class Snapshot {
 public:
  enum class Role { reader, writer };

  /// REQUIRES: the folder holds a database; a writer holds the lock.
  static Result<std::unique_ptr<Snapshot>> open(const std::string& folder, Role role);

  /// A writer brings an older format up to date, once what earlier writers left unsynced is synced.
  Result<> upgrade();

  /// Moves on to the newest commit. corrupt: a file is missing or damaged, or the tail proves that the database lost
  /// commits that were acknowledged.
  Result<> refresh();
  /// A reader lets go of its commit: while it holds one, the log can be neither written back nor begun anew. Nothing
  /// may be asked until the next refresh().
  void release() { reading_.reset(); }
  /// A writer's last act: all of the log goes into the database, if nobody reads older commits.
  void write_back_log();
  /// The writer has committed this.
  void advance(Manifest manifest);
  /// A commit failed in a way that leaves its outcome open: the next use reads the database again.
  void distrust() { state_ = State::none; }

  const std::string& folder() const { return folder_; }
  Database& database() { return database_; }
  const Manifest& manifest() const { return manifest_; }
  /// Another number whenever manifest() may be of another state: several states of a writer's group are one commit.
  uint64_t version() const { return version_; }
  /// manifest().identity.words, read when they are first needed or have changed.
  Result<std::shared_ptr<const WordRules>> word_rules();
  /// The vector files of manifest(), opened when they are first needed after a commit.
  Result<VectorSet*> vectors();
  /// The files of postings of manifest(), as of the last vectors(). One that is gone is left out: it can be made anew.
  std::span<PostingsFile> postings() { return postings_; }

 private:
  enum class State { none, manifest_only, complete };

  Snapshot(std::string folder, Role role) : folder_(std::move(folder)), role_(role) {}
  Result<> open_database();
  Result<> configure_writer();
  Result<bool> try_refresh();  ///< false: a file was unlinked meanwhile, or a newer commit has to be seen first
  enum class Missing { is_error, is_left_out };  ///< of postings, which are derived
  Result<> load_files(Missing missing);
  Result<> load_postings(Missing missing);
  Result<bool> end_is_trusted();

  std::string folder_;
  Role role_;
  bool immutable_ = false;
  Database database_;                   ///< stays at its address: others keep a pointer
  std::optional<Transaction> reading_;  ///< a reader's hold on its commit
  Manifest manifest_;
  WordSettings known_words_;
  std::shared_ptr<const WordRules> word_rules_;  ///< of known_words_; null: not read yet
  VectorSet vectors_;
  std::vector<PostingsFile> postings_;
  State state_ = State::none;
  uint64_t version_ = 0;
  std::optional<uint64_t> witnessed_;  ///< a commit seen in the tail before the current transaction began
};

}  // namespace vicinal::index
