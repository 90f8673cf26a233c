#include "index/code_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/digest.h"
#include "base/framed_file.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kCodesKind = "codes";
constexpr base::FrameVersions kCodesVersions = {1, 1};
// A block's sums stay in the first-level cache, and its own costs are a hundredth of its scan.
constexpr size_t kCodeBlockBytes = size_t{64} << 10;
// Rows of a block are whole words of a bitmap.
constexpr size_t kWordRows = 64;
constexpr size_t kFactBytes = sizeof(RowFacts);
static_assert(kFactBytes == 3 * sizeof(float));

struct CodesHeader {
  uint64_t rows = 0;
  uint32_t dimensions = 0;
  uint32_t rows_per_block = 0;
  uint64_t content = 0;
  uint64_t reserved[4] = {};
  uint64_t checksum = 0;  // of the bytes before it
};
static_assert(sizeof(CodesHeader) == 64);

constexpr uint64_t kBlocksAt = base::kFrameHeaderBytes + sizeof(CodesHeader);

uint64_t checksum_of(const CodesHeader& header) {
  return base::xxh3_64(std::as_bytes(std::span(&header, 1)).first(sizeof header - sizeof header.checksum));
}

size_t coded_rows_per_block(size_t width) {
  return std::max<size_t>(1, kCodeBlockBytes / width / kWordRows) * kWordRows;
}

uint64_t block_bytes(size_t rows, size_t width) { return aligned(uint64_t{rows} * (width + kFactBytes)); }

uint64_t blocks_of(uint64_t rows, size_t rows_per_block) { return (rows + rows_per_block - 1) / rows_per_block; }

uint64_t table_place(uint64_t rows, size_t rows_per_block, size_t width) {
  const uint64_t whole = rows / rows_per_block;
  return kBlocksAt + whole * block_bytes(rows_per_block, width) + block_bytes(rows % rows_per_block, width);
}

Error unusable(const std::string& path, std::string message) {
  return Error(Code::corrupt, std::move(message)).with("path", path);
}

// Sizes that fit the file: keeps every product of the layout far from overflow.
bool plausible(const CodesHeader& header, const CodeExtent& extent, size_t file_bytes) {
  return header.checksum == checksum_of(header) && header.dimensions == extent.dimensions &&
         header.rows == extent.rows && header.content == extent.content && header.rows > 0 && header.dimensions > 0 &&
         header.rows_per_block > 0 && header.rows_per_block % kWordRows == 0 &&
         header.rows <= file_bytes / header.dimensions &&
         header.rows_per_block <= coded_rows_per_block(code_width(header.dimensions));
}

Result<CodesHeader> checked_header(const base::MappedFile& map, const CodeExtent& extent) {
  base::FrameHeader frame;
  VICINAL_TRY(const auto payload,
              base::framed_payload(map, kCodesKind, kCodesVersions, base::Verify::header_only, &frame));
  CodesHeader header;
  if (frame.identity != extent.identity || payload.size() < sizeof header)
    return unusable(extent.path, "the codes belong to another segment or are cut short");
  std::memcpy(&header, payload.data(), sizeof header);
  if (!plausible(header, extent, map.size()))
    return unusable(extent.path, "the codes' header is damaged or of another segment");
  const uint64_t table_at = table_place(header.rows, header.rows_per_block, code_width(header.dimensions));
  const uint64_t table_bytes = (blocks_of(header.rows, header.rows_per_block) + 1) * sizeof(uint64_t);
  if (table_at + table_bytes + base::kFrameFooterBytes != map.size())
    return unusable(extent.path, "the codes have the wrong size");
  return header;
}

// One block as it lies in the file: codes, then scale, error and norm of each row.
class BlockBuilder {
 public:
  BlockBuilder(size_t rows_per_block, size_t width) : capacity_(rows_per_block), width_(width) { begin(capacity_); }

