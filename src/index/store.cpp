#include "index/store.h"

#include <utility>

#include "index/creation.h"
#include "index/documents.h"
#include "index/earlier_writes.h"
#include "index/local_disk.h"
#include "index/reader.h"
#include "index/recovery.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include "index/writer_lock.h"

namespace vicinal::index {

namespace {

class DiskStore final : public Store {
 public:
  DiskStore(std::unique_ptr<Snapshot> snapshot, std::optional<WriterLock> lock)
      : lock_(std::move(lock)),
        snapshot_(std::move(snapshot)),
        documents_(snapshot_->database(), database_path(snapshot_->folder())),
        reader_(*snapshot_, documents_) {}

  ~DiskStore() override {
    if (!writer_) return;
    (void)writer_->flush().ok();  // who must know calls it
    snapshot_->write_back_log();
  }

  Result<> start_writing(const WriterOptions& options) {
    VICINAL_TRY(Writer writer, Writer::open(*snapshot_, documents_, options));
    writer_.emplace(std::move(writer));
    return {};
  }

  const StoreIdentity& identity() const override { return snapshot_->manifest().identity; }

  Result<> set_recipe(const std::string& recipe_json, const std::string& chunking) override {
    return writer_ ? writer_->set_recipe(recipe_json, chunking) : read_only();
  }
  Result<> set_words(const WordSettings& words) override { return writer_ ? writer_->set_words(words) : read_only(); }
  Result<> add_fields(std::span<const std::string> names) override {
    return writer_ ? writer_->add_fields(names) : read_only();
  }
  Result<> set_noise_floor(const std::string& json) override {
    return writer_ ? writer_->set_noise_floor(json) : read_only();
  }
  Result<> upsert(std::span<const DocumentWrite> documents, base::MatrixView vectors) override {
    return writer_ ? writer_->upsert(documents, vectors) : read_only();
  }
  Result<size_t> remove(std::span<const std::string> ids) override {
    return writer_ ? writer_->remove(ids) : Result<size_t>(read_only());
  }
  Result<size_t> set_metadata(std::span<const MetadataWrite> writes) override {
    return writer_ ? writer_->set_metadata(writes) : Result<size_t>(read_only());
  }
  Result<> restamp(std::span<const SourceState> sources) override {
    return writer_ ? writer_->restamp(sources) : read_only();
  }
  Result<> flush() override { return writer_ ? writer_->flush() : read_only(); }
  bool has_unsynced() const override { return writer_ && writer_->has_unsynced(); }
  Result<> maintain(const Watch& watch) override { return writer_ ? writer_->maintain(watch) : read_only(); }
  Result<> compact(const Watch& watch) override { return writer_ ? writer_->compact(watch) : read_only(); }

  Result<> refresh() override { return snapshot_->refresh(); }
  void release() override { snapshot_->release(); }
  Result<bool> find_vector(const base::Hash128& embed_hash, std::span<float> out) override {
    return reader_.find_vector(embed_hash, out);
  }
  Result<std::vector<SourceState>> sources(std::string_view source_root) override {
    return documents_.sources(source_root);
  }
  Result<std::optional<SourceState>> source(std::string_view id) override { return documents_.source(id); }
  Result<std::vector<StoreHit>> search(const StoreSearch& request) override { return reader_.search(request); }
  Result<std::vector<std::vector<StoreHit>>> search_all(base::MatrixView queries, const StoreSearch& options) override {
    return reader_.search_all(queries, options);
  }
  bool has_words() const override { return snapshot_->manifest().has_words(); }
  Result<std::shared_ptr<const WordRules>> word_rules() override { return snapshot_->word_rules(); }
  Result<LexicalAnswer> search_words(const LexicalSearch& request) override { return reader_.search_words(request); }
  Result<std::vector<float>> score_passages(const StoreSearch& request,
                                            std::span<const PassageName> passages) override {
    return reader_.score_passages(request, passages);
  }
  Result<std::span<const float>> passage_vector(const PassageName& passage) override {
    return reader_.passage_vector(passage);
  }
  Result<std::vector<float>> random_vectors(size_t count, uint64_t seed) override {
    return reader_.random_vectors(count, seed);
  }
  Result<StoreSelection> count(const filter::Condition& where, const FieldWeights& fields) override {
    return reader_.count(where, fields);
  }
  Result<Document> get(std::string_view id) override { return reader_.get(id); }
  Result<std::optional<DocumentWrite>> written(std::string_view id) override { return documents_.written(id); }
  Result<std::vector<DocumentVersion>> versions(std::string_view after, size_t limit) override {
    return documents_.versions(after, limit);
  }
  Result<std::optional<std::string>> metadata(std::string_view id) override { return documents_.metadata(id); }
  Result<std::vector<std::string>> list(std::string_view after, size_t limit, const filter::Condition& where) override {
    return where.holds_for_all() ? documents_.list(after, limit) : reader_.list(after, limit, where);
  }
  Result<CollectionStats> stats() override { return reader_.stats(); }
  Result<uint64_t> dead_vectors() override {
    VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
    uint64_t rows = 0;
    for (const VectorSet::OpenFile& file : vectors->files()) rows += file.dead.count();
    return rows;
  }
  Result<> each_chunk(const std::function<bool(const ExportedChunk&)>& row) override { return reader_.each_chunk(row); }

