#include "index/writer.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "index/compact.h"
#include "index/document_check.h"
#include "index/earlier_writes.h"
#include "index/field_names.h"

namespace vicinal::index {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kReportEvery{250};
constexpr uint64_t kRowsOfGroup = kMaxTailRows;
constexpr std::chrono::seconds kLongestGroup{1};

void set_tail(Manifest& manifest, const TailWriter& tail) {
  const auto entry = std::ranges::find(manifest.files, VectorFileKind::tail, &FileEntry::kind);
  entry->rows = tail.rows();
  entry->bytes = tail.bytes();
}

// Reports rows of a merge a few times a second and listens for a stop request.
MergeStep merge_step(const Watch& watch, uint64_t total) {
  return [&watch, total, start = Clock::now(), last = Clock::time_point()](uint64_t rows) mutable {
    if (watch.progress && (rows == total || Clock::now() - last > kReportEvery)) {
      last = Clock::now();
      Progress progress;
      progress.stage = "merge";
      progress.done = rows;
      progress.total = total;
      progress.seconds = std::chrono::duration<double>(last - start).count();
      watch.progress(progress);
    }
    return !watch.stop.stop_requested();
  };
}

uint64_t live_rows(VectorSet& vectors, std::span<const FileEntry> files) {
  uint64_t rows = 0;
  for (const VectorSet::OpenFile& file : vectors.files())
    if (std::ranges::find(files, file.entry) != files.end()) rows += file.live_rows();
  return rows;
}

void unlink_files(const std::string& folder, std::span<const FileEntry> files) {
  // What cannot be removed now is no longer named by the database: the next writer removes it.
  for (const FileEntry& file : files) {
    ::unlink(vector_file_path(folder, file.kind, file.number).c_str());
    if (file.kind == VectorFileKind::segment) ::unlink(code_file_path(folder, file.number).c_str());
  }
}

void unlink_postings(const std::string& folder, std::span<const PostingsEntry> files) {
  for (const PostingsEntry& file : files) ::unlink(postings_file_path(folder, file.number).c_str());
}

// Before the segment is committed, so that no reader opens it without. What cannot be made now, the next maintain
// makes.
void make_codes(const std::string& folder, const Manifest& manifest, SegmentExtent extent, const FileEntry& entry) {
  if (extent.dimensions < kMinCodedDimensions) return;
  extent.rows = entry.rows;
  extent.bytes = entry.bytes;
  const auto segment = open_segment(extent);
  if (segment) (void)write_codes(**segment, code_extent(folder, manifest, entry, **segment)).ok();
}

}  // namespace

Result<Writer> Writer::open(Snapshot& snapshot, Documents& documents, const WriterOptions& options) {
  Writer writer(snapshot, documents, options);
  // The log is synced before it is written back, so that the database keeps a commit of the past at least.
  if (options.durability == Durability::none)
    VICINAL_TRY_VOID(snapshot.database().execute("PRAGMA synchronous = NORMAL"));
  VICINAL_TRY_VOID(writer.reopen_tail());
  VICINAL_TRY_VOID(writer.tail_->sync());  // an earlier writer may have left it unsynced
  return writer;
}

Result<> Writer::reopen_tail() {
  tail_.reset();
  VICINAL_TRY(TailWriter tail, TailWriter::resume(snapshot_->manifest().tail_extent(snapshot_->folder())));
  tail_.emplace(std::move(tail));
  return {};
}

// After a failed commit the database alone knows how it ended.
Result<> Writer::ensure_current() {
  if (tail_) return {};
  snapshot_->distrust();
  VICINAL_TRY_VOID(end_failed_commit());
  VICINAL_TRY_VOID(snapshot_->refresh());
  return reopen_tail();
}

// A commit whose sync failed may lie whole in the log. SQLite passes over it as long as this process lives; after a
// kill it counts, and names bytes of the tail that the next append has overwritten by then. So another commit takes its
// place in the log before anything is appended: one that changes nothing but a number, which is never used then.
Result<> Writer::end_failed_commit() {
  Database& database = snapshot_->database();
  VICINAL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::write));
  VICINAL_TRY_VOID(database.run("UPDATE state SET next_document = next_document + 1 WHERE one = 1"));
  return transaction.commit();
}

