#pragma once
/// The documents of a collection in its database: rows in, rows out. Vectors live elsewhere (vector_set.h).
///
/// What `read` returns is checked against the checksum that `insert` made of it. Calls run inside whatever
/// transaction the connection is in. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/matcher.h"
#include "index/encoded_document.h"
#include "index/sqlite.h"
#include "index/store.h"

namespace vicinal::index {

class Documents {
 public:
  Documents(Database& database, std::string path) : database_(&database), path_(std::move(path)) {}

  // Writing.
  /// False, and nothing is changed, when there is a document of its external id.
  Result<bool> insert(uint64_t id, const DocumentWrite& document, const EncodedDocument& encoded);
  struct Erased {
    uint64_t id = 0;
    uint64_t chunks = 0;
  };
  /// Nothing when there is no such document.
  Result<std::optional<Erased>> erase(std::string_view external);
  Result<> restamp(const SourceState& source);
  /// False when there is no such document. corrupt: the document fails its checksum, which is made anew.
  Result<bool> set_metadata(const MetadataWrite& write);

  // Reading.
  struct Found {
    uint64_t id = 0;
    Document document;
  };
  Result<std::optional<Found>> read(std::string_view external);
  Result<std::optional<uint64_t>> internal_id(std::string_view external);
  Result<std::optional<DocumentWrite>> written(std::string_view external);
  Result<std::vector<DocumentVersion>> versions(std::string_view after, size_t limit);
  Result<std::optional<std::string>> metadata(std::string_view external);  ///< not checked by itself
  Result<std::string> external_id(uint64_t id);  ///< corrupt when there is none: a vector's owner must exist
  Result<std::vector<std::string>> list(std::string_view after, size_t limit);
  /// Internal and external id of every document, in the order of ids().
  Result<> each_id(const std::function<void(uint64_t, std::string_view)>& take);
  Result<std::vector<uint64_t>> ids();  ///< of all documents, ascending
  /// What filters see of every document, in the order of ids(). corrupt: metadata that is no JSON.
  Result<> each_metadata(const std::function<void(const filter::FilteredDocument&)>& take);
  Result<std::optional<SourceState>> source(std::string_view external);
  Result<std::vector<SourceState>> sources(std::string_view root);
  struct ChunkKey {
    uint64_t document = 0;
    uint32_t ordinal = 0;
  };
  /// A chunk whose embedded string had this hash.
  Result<std::optional<ChunkKey>> chunk_with(const base::Hash128& embed_hash);

 private:
  Result<std::optional<uint64_t>> source_number(const std::string& root);
  Result<> insert_text(uint64_t id, std::string_view text, const EncodedText& encoded);
  Result<> insert_fields(uint64_t id, std::span<const FieldText> fields, std::span<const EncodedText> encoded);
  Result<> insert_chunks(uint64_t id, const DocumentWrite& document);
  /// Of the columns bytes, coding and body, from `column` on.
  Result<std::string> text_in(const Query& query, int column, uint64_t id) const;
  Result<std::string> read_text(uint64_t id);
  Result<bool> has_fields();  ///< beside the body
  Result<std::vector<FieldText>> read_fields(uint64_t id);
  /// Of the document's texts, which are read already.
  Result<std::vector<Chunk>> read_chunks(uint64_t id, uint64_t expected, const Document& document);
  Error damaged(std::string_view what, uint64_t id) const;

  Database* database_;
  std::string path_;
};

}  // namespace vicinal::index
