#pragma once
/// The sections of a file of postings. Byte tables: docs/formats/postings.md.
///
/// lists · terms · offsets of blocks of terms (u64) · first rows of documents (u32) · documents (u32, from the
/// first on) · titles (u16) · lengths (u16) · languages · checksums of pages (u64) · ImageTail. Each section begins at
/// a multiple of 8.

#include <cstdint>

namespace vicinal::postings {

inline constexpr uint32_t kHasPositions = 1;

/// The last bytes of the payload. Offsets and sizes are in bytes of the payload.
struct ImageTail {
  uint64_t rows = 0, documents = 0, terms = 0;
  uint64_t positions = 0;    ///< the sum of the lengths
  uint64_t lists_bytes = 0;  ///< the section of lists begins at 0
  uint64_t terms_offset = 0, terms_bytes = 0;
  uint64_t term_offsets_offset = 0;
  uint64_t first_rows_offset = 0, documents_offset = 0, titles_offset = 0, lengths_offset = 0;
  uint64_t languages_offset = 0, languages_bytes = 0;
  uint64_t checksums_offset = 0;  ///< the pages end here
  uint64_t first_document = 0;    ///< its id
  uint64_t analyzer = 0;          ///< which analysis made the terms
  uint32_t flags = 0, reserved = 0;
  uint64_t checksum = 0;  ///< XXH3-64 of the checksums of pages and of all before it here
};
static_assert(sizeof(ImageTail) == 19 * 8);

}  // namespace vicinal::postings