template <class Body>
Result<> Writer::change(Body&& body) {
  auto done = join_group(*tail_, body);
  if (done && group_is_due()) done = options_.durability == Durability::none ? commit_group(*tail_) : flush(*tail_);
  if (!done) give_up();
  return done;
}

template <class Body>
Result<> Writer::commit(TailWriter& tail, Body&& body) {
  auto done = join_group(tail, body);
  if (done) done = flush(tail);
  if (!done) give_up();
  return done;
}

template <class Body>
Result<> Writer::join_group(TailWriter& tail, Body&& body) {
  const bool first = !group_;
  if (first) VICINAL_TRY_VOID(begin_group());
  Change change = {snapshot_->manifest(), {}, {}};
  change.after.last_commit += first ? 1 : 0;
  VICINAL_TRY_VOID(body(change));
  VICINAL_TRY_VOID(tail.append(change.after.last_commit, change.ids, change.vectors));
  set_tail(change.after, tail);
  VICINAL_TRY_VOID(write_state(snapshot_->database(), snapshot_->manifest(), change.after));
  group_->rows += change.ids.size();
  snapshot_->advance(std::move(change.after));
  return {};
}

Result<> Writer::begin_group() {
  VICINAL_TRY(Transaction transaction, Transaction::begin(snapshot_->database(), Transaction::Kind::write));
  group_.emplace(Group{std::move(transaction), snapshot_->manifest(), Clock::now(), 0});
  return {};
}

bool Writer::group_is_due() const {
  return options_.durability != Durability::batch || group_->rows >= kRowsOfGroup ||
         Clock::now() - group_->begun >= kLongestGroup;
}

Result<> Writer::commit_group(TailWriter& tail) {
  VICINAL_TRY_VOID(group_->transaction.commit());
  group_.reset();
  tail.keep();
  unsynced_ = options_.durability == Durability::none;
  return {};
}

Result<> Writer::flush(TailWriter& tail) {
  if (!has_unsynced()) return {};
  VICINAL_TRY_VOID(tail.sync());
  if (group_) VICINAL_TRY_VOID(commit_group(tail));
  if (unsynced_) VICINAL_TRY_VOID(sync_log(snapshot_->folder()));
  unsynced_ = false;
  return {};
}

Result<> Writer::flush() {
  if (!has_unsynced()) return {};
  VICINAL_TRY_VOID(ensure_current());
  auto done = flush(*tail_);
  if (!done) give_up();
  return done;
}

// What was changed since the last commit is gone, or its outcome is open.
void Writer::give_up() {
  if (group_) snapshot_->advance(std::move(group_->before));
  group_.reset();
  tail_.reset();
  snapshot_->distrust();
}

Result<> Writer::upsert(std::span<const DocumentWrite> documents, base::MatrixView vectors) {
  VICINAL_TRY_VOID(ensure_current());
  VICINAL_TRY_VOID(check_documents(documents, vectors, snapshot_->manifest().identity.dimensions,
                                   snapshot_->manifest().identity.fields.size()));
  if (documents.empty()) return {};
  return change([&](Change& change) {
    change.vectors = vectors;
    return write_documents(documents, change);
  });
}

Result<> Writer::write_documents(std::span<const DocumentWrite> documents, Change& change) {
  const std::vector<EncodedDocument> encoded = encoder_.encode(documents);
  change.ids.reserve(change.vectors.rows);
  for (size_t i = 0; i < documents.size(); ++i) {
    const DocumentWrite& document = documents[i];
    const uint64_t id = change.after.next_document++;
    VICINAL_TRY(bool is_new, documents_->insert(id, document, encoded[i]));
    if (!is_new) {
      VICINAL_TRY_VOID(erase(document.id, change.after));
      VICINAL_TRY(is_new, documents_->insert(id, document, encoded[i]));
    }
    ++change.after.documents;
    change.after.chunks += document.chunks.size();
    for (uint32_t ordinal = 0; ordinal < document.chunks.size(); ++ordinal)
      change.ids.push_back({id, ordinal, static_cast<uint32_t>(document.chunks[ordinal].field)});
  }
  return {};
}

