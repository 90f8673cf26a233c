#include "vicinal/collection.h"

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "engine/collection_impl.h"
#include "engine/ingest.h"
#include "engine/resolve_model.h"
#include "engine/vector_files.h"
#include "engine/vector_ingest.h"
#include "engine/words.h"
#include "index/creation.h"
#include "vicinal/version.h"

namespace vicinal {
inline namespace v0 {
namespace {

Error other_space(const index::StoreIdentity& stored, const embed::LocalEmbedder& embedder) {
  return Error(Code::space_mismatch, "the collection's vectors were made by another model or with other settings")
      .with("collection_model", stored.model)
      .with("collection_space", stored.space)
      .with("model", embedder.name())
      .with("space", embedder.space());
}

std::string provenance(const embed::LocalEmbedder& embedder) {
  base::JsonWriter out;
  out.begin_object().key("precision").string(precision_name(embedder.precision()));
  out.key("level").string(embedder.level()).key("engine").string(version()).end_object();
  return out.take();
}

/// What the caller left open is as the collection's first vectors were made.
Result<EmbedderOptions> with_stored_settings(EmbedderOptions options, const index::StoreIdentity& stored) {
  VICINAL_TRY(const base::Json space, base::Json::parse(stored.space_json));
  VICINAL_TRY(const base::Json provenance, base::Json::parse(stored.provenance_json));
  if (options.max_tokens == 0)
    options.max_tokens = static_cast<size_t>(std::max<int64_t>(space["max_tokens"].integer_or(0), 0));
  if (options.precision) return options;
  if (auto precision = parse_precision(provenance["precision"].string_or(""))) options.precision = *precision;
  return options;
}

Result<index::StoreIdentity> new_identity(const CollectionOptions& options, const embed::LocalEmbedder& embedder) {
  VICINAL_TRY(const index::WordSettings words, engine::word_settings(options.words, {}));
  VICINAL_TRY(const engine::ResolvedModel model, engine::resolve_model(options.model));
  engine::Recipe recipe;
  if (options.chunk) recipe.chunk = *options.chunk;
  return index::StoreIdentity{.space = engine::glossed_space(embedder.space(), words.glossary),
                              .space_json = engine::glossed_space_json(embedder.space_json(), words.glossary),
                              .model = model.name,
                              .dimensions = embedder.dimensions(),
                              .metric = options.metric,
                              .chunking = recipe.chunk.to_string(),
                              .recipe_json = recipe.to_json(),
                              .words = words,
                              .provenance_json = provenance(embedder)};
}

Result<index::StoreIdentity> declared_identity(const CollectionOptions& options) {
  VICINAL_TRY(const index::WordSettings words, engine::word_settings(options.words, {}));
  if (!words.glossary.empty())
    return Error(Code::invalid_argument,
                 "a glossary adds to texts before they are embedded, ready vectors know nothing of it")
        .with("fix", "leave the glossary out");
  const engine::Recipe recipe{.chunk = {.strategy = ChunkSpec::Strategy::none}};
  return index::StoreIdentity{.space = engine::declared_space(options.space),
                              .space_json = engine::declared_space_json(options.space),
                              .model = {},
                              .dimensions = options.dimensions,
                              .metric = options.metric,
                              .chunking = recipe.chunk.to_string(),
                              .recipe_json = recipe.to_json(),
                              .words = words,
                              .provenance_json = "{}"};
}

/// `name`: what the caller calls the space of ready vectors; empty where it says nothing.
Result<> check_declared_space(const index::StoreIdentity& stored, const std::string& name) {
  if (name.empty() || stored.space == engine::declared_space(name)) return {};
  Error error(Code::space_mismatch, "the collection's vectors live in another space than the one that is named");
  const std::string declared = engine::declared_name(stored.space_json);
  error.with(declared.empty() ? "collection_model" : "collection_space", declared.empty() ? stored.model : declared);
  return error.with("space", name);
}

/// The words that are asked for, of a collection that is there.
Result<> check_words(const index::StoreIdentity& stored, const CollectionOptions& options) {
  VICINAL_TRY(const index::WordSettings words, engine::word_settings(options.words, stored.words));
  return options.words.glossary.empty() ? Result<>() : engine::check_glossary(stored, words.glossary);
}

bool is_collection(const std::string& folder) {
  std::error_code error;
  return std::filesystem::exists(folder + "/collection.db", error);
}

/// Makes the collection and lets go of the writer's lock again.
Result<> create(const std::string& folder, const CollectionOptions& options, const embed::LocalEmbedder& embedder,
                const Watch& watch) {
  VICINAL_TRY(const index::StoreIdentity identity, new_identity(options, embedder));
  const index::Store::OpenOptions open{
      .access = index::Store::Access::write, .create = identity, .expect_space = identity.space, .watch = watch};
  if (auto store = index::Store::open(folder, open); !store) return std::move(store).error();
  return {};
}

/// A collection for vectors that are made elsewhere.
Result<> create_declared(const std::string& folder, const CollectionOptions& options, const Watch& watch) {
  if (options.dimensions == 0)
    return Error(Code::invalid_argument, "a new collection of ready vectors needs their length").with("path", folder);
  VICINAL_TRY(const index::StoreIdentity identity, declared_identity(options));
  const index::Store::OpenOptions open{.access = index::Store::Access::write, .create = identity, .watch = watch};
  if (auto store = index::Store::open(folder, open); !store) return std::move(store).error();
  return {};
}

}  // namespace

Result<> Collection::Impl::require_model() const {
  const std::string name = reader ? engine::declared_name(reader->identity().space_json) : "";
  if (name.empty()) return {};
  return Error(Code::invalid_argument, "the collection's vectors are made elsewhere, so it embeds no text")
      .with("space", name)
      .with("fix", "search by a vector: --vector FILE.npy; add vectors: index FILE --space " + name);
}

Result<> Collection::Impl::require_declared_space() const {
  if (!engine::declared_name(reader->identity().space_json).empty()) return {};
  return Error(Code::invalid_argument, "the collection embeds texts itself, ready vectors are not added to it")
      .with("model", reader->identity().model)
      .with("fix", "another collection: --collection DIR --space NAME");
}

Result<const embed::LocalEmbedder*> Collection::Impl::open_embedder() {
  VICINAL_TRY_VOID(require_model());
  if (!embedder) {
    std::string model = options.model;
    EmbedderOptions settings = options.embedder;
    if (reader) {
      if (model.empty()) model = reader->identity().model;
      VICINAL_TRY(settings, with_stored_settings(settings, reader->identity()));
    }
    VICINAL_TRY(embedder, Embedder::open(model, settings));
  }
  const embed::LocalEmbedder* local = embedder->impl().local.get();
  if (!reader) return local;
  const index::StoreIdentity& stored = reader->identity();
  if (stored.space != engine::glossed_space(local->space(), stored.words.glossary)) return other_space(stored, *local);
  return local;
}

Result<std::unique_ptr<index::Store>> Collection::Impl::open_writer(const Watch& watch, Durability durability) {
  if (options.read_only)
    return Error(Code::invalid_argument, "the collection was opened to read only").with("path", folder);
  reader->release();
  return index::Store::open(folder, {.access = index::Store::Access::write,
                                     .expect_space = reader->identity().space,
                                     .watch = watch,
                                     .durability = durability});
}

Result<engine::Recipe> Collection::Impl::recipe(const index::Store& store) const {
  VICINAL_TRY(engine::Recipe recipe, engine::Recipe::parse(store.identity().recipe_json, store.identity().chunking));
  if (options.chunk) recipe.chunk = *options.chunk;
  if (!options.fields.empty()) {
    VICINAL_TRY(recipe.fields, engine::RowFields::of(options.fields));
  }
  return recipe;
}

Result<> Collection::Impl::declare_fields(index::Store& writer) const {
  VICINAL_TRY(const engine::RowFields fields, engine::RowFields::of(options.fields));
  return writer.add_fields(fields.names());
}

Result<IndexReport> Collection::Impl::index_paths(const std::vector<std::string>& paths, const Watch& watch) {
  VICINAL_TRY(const auto writer, open_writer(watch, options.durability));
  VICINAL_TRY(const embed::LocalEmbedder* local, open_embedder());
  VICINAL_TRY(engine::Recipe now, recipe(*writer));
  VICINAL_TRY_VOID(engine::apply_words(*writer, options.words, watch));
  VICINAL_TRY_VOID(declare_fields(*writer));
  return engine::ingest({*writer, *local, std::move(now), options.embedder.on_long}, paths, watch);
}

Result<IndexReport> Collection::Impl::add_vectors(const VectorSource& source, const Watch& watch) {
  VICINAL_TRY_VOID(require_declared_space());
  VICINAL_TRY(const auto writer, open_writer(watch, options.durability));
  VICINAL_TRY(const engine::Recipe now, recipe(*writer));
  VICINAL_TRY_VOID(engine::apply_words(*writer, options.words, watch));
  VICINAL_TRY_VOID(declare_fields(*writer));
  if (!options.fields.empty()) VICINAL_TRY_VOID(writer->set_recipe(now.to_json(), now.chunk.to_string()));
  return engine::ingest_vectors(*writer, source, watch);
}

Result<size_t> Collection::Impl::remove(const std::vector<std::string>& ids, const Watch& watch) {
  VICINAL_TRY(const auto writer, open_writer(watch));
  return writer->remove(ids);
}

Result<Durability> parse_durability(std::string_view name) {
  if (name == "sync") return Durability::sync;
  if (name == "batch") return Durability::batch;
  if (name == "none") return Durability::none;
  return Error(Code::invalid_argument, "no such durability; known are sync, batch and none").with("durability", name);
}

Collection::Collection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Collection::Collection(Collection&&) noexcept = default;
Collection& Collection::operator=(Collection&&) noexcept = default;
Collection::~Collection() = default;

Result<Collection> Collection::open(const std::string& folder, const CollectionOptions& options, const Watch& watch) {
  auto impl = std::make_unique<Impl>(Impl{.folder = folder, .options = options, .reader = nullptr, .embedder = {}});
  if (options.create && !options.read_only && !is_collection(folder)) {
    VICINAL_TRY(const index::FolderContent content, index::look_into(folder));
    VICINAL_TRY_VOID(index::check_place(folder, content));  // before the model is loaded
    if (options.space.empty()) {
      VICINAL_TRY(const embed::LocalEmbedder* embedder, impl->open_embedder());
      VICINAL_TRY_VOID(create(folder, options, *embedder, watch));
    } else {
      VICINAL_TRY_VOID(create_declared(folder, options, watch));
    }
  }
  const index::Store::OpenOptions open{.access = index::Store::Access::read, .watch = watch};
  VICINAL_TRY(impl->reader, index::Store::open(folder, open));
  VICINAL_TRY_VOID(check_declared_space(impl->reader->identity(), options.space));
  VICINAL_TRY_VOID(check_words(impl->reader->identity(), options));
  if (!options.model.empty()) {  // a model that was named is compared at once, the stored one when it is needed
    if (auto embedder = impl->open_embedder(); !embedder) return std::move(embedder).error();
  }
  return Collection(std::move(impl));
}

Result<IndexReport> Collection::index_paths(const std::vector<std::string>& paths, const Watch& watch) {
  auto report = impl_->index_paths(paths, watch);
  // Of two errors the first is told.
  if (auto seen = impl_->reader->refresh(); !seen && report) return std::move(seen).error();
  return report;
}

Result<IndexReport> Collection::add_vectors(const VectorSource& source, const Watch& watch) {
  auto report = impl_->add_vectors(source, watch);
  if (auto seen = impl_->reader->refresh(); !seen && report) return std::move(seen).error();
  return report;
}

Result<IndexReport> Collection::add_vector_files(const std::vector<std::string>& paths, const Watch& watch) {
  constexpr size_t kCommitRows = 1000;
  const auto is_matrix = [](const std::string& path) { return path.ends_with(".npy"); };
  if (std::ranges::count_if(paths, is_matrix) > 1)
    return Error(Code::invalid_argument,
                 "rows of a .npy file are named by their number, so a second file would replace the first one's")
        .with("fix", "one matrix (numpy.concatenate), or JSONL rows with ids");
  const size_t dimensions = impl_->reader->identity().dimensions;
  VICINAL_TRY(const engine::Recipe now, impl_->recipe(*impl_->reader));
  size_t next_path = 0;
  std::unique_ptr<engine::VectorRowReader> file;
  return add_vectors(
      [&]() -> Result<std::vector<VectorRow>> {
        for (;;) {
          if (file) {
            VICINAL_TRY(auto rows, file->next(kCommitRows));
            if (!rows.empty()) return rows;
          }
          if (next_path == paths.size()) return std::vector<VectorRow>();
          VICINAL_TRY(file, engine::open_vector_rows(paths[next_path++], dimensions, now.fields));
        }
      },
      watch);
}

Result<Document> Collection::get(std::string_view id) {
  VICINAL_TRY_VOID(impl_->reader->refresh());
  return impl_->reader->get(id);
}

Result<std::vector<std::string>> Collection::list(std::string_view after, size_t limit, std::string_view where) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  VICINAL_TRY_VOID(impl_->reader->refresh());
  return impl_->reader->list(after, limit, condition);
}

Result<Count> Collection::count(std::string_view where) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  VICINAL_TRY_VOID(impl_->reader->refresh());
  VICINAL_TRY(const index::StoreSelection left, impl_->reader->count(condition));
  return Count{left.documents, left.chunks};
}

Result<size_t> Collection::remove(const std::vector<std::string>& ids, const Watch& watch) {
  auto removed = impl_->remove(ids, watch);
  if (auto seen = impl_->reader->refresh(); !seen && removed) return std::move(seen).error();
  return removed;
}

Result<CollectionStats> Collection::stats() {
  VICINAL_TRY_VOID(impl_->reader->refresh());
  VICINAL_TRY(CollectionStats stats, impl_->reader->stats());
  stats.space_name = engine::declared_name(impl_->reader->identity().space_json);
  stats.glossary = engine::glossary_digest(impl_->reader->identity().words.glossary);
  return stats;
}

Result<> Collection::export_chunks(const std::function<bool(const ExportedChunk&)>& row) {
  VICINAL_TRY_VOID(impl_->reader->refresh());
  return impl_->reader->each_chunk(row);
}

}  // namespace v0
}  // namespace vicinal