  void begin(size_t rows) {
    rows_ = rows, filled_ = 0;
    bytes_.assign(block_bytes(rows, width_), std::byte{0});
  }
  bool add(std::span<const float> row) {
    auto* codes = reinterpret_cast<uint8_t*>(bytes_.data());
    const RowFacts facts = encode_row(row, {codes + filled_ * width_, width_});
    std::byte* at = bytes_.data() + rows_ * width_ + filled_ * sizeof(float);
    for (const float fact : {facts.scale, facts.error, facts.norm}) {
      std::memcpy(at, &fact, sizeof fact);
      at += rows_ * sizeof(float);
    }
    return ++filled_ == rows_;
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  size_t capacity_, width_;
  size_t rows_ = 0, filled_ = 0;
  std::vector<std::byte> bytes_;
};

Result<> write_blocks(base::FrameWriter& frame, VectorFile& segment, const CodeLayout& layout) {
  std::vector<uint64_t> table;
  const auto row = [&](uint64_t i) -> Result<std::span<const float>> {
    const VectorFile::Place place = segment.place_of(i);
    VICINAL_TRY(const BlockView view, segment.block(place.block));
    return view.vectors.row(place.row_in_block);
  };
  VICINAL_TRY_VOID(encode_blocks(layout, row, [&](std::span<const std::byte> block) {
    table.push_back(base::xxh3_64(block));
    return frame.append(block);
  }));
  table.push_back(base::xxh3_64(std::as_bytes(std::span(table))));
  return frame.append(std::as_bytes(std::span(table)));
}

Result<> write_code_file(VectorFile& segment, const CodeExtent& extent, const std::string& path) {
  VICINAL_TRY(base::FrameWriter frame, base::FrameWriter::create(path, {.kind = std::string(kCodesKind),
                                                                        .version = kCodesVersions.newest,
                                                                        .identity = extent.identity}));
  const CodeLayout layout = CodeLayout::of(segment.rows(), extent.dimensions);
  CodesHeader header;
  header.rows = layout.rows;
  header.dimensions = static_cast<uint32_t>(extent.dimensions);
  header.rows_per_block = static_cast<uint32_t>(layout.rows_per_block);
  header.content = extent.content;
  header.checksum = checksum_of(header);
  VICINAL_TRY_VOID(frame.append(std::as_bytes(std::span(&header, 1))));
  VICINAL_TRY_VOID(write_blocks(frame, segment, layout));
  return frame.finish(base::Durability::may_be_lost);
}

}  // namespace

CodeLayout CodeLayout::of(uint64_t rows, size_t dimensions) {
  return {rows, dimensions, coded_rows_per_block(code_width(dimensions))};
}

uint64_t CodeLayout::blocks() const { return blocks_of(rows, rows_per_block); }

uint64_t CodeLayout::bytes() const {
  const size_t width = code_width(dimensions);
  return rows / rows_per_block * block_bytes(rows_per_block, width) + block_bytes(rows % rows_per_block, width);
}

Result<> encode_blocks(const CodeLayout& layout, const std::function<Result<std::span<const float>>(uint64_t)>& row,
                       const std::function<Result<>(std::span<const std::byte>)>& take) {
  BlockBuilder builder(layout.rows_per_block, code_width(layout.dimensions));
  builder.begin(std::min<uint64_t>(layout.rows, layout.rows_per_block));
  for (uint64_t i = 0; i < layout.rows; ++i) {
    VICINAL_TRY(const std::span<const float> floats, row(i));
    if (!builder.add(floats)) continue;
    VICINAL_TRY_VOID(take(builder.bytes()));
    builder.begin(std::min<uint64_t>(layout.rows - i - 1, layout.rows_per_block));
  }
  return {};
}

CodeFile::CodeFile(base::MappedFile map, const CodeLayout& layout, uint64_t blocks_at, std::vector<uint64_t> checksums)
    : map_(std::move(map)),
      rows_(layout.rows),
      blocks_at_(blocks_at),
      rows_per_block_(layout.rows_per_block),
      width_(code_width(layout.dimensions)),
      checksums_(std::move(checksums)),
      trust_(checksums_.size(), Trust::unread) {
  map_.prefer_large_pages();
}

