#include "index/document_checksum.h"

#include <vector>

#include "base/digest.h"

namespace vicinal::index {

uint64_t document_checksum(const DocumentParts& parts) {
  std::vector<uint64_t> sums;
  sums.reserve(10 + 5 * parts.chunks.size());
  for (std::string_view part : {parts.id, parts.path, parts.title, parts.metadata, parts.text}) {
    sums.push_back(part.size());
    sums.push_back(base::xxh3_64(part));
  }
  for (const Chunk& chunk : parts.chunks)
    sums.insert(sums.end(), {chunk.byte_start, chunk.byte_end, chunk.line_start, chunk.line_end, chunk.tokens});
  for (const FieldText& field : parts.fields)
    sums.insert(sums.end(), {field.field, field.text.size(), base::xxh3_64(field.text)});
  if (!parts.fields.empty())
    for (const Chunk& chunk : parts.chunks) sums.push_back(chunk.field);
  return base::xxh3_64(std::as_bytes(std::span(sums)));
}

}  // namespace vicinal::index
