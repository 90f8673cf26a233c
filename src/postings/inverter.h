#pragma once
/// Rows with their terms in, an inverted index out. Eight bytes a token while it is filled, eight more while it is
/// written.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "postings/image_writer.h"
#include "postings/term_table.h"

namespace vicinal::postings {

class Inverter {
 public:
  /// REQUIRES: ids ascend. `title`: positions at the start of each of its rows that are the title's.
  void begin_document(uint64_t id, std::string_view language, uint32_t title);
  void begin_row();
  /// A term of the row that was begun, and its position, which does not fall within a row. For an index without
  /// positions: its weight there, as a learned sparse model gives it, from 1.
  void add(std::string_view key, uint32_t position) { tokens_.push_back({terms_.number(key), position}); }
  /// Ends the row; `length` in positions.
  void end_row(uint32_t length);

  size_t rows() const { return table_.rows(); }
  size_t bytes() const { return tokens_.capacity() * sizeof(Token) + terms_.bytes(); }
  /// The payload of a file, of documents with at least one row. The inverter is empty afterwards.
  Result<> write(const ByteSink& sink, uint64_t analyzer, uint32_t flags);

 private:
  struct Token {
    uint32_t term, position;
  };
  Result<> write_terms(ImageWriter& writer, bool positions);

  RowTable table_;
  std::map<std::string, uint64_t, std::less<>> languages_;
  uint64_t* language_rows_ = nullptr;
  TermTable terms_;
  std::vector<Token> tokens_;
  std::vector<size_t> row_ends_;  ///< in tokens_
};

}  // namespace vicinal::postings