Result<std::unique_ptr<CodeFile>> CodeFile::in_memory(VectorFile& rows) {
  const CodeLayout layout = CodeLayout::of(rows.rows(), rows.dimensions());
  std::vector<uint64_t> checksums;
  Result<> encoded;
  const auto row = [&](uint64_t i) -> Result<std::span<const float>> {
    const VectorFile::Place place = rows.place_of(i);
    VICINAL_TRY(const BlockView view, rows.block(place.block));
    return view.vectors.row(place.row_in_block);
  };
  const auto fill = [&](std::span<std::byte> out) {
    encoded = encode_blocks(layout, row, [&](std::span<const std::byte> block) -> Result<> {
      checksums.push_back(base::xxh3_64(block));
      std::ranges::copy(block, out.begin());
      out = out.subspan(block.size());
      return {};
    });
  };
  VICINAL_TRY(base::MappedFile map, base::MappedFile::in_memory(layout.bytes(), fill));
  if (!encoded) return std::move(encoded).error();
  return inside(std::move(map), layout, 0, std::move(checksums));
}

std::unique_ptr<CodeFile> CodeFile::inside(base::MappedFile map, const CodeLayout& layout, uint64_t blocks_at,
                                           std::vector<uint64_t> checksums) {
  VICINAL_CHECK_EQ(checksums.size(), layout.blocks());
  VICINAL_CHECK_LE(blocks_at + layout.bytes(), map.size());
  return std::unique_ptr<CodeFile>(new CodeFile(std::move(map), layout, blocks_at, std::move(checksums)));
}

Result<std::unique_ptr<CodeFile>> CodeFile::open(const CodeExtent& extent) {
  VICINAL_TRY(base::MappedFile map, base::MappedFile::open(extent.path));
  VICINAL_TRY(const CodesHeader header, checked_header(map, extent));
  const size_t width = code_width(header.dimensions);
  const uint64_t blocks = blocks_of(header.rows, header.rows_per_block);
  const auto raw = map.bytes().subspan(table_place(header.rows, header.rows_per_block, width), (blocks + 1) * 8);
  std::vector<uint64_t> table(blocks + 1);
  std::memcpy(table.data(), raw.data(), raw.size());
  if (base::xxh3_64(raw.first(blocks * sizeof(uint64_t))) != table.back())
    return unusable(extent.path, "the checksum table of a segment's codes is damaged");
  table.pop_back();
  return inside(std::move(map), {header.rows, header.dimensions, header.rows_per_block}, kBlocksAt, std::move(table));
}

size_t CodeFile::rows(size_t i) const { return std::min<uint64_t>(rows_per_block_, rows_ - first_row(i)); }

std::optional<CodeBlock> CodeFile::block(size_t i) {
  const uint64_t at = blocks_at_ + i * block_bytes(rows_per_block_, width_);
  const auto raw = map_.bytes().subspan(at, block_bytes(rows(i), width_));
  if (trust_[i] == Trust::unread) trust_[i] = base::xxh3_64(raw) == checksums_[i] ? Trust::sound : Trust::damaged;
  if (trust_[i] == Trust::damaged) return {};
  const auto* facts = reinterpret_cast<const float*>(raw.data() + rows(i) * width_);
  return CodeBlock{reinterpret_cast<const uint8_t*>(raw.data()),
                   {facts, rows(i)},
                   {facts + rows(i), rows(i)},
                   {facts + 2 * rows(i), rows(i)}};
}

bool CodeFile::sound() {
  for (size_t i = 0; i < blocks(); ++i)
    if (!block(i)) return false;
  return true;
}

Result<> write_codes(VectorFile& segment, const CodeExtent& extent) {
  const std::string unfinished = extent.path + ".new";
  ::unlink(unfinished.c_str());
  auto done = write_code_file(segment, extent, unfinished);
  if (done && std::rename(unfinished.c_str(), extent.path.c_str()) != 0)
    done = base::system_error("the codes of a segment cannot be put in place", extent.path, errno);
  if (!done) ::unlink(unfinished.c_str());
  return done;
}

}  // namespace vicinal::index
