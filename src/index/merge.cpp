#include "index/merge.h"

#include <unistd.h>

#include <algorithm>

namespace vicinal::index {

namespace {

constexpr uint64_t kFewRows = 1024;
constexpr uint64_t kStepRows = 1024;

bool is_fragmented(const FileLoad& file) { return file.dead_rows * 5 > file.entry.rows; }

bool tail_is_due(const FileLoad& file) {
  return file.entry.rows > kMaxTailRows || file.entry.bytes > kMaxTailBytes ||
         (file.entry.rows >= kFewRows && is_fragmented(file));
}

bool is_due(const FileLoad& file) {
  return file.entry.kind == VectorFileKind::tail ? tail_is_due(file) : is_fragmented(file);
}

// More than the surplus is merged, so that a full set of segments does not merge again at the next seal.
std::vector<FileEntry> smallest_segments(std::span<const FileLoad> files) {
  std::vector<FileEntry> segments;
  for (const FileLoad& file : files)
    if (file.entry.kind == VectorFileKind::segment) segments.push_back(file.entry);
  if (segments.size() <= kMaxSegments) return {};
  std::ranges::stable_sort(segments, {}, &FileEntry::rows);
  segments.resize(segments.size() - kMaxSegments / 2);
  return segments;
}

// Walks one file's rows in order; live ones are copied, dead ones noted.
class Cursor {
 public:
  explicit Cursor(VectorSet::OpenFile& file) : file_(&file) {}

  /// Moves to the next live row; false at the end.
  Result<bool> next(std::vector<uint64_t>& dropped) {
    for (++row_; block_ < file_->vectors->blocks(); ++block_, row_ = 0) {
      if (row_ == 0) {
        VICINAL_TRY(view_, file_->vectors->block(block_));
      }
      for (; row_ < view_.ids.size(); ++row_) {
        if (!file_->dead.dead(view_.first_row + row_)) return true;
        if (dropped.empty() || dropped.back() != id().document) dropped.push_back(id().document);
      }
    }
    return false;
  }
  const RowId& id() const { return view_.ids[row_]; }
  std::span<const float> vector() const { return view_.vectors.row(row_); }

 private:
  VectorSet::OpenFile* file_;
  size_t block_ = 0;
  size_t row_ = static_cast<size_t>(-1);  // the first ++ makes it 0
  BlockView view_;
};

struct Inputs {
  std::vector<VectorSet::OpenFile*> files;
  uint64_t live_rows = 0;
};

Inputs inputs_of(VectorSet& vectors, std::span<const FileEntry> entries) {
  Inputs inputs;
  for (VectorSet::OpenFile& file : vectors.files()) {
    if (std::ranges::find(entries, file.entry) == entries.end()) continue;
    inputs.files.push_back(&file);
    inputs.live_rows += file.live_rows();
  }
  return inputs;
}

// A few sorted inputs: the smallest is looked for each time.
Result<> copy_rows(const Inputs& inputs, SegmentWriter* writer, std::vector<uint64_t>& dropped, const MergeStep& step) {
  std::vector<Cursor> cursors;
  for (VectorSet::OpenFile* file : inputs.files) {
    Cursor cursor(*file);
    VICINAL_TRY(const bool row, cursor.next(dropped));
    if (row) cursors.push_back(cursor);
  }
  uint64_t rows = 0;
  for (; !cursors.empty(); ++rows) {
    if (rows % kStepRows == 0 && !step(rows)) return Error(Code::interrupted, "the merge was stopped; nothing changed");
    const auto smallest = std::ranges::min_element(cursors, {}, &Cursor::id);
    VICINAL_TRY_VOID(writer->append(smallest->id(), smallest->vector()));
    VICINAL_TRY(const bool row, smallest->next(dropped));
    if (!row) cursors.erase(smallest);
  }
  (void)step(rows);  // the last report
  return {};
}

Result<uint64_t> write_segment(const Inputs& inputs, const SegmentExtent& extent, std::vector<uint64_t>& dropped,
                               const MergeStep& step) {
  VICINAL_TRY(SegmentWriter writer, SegmentWriter::create(extent));
  VICINAL_TRY_VOID(copy_rows(inputs, &writer, dropped, step));
  return writer.finish();
}

}  // namespace

std::vector<FileEntry> files_to_merge(std::span<const FileLoad> files) {
  for (const FileLoad& file : files)
    if (is_due(file)) return {file.entry};
  return smallest_segments(files);
}

Result<MergeResult> merge_files(VectorSet& vectors, std::span<const FileEntry> files, SegmentExtent extent,
                                uint64_t number, const MergeStep& step) {
  const Inputs inputs = inputs_of(vectors, files);
  MergeResult result;
  extent.rows = inputs.live_rows;
  if (extent.rows == 0) {
    VICINAL_TRY_VOID(copy_rows(inputs, nullptr, result.dropped_documents, step));
  } else {
    const auto bytes = write_segment(inputs, extent, result.dropped_documents, step);
    if (!bytes) {
      ::unlink(extent.path.c_str());
      return bytes.error();
    }
    result.segment = FileEntry{VectorFileKind::segment, number, extent.rows, *bytes};
  }
  std::ranges::sort(result.dropped_documents);
  result.dropped_documents.erase(std::unique(result.dropped_documents.begin(), result.dropped_documents.end()),
                                 result.dropped_documents.end());
  return result;
}

}  // namespace vicinal::index
