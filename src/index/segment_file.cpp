#include "index/segment_file.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/digest.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kSegmentKind = "segment";
constexpr base::FrameVersions kSegmentVersions = {1, 1};
// Large enough that a checksum costs little, small enough that a block is still in the cache when it is scored.
constexpr size_t kBlockBytes = size_t{128} << 10;

struct SegmentHeader {
  uint64_t rows = 0;
  uint32_t dimensions = 0;
  uint32_t rows_per_block = 0;
  uint64_t reserved[5] = {};
  uint64_t checksum = 0;  // of the bytes before it
};
static_assert(sizeof(SegmentHeader) == 64);

uint64_t header_checksum(const SegmentHeader& header) {
  return base::xxh3_64(std::as_bytes(std::span(&header, 1)).first(sizeof header - sizeof header.checksum));
}

size_t block_rows_for(size_t dimensions) { return std::max<size_t>(1, kBlockBytes / (dimensions * sizeof(float))); }

// Places in the file. The checksum table: one u64 per block of vectors, one of the ids, one of the table itself.
struct Layout {
  uint64_t vectors_at = 0, ids_at = 0, table_at = 0, blocks = 0, file_bytes = 0;
};

Layout layout_of(uint64_t rows, size_t dimensions, size_t rows_per_block) {
  Layout layout;
  layout.vectors_at = base::kFrameHeaderBytes + sizeof(SegmentHeader);
  layout.ids_at = layout.vectors_at + aligned(rows * dimensions * sizeof(float));
  layout.table_at = layout.ids_at + aligned(rows * sizeof(RowId));
  layout.blocks = (rows + rows_per_block - 1) / rows_per_block;
  layout.file_bytes = layout.table_at + (layout.blocks + 2) * sizeof(uint64_t) + base::kFrameFooterBytes;
  return layout;
}

Error damaged(const std::string& path, uint64_t offset, std::string message) {
  return Error(Code::corrupt, std::move(message)).with("path", path).with("offset", offset);
}

// Rows that fit a file at all: keeps every product of the layout far from overflow.
bool plausible(const SegmentHeader& header, const SegmentExtent& extent, size_t file_bytes) {
  return header.checksum == header_checksum(header) && header.dimensions == extent.dimensions &&
         header.dimensions > 0 && header.rows == extent.rows && header.rows > 0 &&
         header.rows <= file_bytes / sizeof(RowId) && header.rows_per_block > 0 &&
         header.rows <= file_bytes / (uint64_t{header.dimensions} * sizeof(float));
}

Result<std::vector<uint64_t>> read_table(std::span<const std::byte> file, const Layout& layout,
                                         const std::string& path) {
  std::vector<uint64_t> table(layout.blocks + 2);
  const auto raw = file.subspan(layout.table_at, table.size() * sizeof(uint64_t));
  std::memcpy(table.data(), raw.data(), raw.size());
  if (base::xxh3_64(raw.first(raw.size() - sizeof(uint64_t))) != table.back())
    return damaged(path, layout.table_at, "the checksum table of a segment is damaged");
  return table;
}

Result<Layout> checked_layout(const base::MappedFile& map, const SegmentExtent& extent, SegmentHeader& header) {
  base::FrameHeader frame;
  VICINAL_TRY(auto payload,
              base::framed_payload(map, kSegmentKind, kSegmentVersions, base::Verify::header_only, &frame));
  if (frame.identity != extent.identity)
    return damaged(extent.path, 0, "the segment belongs to another collection or has another number");
  if (payload.size() < sizeof header) return damaged(extent.path, base::kFrameHeaderBytes, "the segment is cut short");
  std::memcpy(&header, payload.data(), sizeof header);
  if (!plausible(header, extent, map.size()))
    return damaged(extent.path, base::kFrameHeaderBytes,
                   "the segment's header is damaged or not what the database says");
  const Layout layout = layout_of(header.rows, header.dimensions, header.rows_per_block);
  if (layout.file_bytes != map.size())
    return damaged(extent.path, map.size(), "the segment has the wrong size").with("need", layout.file_bytes);
  return layout;
}

}  // namespace

