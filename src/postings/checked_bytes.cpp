#include "postings/checked_bytes.h"

#include <algorithm>

#include "base/digest.h"

namespace vicinal::postings {

void PageHasher::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t taken = std::min(kPageBytes - page_.size(), bytes.size());
    page_.insert(page_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (page_.size() < kPageBytes) return;
    checksums_.push_back(base::xxh3_64(page_));
    page_.clear();
  }
}

std::vector<uint64_t> PageHasher::finish() {
  if (!page_.empty()) checksums_.push_back(base::xxh3_64(page_));
  page_.clear();
  return std::move(checksums_);
}

CheckedBytes::CheckedBytes(std::span<const std::byte> bytes, std::span<const uint64_t> checksums, std::string path)
    : bytes_(bytes), checksums_(checksums), verified_(checksums.size()), path_(std::move(path)) {}

Result<std::span<const std::byte>> CheckedBytes::view(uint64_t offset, uint64_t size) {
  if (offset > bytes_.size() || size > bytes_.size() - offset) return damaged("a part lies behind the end");
  if (!checksums_.empty() && size > 0) {
    const size_t last = (offset + size - 1) / kPageBytes;
    for (size_t page = offset / kPageBytes; page <= last; ++page)
      if (!verified_[page]) VICINAL_TRY_VOID(verify(page));
  }
  return bytes_.subspan(offset, size);
}

Result<> CheckedBytes::verify_all() {
  VICINAL_TRY([[maybe_unused]] const auto all, view(0, bytes_.size()));
  return {};
}

Result<> CheckedBytes::verify(size_t page) {
  if (page >= checksums_.size()) return damaged("a page has no checksum");
  const size_t begin = page * kPageBytes;
  const auto bytes = bytes_.subspan(begin, std::min(kPageBytes, bytes_.size() - begin));
  if (base::xxh3_64(bytes) != checksums_[page]) return damaged("a checksum differs").with("offset", begin);
  verified_[page] = true;
  return {};
}

Error CheckedBytes::damaged(std::string_view what) const {
  return Error(Code::corrupt, "the postings are damaged")
      .with("path", path_)
      .with("what", what)
      .with("fix", kHowToMend);
}

}  // namespace vicinal::postings