Result<bool> Writer::erase(std::string_view id, Manifest& after) {
  VICINAL_TRY(const auto erased, documents_->erase(id));
  if (!erased) return false;
  if (erased->id <= after.postings_end() && erased->chunks > 0)
    VICINAL_TRY_VOID(snapshot_->database().run("INSERT INTO dead_postings(document) VALUES (?)", erased->id));
  if (after.documents == 0 || after.chunks < erased->chunks)
    return Error(Code::corrupt, "the collection's counters are damaged").with("path", snapshot_->folder());
  --after.documents;
  after.chunks -= erased->chunks;
  return true;
}

Result<size_t> Writer::remove(std::span<const std::string> ids) {
  VICINAL_TRY_VOID(ensure_current());
  if (ids.empty()) return size_t{0};
  size_t removed = 0;
  VICINAL_TRY_VOID(change([&](Change& change) -> Result<> {
    for (const std::string& id : ids) {
      VICINAL_TRY(const bool erased, erase(id, change.after));
      removed += erased ? 1 : 0;
    }
    return {};
  }));
  return removed;
}

Result<size_t> Writer::set_metadata(std::span<const MetadataWrite> writes) {
  VICINAL_TRY_VOID(ensure_current());
  for (const MetadataWrite& write : writes) VICINAL_TRY_VOID(check_metadata(write.id, write.metadata));
  if (writes.empty()) return size_t{0};
  size_t found = 0;
  VICINAL_TRY_VOID(change([&](Change&) -> Result<> {
    for (const MetadataWrite& write : writes) {
      VICINAL_TRY(const bool there, documents_->set_metadata(write));
      found += there ? 1 : 0;
    }
    return {};
  }));
  return found;
}

Result<> Writer::restamp(std::span<const SourceState> sources) {
  VICINAL_TRY_VOID(ensure_current());
  if (sources.empty()) return {};
  return change([&](Change&) -> Result<> {
    for (const SourceState& source : sources) VICINAL_TRY_VOID(documents_->restamp(source));
    return {};
  });
}

Result<> Writer::set_recipe(const std::string& recipe_json, const std::string& chunking) {
  VICINAL_TRY_VOID(ensure_current());
  const StoreIdentity& stored = snapshot_->manifest().identity;
  if (stored.recipe_json == recipe_json && stored.chunking == chunking) return {};
  return change([&](Change& change) {
    change.after.identity.recipe_json = recipe_json;
    change.after.identity.chunking = chunking;
    return write_recipe(snapshot_->database(), recipe_json, chunking);
  });
}

Result<> Writer::set_words(const WordSettings& words) {
  VICINAL_TRY_VOID(ensure_current());
  const WordSettings stored = snapshot_->manifest().identity.words;
  if (stored == words) return {};
  VICINAL_CHECK(stored.glossary == words.glossary);
  const std::vector<PostingsEntry> dropped =
      stored.same_keys(words) ? std::vector<PostingsEntry>() : snapshot_->manifest().postings;
  VICINAL_TRY_VOID(commit(*tail_, [&](Change& change) -> Result<> {
    change.after.identity.words = words;
    VICINAL_TRY_VOID(write_words(snapshot_->database(), words));
    if (dropped.empty()) return {};
    change.after.postings.clear();
    return snapshot_->database().execute("DELETE FROM dead_postings");
  }));
  unlink_postings(snapshot_->folder(), dropped);
  return {};
}

Result<> Writer::add_fields(std::span<const std::string> names) {
  VICINAL_TRY_VOID(ensure_current());
  const std::vector<std::string>& there = snapshot_->manifest().identity.fields;
  VICINAL_TRY(const std::vector<std::string> fields, with_fields(there, names));
  if (fields.size() == there.size()) return {};
  return commit(*tail_, [&](Change& change) {
    change.after.identity.fields = fields;
    return write_fields(snapshot_->database(), there.size(), fields);
  });
}

Result<> Writer::set_noise_floor(const std::string& json) {
  VICINAL_TRY_VOID(ensure_current());
  if (snapshot_->manifest().identity.noise_floor_json == json) return {};
  return change([&](Change& change) {
    change.after.identity.noise_floor_json = json;
    return write_noise_floor(snapshot_->database(), json);
  });
}

