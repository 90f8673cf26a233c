#include "index/flat_index_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>

#include "base/digest.h"
#include "base/framed_file.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kIndexKind = "vecindex";
constexpr base::FrameVersions kIndexVersions = {1, 1};
constexpr uint32_t kHammingNumber = 4;  // behind the numbers of Metric
constexpr size_t kRowsOfAWord = 64;

struct IndexHeader {
  uint64_t rows = 0;
  uint32_t dimensions = 0;
  uint32_t metric = 0;
  uint32_t rows_per_block = 0;
  uint32_t rows_per_code_block = 0;  // 0: no codes
  uint64_t reserved[4] = {};
  uint64_t checksum = 0;  // of the bytes before it
};
static_assert(sizeof(IndexHeader) == 64);

uint64_t checksum_of_header(const IndexHeader& header) {
  return base::xxh3_64(std::as_bytes(std::span(&header, 1)).first(sizeof header - sizeof header.checksum));
}

struct Places {
  uint64_t vectors_at = 0, ids_at = 0, codes_at = 0, table_at = 0;
  uint64_t blocks = 0, code_blocks = 0, file_bytes = 0;
};

Places places_of(const IndexHeader& header, size_t row_floats, const std::optional<CodeLayout>& codes) {
  Places places;
  places.vectors_at = base::kFrameHeaderBytes + sizeof(IndexHeader);
  places.ids_at = places.vectors_at + aligned(header.rows * row_floats * sizeof(float));
  places.codes_at = places.ids_at + aligned(header.rows * sizeof(RowId));
  places.table_at = places.codes_at + (codes ? codes->bytes() : 0);
  places.blocks = (header.rows + header.rows_per_block - 1) / header.rows_per_block;
  places.code_blocks = codes ? codes->blocks() : 0;
  const uint64_t sums = places.blocks + places.code_blocks + 2;
  places.file_bytes = places.table_at + sums * sizeof(uint64_t) + base::kFrameFooterBytes;
  return places;
}

std::optional<CodeLayout> codes_of(const IndexHeader& header, const FlatShape& shape) {
  if (header.rows_per_code_block == 0) return {};
  return CodeLayout{header.rows, shape.dimensions, header.rows_per_code_block};
}

// --- writing

class IndexWriter {
 public:
  IndexWriter(base::FrameWriter& frame, const FlatShape& shape, const SortedRows& rows)
      : frame_(frame), shape_(shape), rows_(rows) {}

  Result<> write() {
    const IndexHeader header = make_header();
    VICINAL_TRY_VOID(frame_.append(std::as_bytes(std::span(&header, 1))));
    VICINAL_TRY_VOID(write_vectors(header.rows_per_block));
    VICINAL_TRY_VOID(write_ids());
    if (const auto codes = codes_of(header, shape_)) VICINAL_TRY_VOID(write_codes(*codes));
    table_.push_back(base::xxh3_64(std::as_bytes(std::span(table_))));
    return frame_.append(std::as_bytes(std::span(table_)));
  }

 private:
  IndexHeader make_header() const {
    IndexHeader header;
    header.rows = rows_.size();
    header.dimensions = static_cast<uint32_t>(shape_.dimensions);
    header.metric = shape_.kind == VectorKind::bits ? kHammingNumber : static_cast<uint32_t>(shape_.metric);
    header.rows_per_block = static_cast<uint32_t>(rows_of_a_block(shape_.row_floats()));
    if (shape_.coded() && shape_.dimensions >= kMinCodedDimensions && !rows_.empty())
      header.rows_per_code_block =
          static_cast<uint32_t>(CodeLayout::of(rows_.size(), shape_.dimensions).rows_per_block);
    header.checksum = checksum_of_header(header);
    return header;
  }

  std::span<const float> row(uint64_t i) const { return {rows_[i].row, shape_.row_floats()}; }

  Result<> write_vectors(size_t rows_per_block) {
    std::vector<float> block;
    for (size_t first = 0; first < rows_.size(); first += rows_per_block) {
      block.clear();
      for (size_t i = first; i < std::min(rows_.size(), first + rows_per_block); ++i)
        block.insert(block.end(), row(i).begin(), row(i).end());
      table_.push_back(base::xxh3_64(std::as_bytes(std::span(block))));
      VICINAL_TRY_VOID(frame_.append(std::as_bytes(std::span(block))));
    }
    return pad(rows_.size() * shape_.row_floats() * sizeof(float));
  }

