#include <algorithm>

#include "engine/open_tokenizer.h"
#include "engine/passages.h"
#include "engine/resolve_model.h"
#include "model/folder.h"
#include "read/document.h"
#include "text/chunker.h"
#include "vicinal/chunker.h"

namespace vicinal {
inline namespace v0 {
namespace {

/// Text tokens that fit into the model; no limit for a bare tokenizer.json.
Result<size_t> room_tokens(std::string_view model, const text::Tokenizer& tokenizer) {
  if (model.ends_with(".json")) return static_cast<size_t>(-1);
  VICINAL_TRY(const engine::ResolvedModel resolved, engine::resolve_model(model));
  VICINAL_TRY(const model::ModelFolder folder, model::ModelFolder::open(resolved.path));
  const size_t taken = tokenizer.special_tokens() + tokenizer.count(folder.document_prompt());
  return folder.max_tokens - std::min(taken, folder.max_tokens - 1);
}

}  // namespace

Result<std::vector<FileChunk>> chunk_file(const std::string& path, const ChunkSpec& spec, std::string_view model) {
  VICINAL_TRY(const read::Document document, read::read_file(path));
  VICINAL_TRY(const auto tokenizer, engine::open_tokenizer(model));
  std::vector<Chunk> chunks;
  if (spec.strategy == ChunkSpec::Strategy::none) {
    chunks = text::chunk_none(document.text, *tokenizer);
  } else {
    VICINAL_TRY(const size_t room, room_tokens(model, *tokenizer));
    const engine::PassageSizes sizes = engine::passage_sizes(spec, room);
    chunks = text::chunk_recursive(document.text, *tokenizer, sizes.size, sizes.overlap);
  }
  engine::use_file_lines(document, chunks);
  std::vector<FileChunk> result;
  result.reserve(chunks.size());
  for (const Chunk& chunk : chunks) result.push_back({path, chunk, std::string(chunk.text(document.text))});
  return result;
}

}  // namespace v0
}  // namespace vicinal
