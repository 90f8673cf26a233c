#pragma once
/// segment-N.i8: the int8 codes of a segment's rows (row_code.h), mapped. Byte tables: docs/formats/vector-files.md.
///
/// Derived from the segment and never the truth: a file that is missing, damaged or of another segment is as good as
/// none, and a scan reads the floats instead. Not thread-safe (touching a block records that it was verified).

#include <cstddef>
#include <cstdint>
#include <functional>
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

/// Sizes of the blocks of codes.
struct CodeLayout {
  uint64_t rows = 0;
  size_t dimensions = 0;
  size_t rows_per_block = 0;

  static CodeLayout of(uint64_t rows, size_t dimensions);  ///< as they are written
  uint64_t blocks() const;
  uint64_t bytes() const;  ///< of all blocks, each a multiple of kRowAlignment
};

/// Encodes the rows that `row` gives and passes on each block as it lies in a file.
Result<> encode_blocks(const CodeLayout& layout, const std::function<Result<std::span<const float>>(uint64_t)>& row,
                       const std::function<Result<>(std::span<const std::byte>)>& take);

class CodeFile {
 public:
  /// not_found; corrupt: not the codes of this segment, or a size or table that cannot be.
  static Result<std::unique_ptr<CodeFile>> open(const CodeExtent& extent);

  /// Codes of rows that lie in memory. io: there is not enough of it.
  static Result<std::unique_ptr<CodeFile>> in_memory(VectorFile& rows);
  /// Blocks that lie in a file of another kind, from byte `blocks_at` on, as a file of their own would have them.
  /// REQUIRES: they lie inside the map; as many checksums as blocks.
  static std::unique_ptr<CodeFile> inside(base::MappedFile map, const CodeLayout& layout, uint64_t blocks_at,
                                          std::vector<uint64_t> checksums);

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
  CodeFile(base::MappedFile map, const CodeLayout& layout, uint64_t blocks_at, std::vector<uint64_t> checksums);

  enum class Trust : uint8_t { unread, sound, damaged };
  base::MappedFile map_;
  uint64_t rows_, blocks_at_;
  size_t rows_per_block_, width_;
  std::vector<uint64_t> checksums_;
  std::vector<Trust> trust_;
};

/// Writes the codes of a segment, whose blocks are verified first, and puts them in place in one step. Not synced:
/// after a crash what is torn is found out. An existing file is replaced.
Result<> write_codes(VectorFile& segment, const CodeExtent& extent);

}  // namespace vicinal::index
