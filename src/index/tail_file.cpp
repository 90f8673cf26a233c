#include "index/tail_file.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/digest.h"
#include "base/framed_file.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kTailKind = "tail";
constexpr base::FrameVersions kTailVersions = {1, 1};
constexpr uint32_t kBlockMagic = 0x4B4C4256;  // "VBLK"
// One block is verified as a whole on first touch and written in one piece.
constexpr uint64_t kMaxBlockBytes = uint64_t{4} << 20;
// Address space for a tail to grow in: mapped anew with each commit, all its pages would be fetched again. More than a
// writer lets it become.
constexpr size_t kMappedRoom = size_t{64} << 20;

struct BlockHeader {
  uint32_t magic = kBlockMagic;
  uint32_t rows = 0;
  uint64_t commit = 0;
  uint64_t first_row = 0;
  uint64_t vectors_checksum = 0;
  uint64_t ids_checksum = 0;
  uint64_t reserved[2] = {};
  uint64_t checksum = 0;  // of the bytes before it
};
static_assert(sizeof(BlockHeader) == 64);

uint64_t header_checksum(const BlockHeader& header) {
  return base::xxh3_64(std::as_bytes(std::span(&header, 1)).first(sizeof header - sizeof header.checksum));
}

// Vectors, then ids, each padded to 64 bytes. Rows are a u32 and dimensions are bounded: no overflow.
uint64_t vectors_bytes(uint32_t rows, size_t dimensions) { return uint64_t{rows} * dimensions * sizeof(float); }
uint64_t block_bytes(uint32_t rows, size_t dimensions) {
  return sizeof(BlockHeader) + aligned(vectors_bytes(rows, dimensions)) + aligned(uint64_t{rows} * sizeof(RowId));
}

// The header at `offset` if a whole, intact block lies there and ends by `end`.
std::optional<BlockHeader> block_at(std::span<const std::byte> file, uint64_t offset, uint64_t end, size_t dimensions) {
  if (end > file.size() || offset > end || end - offset < sizeof(BlockHeader)) return {};
  BlockHeader header;
  std::memcpy(&header, file.data() + offset, sizeof header);
  if (header.magic != kBlockMagic || header.checksum != header_checksum(header)) return {};
  if (block_bytes(header.rows, dimensions) > end - offset) return {};
  return header;
}

Error damaged(const TailExtent& extent, uint64_t offset, std::string message) {
  return Error(Code::corrupt, std::move(message)).with("path", extent.path).with("offset", offset);
}

Result<> add_block(VectorFile& tail, const BlockHeader& header, uint64_t offset, const TailExtent& extent) {
  const uint64_t vectors_at = offset + sizeof(BlockHeader);
  const uint64_t ids_at = vectors_at + aligned(vectors_bytes(header.rows, extent.dimensions));
  const auto ids = tail.bytes().subspan(ids_at, uint64_t{header.rows} * sizeof(RowId));
  if (base::xxh3_64(ids) != header.ids_checksum)
    return damaged(extent, ids_at, "row ids of the tail fail their checksum");
  return tail.add_block({vectors_at, ids_at, header.first_row, header.rows, header.vectors_checksum});
}

}  // namespace

Result<std::unique_ptr<VectorFile>> open_tail(const TailExtent& extent) {
  VICINAL_TRY(base::MappedFile map, base::MappedFile::open_growing(extent.path, kMappedRoom));
  VICINAL_TRY(base::FrameHeader header, base::decode_header(map.bytes(), kTailKind, kTailVersions, extent.path));
  if (header.identity != extent.identity)
    return damaged(extent, 0, "the tail belongs to another collection or has another number");
  auto tail = std::make_unique<VectorFile>(std::move(map), extent.dimensions);
  VICINAL_TRY_VOID(extend_tail(*tail, extent, base::kFrameHeaderBytes));
  return tail;
}

Result<> extend_tail(VectorFile& tail, const TailExtent& extent, uint64_t known_bytes) {
  if (tail.bytes().size() < extent.bytes) VICINAL_TRY_VOID(tail.grow_map());
  if (tail.bytes().size() < extent.bytes) {
    VICINAL_TRY(base::MappedFile map, base::MappedFile::open_growing(extent.path, kMappedRoom));
    tail.replace_map(std::move(map));
  }
  if (tail.bytes().size() < extent.bytes)
    return damaged(extent, tail.bytes().size(), "the tail is cut short").with("need", extent.bytes);
  for (uint64_t offset = known_bytes; offset < extent.bytes;) {
    const auto block = block_at(tail.bytes(), offset, extent.bytes, extent.dimensions);
    if (!block || block->first_row != tail.rows())
      return damaged(extent, offset, "a block header of the tail is damaged");
    VICINAL_TRY_VOID(add_block(tail, *block, offset, extent));
    offset += block_bytes(block->rows, extent.dimensions);
  }
  if (tail.rows() != extent.rows)
    return damaged(extent, extent.bytes, "the tail holds another number of vectors than the database says")
        .with("stored", tail.rows())
        .with("expected", extent.rows);
  return {};
}