 private:
  Error read_only() const {
    return Error(Code::invalid_argument, "the collection was opened for reading only")
        .with("path", snapshot_->folder());
  }

  std::optional<WriterLock> lock_;  // given back last: closing the database may still write its log back
  std::unique_ptr<Snapshot> snapshot_;
  Documents documents_;
  Reader reader_;
  std::optional<Writer> writer_;
};

Error no_collection(const std::string& folder) {
  return Error(Code::not_found, "there is no collection").with("path", folder);
}

Result<> check_space(const StoreIdentity& stored, const Store::OpenOptions& options) {
  if (!options.expect_space || *options.expect_space == stored.space) return {};
  Error error(Code::space_mismatch, "the collection's vectors live in another space than the model's");
  error.with("stored", stored.space).with("given", *options.expect_space).with("model", stored.model);
  if (options.create) error.with("given_model", options.create->model);
  return error;
}

Result<std::unique_ptr<Store>> open_to_read(const std::string& folder, const Store::OpenOptions& options) {
  VICINAL_TRY(const FolderContent content, look_into(folder));
  if (!content.has_database) return no_collection(folder);
  VICINAL_TRY_VOID(require_local_disk(folder));
  VICINAL_TRY(auto snapshot, Snapshot::open(folder, Snapshot::Role::reader));
  VICINAL_TRY_VOID(check_space(snapshot->manifest().identity, options));
  return std::unique_ptr<Store>(std::make_unique<DiskStore>(std::move(snapshot), std::nullopt));
}

Result<std::unique_ptr<Store>> open_to_write(const std::string& folder, const Store::OpenOptions& options) {
  if (options.create) VICINAL_TRY_VOID(make_durable_folder(folder));
  VICINAL_TRY(const FolderContent before, look_into(folder));
  if (!before.has_database && !options.create) return no_collection(folder);
  VICINAL_TRY_VOID(check_place(folder, before));  // before a lock file is put there
  VICINAL_TRY_VOID(require_local_disk(folder));
  VICINAL_TRY(WriterLock lock, WriterLock::take(lock_path(folder), {options.watch, options.lock_wait_seconds}));
  VICINAL_TRY(const FolderContent content, look_into(folder));  // another writer may have made it meanwhile
  if (!content.has_database) {
    if (!options.create) return no_collection(folder);
    VICINAL_TRY_VOID(create_collection(folder, content, *options.create));
  }
  Recovery recovery = recovery_of_log(folder);
  VICINAL_TRY(auto snapshot, Snapshot::open(folder, Snapshot::Role::writer));
  VICINAL_TRY_VOID(sync_earlier_writes(folder));  // before anything is appended or removed
  VICINAL_TRY_VOID(check_space(snapshot->manifest().identity, options));
  VICINAL_TRY_VOID(snapshot->upgrade());
  if (content.has_database) {
    VICINAL_TRY_VOID(note_recovery(recovery, *snapshot, content));
    VICINAL_TRY_VOID(remove_leftovers(folder, content, snapshot->manifest()));
    say_recovery(recovery, options.watch);
  }
  auto store = std::make_unique<DiskStore>(std::move(snapshot), std::move(lock));
  VICINAL_TRY_VOID(store->start_writing({options.durability, options.fresh_passages}));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& folder, const OpenOptions& options) {
  if (folder.empty()) return Error(Code::invalid_argument, "the collection's folder has no name");
  return options.access == Access::read ? open_to_read(folder, options) : open_to_write(folder, options);
}

}  // namespace vicinal::index