  Result<> write_ids() {
    std::vector<RowId> ids;
    ids.reserve(rows_.size());
    for (const RowRef& row : rows_) ids.push_back({row.id, 0, 0});
    table_.push_back(base::xxh3_64(std::as_bytes(std::span(ids))));
    VICINAL_TRY_VOID(frame_.append(std::as_bytes(std::span(ids))));
    return pad(ids.size() * sizeof(RowId));
  }

  Result<> write_codes(const CodeLayout& layout) {
    return encode_blocks(
        layout, [this](uint64_t i) -> Result<std::span<const float>> { return row(i); },
        [this](std::span<const std::byte> block) {
          table_.push_back(base::xxh3_64(block));
          return frame_.append(block);
        });
  }

  Result<> pad(uint64_t bytes) {
    static constexpr std::byte kZeros[kRowAlignment] = {};
    return frame_.append(std::span(kZeros).first(aligned(bytes) - bytes));
  }

  base::FrameWriter& frame_;
  const FlatShape& shape_;
  const SortedRows& rows_;
  std::vector<uint64_t> table_;  // vectors' blocks, ids, codes' blocks, and of all these
};

Result<> write_unnamed(const std::string& path, const FlatShape& shape, const SortedRows& rows) {
  std::random_device device;
  const uint64_t number = uint64_t{device()} << 32 | device();
  VICINAL_TRY(base::FrameWriter frame,
              base::FrameWriter::create(
                  path, {.kind = std::string(kIndexKind), .version = kIndexVersions.newest, .identity = number}));
  VICINAL_TRY_VOID(IndexWriter(frame, shape, rows).write());
  return frame.finish();
}

// --- reading

Error damaged_index(const std::string& path, uint64_t offset, std::string message) {
  return Error(Code::corrupt, std::move(message)).with("path", path).with("offset", offset);
}

Result<FlatShape> shape_in(const IndexHeader& header, const std::string& path) {
  FlatShape shape;
  shape.dimensions = header.dimensions;
  if (header.metric == kHammingNumber) {
    shape.kind = VectorKind::bits;
  } else {
    shape.metric = static_cast<Metric>(header.metric);
  }
  if (header.metric > kHammingNumber || !check_shape(shape))
    return damaged_index(path, base::kFrameHeaderBytes, "the index has impossible dimensions or an unknown metric");
  return shape;
}

// Keeps every product of the places far from overflow.
bool is_plausible(const IndexHeader& header, const FlatShape& shape, size_t file_bytes) {
  const bool codes_fit = header.rows_per_code_block == 0 ||
                         (shape.coded() && header.rows > 0 && shape.dimensions >= kMinCodedDimensions &&
                          header.rows_per_code_block % kRowsOfAWord == 0 &&
                          header.rows_per_code_block <= CodeLayout::of(1, shape.dimensions).rows_per_block);
  return codes_fit && header.rows_per_block > 0 && header.rows <= file_bytes / sizeof(RowId) &&
         header.rows <= file_bytes / (shape.row_floats() * sizeof(float)) &&
         std::ranges::all_of(header.reserved, [](uint64_t word) { return word == 0; });
}

Result<IndexHeader> header_in(const base::MappedFile& map) {
  VICINAL_TRY(const auto payload,
              base::framed_payload(map, kIndexKind, kIndexVersions, base::Verify::header_only, nullptr));
  IndexHeader header;
  if (payload.size() < sizeof header)
    return damaged_index(map.path(), base::kFrameHeaderBytes, "the index is cut short");
  std::memcpy(&header, payload.data(), sizeof header);
  if (header.checksum != checksum_of_header(header))
    return damaged_index(map.path(), base::kFrameHeaderBytes, "the header of the index is damaged");
  return header;
}

Result<std::vector<uint64_t>> table_in(const base::MappedFile& map, const Places& places) {
  std::vector<uint64_t> table(places.blocks + places.code_blocks + 2);
  const auto raw = map.bytes().subspan(places.table_at, table.size() * sizeof(uint64_t));
  std::memcpy(table.data(), raw.data(), raw.size());
  if (base::xxh3_64(raw.first(raw.size() - sizeof(uint64_t))) != table.back())
    return damaged_index(map.path(), places.table_at, "the checksum table of the index is damaged");
  return table;
}

