#include "index/vector_set.h"

#include <algorithm>
#include <utility>

#include "index/segment_file.h"
#include "index/tail_file.h"

namespace vicinal::index {

namespace {

SegmentExtent segment_extent(const std::string& folder, const Manifest& manifest, const FileEntry& entry) {
  return {vector_file_path(folder, entry.kind, entry.number),
          vector_file_identity(manifest.collection, entry.kind, entry.number), manifest.identity.dimensions, entry.rows,
          entry.bytes};
}

bool has_codes(const Manifest& manifest, const FileEntry& entry) {
  return entry.kind == VectorFileKind::segment && manifest.identity.dimensions >= kMinCodedDimensions;
}

std::unique_ptr<CodeFile> open_codes(const std::string& folder, const Manifest& manifest,
                                     const VectorSet::OpenFile& file) {
  if (!has_codes(manifest, file.entry)) return nullptr;
  auto codes = CodeFile::open(code_extent(folder, manifest, file.entry, *file.vectors));
  return codes ? *std::move(codes) : nullptr;
}

// A file that is open already, brought up to the manifest's extent; nothing when it has to be opened anew.
Result<std::optional<VectorSet::OpenFile>> reuse(std::vector<VectorSet::OpenFile>& open, const std::string& folder,
                                                 const Manifest& manifest, const FileEntry& entry) {
  const auto found = std::ranges::find_if(open, [&](const VectorSet::OpenFile& file) {
    return file.vectors != nullptr && file.entry.number == entry.number && file.entry.kind == entry.kind &&
           (file.entry == entry || file.entry.bytes < entry.bytes);
  });
  if (found == open.end()) return std::optional<VectorSet::OpenFile>();
  if (entry.bytes > found->entry.bytes) {
    if (entry.kind == VectorFileKind::segment) return std::optional<VectorSet::OpenFile>();
    VICINAL_TRY_VOID(extend_tail(*found->vectors, manifest.tail_extent(folder), found->entry.bytes));
  }
  found->entry = entry;
  return std::optional<VectorSet::OpenFile>(std::move(*found));
}

/// The document's rows, from `place` on. Returns the document behind them; nothing at the end of the file.
std::optional<uint64_t> mark_document(VectorSet::OpenFile& file, uint64_t document, VectorFile::Place& place) {
  for (; place.block < file.vectors->blocks(); ++place.block, place.row_in_block = 0) {
    const auto ids = file.vectors->ids(place.block);
    for (; place.row_in_block < ids.size(); ++place.row_in_block) {
      if (ids[place.row_in_block].document != document) return ids[place.row_in_block].document;
      file.dead.mark(place.row++, file.entry.rows);
    }
  }
  return {};
}

/// Documents and rows ascend, so either is passed over up to where the other one is.
void mark_documents(VectorSet::OpenFile& file, std::span<const uint64_t> documents) {
  size_t block = 0;
  for (auto document = documents.begin(); document != documents.end();) {
    auto place = file.vectors->lower_bound({*document, 0, 0}, block);
    if (!place) return;
    const auto next = mark_document(file, *document, *place);
    if (!next) return;
    block = place->block;
    document = std::lower_bound(document + 1, documents.end(), *next);
  }
}

}  // namespace

void DeadRows::clear() {
  bits_.clear();
  count_ = 0;
}

void DeadRows::mark(uint64_t row, uint64_t rows) {
  bits_.resize((rows + 63) / 64);
  const uint64_t bit = uint64_t{1} << (row % 64);
  count_ += (bits_[row / 64] & bit) == 0 ? 1 : 0;
  bits_[row / 64] |= bit;
}

Result<VectorSet::OpenFile> VectorSet::open_file(const std::string& folder, const Manifest& manifest,
                                                 const FileEntry& entry) {
  OpenFile file;
  file.entry = entry;
  if (entry.kind == VectorFileKind::tail) {
    VICINAL_TRY(file.vectors, open_tail(manifest.tail_extent(folder)));
  } else {
    VICINAL_TRY(file.vectors, open_segment(segment_extent(folder, manifest, entry)));
  }
  return file;
}

Result<> VectorSet::load(const std::string& folder, const Manifest& manifest) {
  std::vector<OpenFile> open = std::exchange(files_, {});
  std::vector<OpenFile> next;
  for (const FileEntry& entry : manifest.files) {
    VICINAL_TRY(std::optional<OpenFile> kept, reuse(open, folder, manifest, entry));
    if (!kept) {
      VICINAL_TRY(kept, open_file(folder, manifest, entry));
    }
    if (!kept->codes) kept->codes = open_codes(folder, manifest, *kept);
    kept->dead.clear();
    next.push_back(std::move(*kept));
  }
  files_ = std::move(next);
  return {};
}

CodeExtent code_extent(const std::string& folder, const Manifest& manifest, const FileEntry& entry,
                       const VectorFile& segment) {
  return {code_file_path(folder, entry.number), code_file_identity(manifest.collection, entry.number),
          segment.content(), entry.rows, manifest.identity.dimensions};
}

void VectorSet::renew_codes(const std::string& folder, const Manifest& manifest) {
  for (OpenFile& file : files_) {
    if (!has_codes(manifest, file.entry) || (file.codes && file.codes->sound())) continue;
    (void)write_codes(*file.vectors, code_extent(folder, manifest, file.entry, *file.vectors)).ok();
    file.codes = open_codes(folder, manifest, file);
  }
}

Result<> VectorSet::mark_dead(std::span<const uint64_t> documents, uint64_t expected_live, const std::string& folder) {
  for (OpenFile& file : files_) mark_documents(file, documents);
  if (live_rows() == expected_live) return {};
  return Error(Code::corrupt, "the collection's vectors are not as many as its chunks")
      .with("path", folder)
      .with("vectors", live_rows())
      .with("chunks", expected_live);
}

uint64_t VectorSet::live_rows() const {
  uint64_t rows = 0;
  for (const OpenFile& file : files_) rows += file.live_rows();
  return rows;
}

uint64_t VectorSet::tail_rows() const {
  for (const OpenFile& file : files_)
    if (file.entry.kind == VectorFileKind::tail) return file.live_rows();
  return 0;
}

std::optional<VectorSet::Located> VectorSet::find(const RowId& id) const {
  for (size_t i = 0; i < files_.size(); ++i) {
    const auto place = files_[i].vectors->lower_bound(id);
    if (place && files_[i].vectors->ids(place->block)[place->row_in_block] == id) return Located{i, *place};
  }
  return {};
}

Result<std::span<const float>> VectorSet::vector(const RowId& id, const std::string& folder) {
  const auto located = find(id);
  if (!located)
    return Error(Code::corrupt, "a chunk's vector is in no file of the collection")
        .with("path", folder)
        .with("document", id.document)
        .with("ordinal", id.ordinal);
  VICINAL_TRY(BlockView block, files_[located->file].vectors->block(located->place.block));
  return block.vectors.row(located->place.row_in_block);
}

uint64_t VectorSet::newest_commit_behind_tail(const std::string& folder, const Manifest& manifest) const {
  for (const OpenFile& file : files_)
    if (file.entry.kind == VectorFileKind::tail)
      return newest_commit_behind(*file.vectors, manifest.tail_extent(folder));
  return 0;
}

}  // namespace vicinal::index
