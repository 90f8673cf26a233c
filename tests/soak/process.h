#pragma once
/// The process that works on the collection, and is killed: every operation is announced, done, checked, acknowledged.

#include <memory>
#include <string>

#include "soak/expected.h"

namespace vicinal::soak {

struct Message {
  uint64_t number = 0;
  uint64_t acknowledged = 0;  ///< 0: it begins
};

class Process {
 public:
  /// `folder` holds the collection, `store`, and its backups, `backup-<number of the operation>`.
  Process(std::string folder, uint64_t seed, Expected expected)
      : folder_(std::move(folder)), seed_(seed), expected_(std::move(expected)) {}

  /// Empty, or what was not as expected.
  std::string run(uint64_t first, uint64_t end, int pipe);

 private:
  std::string step(uint64_t number);
  std::string write(const Operation& operation);
  std::string upsert(std::span<const index::TestDocument> documents);
  Result<size_t> update(const Operation& operation);
  std::string search(const Operation& operation);
  std::string search_words(const Operation& operation);
  std::string look();
  std::string reopen();
  std::string back_up(uint64_t number);
  std::string restore();
  std::string migrate(const Operation& operation);
  std::string expect_after(const Operation& operation);  ///< and applies it

  std::string folder_;
  uint64_t seed_;
  Expected expected_;
  std::unique_ptr<index::Store> store_;
};

std::string store_in(const std::string& folder);
/// With few fresh passages; made in this space where it is absent.
Result<std::unique_ptr<index::Store>> open_to_write(const std::string& folder, uint64_t space);
/// The newest backup; empty when there is none.
std::string newest_backup(const std::string& folder);

}  // namespace vicinal::soak