Result<> check_ids(const base::MappedFile& map, const Places& places, uint64_t rows, uint64_t checksum) {
  const auto raw = map.bytes().subspan(places.ids_at, rows * sizeof(RowId));
  const std::span ids(reinterpret_cast<const RowId*>(raw.data()), rows);
  const bool plain = std::ranges::all_of(ids, [](const RowId& id) { return id.ordinal == 0 && id.field == 0; });
  if (base::xxh3_64(raw) == checksum && plain) return {};
  return damaged_index(map.path(), places.ids_at, "the ids of the index are damaged");
}

// The codes have a map of their own: of the same file, if that was not replaced in between.
Result<std::unique_ptr<CodeFile>> codes_in(const base::MappedFile& map, const CodeLayout& layout, const Places& places,
                                           std::span<const uint64_t> checksums) {
  VICINAL_TRY(base::MappedFile again, base::MappedFile::open(map.path()));
  const size_t heads = base::kFrameHeaderBytes + sizeof(IndexHeader);
  if (again.size() != map.size() || !std::ranges::equal(again.bytes().first(heads), map.bytes().first(heads)))
    return Error(Code::busy, "the index was replaced while it was opened").with("path", map.path());
  return CodeFile::inside(std::move(again), layout, places.codes_at, {checksums.begin(), checksums.end()});
}

}  // namespace

size_t FlatShape::row_floats() const {
  return kind == VectorKind::floats ? dimensions : (dimensions / 8 + sizeof(float) - 1) / sizeof(float);
}

Result<> check_shape(const FlatShape& shape) {
  const bool bits = shape.kind == VectorKind::bits;
  const size_t most = bits ? kMaxIndexBits : kMaxIndexDimensions;
  if (shape.dimensions == 0 || shape.dimensions > most)
    return Error(Code::invalid_argument, "an index needs dimensions within its range")
        .with("given", shape.dimensions)
        .with("most", most);
  if (bits && shape.dimensions % 8 != 0)
    return Error(Code::invalid_argument, "packed bits come in whole bytes: their number is a multiple of 8")
        .with("given", shape.dimensions);
  return {};
}

Result<> write_flat_index(const std::string& path, const FlatShape& shape, const SortedRows& rows) {
  const std::string unfinished = path + ".new";
  ::unlink(unfinished.c_str());
  VICINAL_TRY_VOID(write_unnamed(unfinished, shape, rows));
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(unfinished.c_str());
    return base::system_error("the index cannot be put in place", path, reason);
  }
  return base::sync_folder(std::filesystem::absolute(path).parent_path().string());
}

Result<LoadedIndex> open_flat_index(const std::string& path) {
  VICINAL_TRY(base::MappedFile map, base::MappedFile::open(path));
  VICINAL_TRY(const IndexHeader header, header_in(map));
  LoadedIndex loaded;
  VICINAL_TRY(loaded.shape, shape_in(header, path));
  if (!is_plausible(header, loaded.shape, map.size()))
    return damaged_index(path, base::kFrameHeaderBytes, "the header of the index does not fit its file");
  const size_t floats = loaded.shape.row_floats();
  const std::optional<CodeLayout> layout = codes_of(header, loaded.shape);
  const Places places = places_of(header, floats, layout);
  if (places.file_bytes != map.size())
    return damaged_index(path, map.size(), "the index has the wrong size").with("need", places.file_bytes);
  VICINAL_TRY(const std::vector<uint64_t> table, table_in(map, places));
  VICINAL_TRY_VOID(check_ids(map, places, header.rows, table[places.blocks]));
  VectorSet::OpenFile& file = loaded.rows;
  file.entry = {VectorFileKind::segment, 0, header.rows, map.size()};
  if (layout) {
    const auto sums = std::span(table).subspan(places.blocks + 1, places.code_blocks);
    VICINAL_TRY(file.codes, codes_in(map, *layout, places, sums));
  }
  file.vectors = std::make_unique<VectorFile>(std::move(map), floats);
  for (uint64_t block = 0; block < places.blocks; ++block) {
    const uint64_t first = block * header.rows_per_block;
    const auto rows = static_cast<uint32_t>(std::min<uint64_t>(header.rows_per_block, header.rows - first));
    VICINAL_TRY_VOID(file.vectors->add_block({places.vectors_at + first * floats * sizeof(float),
                                              places.ids_at + first * sizeof(RowId), first, rows, table[block]}));
  }
  return loaded;
}

}  // namespace vicinal::index
