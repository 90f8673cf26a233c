#include "index/document_check.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/json.h"
#include "index/metric.h"
#include "index/text_codec.h"

namespace vicinal::index {

namespace {

Error refused(std::string_view id, std::string message) {
  // A hostile id is not repeated in full.
  return Error(Code::invalid_argument, std::move(message)).with("id", id.substr(0, kMaxIdBytes));
}

Error refused(const DocumentWrite& document, std::string message) { return refused(document.id, std::move(message)); }

/// Bytes of a field's text; nothing where the document has no such field.
std::optional<size_t> field_bytes(const DocumentWrite& document, size_t field) {
  if (field == 0) return document.text.size();
  const auto found = std::ranges::find(document.fields, field, &FieldText::field);
  return found == document.fields.end() ? std::nullopt : std::optional(found->text.size());
}

Result<> check_fields(const DocumentWrite& document, size_t fields) {
  size_t last = 0;
  for (const FieldText& field : document.fields) {
    if (field.field <= last || field.field >= fields) return refused(document, "a document's field is none");
    if (field.text.size() > kMaxTextBytes) return refused(document, "a field's text is longer than 1 GiB");
    last = field.field;
  }
  if (!std::ranges::is_sorted(document.chunks, {}, &Chunk::field))
    return refused(document, "chunks do not follow each other by field");
  const bool inside = std::ranges::all_of(document.chunks, [&](const Chunk& chunk) {
    const std::optional<size_t> bytes = field_bytes(document, chunk.field);
    return bytes && chunk.byte_start <= chunk.byte_end && chunk.byte_end <= *bytes;
  });
  return inside ? Result<>() : refused(document, "a chunk lies outside its text");
}

Result<> check_document(const DocumentWrite& document, size_t fields) {
  if (document.id.empty() || document.id.size() > kMaxIdBytes || !base::valid_utf8(document.id))
    return refused(document, "a document's id must be 1 to 512 bytes of UTF-8");
  if (document.text.size() > kMaxTextBytes) return refused(document, "a document's text is longer than 1 GiB");
  if (document.embed_hashes.size() != document.chunks.size())
    return refused(document, "chunks and their hashes are not as many");
  VICINAL_TRY_VOID(check_fields(document, fields));
  return document.metadata.empty() ? Result<>() : check_metadata(document.id, document.metadata);
}

Result<> check_vectors(base::MatrixView vectors, size_t chunks, size_t dimensions) {
  if (vectors.rows != chunks)
    return Error(Code::invalid_argument, "vectors and chunks are not as many")
        .with("vectors", vectors.rows)
        .with("chunks", chunks);
  if (chunks > 0 && vectors.cols != dimensions)
    return Error(Code::invalid_argument, "vectors have another length than the collection's")
        .with("given", vectors.cols)
        .with("stored", dimensions);
  for (size_t row = 0; row < vectors.rows; ++row)
    if (!all_finite(vectors.row(row)))
      return Error(Code::invalid_argument, "a vector holds a NaN or an infinity").with("row", row);
  return {};
}

}  // namespace

Result<> check_metadata(std::string_view id, std::string_view metadata) {
  const auto json = base::Json::parse(metadata);
  if (json && json->is_object()) return {};
  return refused(id, "a document's metadata must be a JSON object");
}

Result<> check_documents(std::span<const DocumentWrite> documents, base::MatrixView vectors, size_t dimensions,
                         size_t fields) {
  size_t chunks = 0;
  for (const DocumentWrite& document : documents) {
    VICINAL_TRY_VOID(check_document(document, fields));
    chunks += document.chunks.size();
    if (document.chunks.size() > std::numeric_limits<int32_t>::max())
      return refused(document, "a document has too many chunks");
  }
  return check_vectors(vectors, chunks, dimensions);
}

}  // namespace vicinal::index