Result<std::unique_ptr<VectorFile>> open_segment(const SegmentExtent& extent) {
  VICINAL_TRY(base::MappedFile map, base::MappedFile::open(extent.path));
  SegmentHeader header;
  VICINAL_TRY(const Layout layout, checked_layout(map, extent, header));
  VICINAL_TRY(const std::vector<uint64_t> table, read_table(map.bytes(), layout, extent.path));
  if (base::xxh3_64(map.bytes().subspan(layout.ids_at, header.rows * sizeof(RowId))) != table[layout.blocks])
    return damaged(extent.path, layout.ids_at, "row ids of a segment fail their checksum");
  auto segment = std::make_unique<VectorFile>(std::move(map), extent.dimensions);
  for (uint64_t block = 0; block < layout.blocks; ++block) {
    const uint64_t first = block * header.rows_per_block;
    const auto rows = static_cast<uint32_t>(std::min<uint64_t>(header.rows_per_block, header.rows - first));
    VICINAL_TRY_VOID(segment->add_block({layout.vectors_at + first * extent.dimensions * sizeof(float),
                                         layout.ids_at + first * sizeof(RowId), first, rows, table[block]}));
  }
  return segment;
}

Result<> check_segment_frame(const std::string& path) {
  VICINAL_TRY(const base::MappedFile map, base::MappedFile::open(path));
  if (auto payload = base::framed_payload(map, kSegmentKind, kSegmentVersions, base::Verify::everything); !payload)
    return std::move(payload).error();
  return {};
}

SegmentWriter::SegmentWriter(base::FrameWriter frame, const SegmentExtent& extent)
    : frame_(std::move(frame)), extent_(extent), rows_per_block_(block_rows_for(extent.dimensions)) {
  ids_.reserve(extent.rows);
  block_.reserve(rows_per_block_ * extent.dimensions);
}

Result<SegmentWriter> SegmentWriter::create(const SegmentExtent& extent) {
  const base::FrameHeader frame_header = {
      .kind = std::string(kSegmentKind), .version = kSegmentVersions.newest, .identity = extent.identity};
  VICINAL_TRY(base::FrameWriter frame, base::FrameWriter::create(extent.path, frame_header));
  SegmentWriter writer(std::move(frame), extent);
  SegmentHeader header;
  header.rows = extent.rows;
  header.dimensions = static_cast<uint32_t>(extent.dimensions);
  header.rows_per_block = static_cast<uint32_t>(writer.rows_per_block_);
  header.checksum = header_checksum(header);
  VICINAL_TRY_VOID(writer.frame_.append(std::as_bytes(std::span(&header, 1))));
  return writer;
}

Result<> SegmentWriter::append(const RowId& id, std::span<const float> vector) {
  VICINAL_CHECK_EQ(vector.size(), extent_.dimensions);
  ids_.push_back(id);
  block_.insert(block_.end(), vector.begin(), vector.end());
  if (block_.size() == rows_per_block_ * extent_.dimensions) return flush_block();
  return {};
}

Result<> SegmentWriter::flush_block() {
  if (block_.empty()) return {};
  const auto bytes = std::as_bytes(std::span(block_));
  checksums_.push_back(base::xxh3_64(bytes));
  VICINAL_TRY_VOID(frame_.append(bytes));
  block_.clear();
  return {};
}

Result<uint64_t> SegmentWriter::finish() {
  VICINAL_CHECK_EQ(ids_.size(), extent_.rows);
  VICINAL_TRY_VOID(flush_block());
  static constexpr std::byte kZeros[kRowAlignment] = {};
  const uint64_t vectors_bytes = extent_.rows * extent_.dimensions * sizeof(float);
  VICINAL_TRY_VOID(frame_.append(std::span(kZeros).first(aligned(vectors_bytes) - vectors_bytes)));
  const auto ids = std::as_bytes(std::span(ids_));
  VICINAL_TRY_VOID(frame_.append(ids));
  VICINAL_TRY_VOID(frame_.append(std::span(kZeros).first(aligned(ids.size()) - ids.size())));
  checksums_.push_back(base::xxh3_64(ids));
  checksums_.push_back(base::xxh3_64(std::as_bytes(std::span(checksums_))));
  VICINAL_TRY_VOID(frame_.append(std::as_bytes(std::span(checksums_))));
  const uint64_t bytes = base::kFrameHeaderBytes + frame_.payload_bytes() + base::kFrameFooterBytes;
  VICINAL_TRY_VOID(frame_.finish());
  return bytes;
}

}  // namespace vicinal::index
