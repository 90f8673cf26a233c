#include "engine/passages.h"

#include <algorithm>

#include "text/chunker.h"

namespace vicinal::engine {
namespace {

constexpr int kMostAttempts = 3;  // to cut so that what a glossary adds fits as well

struct Title {
  std::string_view text;
  size_t tokens = 0;
};

/// The title, or as much of it as half of the room takes.
Title fit_title(const text::Tokenizer& tokenizer, std::string_view title, size_t room) {
  if (title.empty() || room < 2) return {};
  const Encoding encoding = tokenizer.encode(title, {.max_tokens = room / 2, .add_special = false});
  return {encoding.cut ? title.substr(0, encoding.bytes_used) : title, encoding.ids.size()};
}

std::string embedded_string(std::string_view title, std::string_view slice) {
  if (title.empty()) return std::string(slice);
  std::string joined;
  joined.reserve(title.size() + 1 + slice.size());
  return joined.append(title).append(1, ' ').append(slice);
}

/// A document that is embedded whole keeps its title whole.
Title kept_title(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title) {
  if (spec.strategy == ChunkSpec::Strategy::none) return {title, 0};
  return fit_title(embedder.tokenizer(), title, embedder.document_budget());
}

Passages embedded(const embed::LocalEmbedder& embedder, const Title& title, std::string_view text,
                  std::vector<Chunk> chunks, const lexical::Synonyms* glossary) {
  Passages passages;
  passages.chunks = std::move(chunks);
  std::erase_if(passages.chunks, [](const Chunk& chunk) { return chunk.tokens == 0; });  // the embedder would refuse it
  for (const Chunk& chunk : passages.chunks) {
    passages.strings.push_back(embedded_string(title.text, chunk.text(text)));
    std::string& string = passages.strings.back();
    if (glossary != nullptr) string = glossary->annotated(string);
    passages.hashes.push_back(base::xxh3_128(embedder.space() + '\0' + string));
    passages.tokens += std::min(chunk.tokens + title.tokens, embedder.max_tokens());
  }
  return passages;
}

/// By how many tokens the longest string is over the model's limit.
size_t largest_surplus(const embed::LocalEmbedder& embedder, const Passages& passages) {
  size_t largest = 0;
  for (const std::string& string : passages.strings)
    largest = std::max(largest, embedder.tokenizer().encode(string, {.add_special = false}).ids.size());
  return largest - std::min(largest, embedder.document_budget());
}

}  // namespace

PassageSizes passage_sizes(const ChunkSpec& spec, size_t room_tokens) {
  const size_t size = std::max<size_t>(std::min(spec.size_tokens, room_tokens), 1);
  // A lowered size keeps at least half of each chunk new, or a small room would repeat more than it adds.
  const size_t overlap = size < spec.size_tokens ? std::min(spec.overlap_tokens, size / 2) : spec.overlap_tokens;
  return {size, std::min(overlap, size - 1)};
}

void use_file_lines(const read::Document& document, std::vector<Chunk>& chunks) {
  for (Chunk& chunk : chunks) {
    if (chunk.field > 0) continue;
    chunk.line_start = document.file_line(chunk.byte_start, chunk.line_start);
    chunk.line_end = document.file_line(chunk.byte_end - 1, chunk.line_end);
  }
}

Passages make_passages(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title,
                       std::string_view text, const lexical::Synonyms* glossary) {
  const text::Tokenizer& tokenizer = embedder.tokenizer();
  const Title kept = kept_title(embedder, spec, title);
  if (spec.strategy == ChunkSpec::Strategy::none)
    return embedded(embedder, kept, text, text::chunk_none(text, tokenizer), glossary);
  size_t room = embedder.document_budget() - kept.tokens;
  for (int attempt = 0;; ++attempt) {
    const PassageSizes sizes = passage_sizes(spec, room);
    Passages passages =
        embedded(embedder, kept, text, text::chunk_recursive(text, tokenizer, sizes.size, sizes.overlap), glossary);
    const size_t surplus = glossary == nullptr ? 0 : largest_surplus(embedder, passages);
    if (surplus == 0 || attempt == kMostAttempts || surplus >= sizes.size) return passages;
    room = sizes.size - surplus;
  }
}

Passages passages_of(const embed::LocalEmbedder& embedder, const ChunkSpec& spec, std::string_view title,
                     std::string_view text, std::vector<Chunk> chunks, const lexical::Synonyms* glossary) {
  for (Chunk& chunk : chunks)
    chunk.tokens = embedder.tokenizer().encode(chunk.text(text), {.add_special = false}).ids.size();
  return embedded(embedder, kept_title(embedder, spec, title), text, std::move(chunks), glossary);
}

bool fits_model(const embed::LocalEmbedder& embedder, const std::string& string) {
  const std::string joined = embedder.prompt(Role::document) + string;
  return !embedder.tokenizer().encode(joined, {.max_tokens = embedder.max_tokens()}).cut;
}

}  // namespace vicinal::engine
