#pragma once
/// segment-N.i8: the int8 codes of a segment's rows (row_code.h), mapped. Byte tables: docs/formats/vector-files.md.
///
/// Derived from the segment and never the truth: a file that is missing, damaged or of another segment is as good as
/// none, and a scan reads the floats instead. Not thread-safe (touching a block records that it was verified).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "index/row_code.h"
#include "index/vector_file.h"

namespace vicinal::index {

/// Below, a row's codes and facts are hardly fewer bytes than its floats.
inline constexpr size_t kMinCodedDimensions = 64;

/// Which codes a segment needs.
struct CodeExtent {
  std::string path;
  uint64_t identity = 0;
  uint64_t content = 0;  ///< VectorFile::content() of the segment
  uint64_t rows = 0;
  size_t dimensions = 0;
};

/// Rows [first_row, first_row + rows) of the segment; first_row is a multiple of 64.
struct CodeBlock {
  const uint8_t* codes = nullptr;  ///< [rows, code_width(dimensions)]
  std::span<const float> scale, error, norm;
};

class CodeFile {
 public:
  /// not_found; corrupt: not the codes of this segment, or a size or table that cannot be.
  static Result<std::unique_ptr<CodeFile>> open(const CodeExtent& extent);

  size_t blocks() const { return checksums_.size(); }
  uint64_t first_row(size_t i) const { return i * rows_per_block_; }
  size_t rows(size_t i) const;
  size_t rows_per_block() const { return rows_per_block_; }
  size_t width() const { return width_; }
  /// Verified; nothing when it is damaged: the block's rows must be read as floats.
  std::optional<CodeBlock> block(size_t i);
  /// Reads all blocks that were not touched yet; false when one is damaged.
  bool sound();

 private:
  CodeFile(base::MappedFile map, const CodeExtent& extent, size_t rows_per_block);

  enum class Trust : uint8_t { unread, sound, damaged };
  base::MappedFile map_;
  uint64_t rows_;
  size_t rows_per_block_, width_;
  std::vector<uint64_t> checksums_;
  std::vector<Trust> trust_;
};

/// Writes the codes of a segment, whose blocks are verified first, and puts them in place in one step. Not synced:
/// after a crash what is torn is found out. An existing file is replaced.
Result<> write_codes(VectorFile& segment, const CodeExtent& extent);

}  // namespace vicinal::index
