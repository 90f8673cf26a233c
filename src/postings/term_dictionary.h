#pragma once
/// Terms in ascending byte order, each with its list's place: blocks of 32 keys, every key but a block's first written
/// as what it does not share with the one before (front coding).
///
/// A block: varint offset of its first list, then for each term varints of shared bytes, of further bytes, these bytes,
/// varints of rows and of the list's bytes. Lists lie one behind the other in the order of their terms.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "postings/checked_bytes.h"

namespace vicinal::postings {

inline constexpr size_t kTermsPerBlock = 32;
inline constexpr size_t kMaxKeyBytes = 1024;

struct Term {
  uint32_t rows = 0;               ///< that hold it, dead ones too
  uint64_t offset = 0, bytes = 0;  ///< of its list, in the section of lists
};

class TermDictionaryWriter {
 public:
  /// REQUIRES: keys ascend; 1 to kMaxKeyBytes bytes.
  void add(std::string_view key, uint32_t rows, uint64_t list_bytes);

  uint64_t terms() const { return terms_; }
  const std::string& blocks() const { return blocks_; }
  const std::vector<uint64_t>& block_offsets() const { return offsets_; }

 private:
  std::string blocks_, last_;
  std::vector<uint64_t> offsets_;
  uint64_t terms_ = 0, list_offset_ = 0;
};

/// Reads a dictionary whose bytes may be damaged. Not thread-safe (CheckedBytes).
class TermDictionary {
 public:
  struct Place {
    uint64_t offset = 0, bytes = 0;
  };
  /// Of the file: `blocks` and the table of their offsets (u64 each, `count` of them) within it.
  TermDictionary(CheckedBytes& file, Place blocks, Place offsets, uint64_t terms);

  Result<std::optional<Term>> find(std::string_view key);
  /// Terms from `from` on, in order, until `take` returns false.
  Result<> each_from(std::string_view from, const std::function<bool(std::string_view key, const Term&)>& take);

 private:
  Result<uint64_t> block_offset(size_t block);
  Result<std::string_view> first_key(size_t block);
  Result<size_t> block_of(std::string_view key);
  Result<bool> walk(size_t block, const std::function<bool(std::string_view key, const Term&)>& take);

  CheckedBytes* file_;
  Place blocks_, offsets_;
  uint64_t terms_;
  size_t count_;
};

}  // namespace vicinal::postings
