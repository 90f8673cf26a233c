#pragma once
/// The vectors of one tail or segment file, as mapped blocks whose checksums are verified on first touch.
///
/// tail_file.h and segment_file.h know how blocks lie in their files and make these; who scans or looks up
/// needs no difference. Not thread-safe (touching a block records that it was verified).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "base/matrix_view.h"
#include "index/row_id.h"

namespace vicinal::index {

/// Vectors and ids begin at multiples of this many bytes of their file.
inline constexpr uint64_t kRowAlignment = 64;
constexpr uint64_t aligned(uint64_t bytes) { return (bytes + kRowAlignment - 1) / kRowAlignment * kRowAlignment; }

/// Where the rows of a block lie. Offsets are of the file, multiples of 64 for the first row of a tail block.
struct BlockPlace {
  uint64_t vectors_at = 0;
  uint64_t ids_at = 0;
  uint64_t first_row = 0;
  uint32_t rows = 0;
  uint64_t checksum = 0;  ///< XXH3-64 of the vectors
};

struct BlockView {
  base::MatrixView vectors;
  std::span<const RowId> ids;
  uint64_t first_row = 0;
};

class VectorFile {
 public:
  VectorFile(base::MappedFile map, size_t dimensions);

  /// REQUIRES: the block lies inside the map and starts at row rows(). corrupt: ids do not ascend.
  Result<> add_block(const BlockPlace& place);
  Result<> grow_map() { return map_.grow(); }
  /// A newer map of the same file, which only grew: blocks keep their places and what was verified.
  void replace_map(base::MappedFile map) { map_ = std::move(map); }

  const std::string& path() const { return map_.path(); }
  std::span<const std::byte> bytes() const { return map_.bytes(); }
  uint64_t rows() const { return rows_; }
  size_t blocks() const { return blocks_.size(); }
  size_t dimensions() const { return dimensions_; }
  uint64_t first_row(size_t i) const { return blocks_[i].place.first_row; }

  /// The block's rows, verified. corrupt with file and offset when the checksum fails.
  Result<BlockView> block(size_t i);
  /// 1/|v| per row of a block (see metric.h), made on first use.
  Result<std::span<const float>> inverse_norms(size_t i);
  std::span<const RowId> ids(size_t i) const;  ///< verified when the file was opened
  /// The block's vectors leave resident memory; asking for it again fetches them again.
  void release(size_t i) const;

  struct Place {
    size_t block = 0;
    size_t row_in_block = 0;
    uint64_t row = 0;
  };
  /// Where a row lies. REQUIRES: row < rows().
  Place place_of(uint64_t row) const;
  /// Hash over the checksums of all blocks: files of other vectors have another one.
  uint64_t content() const;
  /// The first row whose id is not less than `id`; nothing past the last. REQUIRES: it lies in no
  /// block before `from`; near behind it, it is found sooner.
  std::optional<Place> lower_bound(const RowId& id, size_t from = 0) const;

 private:
  struct Block {
    BlockPlace place;
    bool verified = false;
    std::vector<float> inverse_norms;
  };
  base::MappedFile map_;
  size_t dimensions_;
  uint64_t rows_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace vicinal::index
