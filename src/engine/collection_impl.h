#pragma once
/// What lies behind a public Collection: a reader that is always open, a writer for the length of a writing call, and
/// an embedder that is opened by the first call that needs one.

#include <memory>
#include <optional>
#include <string>

#include "embed/local_embedder.h"
#include "engine/embedder_impl.h"
#include "engine/recipe.h"
#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal {
inline namespace v0 {

struct Collection::Impl {
  std::string folder;
  CollectionOptions options;
  std::unique_ptr<index::Store> reader;
  std::optional<Embedder> embedder;

  /// Opened on first use with the model asked for or the stored one; space_mismatch where that is another space.
  Result<const embed::LocalEmbedder*> open_embedder();
  /// Waits for the writer's lock; the reader lets go until its next refresh. read_only: invalid_argument.
  Result<std::unique_ptr<index::Store>> open_writer(const Watch& watch, Durability durability = Durability::sync);
  /// invalid_argument where vectors are made elsewhere, or where they are not.
  Result<> require_model() const;
  Result<> require_declared_space() const;
  /// The writing calls; the writer is closed when they return.
  Result<IndexReport> index_paths(const std::vector<std::string>& paths, const Watch& watch);
  Result<IndexReport> add_vectors(const VectorSource& source, const Watch& watch);
  Result<size_t> remove(const std::vector<std::string>& ids, const Watch& watch);
  Result<size_t> remove_where(const filter::Condition& where, const Watch& watch);
  /// Of the ids, or of what fulfils `where` when there are none.
  Result<UpdateReport> update_metadata(const std::vector<std::string>* ids, const filter::Condition& where,
                                       const MetadataUpdate& update, const Watch& watch);
  /// Adds the fields asked for that the collection lacks.
  Result<> declare_fields(index::Store& writer) const;
  /// The stored recipe with the chunking and the fields asked for.
  Result<engine::Recipe> recipe(const index::Store& store) const;

  Result<Matrix> embed_queries(const std::vector<std::string>& queries, const Watch& watch);
  Result<std::vector<SearchResult>> search(const std::vector<std::string>& queries, const SearchOptions& wanted,
                                           const Watch& watch);
};

}  // namespace v0
}  // namespace vicinal
