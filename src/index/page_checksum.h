#pragma once
/// A checksum in every page of collection.db, checked whenever SQLite reads a page from the file.
///
/// SQLite trusts its pages: one flipped bit in a b-tree can hide rows without an error. The layer below
/// it keeps 8 bytes at the end of each page (SQLite's "reserved bytes") for XXH3-64 of the rest, mixed with the
/// page's number so that a page at a wrong place is found too. A page that fails is an I/O error of the statement,
/// which `sqlite.h` reports as corrupt. The write-ahead log passes through: its frames have SQLite's own checksums.
/// The file stays an ordinary database, which other programs may open read-only (`sqlite3 -readonly`, `?mode=ro`). One
/// that can write must not open it, even to read: when it closes last, it writes the log back without checksums.

#include <cstddef>
#include <cstdint>
#include <span>

namespace vicinal::index {

inline constexpr size_t kPageBytes = 4096;
inline constexpr size_t kPageChecksumBytes = 8;

/// Name of the registered VFS for sqlite3_open_v2. Registers it on first use; thread-safe.
const char* checksummed_vfs();

/// Writes the checksum into the page's last 8 bytes; `number` counts from 0.
void seal_page(std::span<std::byte, kPageBytes> page, uint64_t number);
bool page_is_sealed(std::span<const std::byte, kPageBytes> page, uint64_t number);

}  // namespace vicinal::index
