// What has to be carried over, and how a document looks in the new space.

#include <algorithm>
#include <map>

#include "engine/document_passages.h"
#include "engine/migrate.h"

namespace vicinal::engine {
namespace {

constexpr size_t kVersionPage = 1000;

/// Versions behind `after` up to `last`, or to the end.
Result<std::map<std::string, index::DocumentVersion>> versions_in(index::Store& store, std::string after,
                                                                  const std::optional<std::string>& last) {
  std::map<std::string, index::DocumentVersion> found;
  for (;;) {
    VICINAL_TRY(const auto page, store.versions(after, kVersionPage));
    for (const index::DocumentVersion& document : page) {
      if (last && document.source.id > *last) return found;
      found.emplace(document.source.id, document);
    }
    if (page.size() < kVersionPage) return found;
    after = page.back().source.id;
  }
}

/// Passages of a body that are cut anew begin in lines of the canonical text. How far these are from the file's own is
/// known where an old passage begins; up to the next one it is taken to stay.
void use_known_lines(std::string_view text, const std::vector<Chunk>& known, std::vector<Chunk>& chunks) {
  std::map<size_t, ptrdiff_t> offsets;  // of lines, by byte
  size_t at = 0, line = 1;
  for (const Chunk& chunk : known) {
    if (chunk.field > 0 || chunk.byte_start < at) continue;
    line += static_cast<size_t>(std::ranges::count(text.substr(at, chunk.byte_start - at), '\n'));
    at = chunk.byte_start;
    offsets[at] = static_cast<ptrdiff_t>(chunk.line_start) - static_cast<ptrdiff_t>(line);
  }
  const auto moved = [&](size_t byte, size_t canonical) {
    const auto behind = offsets.upper_bound(byte);
    const ptrdiff_t offset = behind == offsets.begin() ? 0 : std::prev(behind)->second;
    return static_cast<size_t>(std::max<ptrdiff_t>(1, static_cast<ptrdiff_t>(canonical) + offset));
  };
  for (Chunk& chunk : chunks) {
    if (chunk.field > 0) continue;
    chunk.line_start = moved(chunk.byte_start, chunk.line_start);
    chunk.line_end = std::max(chunk.line_start, moved(chunk.byte_end - 1, chunk.line_end));
  }
}

}  // namespace

Result<std::optional<Input>> migrated_input(index::Store& from, const std::string& id,
                                            const embed::LocalEmbedder& embedder, const ChunkSpec& chunk, bool cut,
                                            const lexical::Synonyms* glossary) {
  VICINAL_TRY(std::optional<index::DocumentWrite> document, from.written(id));
  if (!document) return std::optional<Input>();
  const std::vector<Chunk> known = std::move(document->chunks);
  Passages passages = cut ? make_document_passages(embedder, chunk, *document, glossary)
                          : document_passages_of(embedder, chunk, *document, known, glossary);
  if (cut) use_known_lines(document->text, known, passages.chunks);
  document->chunks = std::move(passages.chunks);
  document->embed_hashes = std::move(passages.hashes);
  Input input;
  input.action = Input::Action::write;
  input.document = *std::move(document);
  input.strings = std::move(passages.strings);
  input.tokens = passages.tokens;
  return std::optional(std::move(input));
}

Result<MigrationStep> next_step(index::Store& from, index::Store& to, const std::string& after) {
  MigrationStep step;
  VICINAL_TRY(const auto page, from.versions(after, kVersionPage));
  step.end = page.size() < kVersionPage;
  step.last = page.empty() ? after : page.back().source.id;
  VICINAL_TRY(auto there, versions_in(to, after, step.end ? std::optional<std::string>() : step.last));
  for (const index::DocumentVersion& document : page) {
    const auto found = there.find(document.source.id);
    const bool equal = found != there.end() && found->second.version == document.version;
    step.equal += equal ? 1 : 0;
    if (!equal) step.write.push_back(document.source.id);
    if (equal && found->second.source.stamp != document.source.stamp) step.restamp.push_back(document.source);
    if (found != there.end()) there.erase(found);
  }
  for (const auto& [id, version] : there) step.remove.push_back(id);
  return step;
}

}  // namespace vicinal::engine
