#pragma once
/// Texts into passages. A chunk is always a slice of its text: chunk.text == text[byte_start, byte_end).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

/// "none" (a document is one passage, cut at the model's limit), or "recursive:SIZEt" with the size in tokens
/// of the embedding model. The unit is always written.
struct ChunkSpec {
  enum class Strategy { none, recursive };
  Strategy strategy = Strategy::recursive;
  size_t size_tokens = 256;    ///< text tokens of a chunk at most (the model's limit lowers it)
  size_t overlap_tokens = 32;  ///< of the previous chunk repeated at the start of the next; < size_tokens

  std::string to_string() const;  ///< "recursive:256t/32t", "none"
};

/// `strategy`: "none", "recursive", "recursive:256t"; `overlap`: "" for the default, or "32t".
/// Unknown strategy, missing unit, overlap >= size, size 0: invalid_argument that says how to write it.
Result<ChunkSpec> parse_chunk_spec(std::string_view strategy, std::string_view overlap = "");

/// Bytes are UTF-8 bytes of the canonical text; lines count from 1, both ends inclusive: of the file that the text was
/// read from, of the text itself where there is none.
struct Chunk {
  size_t byte_start = 0;
  size_t byte_end = 0;
  size_t line_start = 0;
  size_t line_end = 0;
  size_t tokens = 0;  ///< of the slice, without special tokens
  size_t field = 0;   ///< whose text it is a slice of: its place among the collection's fields; 0 is the body
  std::string_view text(std::string_view source) const { return source.substr(byte_start, byte_end - byte_start); }
};

/// One chunk of a file, with the file's name and the text itself.
struct FileChunk {
  std::string path;
  Chunk chunk;
  std::string text;
};

/// Reads a file (plain text, Markdown, HTML) to its canonical text and cuts it with the model's tokenizer.
Result<std::vector<FileChunk>> chunk_file(const std::string& path, const ChunkSpec& spec, std::string_view model);

}  // namespace v0
}  // namespace vicinal
