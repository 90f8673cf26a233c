#pragma once
/// Bytes whose checksums are compared page by page, when a page is first looked at.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"

namespace vicinal::postings {

inline constexpr size_t kPageBytes = size_t{64} << 10;

/// What a user does about postings that are damaged or gone.
inline constexpr std::string_view kHowToMend =
    "vicinal compact --collection DIR makes them anew; until then, search --mode dense";

/// XXH3-64 of each page while bytes go by.
class PageHasher {
 public:
  void append(std::span<const std::byte> bytes);
  /// One checksum a page, the last one of what is left.
  std::vector<uint64_t> finish();

 private:
  std::vector<std::byte> page_;
  std::vector<uint64_t> checksums_;
};

/// Not thread-safe: looking at a page records that it was verified.
class CheckedBytes {
 public:
  CheckedBytes() = default;
  /// `checksums`: one a page; none at all: the bytes are trusted. Both outlive this object.
  CheckedBytes(std::span<const std::byte> bytes, std::span<const uint64_t> checksums, std::string path);

  size_t size() const { return bytes_.size(); }
  /// corrupt: beyond the end, or a page whose checksum differs.
  Result<std::span<const std::byte>> view(uint64_t offset, uint64_t size);
  /// Looks at every page that was not looked at yet.
  Result<> verify_all();
  Error damaged(std::string_view what) const;

 private:
  Result<> verify(size_t page);

  std::span<const std::byte> bytes_;
  std::span<const uint64_t> checksums_;
  std::vector<bool> verified_;
  std::string path_;
};

}  // namespace vicinal::postings