Result<> Writer::maintain(const Watch& watch) {
  VICINAL_TRY_VOID(ensure_current());
  VICINAL_TRY_VOID(flush());
  VICINAL_TRY_VOID(maintain_vectors(watch));
  return maintain_postings(options_.fresh_passages, watch);
}

Result<> Writer::maintain_vectors(const Watch& watch) {
  while (true) {
    VICINAL_TRY(const std::vector<FileEntry> files, next_merge());
    if (files.empty()) break;
    VICINAL_TRY_VOID(merge(files, watch));
  }
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  vectors->renew_codes(snapshot_->folder(), snapshot_->manifest());
  return {};
}

Result<> Writer::compact(const Watch& watch) {
  VICINAL_TRY_VOID(ensure_current());
  VICINAL_TRY_VOID(flush());
  VICINAL_TRY(const std::vector<FileEntry> files, files_to_compact());
  if (!files.empty()) {
    VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
    VICINAL_TRY_VOID(require_room_to_merge(*vectors, files, snapshot_->folder(), watch));
    VICINAL_TRY_VOID(merge(files, watch));
  }
  VICINAL_TRY_VOID(discard_damaged_postings(LookAt::everything));
  VICINAL_TRY_VOID(maintain_postings(1, watch));
  VICINAL_TRY_VOID(merge_all_postings(watch));
  return vacuum_database(snapshot_->database(), snapshot_->folder(), watch);
}

// The tail comes first: `merge` begins a new one then. Nothing to do where one segment without dead rows is all.
Result<std::vector<FileEntry>> Writer::files_to_compact() {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  std::vector<FileEntry> files = {snapshot_->manifest().tail()};
  uint64_t dead = 0, tail_rows = 0;
  for (const VectorSet::OpenFile& file : vectors->files()) {
    dead += file.dead.count();
    if (file.entry.kind == VectorFileKind::segment) files.push_back(file.entry);
    if (file.entry.kind == VectorFileKind::tail) tail_rows = file.entry.rows;
  }
  if (dead == 0 && tail_rows == 0 && files.size() <= 2) files.clear();
  return files;
}

Result<std::vector<FileEntry>> Writer::next_merge() {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  std::vector<FileLoad> loads;
  for (const VectorSet::OpenFile& file : vectors->files()) loads.push_back({file.entry, file.dead.count()});
  return files_to_merge(loads);
}

Result<> Writer::merge(const std::vector<FileEntry>& files, const Watch& watch) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  const Manifest& manifest = snapshot_->manifest();
  const uint64_t number = manifest.next_file;
  const SegmentExtent extent = {vector_file_path(snapshot_->folder(), VectorFileKind::segment, number),
                                vector_file_identity(manifest.collection, VectorFileKind::segment, number),
                                manifest.identity.dimensions, 0, 0};
  // A number that was never committed: what lies there is left of a merge that failed.
  ::unlink(extent.path.c_str());
  VICINAL_TRY(const MergeResult merged,
              merge_files(*vectors, files, extent, number, merge_step(watch, live_rows(*vectors, files))));
  if (merged.segment) make_codes(snapshot_->folder(), manifest, extent, *merged.segment);
  VICINAL_TRY(std::optional<TailWriter> new_tail, new_tail_for(files));
  // The switch may have reached the disk although it was not confirmed: what is named then must stay.
  VICINAL_TRY_VOID(commit_merge(files, merged, std::move(new_tail)));
  unlink_files(snapshot_->folder(), files);
  return {};
}

Result<std::optional<TailWriter>> Writer::new_tail_for(const std::vector<FileEntry>& files) {
  if (files.front().kind != VectorFileKind::tail) return std::optional<TailWriter>();
  const Manifest& manifest = snapshot_->manifest();
  const uint64_t number = manifest.next_file + 1;
  const std::string path = vector_file_path(snapshot_->folder(), VectorFileKind::tail, number);
  ::unlink(path.c_str());
  const uint64_t identity = vector_file_identity(manifest.collection, VectorFileKind::tail, number);
  VICINAL_TRY(TailWriter tail, TailWriter::create(path, identity, manifest.identity.dimensions));
  return std::optional(std::move(tail));
}

