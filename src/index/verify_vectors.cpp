#include "index/verify_vectors.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "index/metric.h"
#include "index/segment_file.h"
#include "index/tail_file.h"

namespace vicinal::index {

namespace {

using Advice = DamageLog::Advice;

Result<> note_block_damage(const DatabaseCheck& check, const Error& error) {
  if (error.code() != Code::corrupt && error.code() != Code::unsupported) return error;
  check.damage.add(error, Advice::reindex);
  return {};
}

Result<> check_finite(const BlockView& block, const std::string& path) {
  for (size_t row = 0; row < block.vectors.rows; ++row)
    if (!all_finite(block.vectors.row(row)))
      return Error(Code::corrupt, "a vector has a component that is no finite number")
          .with("path", path)
          .with("row", block.first_row + row)
          .with("document", block.ids[row].document)
          .with("ordinal", block.ids[row].ordinal);
  return {};
}

/// What no block's checksum covers. A segment that a writer unlinked meanwhile is read no further.
Result<> check_between_blocks(const std::string& folder, const Manifest& manifest, const VectorSet::OpenFile& file) {
  if (file.entry.kind == VectorFileKind::tail) return check_tail_padding(*file.vectors, manifest.tail_extent(folder));
  auto whole = check_segment_frame(file.vectors->path());
  if (!whole && whole.error().code() == Code::not_found) return {};
  return whole;
}

/// Rows of one file in order.
class RowCursor {
 public:
  explicit RowCursor(const VectorFile& file) : file_(&file) {}
  const RowId* row() const { return block_ == file_->blocks() ? nullptr : &file_->ids(block_)[row_]; }
  const std::string& path() const { return file_->path(); }
  void next() {
    if (++row_ < file_->ids(block_).size()) return;
    row_ = 0;
    ++block_;
  }

 private:
  const VectorFile* file_;
  size_t block_ = 0, row_ = 0;
};

Result<std::vector<uint64_t>> dead_documents(Database& database) {
  std::vector<uint64_t> dead;
  VICINAL_TRY(Query query, database.query("SELECT document FROM dead ORDER BY document"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return dead;
    dead.push_back(query.unsigned_integer(0));
  }
}

/// Meets the passages in order and moves all cursors along.
class OwnerCheck {
 public:
  OwnerCheck(const DatabaseCheck& check, const OpenedVectors& vectors, std::vector<uint64_t> dead)
      : check_(&check), dead_(std::move(dead)) {
    for (const VectorSet::OpenFile& file : vectors.files) cursors_.emplace_back(*file.vectors);
  }

  void meet(const RowId& chunk) {
    size_t found = 0;
    for (RowCursor& cursor : cursors_) {
      for (; cursor.row() != nullptr && *cursor.row() < chunk; cursor.next()) without_chunk(cursor);
      if (cursor.row() == nullptr || *cursor.row() != chunk) continue;
      ++found;
      cursor.next();
    }
    check_->report.vectors += found;
    if (found != 1) wrong_number(chunk, found);
    if (is_dead(chunk.document)) complain("a document is stored and marked as removed", check_->path, chunk);
  }

  void finish() {
    for (RowCursor& cursor : cursors_)
      for (; cursor.row() != nullptr; cursor.next()) without_chunk(cursor);
  }

 private:
  bool is_dead(uint64_t document) const { return std::ranges::binary_search(dead_, document); }

  void without_chunk(const RowCursor& cursor) {
    if (is_dead(cursor.row()->document)) {
      ++check_->report.dead_vectors;
      return;
    }
    ++check_->report.vectors;
    complain("a vector belongs to no passage", cursor.path(), *cursor.row());
  }

  void wrong_number(const RowId& chunk, size_t found) {
    complain(found == 0 ? "a passage has no vector" : "a passage has more than one vector", check_->path, chunk);
  }

  void complain(std::string_view what, const std::string& path, const RowId& id) {
    check_->damage.add(Error(Code::corrupt, std::string(what))
                           .with("path", path)
                           .with("document", id.document)
                           .with("ordinal", id.ordinal),
                       Advice::reindex);
  }

  const DatabaseCheck* check_;
  std::vector<uint64_t> dead_;
  std::vector<RowCursor> cursors_;
};

Result<> meet_chunks(const DatabaseCheck& check, OwnerCheck& owners) {
  VICINAL_TRY(Query query, check.database.query("SELECT document, ordinal, field FROM chunks "
                                                "ORDER BY document, field, ordinal"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return {};
    VICINAL_TRY_VOID(check.watch.at(++check.report.chunks));
    owners.meet({query.unsigned_integer(0), static_cast<uint32_t>(query.unsigned_integer(1)),
                 static_cast<uint32_t>(query.unsigned_integer(2))});
  }
}

}  // namespace

Result<OpenedVectors> open_vectors(const std::string& folder, const Manifest& manifest, DamageLog& damage) {
  OpenedVectors opened;
  for (const FileEntry& entry : manifest.files) {
    auto file = VectorSet::open_file(folder, manifest, entry);
    if (file) {
      opened.files.push_back(*std::move(file));
      continue;
    }
    const Code code = file.error().code();
    opened.complete = false;
    opened.missing |= code == Code::not_found;
    if (code != Code::not_found && code != Code::corrupt && code != Code::unsupported) return std::move(file).error();
    damage.add(code == Code::not_found ? Error(Code::corrupt, "a file that the collection's database names is missing")
                                             .with("path", vector_file_path(folder, entry.kind, entry.number))
                                       : file.error(),
               Advice::reindex);
  }
  return opened;
}

Result<> verify_blocks(const DatabaseCheck& check, const std::string& folder, const Manifest& manifest,
                       OpenedVectors& vectors) {
  check.watch.begin("vectors", manifest.chunks);
  for (VectorSet::OpenFile& file : vectors.files) {
    const uint64_t before = check.damage.count();
    for (size_t i = 0; i < file.vectors->blocks(); ++i) {
      auto block = file.vectors->block(i);
      const auto finite = block ? check_finite(*block, file.vectors->path()) : Result<>(block.error());
      if (!finite) VICINAL_TRY_VOID(note_block_damage(check, finite.error()));
      VICINAL_TRY_VOID(check.watch.add(file.vectors->ids(i).size()));
      file.vectors->release(i);
    }
    ++check.report.files;
    check.report.bytes += file.entry.bytes;
    if (check.damage.count() > before) continue;  // the file's own checksum would only repeat it
    if (auto rest = check_between_blocks(folder, manifest, file); !rest)
      VICINAL_TRY_VOID(note_block_damage(check, rest.error()));
  }
  check.watch.end();
  return {};
}

Result<> verify_owners(const DatabaseCheck& check, const OpenedVectors& vectors) {
  check.watch.begin("owners", 0);
  auto dead = dead_documents(check.database);
  if (!dead) return note_block_damage(check, dead.error());
  OwnerCheck owners(check, vectors, *std::move(dead));
  if (auto met = meet_chunks(check, owners); !met) return note_block_damage(check, met.error());
  owners.finish();
  check.watch.end();
  return {};
}

}  // namespace vicinal::index
