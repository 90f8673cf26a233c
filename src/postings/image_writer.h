#pragma once
/// Writes the payload of a file of postings: lists as they come, then all that leads to them.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "postings/checked_bytes.h"
#include "postings/image_format.h"
#include "postings/list_writer.h"
#include "postings/term_dictionary.h"

namespace vicinal::postings {

using ByteSink = std::function<Result<>(std::span<const std::byte>)>;

/// Which rows there are. Rows of a document follow each other.
struct RowTable {
  std::vector<uint64_t> documents;   ///< internal ids, ascending
  std::vector<uint32_t> first_rows;  ///< one a document, and the number of rows at the end
  std::vector<RowLength> titles;     ///< of each document: how many positions at the start of its rows are its title's
  std::vector<RowLength> lengths;    ///< of each row
  std::vector<std::pair<std::string, uint64_t>> languages;  ///< rows of each, by code; codes ascend

  size_t rows() const { return lengths.size(); }
};

class ImageWriter {
 public:
  /// `rows` outlives the writer. `analyzer`: recorded; `flags`: kHasPositions or 0.
  ImageWriter(ByteSink sink, const RowTable& rows, uint64_t analyzer, uint32_t flags);

  /// REQUIRES: keys ascend, rows are of the table. too_long: a list that does not fit the format.
  Result<> add(std::string_view key, const PlainList& list);
  /// Everything else. Nothing may follow. too_long: documents whose ids are 2^32 apart.
  Result<> finish();

 private:
  Result<> put(std::span<const std::byte> bytes);
  Result<> put_text(std::string_view text);
  template <class T>
  Result<uint64_t> section(const std::vector<T>& values);
  Result<> align();

  ByteSink sink_;
  const RowTable* rows_;
  ImageTail tail_;
  TermDictionaryWriter terms_;
  PageHasher pages_;
  std::string list_;  ///< of one term
  uint64_t written_ = 0;
};

}  // namespace vicinal::postings
