#include "index/memory_rows.h"

#include <algorithm>
#include <cstring>

#include "base/digest.h"

namespace vicinal::index {

namespace {

constexpr size_t kMemoryBlockBytes = size_t{128} << 10;
// Below, a scan of the floats takes a few microseconds.
constexpr size_t kFewestCodedRows = 1024;

void copy_rows(const SortedRows& rows, size_t dimensions, uint64_t ids_at, std::span<std::byte> out) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const RowId id = {rows[i].id, 0, 0};
    std::memcpy(out.data() + i * dimensions * sizeof(float), rows[i].row, dimensions * sizeof(float));
    std::memcpy(out.data() + ids_at + i * sizeof id, &id, sizeof id);
  }
}

Result<std::unique_ptr<VectorFile>> in_blocks(base::MappedFile map, uint64_t ids_at, size_t rows, size_t dimensions) {
  const std::span<const std::byte> bytes = map.bytes();
  auto file = std::make_unique<VectorFile>(std::move(map), dimensions);
  const size_t rows_per_block = rows_of_a_block(dimensions);
  for (size_t first = 0; first < rows; first += rows_per_block) {
    const size_t count = std::min(rows_per_block, rows - first);
    const uint64_t at = first * dimensions * sizeof(float);
    const uint64_t checksum = base::xxh3_64(bytes.subspan(at, count * dimensions * sizeof(float)));
    VICINAL_TRY_VOID(
        file->add_block({at, ids_at + first * sizeof(RowId), first, static_cast<uint32_t>(count), checksum}));
  }
  return file;
}

}  // namespace

size_t rows_of_a_block(size_t dimensions) {
  return std::max<size_t>(1, kMemoryBlockBytes / (dimensions * sizeof(float)));
}

Result<VectorSet::OpenFile> rows_in_memory(const SortedRows& rows, size_t dimensions, bool coded) {
  const uint64_t ids_at = aligned(rows.size() * dimensions * sizeof(float));
  const uint64_t bytes = ids_at + rows.size() * sizeof(RowId);
  VICINAL_TRY(base::MappedFile map, base::MappedFile::in_memory(bytes, [&](std::span<std::byte> out) {
                copy_rows(rows, dimensions, ids_at, out);
              }));
  VectorSet::OpenFile file;
  file.entry = {VectorFileKind::segment, 0, rows.size(), bytes};
  VICINAL_TRY(file.vectors, in_blocks(std::move(map), ids_at, rows.size(), dimensions));
  if (coded && dimensions >= kMinCodedDimensions && rows.size() >= kFewestCodedRows) {
    VICINAL_TRY(file.codes, CodeFile::in_memory(*file.vectors));
  }
  return file;
}

Result<SortedRows> living_rows(std::span<VectorSet::OpenFile> files) {
  SortedRows rows;
  for (VectorSet::OpenFile& file : files) {
    for (size_t i = 0; i < file.vectors->blocks(); ++i) {
      VICINAL_TRY(const BlockView block, file.vectors->block(i));
      for (size_t row = 0; row < block.ids.size(); ++row)
        if (!file.dead.dead(block.first_row + row))
          rows.push_back({block.ids[row].document, block.vectors.row(row).data()});
    }
  }
  std::ranges::sort(rows, {}, &RowRef::id);
  return rows;
}

}  // namespace vicinal::index
