#pragma once
/// A collection in use, under watch: random operations, acknowledged one by one, and the check of what is found later.

#include <memory>
#include <random>
#include <string>

#include "durability/recorder.h"

namespace vicinal::durability {

inline constexpr size_t kWorkloadDimensions = 64;  ///< the least that a segment has codes for
inline constexpr uint64_t kWorkloadIds = 9;
inline constexpr uint64_t kWorkloadFreshPassages = 6;  ///< few, so that there are files of postings

/// Operations on `<root>/store` and its backups beside it, one process after another.
class Workload {
 public:
  Workload(std::string root, Recorder& recorder, uint64_t seed)
      : root_(std::move(root)), recorder_(&recorder), random_(seed) {}

  /// A process that opens the collection, does so many operations and closes it, unless the recorder's fault ends it.
  /// Empty, or what went wrong: an operation that failed although no call did, an error of a kind that sends a user the
  /// wrong way, a store that does not show what is expected.
  std::string live(size_t operations);
  size_t acknowledged() const { return acknowledged_; }

 private:
  std::string step();
  std::string upsert_some();
  std::string remove_some();
  std::string tidy_up();
  std::string damage_words();
  std::string go_back_to_first_format();
  std::string take_backup();
  std::string put_back();
  std::string reopen();
  std::string look();

  /// Does what leads to `next`; where it fails, finds out what holds.
  template <class Body>
  std::string attempt(const index::Oracle& next, Body&& body);
  std::string settle(const Error& error);
  template <class Change>
  void expect_from_here(Change&& change);
  bool was_refused() const { return recorder_->refusals() > refusals_; }
  std::string store_path() const { return root_ + "/store"; }

  std::string root_;
  Recorder* recorder_;
  std::mt19937_64 random_;
  std::unique_ptr<index::Store> store_;
  index::Oracle now_;
  uint64_t version_ = 0, backups_ = 0;
  size_t acknowledged_ = 0;
  size_t refusals_ = 0;  ///< when the current operation began
};

/// Empty when the store holds exactly this, finds every passage by its own vector, and scores all by words as they are
/// (or refuses to, where `words` says that it may).
std::string differs(index::Store& store, const index::Oracle& expected, const Words& words = {});

/// Opens what lies in `<root>/store`, as a reader, as a writer, or both, writes to it, and verifies it and the backups.
/// Empty, or what is not as it was promised.
std::string check_folder(const std::string& root, const Expectation& expectation, std::mt19937_64& random);

}  // namespace vicinal::durability