Result<> check_tail_padding(const VectorFile& tail, const TailExtent& extent) {
  const auto is_zero = [&](uint64_t from, uint64_t to) {
    return std::ranges::all_of(tail.bytes().subspan(from, to - from), [](std::byte b) { return b == std::byte{0}; });
  };
  for (uint64_t offset = base::kFrameHeaderBytes; offset < extent.bytes;) {
    const auto block = block_at(tail.bytes(), offset, extent.bytes, extent.dimensions);
    if (!block) return damaged(extent, offset, "a block header of the tail is damaged");
    const uint64_t vectors_at = offset + sizeof(BlockHeader);
    const uint64_t vectors_end = vectors_at + vectors_bytes(block->rows, extent.dimensions);
    const uint64_t ids_at = vectors_at + aligned(vectors_end - vectors_at);
    const uint64_t ids_end = ids_at + uint64_t{block->rows} * sizeof(RowId);
    offset += block_bytes(block->rows, extent.dimensions);
    if (!is_zero(vectors_end, ids_at)) return damaged(extent, vectors_end, "filling of the tail is not zero");
    if (!is_zero(ids_end, offset)) return damaged(extent, ids_end, "filling of the tail is not zero");
  }
  return {};
}

uint64_t newest_commit_behind(const VectorFile& tail, const TailExtent& extent) {
  uint64_t newest = 0;
  const uint64_t end = tail.bytes().size();
  for (uint64_t offset = extent.bytes; auto block = block_at(tail.bytes(), offset, end, extent.dimensions);) {
    newest = std::max(newest, block->commit);
    offset += block_bytes(block->rows, extent.dimensions);
  }
  return newest;
}

Result<TailWriter> TailWriter::create(const std::string& path, uint64_t identity, size_t dimensions) {
  VICINAL_TRY(base::File file, base::File::open(path, base::File::Mode::create_exclusive));
  std::byte header[base::kFrameHeaderBytes];
  base::encode_header({.kind = std::string(kTailKind), .version = kTailVersions.newest, .identity = identity}, header);
  VICINAL_TRY_VOID(file.write_at(0, header));
  return TailWriter(std::move(file), dimensions, 0, sizeof header);
}

Result<TailWriter> TailWriter::resume(const TailExtent& extent) {
  VICINAL_TRY(base::File file, base::File::open(extent.path, base::File::Mode::read_write));
  return TailWriter(std::move(file), extent.dimensions, extent.rows, extent.bytes);
}

Result<> TailWriter::append(uint64_t commit, std::span<const RowId> ids, base::MatrixView vectors) {
  VICINAL_CHECK_EQ(ids.size(), vectors.rows);
  const size_t rows_per_block = std::max<size_t>(1, kMaxBlockBytes / (dimensions_ * sizeof(float)));
  size_t row = 0;
  do {
    const size_t rows = std::min(rows_per_block, ids.size() - row);
    const base::MatrixView part = {rows == 0 ? nullptr : vectors.data + row * vectors.stride, rows, vectors.cols,
                                   vectors.stride};
    VICINAL_TRY_VOID(append_block(commit, ids.subspan(row, rows), part));
    row += rows;
  } while (row < ids.size());
  return {};
}

void TailWriter::keep() {
  rows_ += pending_rows_;
  bytes_ += pending_bytes_;
  pending_rows_ = pending_bytes_ = 0;
}

Result<> TailWriter::append_block(uint64_t commit, std::span<const RowId> ids, base::MatrixView vectors) {
  BlockHeader header;
  header.rows = static_cast<uint32_t>(ids.size());
  header.commit = commit;
  header.first_row = rows();
  buffer_.resize(block_bytes(header.rows, dimensions_));
  char* const vectors_out = buffer_.data() + sizeof header;
  for (size_t i = 0; i < vectors.rows; ++i)
    std::memcpy(vectors_out + vectors_bytes(static_cast<uint32_t>(i), dimensions_), vectors.row(i).data(),
                dimensions_ * sizeof(float));
  const uint64_t vectors_size = vectors_bytes(header.rows, dimensions_);
  char* const ids_out = std::fill_n(vectors_out + vectors_size, aligned(vectors_size) - vectors_size, '\0');
  if (!ids.empty()) std::memcpy(ids_out, ids.data(), ids.size_bytes());
  std::fill(ids_out + ids.size_bytes(), buffer_.data() + buffer_.size(), '\0');
  header.vectors_checksum = base::xxh3_64(std::string_view(vectors_out, vectors_size));
  header.ids_checksum = base::xxh3_64(std::as_bytes(ids));
  header.checksum = header_checksum(header);
  std::memcpy(buffer_.data(), &header, sizeof header);
  VICINAL_TRY_VOID(file_.write_at(bytes(), std::as_bytes(std::span(buffer_))));
  pending_rows_ += header.rows;
  pending_bytes_ += buffer_.size();
  return {};
}

}  // namespace vicinal::index