Result<> Writer::commit_merge(const std::vector<FileEntry>& files, const MergeResult& merged,
                              std::optional<TailWriter> new_tail) {
  VICINAL_TRY_VOID(base::sync_folder(snapshot_->folder()));
  TailWriter& tail = new_tail ? *new_tail : *tail_;
  VICINAL_TRY_VOID(commit(tail, [&](Change& change) -> Result<> {
    Manifest& after = change.after;
    std::erase_if(after.files, [&](const FileEntry& entry) { return std::ranges::find(files, entry) != files.end(); });
    if (merged.segment) after.files.push_back(*merged.segment);
    if (new_tail) after.files.push_back({VectorFileKind::tail, after.next_file + 1, 0, 0});
    after.next_file += 2;
    for (uint64_t document : merged.dropped_documents)
      VICINAL_TRY_VOID(snapshot_->database().run("DELETE FROM dead WHERE document = ?", document));
    return {};
  }));
  if (new_tail) tail_ = std::move(new_tail);
  return {};
}

Result<> Writer::maintain_postings(uint64_t least_fresh, const Watch& watch) {
  if (!snapshot_->manifest().has_words()) return {};
  VICINAL_TRY_VOID(discard_damaged_postings(LookAt::tables));
  PacedWatch paced(watch);
  bool discarded = false;
  while (true) {
    VICINAL_TRY(const auto sealed, seal_postings(*snapshot_, *documents_, least_fresh, paced));
    if (sealed) VICINAL_TRY_VOID(commit_postings(*sealed));
    VICINAL_TRY([[maybe_unused]] VectorSet* const vectors, snapshot_->vectors());
    VICINAL_TRY(const std::vector<uint64_t> dead, dead_postings_rows(*snapshot_));
    const auto files = postings_to_merge(snapshot_->manifest().postings, dead);
    if (files.empty() && !sealed) return {};
    if (files.empty()) continue;
    const auto merged = merge_postings(*snapshot_, files, paced);
    if (!merged && (merged.error().code() != Code::corrupt || std::exchange(discarded, true))) return merged.error();
    VICINAL_TRY_VOID(merged ? commit_postings(*merged) : discard_postings());
  }
}

// One file without dead rows is all there should be.
Result<> Writer::merge_all_postings(const Watch& watch) {
  VICINAL_TRY([[maybe_unused]] VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const std::vector<uint64_t> dead, dead_postings_rows(*snapshot_));
  const std::vector<PostingsEntry> files = snapshot_->manifest().postings;
  if (files.empty() || (files.size() == 1 && dead.front() == 0)) return {};
  PacedWatch paced(watch);
  VICINAL_TRY(const PostingsChange merged, merge_postings(*snapshot_, files, paced));
  return commit_postings(merged);
}

// Damaged ones, and those of an analysis of another version.
Result<> Writer::discard_damaged_postings(LookAt part) {
  VICINAL_TRY(const bool sound, postings_are_sound(*snapshot_, part));
  return sound ? Result<>() : discard_postings();
}

// They are made anew from the texts: all of them, because ranges leave nothing out.
Result<> Writer::discard_postings() { return commit_postings({snapshot_->manifest().postings, {}, {}}); }

Result<> Writer::commit_postings(const PostingsChange& change) {
  VICINAL_TRY_VOID(base::sync_folder(snapshot_->folder()));
  VICINAL_TRY_VOID(commit(*tail_, [&](Change& next) -> Result<> {
    auto& postings = next.after.postings;
    std::erase_if(postings, [&](const PostingsEntry& entry) {
      return std::ranges::find(change.removed, entry) != change.removed.end();
    });
    if (change.added) postings.push_back(*change.added);
    std::ranges::sort(postings, {}, &PostingsEntry::first);
    ++next.after.next_file;
    for (const uint64_t document : change.dropped)
      VICINAL_TRY_VOID(snapshot_->database().run("DELETE FROM dead_postings WHERE document = ?", document));
    if (postings.empty()) return snapshot_->database().execute("DELETE FROM dead_postings");
    return {};
  }));
  unlink_postings(snapshot_->folder(), change.removed);
  return {};
}

}  // namespace vicinal::index
